// SPDX-License-Identifier: MIT
// Runs a program in a loop on one heap: what is held, or resident, must stop growing.
#include "no_growth.h"

#include "call_watch.h"
#include "check.h"
#include "pace.h"
#include "step.h"

#include "model/evidence.h"
#include "program/poison.h"
#include "pages/resident.h"

#include <stdio.h>

enum {
    WARM_ROUNDS = 2,  /* besides the quarantine */
    FACTOR = 10,      /* rounds after warming up, for each round before */
    WINDOWS_HELD = 2, /* windows of FACTOR times the warm-up; a loop that grows rises in each */
    /* Without a page source: */
    RESIDENT_ROUNDS = 2200, /* of the warm-up, so that 16 bytes leaked per round are found; then */
    RESIDENT_WINDOW = 5,    /* windows of this many halves of it, */
    RESIDENT_FACTOR = 1 + AC_PACE_ALL * RESIDENT_WINDOW / 2, /* together with it this many times */
    RESIDENT_RISE = 300000, /* bytes in the equal windows: less is no growth */
    RESIDENT_PACE = 90,     /* percent that a leak keeps up: pages that are touched for the first
                               time, in random order, do so only while most of them are left */
    THREADS_SHARE = 10,     /* with threads, at least this fraction of the rounds, and as many as
                               MAX_CALLS and MAX_BYTES allow: each takes longer */
    HANDOVER_CALLS = 10,    /* calls that take as long as a handover */
    EXIT_CALLS = 100,       /* the same for a thread's end and the next one's start */
    LOOK_ROUNDS = 25,       /* after which a window that rose too much ends early: */
    SHARE_OF_WINDOW = 16,   /* beyond this fraction of the memory limit, so that all windows fit */
    MAX_CALLS = 2000000,    /* of one loop: more are not checked */
    LONG_CALLS = 8000000,   /* of one loop whose growth slows down */
    MAX_BYTES = 1 << 30, /* live bytes times rounds: more are not checked, for content takes time */
    STEADY_BYTES = 64 << 10, /* a loop with more live bytes may give pages back each round */
    ROUNDS_A_REQUEST = 16,
};

static bool is_late(const struct ac_runner *runner) {
    return runner->growth_deadline != 0 && ac_now_ms() >= runner->growth_deadline;
}

/* True if a loop may be checked: it ran to its end. */
static bool is_complete(struct ac_runner *runner) {
    const bool late = is_late(runner);
    runner->report->counts.growth_unchecked += late && ac_is_clean(runner);
    return !late && ac_is_clean(runner);
}

static void run_rounds(struct ac_runner *runner, uint64_t rounds) {
    for (uint64_t i = 0;
         i < rounds && !runner->report->found && !runner->corrupted && !is_late(runner); i++) {
        runner->report->counts.calls = 0; /* the limit on calls is for one round */
        ac_run_pass(runner);
    }
    ac_move_to_end(runner);
}

/* Bytes held after some rounds, and page requests made and refused in them. */
struct window {
    uint64_t held, requests, refused;
};

static struct window run_window(struct ac_runner *runner, uint64_t rounds) {
    const struct ac_source *source = runner->heap.source;
    struct window window = {0, ac_source_requests(source), ac_source_refused(source)};
    run_rounds(runner, rounds);
    window.held = ac_source_held(source);
    window.requests = ac_source_requests(source) - window.requests;
    window.refused = ac_source_refused(source) - window.refused;
    return window;
}

/* What fits where depends on the rounds before, so a loop may settle late. One that grows holds
 * more after each of two windows, by more than the slack. If the source has no more memory for the
 * second window, the first must have grown by twice the slack. */
static bool grows(const struct ac_runner *runner, uint64_t warm, struct window first,
                  struct window second) {
    const uint64_t slack = runner->profile->growth_slack;
    const bool stopped = second.refused > first.refused;
    return second.held > first.held + slack || (stopped && first.held > warm + 2 * slack);
}

