// SPDX-License-Identifier: MIT
// no-growth in races. Memory held after a round depends on thread interleaving, so it fluctuates
// and peaks late. But a program's live memory is bounded, and so is what it can leave behind. So
// growth must go on at half its pace or faster: a peak that is reached by chance is reached ever
// more rarely. Longer windows follow where it rises in some windows only, for a block that is lost
// now and then takes long to fill a page. Resident memory is no measure without a page source:
// allocators delay giving pages back, and let it rise for seconds.
#include "race.h"

#include "run/check.h"
#include "run/no_growth.h"
#include "run/pace.h"
#include "run/step.h"

enum {
    SHORTEST = 64,       /* rounds of the first windows, and of the warm-up */
    PACE = 50,           /* percent of it that growth must keep up */
    EXIT_CALLS = 100,    /* that take as long as the end of a thread */
    MAX_CALLS = 4000000, /* in all rounds: more calls mean fewer rounds */
    CAPACITY = 64 << 20, /* bytes of the page source, which must not run out before growth shows */
    MAX_BYTES = 1 << 30, /* live bytes times rounds: more mean fewer rounds */
};

static bool run_window(void *ctx, uint64_t *rounds, uint64_t *bytes) {
    struct ac_race *race = ctx;
    ac_race_run_rounds(race, (uint32_t)*rounds, false);
    *bytes = ac_source_held(race->runner->heap.source);
    return ac_race_is_clean(race);
}

static void find_growth(const struct ac_race *race, const struct ac_pace *pace) {
    struct ac_runner *runner = race->runner;
    ac_move_to_end(runner);
    ac_fail(runner, AC_ORACLE_NO_GROWTH, NULL, NULL, "held memory that stops growing",
            "%llu bytes more after %llu rounds, and %llu more after %llu",
            (unsigned long long)pace->risen, (unsigned long long)pace->rounds,
            (unsigned long long)pace->more, (unsigned long long)pace->more_rounds);
}

static void check(struct ac_race *race) {
    struct ac_pace pace = {.run = run_window,
                           .ctx = race,
                           .length = SHORTEST,
                           .left = race->growth,
                           .slack = race->runner->profile->growth_slack,
                           .percent = PACE};
    if (ac_pace_is_steady(&pace, ac_source_held(race->runner->heap.source)))
        find_growth(race, &pace);
}

void ac_race_growth(struct ac_runner *runner) {
    struct ac_race *race = runner->observer_ctx;
    if (!ac_race_begin_heap(race))
        return;
    ac_race_run_rounds(race, SHORTEST + (uint32_t)runner->profile->quarantine, false);
    if (ac_race_is_clean(race) && ac_checks(runner, AC_ORACLE_NO_GROWTH))
        check(race);
    if (ac_race_is_clean(race))
        ac_race_run_rounds(race, 1, true);
}

/* --- which programs --- */

static uint64_t calls_of_a_round(const struct ac_race *race, uint32_t rounds,
                                 const struct ac_report *report) {
    uint64_t calls = 1 + report->counts.calls / rounds;
    for (size_t i = 0; i < race->program->count; i++)
        calls += race->program->ops[i].kind == AC_OP_EXIT ? EXIT_CALLS : 0;
    return calls;
}

static uint64_t lesser(uint64_t left, uint64_t right) {
    return left < right ? left : right;
}

bool ac_race_plan_growth(struct ac_race *race, uint32_t most, uint32_t rounds,
                         const struct ac_report *report) {
    const struct ac_runner *runner = race->runner;
    const uint64_t bytes = report->live_peak * race->count + 1;
    uint64_t may = lesser(most, MAX_CALLS / calls_of_a_round(race, rounds, report));
    may = lesser(may, MAX_BYTES / bytes);
    race->growth = (uint32_t)may;
    race->unlimited = *race->program;
    if (report->counts.refused == 0 && race->unlimited.head.limit < CAPACITY)
        race->unlimited.head.limit = CAPACITY;
    return (runner->options.oracles & AC_ORACLE_BIT(AC_ORACLE_NO_GROWTH)) != 0 &&
           runner->heap.source != NULL && may >= AC_PACE_ALL * SHORTEST &&
           ac_is_closed_loop(race->program);
}
