// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* sigabbrev_np */
#include "verify.h"

#include "c_library.h"
#include "compiler.h"
#include "process.h"

#include "adapter/adapters.h"
#include "tool/clock.h"

#include "allocheck/run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum {
    COMPILE_MS = 60000,
    RUN_MS = 60000, /* a file of a no-growth finding makes 68,200 rounds */
    LEAST_MS = 200, /* also after the deadline */
    RUNS = 2,       /* in each setting; what depends on addresses shows in some */
    RACE_RUNS = 10,
    RACE_MS = 10000, /* after a run that failed, to count more */
    MARGIN = 2,      /* of memory: the file also has what its own process needs */
    LINE = 160,
};

struct check {
    const struct verify_options *options;
    const struct ac_target *target;
    const struct exported *exported;
    struct scratch scratch;
    struct verified result;
    bool timed_out; /* the compiler, or a run */
};

static void because(struct check *check, const char *format, const char *detail) {
    snprintf(check->result.why, VERIFY_WHY, format, detail);
}

static uint64_t time_left(const struct check *check, uint64_t most_ms) {
    const uint64_t now = clock_ms(), deadline = check->options->deadline_ms;
    if (deadline == 0)
        return most_ms;
    const uint64_t left = deadline > now + LEAST_MS ? deadline - now : LEAST_MS;
    return left < most_ms ? left : most_ms;
}

static const char *library_path(const struct check *check) {
    return check->target->library != NULL ? check->target->library->path : NULL;
}

/* --- one run --- */

/* `argument': of the C file; NULL: none. */
static struct process_result run(const struct check *check, const char *preload,
                                 const char *argument, bool same_addresses) {
    const char *arguments[] = {check->scratch.executable, argument, NULL};
    const uint64_t memory = check->options->memory != 0 ? check->options->memory : AC_MEMORY;
    const struct process process = {.arguments = arguments,
                                    .preload = preload,
                                    .log = check->scratch.log,
                                    .same_addresses = same_addresses,
                                    .most_ms = time_left(check, RUN_MS),
                                    .memory = MARGIN * memory};
    return process_run(&process);
}

static struct process_result run_on_allocator(const struct check *check, bool same_addresses) {
    const char *path = library_path(check);
    const bool preloads = check->exported->use == EXPORT_PRELOADS;
    const bool loads = check->exported->use == EXPORT_LOADS;
    return run(check, preloads ? path : NULL, loads ? path : NULL, same_addresses);
}

/* The allocator may end the process with another status. */
static bool fails(const struct check *check, struct process_result result) {
    const int expected = check->options->exit_status;
    return (result.end == PROCESS_EXITED &&
            (result.number == 1 || (expected != 0 && result.number == expected))) ||
           (result.end == PROCESS_KILLED && result.number != SIGKILL);
}

static void describe(struct check *check, struct process_result result, const char *on) {
    char line[LINE], text[VERIFY_WHY];
    scratch_line(&check->scratch, NULL, line, sizeof line);
    switch (result.end) {
    case PROCESS_TIMED_OUT:
        check->timed_out = true;
        because(check, "it does not end in time on %s", on);
        return;
    case PROCESS_OVER_MEMORY:
        because(check, "it reaches the memory limit on %s", on);
        return;
    case PROCESS_INTERRUPTED:
        because(check, "%s", "interrupted");
        return;
    case PROCESS_NOT_STARTED:
        because(check, "%s", "no process could be started");
        return;
    case PROCESS_KILLED:
        snprintf(text, sizeof text, "it ends by SIG%s on %%s", sigabbrev_np(result.number));
        break;
    default:
        snprintf(text, sizeof text, "it exits with %d on %%s", result.number);
    }
    because(check, text, on);
    if (line[0] != '\0') {
        const size_t length = strlen(check->result.why);
        snprintf(check->result.why + length, VERIFY_WHY - length, ": %s", line);
    }
}

/* --- on the allocator --- */

/* A library may be broken for every process, or not load: then the C file shows nothing. */
static bool is_usable(struct check *check) {
    static const char *const nothing[] = {"true", NULL};
    char line[LINE];
    if (check->exported->use != EXPORT_PRELOADS)
        return true;
    const struct process process = {.arguments = nothing,
                                    .preload = library_path(check),
                                    .log = check->scratch.log,
                                    .most_ms = time_left(check, RUN_MS)};
    const struct process_result result = process_run(&process);
    scratch_line(&check->scratch, "cannot be preloaded", line, sizeof line);
    if (line[0] != '\0')
        because(check, "the library cannot be preloaded: %s", line);
    else if (result.end != PROCESS_EXITED ||
             (result.number != 0 && result.number != PROCESS_NOT_FOUND))
        because(check, "%s", "every process that preloads the library fails, even `true'");
    return check->result.why[0] == '\0';
}