/* `warm': bytes held after warming up. */
static void check_held(struct ac_runner *runner, uint64_t warm, struct window first,
                       uint64_t rounds) {
    const uint64_t most = warm + runner->profile->growth_slack;
    if (!ac_checks(runner, AC_ORACLE_NO_GROWTH) || first.held <= most)
        return;
    const struct window second = run_window(runner, rounds);
    if (!is_complete(runner) || !grows(runner, warm, first, second))
        return;
    char expected[AC_EVIDENCE];
    snprintf(expected, sizeof expected, "at most %llu bytes held, %llu of them slack",
             (unsigned long long)most, (unsigned long long)runner->profile->growth_slack);
    const bool again = second.held > first.held;
    ac_fail(runner, AC_ORACLE_NO_GROWTH, NULL, NULL, expected,
            "%llu bytes held after %llu more rounds",
            (unsigned long long)(again ? second.held : first.held),
            (unsigned long long)(rounds * (again ? WINDOWS_HELD : 1)));
}

/* A loop with refused requests repeats them each round, and is not checked. */
static void check_requests(struct ac_runner *runner, struct window first, uint64_t rounds) {
    bool cached = !runner->model.uncached && runner->profile->cached_size != 0 &&
                  runner->report->live_peak <= STEADY_BYTES;
    if (cached && ac_source_refused(runner->heap.source) == 0 &&
        ac_checks(runner, AC_ORACLE_PAGE_LOG) && first.requests > rounds / ROUNDS_A_REQUEST) {
        ac_fail(runner, AC_ORACLE_PAGE_LOG, NULL, NULL, EVIDENCE_STEADY,
                "%llu requests in %llu rounds", (unsigned long long)first.requests,
                (unsigned long long)rounds);
    }
}

static void loop_on_source(struct ac_runner *runner) {
    const uint64_t warm = WARM_ROUNDS + runner->profile->quarantine, more = warm * FACTOR;
    const uint64_t held = run_window(runner, warm).held;
    const struct window first = run_window(runner, more);
    if (!is_complete(runner))
        return;
    check_held(runner, held, first, more);
    if (ac_is_clean(runner))
        check_requests(runner, first, more);
}

/* Returns the number of rounds run. */
static uint64_t run_resident(struct ac_runner *runner, uint64_t rounds) {
    uint64_t most = ac_resident_anonymous() + runner->options.memory / SHARE_OF_WINDOW;
    uint64_t ran = 0;
    while (ran < rounds && ac_is_clean(runner) && !is_late(runner) &&
           ac_resident_anonymous() <= most) {
        run_rounds(runner, LOOK_ROUNDS);
        ran += LOOK_ROUNDS;
    }
    return ran;
}

static bool ends_threads(const struct ac_program *program) {
    for (size_t i = 0; i < program->count; i++)
        if (program->ops[i].kind == AC_OP_EXIT || program->ops[i].kind == AC_OP_FREE_AT_EXIT)
            return true;
    return false;
}

/* Sanitizers keep memory for threads, which is resident too; AddressSanitizer for ended ones. */
static bool resident_counts(const struct ac_program *program) {
#ifdef AC_HAVE_ASAN
    return !ends_threads(program);
#else
    return !AC_RACES_REPORTED || !(ends_threads(program) || ac_program_has_threads(program));
#endif
}

/* The cost of threads, in calls. */
static uint64_t handovers_as_calls(const struct ac_program *program) {
    uint64_t calls = 0;
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        calls += op->kind == AC_OP_EXIT ? EXIT_CALLS : 0;
        calls += i > 0 && op->thread != program->ops[i - 1].thread ? HANDOVER_CALLS : 0;
    }
    return calls;
}

