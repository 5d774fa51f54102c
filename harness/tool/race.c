// SPDX-License-Identifier: MIT
#include "race.h"

#include "clock.h"

#include <stdio.h>

enum { CONFIRMATIONS_OF_HANGS = 3, ENOUGH_SHOWN = 3, MOST_ATTEMPTS = 200 };

static const double UNLIKELY = 0.001;

struct ac_race_options race_options(const struct racing *racing) {
    return (struct ac_race_options){
        .seed = racing->seed, .rounds = racing->rounds, .growth_rounds = AC_RACE_GROWTH_ROUNDS};
}

enum ac_child_end race_run(struct ac_child *child, const struct ac_program *program,
                           const struct racing *racing, struct ac_report *report) {
    const struct ac_race_options how = race_options(racing);
    ac_child_renew(child);
    return ac_child_race(child, program, &how, report);
}

enum ac_child_end race_attempt(struct ac_child *child, const struct ac_program *program,
                               const struct racing *racing, struct ac_report *report) {
    enum ac_child_end end;
    uint32_t made = 0;
    do {
        end = race_run(child, program, racing, report);
    } while (end == AC_CHILD_RAN && !report->found && ++made < racing->attempts);
    return end;
}

/* One clean run is assumed besides those that were seen: a finding that always showed may not. */
uint32_t race_attempts(const struct race_confirmation *confirmation) {
    const double misses = 1 - (double)confirmation->shown / (confirmation->runs + 1);
    double unseen = misses;
    uint32_t attempts = 1;
    for (; unseen > UNLIKELY && attempts < MOST_ATTEMPTS; attempts++)
        unseen *= misses;
    return attempts;
}

static bool is_enough(const struct race_confirmation *confirmation, uint64_t enough_ms) {
    return enough_ms != 0 && confirmation->shown >= ENOUGH_SHOWN && clock_ms() >= enough_ms;
}

struct race_confirmation race_confirm(struct ac_child *child, const struct ac_program *program,
                                      const struct racing *racing, enum ac_oracle oracle,
                                      uint64_t enough_ms) {
    const unsigned most =
        oracle == AC_ORACLE_LIVENESS ? CONFIRMATIONS_OF_HANGS : RACE_CONFIRMATIONS;
    struct race_confirmation confirmation = {.runs = 0};
    struct ac_report report;
    while (confirmation.runs < most && !is_enough(&confirmation, enough_ms) &&
           race_run(child, program, racing, &report) == AC_CHILD_RAN) {
        confirmation.runs++;
        if (report.found && report.finding.oracle == oracle) {
            confirmation.shown++;
            confirmation.report = report;
        }
    }
    return confirmation;
}

bool race_shows_as_well(const struct race_confirmation *original,
                        const struct race_confirmation *shrunk) {
    return shrunk->shown > 0 &&
           2 * shrunk->shown * original->runs >= original->shown * shrunk->runs;
}

static unsigned rounds_of(const struct racing *racing) {
    return racing->rounds != 0 ? racing->rounds : AC_RACE_ROUNDS;
}

const char *race_describe(const struct racing *racing, const struct race_confirmation *confirmation,
                          char *text, size_t capacity) {
    snprintf(text, capacity, "random seed %llu, %u rounds: shown in %u of %u runs",
             (unsigned long long)racing->seed, rounds_of(racing), confirmation->shown,
             confirmation->runs);
    return text;
}

const char *const race_comment_marks[] = {"# A race, of ", "# random seed ", NULL};

void race_put_comment(FILE *to, const struct racing *racing, enum ac_oracle oracle,
                      const struct race_confirmation *confirmation) {
    char described[RACE_TEXT];
    fprintf(to,
            "# A race, of %s: allocheck run --race --seed=%llu --rounds=%u --attempts=%u\n# %s.\n",
            ac_oracle_info(oracle)->id, (unsigned long long)racing->seed, rounds_of(racing),
            race_attempts(confirmation),
            race_describe(racing, confirmation, described, sizeof described));
}
