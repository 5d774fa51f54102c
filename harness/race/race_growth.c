// SPDX-License-Identifier: MIT
// no-growth in races. Memory held after a round depends on thread interleaving, so it fluctuates
// and peaks late. But a program's live memory is bounded, and so is what it can leave behind. So
// growth must rise in each of four windows of equal length, and go on at half the pace or faster
// through a fifth one that is eight times as long: a peak that is reached by chance is reached ever
// more rarely. If it rises in some windows only, longer windows follow, for a block that is lost
// now and then takes long to fill a page. Resident memory is no measure without a page source:
// allocators delay giving pages back, and let it rise for seconds.
#include "race.h"

#include "run/check.h"
#include "run/no_growth.h"
#include "run/step.h"

enum {
    SHORTEST = 64,   /* rounds of the first windows, and of the warm-up */
    WINDOWS = 4,     /* of that length */
    LAST_WINDOW = 8, /* then one of this many lengths */
    STEP = 4,        /* factor between lengths */
    ALL_OF_A_LENGTH = WINDOWS + LAST_WINDOW,
    EXIT_CALLS = 100,    /* that take as long as the end of a thread */
    MAX_CALLS = 4000000, /* in all rounds: more calls mean fewer rounds */
    CAPACITY = 64 << 20, /* bytes of the page source, which must not run out before growth shows */
    MAX_BYTES = 1 << 30, /* live bytes times rounds: more mean fewer rounds */
};

/* What is held during the windows of one length. */
struct growth {
    struct ac_race *race;
    uint32_t length;       /* of a window */
    uint32_t left;         /* rounds left to run */
    uint64_t begun, risen; /* bytes held before the windows; added by the equal ones */
    unsigned rises;        /* equal windows in which it rose */
    uint64_t more;         /* bytes added by the last window */
};

static uint64_t held(const struct ac_race *race) {
    return ac_source_held(race->runner->heap.source);
}

/* Runs rounds, and returns the bytes held after them. */
static uint64_t after(struct growth *growth, uint32_t rounds) {
    growth->left -= rounds < growth->left ? rounds : growth->left;
    ac_race_run_rounds(growth->race, rounds, false);
    return held(growth->race);
}

static void run_windows(struct growth *growth) {
    uint64_t last = growth->begun = held(growth->race);
    growth->rises = 0;
    for (unsigned i = 0; i < WINDOWS && ac_race_is_clean(growth->race); i++) {
        const uint64_t now = after(growth, growth->length);
        growth->rises += now > last;
        last = now;
        if (i == WINDOWS / 2 - 1 && growth->rises == 0)
            break; /* it has settled */
    }
    growth->risen = last > growth->begun ? last - growth->begun : 0;
}

static bool rises_steadily(const struct growth *growth) {
    return growth->rises == WINDOWS && growth->risen > growth->race->runner->profile->growth_slack;
}

static void find_growth(const struct growth *growth) {
    struct ac_runner *runner = growth->race->runner;
    ac_move_to_end(runner);
    ac_fail(runner, AC_ORACLE_NO_GROWTH, NULL, NULL, "held memory that stops growing",
            "%llu bytes more after %u rounds, and %llu more after %u",
            (unsigned long long)growth->risen, (unsigned)WINDOWS * growth->length,
            (unsigned long long)growth->more, (unsigned)LAST_WINDOW * growth->length);
}

/* At half the pace, the last window adds as much as the four before it. */
static bool goes_on(struct growth *growth) {
    const uint64_t before = held(growth->race);
    const uint64_t now = after(growth, LAST_WINDOW * growth->length);
    growth->more = now > before ? now - before : 0;
    return ac_race_is_clean(growth->race) && growth->more >= growth->risen;
}

static bool fits(const struct growth *growth) {
    return growth->left >= ALL_OF_A_LENGTH * growth->length;
}

static void check(struct growth *growth) {
    do {
        run_windows(growth);
        if (ac_race_is_clean(growth->race) && rises_steadily(growth) && goes_on(growth))
            find_growth(growth);
        growth->length *= STEP;
    } while (ac_race_is_clean(growth->race) && growth->rises > 0 && fits(growth));
}

void ac_race_growth(struct ac_runner *runner) {
    struct ac_race *race = runner->observer_ctx;
    struct growth growth = {.race = race, .length = SHORTEST, .left = race->growth};
    if (!ac_race_begin_heap(race))
        return;
    ac_race_run_rounds(race, SHORTEST + (uint32_t)runner->profile->quarantine, false);
    if (ac_race_is_clean(race) && ac_checks(runner, AC_ORACLE_NO_GROWTH))
        check(&growth);
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
           runner->heap.source != NULL && may >= ALL_OF_A_LENGTH * SHORTEST &&
           ac_is_closed_loop(race->program);
}