/* Whether it fails in one of the runs. A race may fail in any, so all of them are counted. */
static bool fails_in_runs(struct check *check, bool same_addresses, struct process_result *result) {
    const bool is_race = check->options->is_race;
    const unsigned runs = is_race ? RACE_RUNS : RUNS;
    const uint64_t late = clock_ms() + RACE_MS;
    unsigned failed = 0, i = 0;
    bool passes = true;
    while (i < runs && passes && (failed == 0 || (is_race && clock_ms() < late))) {
        *result = run_on_allocator(check, same_addresses);
        const bool fails_now = fails(check, *result);
        passes = fails_now || (result->end == PROCESS_EXITED && result->number == 0);
        failed += fails_now;
        i++;
    }
    check->result.same_addresses = same_addresses;
    check->result.failed = is_race ? failed : 0;
    check->result.runs = is_race ? i : 0;
    return failed > 0;
}

static bool fails_on_allocator(struct check *check) {
    struct process_result result = {PROCESS_NOT_STARTED, 0};
    for (int same_addresses = 0; same_addresses <= 1; same_addresses++) {
        if (fails_in_runs(check, same_addresses != 0, &result))
            return true;
        if (result.end != PROCESS_EXITED || result.number != 0)
            break;
    }
    if (result.end == PROCESS_EXITED && result.number == 0)
        because(check, "it passes on %s", check->target->name);
    else
        describe(check, result, check->target->name);
    return false;
}

/* --- on the C library --- */

static bool finding_is_of_libc(const struct check *check) {
    const struct verify_options *options = check->options;
    return options->program != NULL && options->finding != NULL && !options->is_race &&
           c_library_deviates(check->target, options->program, options->finding,
                              time_left(check, RUN_MS));
}

static bool passes_on_libc(struct check *check) {
    if (check->exported->use != EXPORT_PRELOADS)
        return true;
    const struct process_result result = run(check, NULL, NULL, check->result.same_addresses);
    if (result.end == PROCESS_EXITED && result.number == 0)
        return check->result.passes_on_libc = true;
    if (fails(check, result) && finding_is_of_libc(check))
        return check->result.libc_deviates = true;
    if (fails(check, result))
        because(check, "%s", "it also fails on the C library");
    else
        describe(check, result, "the C library");
    return false;
}

/* --- all --- */

static bool is_late(const struct check *check) {
    const uint64_t deadline = check->options->deadline_ms;
    return deadline != 0 && clock_ms() >= deadline;
}

static bool compile(struct check *check) {
    const bool done = compiler_run(&check->scratch, check->exported, library_path(check),
                                   time_left(check, COMPILE_MS), check->result.why, VERIFY_WHY);
    check->timed_out = !done && is_late(check);
    return done;
}

/* What did not end in time had less of it than it may take, after the deadline. */
static void check_file(struct check *check) {
    check->result.shown =
        compile(check) && is_usable(check) && fails_on_allocator(check) && passes_on_libc(check);
    if (check->timed_out && !check->result.shown && is_late(check))
        because(check, "%s", "no time was left to verify it");
}

const char *verified_text(const struct verified *verified, char text[VERIFIED_TEXT]) {
    char runs[40] = "";
    if (verified->runs > 0)
        snprintf(runs, sizeof runs, " in %u of %u runs", verified->failed, verified->runs);
    snprintf(text, VERIFIED_TEXT, "fails on the allocator%s%s", runs,
             verified->passes_on_libc  ? " and passes on the C library"
             : verified->libc_deviates ? "; the C library deviates as well"
                                       : "");
    return text;
}

struct verified verify_c(const struct verify_options *options, const struct ac_target *target,
                         const struct exported *exported, const char *text, size_t length) {
    struct check check = {.options = options, .target = target, .exported = exported};
    const bool is_libc = target->allocator == &ac_libc;
    if (exported->use == EXPORT_NEEDS_LIBRARY || (exported->use == EXPORT_USES_LIBC && !is_libc)) {
        because(&check, "no shared object of %s is known", target->name);
        return check.result;
    }
    if (!scratch_open(&check.scratch, text, length)) {
        because(&check, "no temporary folder: %s", strerror(errno));
        return check.result;
    }
    check_file(&check);
    scratch_close(&check.scratch);
    return check.result;
}
