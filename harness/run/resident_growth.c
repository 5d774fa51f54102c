// SPDX-License-Identifier: MIT
// Resident memory rises for three reasons besides a leak: memory that depends on chance reaches its
// peak late, pages of a fixed zone are touched for the first time, and free memory is kept until
// the allocator gives it back, which many do after a time (`decay_ms' of a profile). The first two
// slow down, so a loop is first watched for a steady pace (pace.h). Only time can show the last:
// the loop then goes on for longer than the decay.
#include "resident_growth.h"

#include "call_watch.h"
#include "check.h"
#include "pace.h"
#include "rounds.h"

#include "pages/resident.h"
#include "program/poison.h"

enum {
    WARM_ROUNDS = 2200, /* of the warm-up, so that 16 bytes leaked per round are found; then */
    WINDOW_HALVES = 5,  /* windows of this many halves of it, */
    ALL_FACTOR = 1 + AC_PACE_ALL * WINDOW_HALVES / 2, /* together with it this many times */
    LEAST_RISE = 300000,  /* bytes in the equal windows: less is no growth */
    PACE = 90,            /* percent that a leak keeps up: pages that are touched for the first
                             time, in random order, do so only while most of them are left */
    THREADS_SHARE = 10,   /* with threads, at least this fraction of the rounds, and as many as
                             AC_LOOP_CALLS and AC_LOOP_BYTES allow: each takes longer */
    LOOK_ROUNDS = 25,     /* after which a window that rose too much ends early: */
    SHARE_OF_WINDOW = 16, /* beyond this fraction of the memory limit, so that all windows fit */
    LONG_CALLS = 8000000, /* of one loop whose growth slows down */
    /* Then, longer than the decay: */
    HORIZON = 110,         /* percent of it, after which no free memory is kept, */
    SLICES = 22,           /* in this many slices. The loop goes on until */
    LATE_SHARE = 40,       /* percent of all rounds are older, */
    LATE_PACE = 75,        /* with at least this percentage of the pace at first, over all rounds */
    MOST_KEPT = 128 << 20, /* bytes: no free memory, but a leak; */
    LIMIT_SHARE = 2,       /* or this fraction of the memory limit */
};

/* --- which programs --- */

static bool ends_threads(const struct ac_program *program) {
    for (size_t i = 0; i < program->count; i++)
        if (program->ops[i].kind == AC_OP_EXIT || program->ops[i].kind == AC_OP_FREE_AT_EXIT)
            return true;
    return false;
}

/* Sanitizers keep memory for threads, which is resident too; AddressSanitizer for ended ones. */
bool ac_resident_memory_counts(const struct ac_program *program) {
#ifdef AC_HAVE_ASAN
    return !ends_threads(program);
#else
    return !AC_RACES_REPORTED || !(ends_threads(program) || ac_program_has_threads(program));
#endif
}

static uint64_t lesser(uint64_t left, uint64_t right) {
    return left < right ? left : right;
}

static uint64_t warm_rounds(const struct ac_program *program, uint64_t calls, uint64_t live) {
    const uint64_t least = WARM_ROUNDS / THREADS_SHARE;
    if (!ac_program_has_threads(program))
        return WARM_ROUNDS;
    const uint64_t possible =
        lesser(AC_LOOP_CALLS / (calls + 1), AC_LOOP_BYTES / (live + 1)) / ALL_FACTOR;
    return possible < least ? least : lesser(possible, WARM_ROUNDS);
}

uint64_t ac_resident_rounds(const struct ac_program *program, uint64_t calls, uint64_t live) {
    return warm_rounds(program, calls, live) * ALL_FACTOR;
}

/* --- a steady pace --- */

/* Returns the number of rounds run. */
static uint64_t run_window(struct ac_runner *runner, uint64_t rounds) {
    const uint64_t most = ac_resident_anonymous() + runner->options.memory / SHARE_OF_WINDOW;
    uint64_t ran = 0;
    for (; ran < rounds && ac_rounds_go_on(runner) && ac_resident_anonymous() <= most;
         ran += LOOK_ROUNDS)
        ac_run_rounds(runner, LOOK_ROUNDS);
    return ran;
}

static bool run_pace_window(void *ctx, uint64_t *rounds, uint64_t *bytes) {
    struct ac_runner *runner = ctx;
    *rounds = run_window(runner, *rounds);
    *bytes = ac_resident_anonymous();
    return ac_rounds_go_on(runner);
}

/* --- for longer than the decay --- */

/* A loop that goes on. If free memory is kept for at most the horizon, no more of it is left than
 * the rounds since then have made: however fast or slow they were, memory of all rounds is a leak.
 */