/* The rounds of the warm-up, for a program with that number of calls and live bytes. */
static uint64_t resident_rounds(const struct ac_program *program, uint64_t calls, uint64_t live) {
    const uint64_t least = RESIDENT_ROUNDS / THREADS_SHARE;
    if (!ac_program_has_threads(program))
        return RESIDENT_ROUNDS;
    const uint64_t by_calls = MAX_CALLS / (calls + 1), by_bytes = MAX_BYTES / (live + 1);
    const uint64_t possible = (by_calls < by_bytes ? by_calls : by_bytes) / RESIDENT_FACTOR;
    return possible < least ? least : possible < RESIDENT_ROUNDS ? possible : RESIDENT_ROUNDS;
}

static bool run_window_resident(void *ctx, uint64_t *rounds, uint64_t *bytes) {
    struct ac_runner *runner = ctx;
    *rounds = run_resident(runner, *rounds);
    *bytes = ac_resident_anonymous();
    return ac_is_clean(runner) && !is_late(runner);
}

/* Resident memory fluctuates: only a large and steady rise counts. */
static void loop_resident(struct ac_runner *runner) {
    run_rounds(runner, 1);
    const uint64_t calls = runner->report->counts.calls + handovers_as_calls(runner->program);
    const uint64_t warm = resident_rounds(runner->program, calls, runner->report->live_peak);
    const uint64_t length = warm * RESIDENT_WINDOW / 2, most = LONG_CALLS / (calls + 1);
    struct ac_pace pace = {.run = run_window_resident,
                           .ctx = runner,
                           .length = length,
                           .left = most > AC_PACE_ALL * length ? most : AC_PACE_ALL * length,
                           .slack = RESIDENT_RISE,
                           .percent = RESIDENT_PACE};
    run_resident(runner, warm);
    const bool steady = ac_pace_is_steady(&pace, ac_resident_anonymous());
    if (is_complete(runner) && ac_checks(runner, AC_ORACLE_NO_GROWTH) && steady) {
        ac_fail(runner, AC_ORACLE_NO_GROWTH, NULL, NULL,
                "resident memory that does not keep rising",
                "%llu bytes more after %llu rounds, and %llu more after %llu",
                (unsigned long long)pace.risen, (unsigned long long)pace.rounds,
                (unsigned long long)pace.more, (unsigned long long)pace.more_rounds);
    }
}

/* A break moved by foreign code, and a refused unmap, make memory unusable for good. */
bool ac_is_closed_loop(const struct ac_program *program) {
    if ((program->head.quirks & (AC_QUIRK_FOREIGN_BRK | AC_QUIRK_NO_UNMAP)) != 0)
        return false;
    for (size_t i = 0; i < program->count; i++)
        if (program->ops[i].kind == AC_OP_FOREIGN_BRK || program->ops[i].kind == AC_OP_TRIM ||
            program->ops[i].kind == AC_OP_REFUSE || program->ops[i].kind == AC_OP_REFUSE_FROM)
            return false;
    return true;
}

static uint64_t loop_rounds(const struct ac_runner *runner, const struct ac_program *program,
                            uint64_t calls, uint64_t live) {
    if (runner->heap.source == NULL)
        return resident_rounds(program, calls, live) * RESIDENT_FACTOR;
    return (WARM_ROUNDS + runner->profile->quarantine) * (1 + WINDOWS_HELD * FACTOR);
}

static bool loops(const struct ac_runner *runner, const struct ac_program *program,
                  const struct ac_report *first) {
    const uint64_t calls = first->counts.calls + handovers_as_calls(program);
    const uint64_t live = first->live_peak, rounds = loop_rounds(runner, program, calls, live);
    return ac_is_closed_loop(program) && calls * rounds <= MAX_CALLS &&
           (live == 0 || rounds <= MAX_BYTES / live);
}

ac_body *ac_growth_loop(const struct ac_runner *runner, const struct ac_program *program,
                        const struct ac_report *first) {
    if (!loops(runner, program, first))
        return NULL;
    if (runner->heap.source != NULL)
        return loop_on_source;
    const bool checks = (runner->options.oracles & AC_ORACLE_BIT(AC_ORACLE_NO_GROWTH)) != 0;
    return checks && resident_counts(program) ? loop_resident : NULL;
}
