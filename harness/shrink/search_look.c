// SPDX-License-Identifier: MIT
// The program given and the one that is left: what they show, and how often.
#include "look.h"
#include "search.h"

enum {
    LOOKS = 3,       /* runs of the program given; where not all are alike, */
    MORE_LOOKS = 10, /* so many */
    MOST_RUNS = 12,
    MISSED_PERCENT = 5, /* of the candidates that hold: these are not seen to */
    /* Milliseconds of CPU time that a call of a candidate may take: hangs that are not looked for
     * are rare, those that are cost this twice, each time. */
    CALL_MS = 500,
    HANG_CALL_MS = 10,
    RACE_HANG_MS = 100, /* threads that make no progress may just wait for a processor */
    RACE_RUNS = 3,      /* of a candidate, where each run of the program given shows it, */
    RACE_NEEDED = 2,    /* and of these so many show it: rare luck is not to be kept */
    CAREFUL_RUNS = 5,
    CAREFUL_NEEDED = 4,
};

/* How often a candidate is run so that few which hold are missed. */
static unsigned runs_for(const struct look *look) {
    const double missed_once = 1 - (double)look->shown / look->runs;
    double missed = missed_once * 100;
    unsigned runs = 1;
    while (missed > MISSED_PERCENT && runs < MOST_RUNS) {
        missed *= missed_once;
        runs++;
    }
    return runs;
}

static bool wants_growth(const struct shrink_task *task) {
    return task->wanted == 0 || (task->wanted & AC_ORACLE_BIT(AC_ORACLE_NO_GROWTH)) != 0;
}

struct ac_race_options search_race_of(const struct shrink_task *task) {
    struct ac_race_options race = {.rounds = AC_RACE_ROUNDS};
    if (task->race != NULL) {
        race.seed = task->race->seed;
        race.rounds = task->race->rounds != 0 ? task->race->rounds : race.rounds;
        race.growth_rounds = wants_growth(task) ? task->race->growth_rounds : 0;
    }
    return race;
}

static bool look_in_order(struct search *search, const struct ac_program *program,
                          struct look *look) {
    bool done = search_is_hang(search) || look_again(&search->check, program, LOOKS, look);
    if (look->shown < look->runs) {
        done = look_again(&search->check, program, MORE_LOOKS, look);
    }
    search->check.runs = runs_for(look);
    return done;
}

static bool look_racing(struct search *search, const struct ac_program *program,
                        struct look *look) {
    struct check *check = &search->check;
    check->call_ms = search_is_hang(search) ? RACE_HANG_MS : check->call_ms;
    const bool done = look_at_race(check, program, MORE_LOOKS, look);
    const bool always = look->shown == look->runs;
    check->runs = always ? RACE_RUNS : runs_for(look);
    check->needed = always ? RACE_NEEDED : 1;
    return done;
}

/* A hang is waited for in full once: others are told by less. */
enum shrink_end search_look(struct search *search, const struct ac_program *program) {
    struct shrink_outcome *outcome = search->outcome;
    struct look look = {0};
    if (!look_for_any(&search->check, program, search_is_race(search) ? MORE_LOOKS : LOOKS, &look,
                      outcome->trouble, sizeof outcome->trouble)) {
        return SHRINK_TROUBLE;
    }
    if (look.shown == 0) {
        return SHRINK_NO_FINDING;
    }
    const bool done = search_is_race(search) ? look_racing(search, program, &look)
                                             : look_in_order(search, program, &look);
    search->last_op = look.finding.op;
    outcome->finding = look.finding;
    outcome->replay = search->check.replay;
    outcome->shown = outcome->shown_left = look.shown;
    outcome->runs = outcome->runs_left = look.runs;
    return done ? SHRINK_DONE : SHRINK_TROUBLE;
}

static bool is_racing_hang(const struct search *search) {
    return search_is_race(search) && search_is_hang(search);
}

static unsigned looks_at_rest(const struct search *search) {
    if (search_is_race(search)) {
        return MORE_LOOKS;
    }
    return search_is_hang(search) ? 1 : shrink_is_flaky(search->outcome) ? MORE_LOOKS : LOOKS;
}

/* It shows as the program given did. */
static bool shows_as_well(const struct search *search, const struct look *look) {
    const struct shrink_outcome *outcome = search->outcome;
    if (search_is_race(search)) { /* half as often is often enough */
        return look->shown > 0 && 2 * look->shown * outcome->runs >= outcome->shown * look->runs;
    }
    return shrink_is_flaky(outcome) ? look->shown > 0 : look->shown == look->runs;
}

bool search_look_at_rest(struct search *search, const struct ac_program *rest) {
    struct shrink_outcome *outcome = search->outcome;
    struct check check = search->check;
    struct look look = {0};
    check.call_ms = is_racing_hang(search) ? RACE_HANG_MS : search->task->call_ms;
    check.left_ms = 0;
    if (search_is_race(search)) {
        check.race = search_race_of(search->task);
    }
    if (!look_again(&check, rest, looks_at_rest(search), &look)) {
        return false;
    }
    const bool shows = shows_as_well(search, &look);
    if (shows) {
        outcome->finding = look.finding;
        outcome->shown_left = look.shown;
        outcome->runs_left = look.runs;
    }
    return shows;
}

uint32_t search_call_ms(const struct search *search) {
    const uint32_t wanted = search->task->call_ms;
    const uint32_t hang = search_is_race(search) ? RACE_HANG_MS : HANG_CALL_MS;
    const uint32_t mine = search_is_hang(search) ? hang : CALL_MS;
    return wanted != 0 && wanted < mine ? wanted : mine;
}

void search_take_care(struct search *search) {
    struct check *check = &search->check;
    const bool always = check->needed > 1;
    check->runs = always ? CAREFUL_RUNS : 2 * check->runs;
    check->needed = always ? CAREFUL_NEEDED : 2;
}
