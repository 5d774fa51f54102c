// SPDX-License-Identifier: MIT
#include "engine_programs.h"

#include "allocheck/codec.h"
#include "allocheck/race.h"
#include "allocheck/run.h"
#include "engine_behaviour.h"
#include "engine_counters.h"
#include "engine_options.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { TEXT = 1 << 16, COMMAND = 1 << 13, MAX_CALLS = 1 << 14, ROUNDS = 4 };

/* The shadow memory of a sanitizer takes an eighth of the poisoned memory. */
static const uint64_t max_limit = UINT64_C(1) << 30;

/* Created at the first input and reused, so that a fresh heap costs microseconds. Static, because
 * the hooks of the sanitizers take no argument. */
static struct {
    const struct ac_allocator *allocator;
    const char *command;
    struct ac_runner *runner;
    struct ac_history *history; /* NULL: no history */
    struct ac_without without;
    const struct ac_known *known; /* NULL: nothing */
    struct ac_program program;
    bool races;
    bool running;
    bool printed;
    char text[TEXT];
} engine;

static void begin(const struct ac_allocator *allocator, const char *command) {
    struct ac_run_options options = {
        .oracles = AC_ALL_ORACLES, .behaviour = behaviour_map(), .free_at_end = true};
    engine_options(&options, allocator);
    engine.history = engine_history();
    engine.without = engine_without();
    engine.known = engine_known();
    engine.allocator = allocator;
    engine.command = command;
    engine.runner = ac_runner_new(allocator, &options);
    if (engine.runner == NULL) {
        fprintf(stderr, "out of memory\n");
        abort();
    }
    ac_program_init(&engine.program);
}

static void print_finding(const struct ac_finding *finding) {
    char reproduce[COMMAND];
    if (engine.history != NULL)
        ac_history_blame(engine.history, finding);
    if (engine.races) {
        snprintf(reproduce, sizeof reproduce, "%s --race --seed=%u --rounds=%d FILE",
                 engine.command, engine.program.head.seed, (int)ROUNDS);
    } else {
        snprintf(reproduce, sizeof reproduce, "%s FILE", engine.command);
    }
    ac_print_finding(finding, &engine.program, engine.allocator->name, reproduce, engine.text,
                     sizeof engine.text);
    fprintf(stderr, "%s\nthe whole program:\n", engine.text);
    ac_print(&engine.program, engine.text, sizeof engine.text);
    fprintf(stderr, "%s", engine.text);
    engine.printed = true;
}

/* An engine needs many programs a second. `allocheck run` handles programs that take seconds or
 * hold gigabytes. */
static bool is_quick(const struct ac_program *program) {
    uint64_t calls = 0;
    for (size_t i = 0; i < program->count; i++)
        calls += program->ops[i].repeat;
    return calls <= (engine.races ? MAX_CALLS / ROUNDS : MAX_CALLS) &&
           program->head.limit <= max_limit;
}

/* False: the program leads to known findings. */
static bool is_worthwhile(void) {
    if (engine.known == NULL)
        return true;
    const struct ac_known known = *engine.known;
    const struct ac_without leads = ac_known_leads(&known);
    ac_runner_accept(engine.runner, &known.accepted);
    return !ac_leaves_out_any(&leads, &engine.program);
}

static void run_program(struct ac_report *report) {
    if (engine.races) {
        const struct ac_race_options options = {.seed = engine.program.head.seed, .rounds = ROUNDS};
        ac_race_spread(&engine.program, options.seed);
        ac_run_race(engine.runner, &engine.program, &options, report);
    } else {
        ac_run(engine.runner, &engine.program, report);
    }
}

int engine_program(const struct ac_allocator *allocator, const char *command, const uint8_t *bytes,
                   size_t size) {
    struct ac_report report;
    if (engine.runner == NULL)
        begin(allocator, command);
    counters_input();
    if (!ac_decode(&engine.program, bytes, size))
        return 0; /* out of memory */
    ac_leave_out(&engine.program, &engine.without);
    if (!is_quick(&engine.program)) {
        counters_too_slow();
        return 0;
    }
    if (!is_worthwhile()) {
        counters_left_out();
        return 0;
    }
    if (engine.history != NULL)
        ac_history_add(engine.history, bytes, size);
    engine.running = true;
    run_program(&report);
    engine.running = false;
    behaviour_done();
    counters_program(&engine.program, &report);
    if (report.found) {
        print_finding(&report.finding);
        abort();
    }
    return 0;
}

int engine_race(const struct ac_allocator *allocator, const char *command, const uint8_t *bytes,
                size_t size) {
    engine.races = true;
    return engine_program(allocator, command, bytes, size);
}

/* Drivers of instrumented allocators need these hooks even if their harness is not instrumented.
 * Engines that load libraries run without sanitizers. */
#ifndef ALLOCHECK_WITHOUT_SANITIZER

/* Reports the running op before a sanitizer prints its report. These hooks leave the death callback
 * to libFuzzer. */
static void blame(enum ac_oracle oracle, const char *actual) {
    struct ac_finding finding;
    if (engine.running && !engine.printed && !ac_runner_forked(engine.runner, actual)) {
        ac_runner_blame(engine.runner, oracle, actual, &finding);
        print_finding(&finding);
    }
}

/* Interfaces of the sanitizers (asan_interface.h, ubsan_monitor.h); absent in other builds. */
void *__asan_get_report_address(void) __attribute__((weak));
const char *__asan_get_report_description(void) __attribute__((weak));
const char *__asan_default_options(void);
const char *__tsan_default_options(void);
void __asan_on_error(void);
void __ubsan_on_report(void);

void __asan_on_error(void) {
    char actual[AC_EVIDENCE];
    const void *address = __asan_get_report_address();
    bool live = ac_runner_owns(engine.runner, address);
    snprintf(actual, sizeof actual, "AddressSanitizer: %s", __asan_get_report_description());
    blame(live ? AC_ORACLE_LIVE_UNTOUCHED : AC_ORACLE_SURVIVES, actual);
}

void __ubsan_on_report(void) {
    blame(AC_ORACLE_SURVIVES, "UndefinedBehaviorSanitizer: a report");
}

/* Report an abort of the allocator like any crash, with its op. Leaks of the engine are no
 * findings; the oracle no-leak checks the allocator. */
const char *__asan_default_options(void) {
    return "handle_abort=1:detect_leaks=0:allocator_may_return_null=1";
}

/* Runs before the sanitizer is ready, so it must not be instrumented. The first report ends the
 * process. */
__attribute__((no_sanitize("thread"))) const char *__tsan_default_options(void) {
    return "halt_on_error=1:report_thread_leaks=0:allocator_may_return_null=1";
}

#endif