struct late_loop {
    struct ac_runner *runner;
    uint64_t begun;      /* bytes resident before the first round */
    uint64_t most_bytes; /* since then: no free memory, but a leak */
    uint64_t pace_bytes, pace_rounds;
    uint64_t answers;           /* digest of a round */
    uint64_t slice_ms;          /* at least */
    uint64_t rounds;            /* so far, */
    uint64_t rounds_at[SLICES]; /* and at the begin of the last slices, in a ring */
    uint64_t slice;             /* the number of slices so far */
};

enum late_verdict { GOES_ON, IS_LEAK, IS_NONE };

static uint64_t risen(const struct late_loop *loop) {
    const uint64_t bytes = ac_resident_anonymous();
    return bytes > loop->begun ? bytes - loop->begun : 0;
}

/* True if memory rose as fast as at first, over all rounds. */
static bool keeps_up(const struct late_loop *loop) {
    return (double)risen(loop) * (double)loop->pace_rounds * 100 >=
           (double)loop->pace_bytes * (double)loop->rounds * LATE_PACE;
}

/* Memory that is used up no longer rises: requests that were granted are refused. */
static bool is_used_up(const struct late_loop *loop) {
    return loop->runner->report->digest != loop->answers;
}

/* At the end of a slice. */
static enum late_verdict late_verdict_of(const struct late_loop *loop) {
    if (loop->slice < SLICES / 2)
        return GOES_ON;
    if (!keeps_up(loop))
        return IS_NONE;
    const uint64_t before = loop->rounds_at[loop->slice % SLICES]; /* the horizon */
    const bool most_are_older = loop->slice >= SLICES && before * 100 >= loop->rounds * LATE_SHARE;
    return most_are_older ? IS_LEAK : GOES_ON;
}

static enum late_verdict run_slice(struct late_loop *loop) {
    const uint64_t end_ms = ac_now_ms() + loop->slice_ms;
    loop->rounds_at[loop->slice % SLICES] = loop->rounds;
    do {
        ac_run_rounds(loop->runner, LOOK_ROUNDS);
        loop->rounds += LOOK_ROUNDS;
        if (!ac_rounds_go_on(loop->runner))
            return IS_NONE;
        if (is_used_up(loop) || risen(loop) >= loop->most_bytes)
            return IS_LEAK;
    } while (ac_now_ms() < end_ms);
    loop->slice++;
    return late_verdict_of(loop);
}

/* True if memory that has just risen at a steady pace still does after the decay. */
static bool outlasts_decay(struct ac_runner *runner, struct ac_pace *pace) {
    struct late_loop loop = {.runner = runner,
                             .begun = ac_resident_anonymous() - pace->risen - pace->more,
                             .most_bytes = lesser(MOST_KEPT, runner->options.memory / LIMIT_SHARE),
                             .pace_bytes = pace->risen + pace->more,
                             .pace_rounds = pace->rounds + pace->more_rounds,
                             .answers = runner->report->digest,
                             .slice_ms = runner->profile->decay_ms * HORIZON / 100 / SLICES + 1};
    enum late_verdict verdict = GOES_ON;
    loop.rounds = loop.pace_rounds;
    while (verdict == GOES_ON)
        verdict = run_slice(&loop);
    const uint64_t all = risen(&loop);
    pace->more = all - lesser(pace->risen, all);
    pace->more_rounds = loop.rounds - pace->rounds;
    return verdict == IS_LEAK;
}

/* --- all --- */

static bool grows(struct ac_runner *runner, struct ac_pace *pace) {
    return ac_pace_is_steady(pace, ac_resident_anonymous()) &&
           (!runner->options.waits_for_decay || runner->profile->decay_ms == 0 ||
            outlasts_decay(runner, pace));
}

void ac_resident_loop(struct ac_runner *runner) {
    ac_run_rounds(runner, 1);
    const uint64_t calls = ac_round_calls(runner->program, runner->report->counts.calls);
    const uint64_t warm = warm_rounds(runner->program, calls, runner->report->live_peak);
    const uint64_t length = warm * WINDOW_HALVES / 2, most = LONG_CALLS / (calls + 1);
    struct ac_pace pace = {.run = run_pace_window,
                           .ctx = runner,
                           .length = length,
                           .left = most > AC_PACE_ALL * length ? most : AC_PACE_ALL * length,
                           .slack = LEAST_RISE,
                           .percent = PACE};
    run_window(runner, warm);
    const bool is_growth = grows(runner, &pace);
    if (ac_rounds_are_complete(runner) && ac_checks(runner, AC_ORACLE_NO_GROWTH) && is_growth) {
        ac_fail(runner, AC_ORACLE_NO_GROWTH, NULL, NULL,
                "resident memory that does not keep rising",
                "%llu bytes more after %llu rounds, and %llu more after %llu",
                (unsigned long long)pace.risen, (unsigned long long)pace.rounds,
                (unsigned long long)pace.more, (unsigned long long)pace.more_rounds);
    }
}
