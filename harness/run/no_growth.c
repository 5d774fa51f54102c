// SPDX-License-Identifier: MIT
// Runs a program in a loop on one heap: what it holds must stop growing.
#include "no_growth.h"

#include "check.h"
#include "resident_growth.h"
#include "rounds.h"

#include "model/evidence.h"

#include <stdio.h>

enum {
    WARM_ROUNDS = 2,  /* besides the quarantine */
    FACTOR = 10,      /* rounds after warming up, for each round before */
    WINDOWS_HELD = 2, /* windows of FACTOR times the warm-up; a loop that grows rises in each */
    STEADY_BYTES = 64 << 10, /* a loop with more live bytes may give pages back each round */
    ROUNDS_A_REQUEST = 16,
};

/* Bytes held after some rounds, and page requests made and refused in them. */
struct window {
    uint64_t held, requests, refused;
};

static struct window run_window(struct ac_runner *runner, uint64_t rounds) {
    const struct ac_source *source = runner->heap.source;
    struct window window = {0, ac_source_requests(source), ac_source_refused(source)};
    ac_run_rounds(runner, rounds);
    window.held = ac_source_held(source);
    window.requests = ac_source_requests(source) - window.requests;
    window.refused = ac_source_refused(source) - window.refused;
    return window;
}

/* True if refusals in the second window mean that the loop has used up its memory. A request that
 * is refused from the first round on says nothing, unless little is left of the limit. */
static bool has_run_out(const struct ac_runner *runner, struct window warm, struct window first,
                        struct window second) {
    const uint64_t slack = runner->profile->growth_slack, live = runner->report->live_peak;
    return second.refused > first.refused &&
           (warm.refused == 0 || second.held + live + 2 * slack >= runner->program->head.limit);
}

/* What fits where depends on the rounds before, so a loop may settle late. One that grows holds
 * more after each of two windows, by more than the slack. If the source has no more memory for the
 * second window, the first must have grown by twice the slack. */
static bool grows(const struct ac_runner *runner, struct window warm, struct window first,
                  struct window second) {
    const uint64_t slack = runner->profile->growth_slack;
    return second.held > first.held + slack ||
           (has_run_out(runner, warm, first, second) && first.held > warm.held + 2 * slack);
}

static void check_held(struct ac_runner *runner, struct window warm, struct window first,
                       uint64_t rounds) {
    const uint64_t most = warm.held + runner->profile->growth_slack;
    if (!ac_checks(runner, AC_ORACLE_NO_GROWTH) || first.held <= most)
        return;
    const struct window second = run_window(runner, rounds);
    if (!ac_rounds_are_complete(runner) || !grows(runner, warm, first, second))
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

/* True if the program alone, in its first round, uses up its memory. Which of its requests are
 * refused then depends on what the allocator kept, and that on what was refused the round before:
 * it may keep a little more each round, of what it needs at the peak anyway. */
static bool fills_memory(const struct ac_runner *runner) {
    const struct ac_source *source = runner->heap.source;
    return ac_source_refused(source) > 0 &&
           ac_source_held_peak(source) + runner->profile->growth_slack >=
               runner->program->head.limit;
}

static void loop_on_source(struct ac_runner *runner) {
    const uint64_t warm = WARM_ROUNDS + runner->profile->quarantine, more = warm * FACTOR;
    run_window(runner, 1);
    if (fills_memory(runner))
        return;
    const struct window warmed = run_window(runner, warm - 1);
    const struct window first = run_window(runner, more);
    if (!ac_rounds_are_complete(runner))
        return;
    check_held(runner, warmed, first, more);
    if (ac_is_clean(runner))
        check_requests(runner, first, more);
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
        return ac_resident_rounds(program, calls, live);
    return (WARM_ROUNDS + runner->profile->quarantine) * (1 + WINDOWS_HELD * FACTOR);
}

static bool loops(const struct ac_runner *runner, const struct ac_program *program,
                  const struct ac_report *first) {
    const uint64_t calls = ac_round_calls(program, first->counts.calls);
    const uint64_t live = first->live_peak, rounds = loop_rounds(runner, program, calls, live);
    return ac_is_closed_loop(program) && calls * rounds <= AC_LOOP_CALLS &&
           (live == 0 || rounds <= AC_LOOP_BYTES / live);
}

ac_body *ac_growth_loop(const struct ac_runner *runner, const struct ac_program *program,
                        const struct ac_report *first) {
    if (!loops(runner, program, first))
        return NULL;
    if (runner->heap.source != NULL)
        return loop_on_source;
    const bool checks = (runner->options.oracles & AC_ORACLE_BIT(AC_ORACLE_NO_GROWTH)) != 0;
    return checks && ac_resident_memory_counts(program) ? ac_resident_loop : NULL;
}
