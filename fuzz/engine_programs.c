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

enum { TEXT = 1 << 16, MOST_CALLS = 1 << 14, ROUNDS = 4 };

/* Shadow memory of a sanitizer takes an eighth of what an allocator poisons. */
static const uint64_t most_limit = UINT64_C(1) << 30;

/* Made at the first input and used for all, so that a fresh heap costs microseconds. The hooks of
 * the sanitizers take no argument: this is the one place they can look at. */
static struct {
    const struct ac_allocator *allocator;
    const char *command;
    struct ac_runner *runner;
    struct ac_history *history; /* NULL: not kept */
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
    engine.allocator = allocator;
    engine.command = command;
    engine.runner = ac_runner_new(allocator, &options);
    if (engine.runner == NULL) {
        fprintf(stderr, "no memory for a runner\n");
        abort();
    }
    ac_program_init(&engine.program);
}

static void print_finding(const struct ac_finding *finding) {
    char reproduce[256];
    if (engine.history != NULL) {
        ac_history_blame(engine.history, finding);
    }
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

/* An engine lives from many programs a second: those that run for seconds, or hold gigabytes, are
 * left to `allocheck run`. */
static bool is_quick(const struct ac_program *program) {
    uint64_t calls = 0;
    for (size_t i = 0; i < program->count; i++) {
        calls += program->ops[i].repeat;
    }
    return calls <= (engine.races ? MOST_CALLS / ROUNDS : MOST_CALLS) &&
           program->head.limit <= most_limit;
}

static void run_program(struct ac_report *report) {
    if (engine.races) {
        const struct ac_race_options options = {.seed = engine.program.head.seed, .rounds = ROUNDS};
        ac_race_spread(&engine.program, options.seed);
        ac_race(engine.runner, &engine.program, &options, report);
    } else {
        ac_run(engine.runner, &engine.program, report);
    }
}

int engine_program(const struct ac_allocator *allocator, const char *command, const uint8_t *bytes,
                   size_t size) {
    struct ac_report report;
    if (engine.runner == NULL) {
        begin(allocator, command);
    }
    counters_input();
    if (!ac_decode(&engine.program, bytes, size)) {
        return 0; /* out of memory: nothing is known about the input */
    }
    if (!is_quick(&engine.program)) {
        counters_left();
        return 0;
    }
    if (engine.history != NULL) {
        ac_history_add(engine.history, bytes, size);
    }
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

/* Drivers of instrumented allocators have these hooks, whether or not the harness in them is
 * instrumented too; engines that load libraries never meet a sanitizer. */
#ifndef ALLOCHECK_WITHOUT_SANITIZER

/* A sanitizer found an error, or a signal came, before it prints its own report: says which op ran.
 * libFuzzer takes the death callback for itself; these hooks it leaves alone. */
static void blame(enum ac_oracle oracle, const char *actual) {
    struct ac_finding finding;
    if (engine.running && !engine.printed && !ac_runner_forked(engine.runner, actual)) {
        ac_runner_blame(engine.runner, oracle, actual, &finding);
        print_finding(&finding);
    }
}

/* The sanitizers' own interfaces (asan_interface.h, ubsan_monitor.h); absent in other builds. */
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

/* An abort of the allocator is reported like any other crash, with its op; what the engine itself
 * leaks at its end is no finding (no-leak checks the allocator). */
const char *__asan_default_options(void) {
    return "handle_abort=1:detect_leaks=0:allocator_may_return_null=1";
}

/* Called before the sanitizer can watch anything; its first report ends the process. */
__attribute__((no_sanitize("thread"))) const char *__tsan_default_options(void) {
    return "halt_on_error=1:report_thread_leaks=0:allocator_may_return_null=1";
}

#endif
