// SPDX-License-Identifier: MIT
// Race runs, as commands do them.
#ifndef ALLOCHECK_CLI_RACE_H
#define ALLOCHECK_CLI_RACE_H

#include "allocheck/child.h"

#include <argp.h>
#include <stdio.h>

/* Whether programs are run so, and how. */
struct racing {
    bool on;         /* the rest is valid */
    uint32_t rounds; /* 0: AC_RACE_ROUNDS */
    uint64_t seed;   /* random seed of the schedules */
};

/* How often a finding shows when its program is run again, each time in a fresh process. */
struct race_confirmation {
    unsigned runs, shown;    /* a finding of the same oracle */
    struct ac_report report; /* of one that showed it, where there was one */
};

enum { RACE_CONFIRMATIONS = 20, RACE_TEXT = 96 };

/* Parses --rounds; a usage error ends the program. */
uint32_t race_rounds(struct argp_state *state, const char *argument);

/* Parses --race, --rounds and --seed as a child of a command's own argp, into the struct racing
 * that the command gives it (child_inputs of ARGP_KEY_INIT). What is asked for and not done would
 * be taken for done: --rounds and --seed without --race are usage errors. */
extern const struct argp race_argp;

/* How the library is asked for it. */
struct ac_race_options race_options(const struct racing *racing);

/* Runs a program so, in a fresh process. */
enum ac_child_end race_run(struct ac_child *child, const struct ac_program *program,
                           const struct racing *racing, struct ac_report *report);

/* Runs it again until it has shown the oracle's finding as often as is known of it. Of calls that
 * do not return few runs are made: each takes seconds. Stops where a run does not end. */
struct race_confirmation race_confirm(struct ac_child *child, const struct ac_program *program,
                                      const struct racing *racing, enum ac_oracle oracle);

/* True where a program that is left of another shows it at least half as often. */
bool race_shows_as_well(const struct race_confirmation *whole,
                        const struct race_confirmation *left);

/* `random seed 5, 100 rounds: shown in 7 of 20 runs', without a newline. Returns text. */
const char *race_describe(const struct racing *racing, const struct race_confirmation *confirmation,
                          char *text, size_t capacity);

/* Comments of a program that shows a race: how it is run, and how often that shows it. No `expect'
 * is among them, for in its own order it may show nothing. */
void race_put_comment(FILE *to, const struct racing *racing, enum ac_oracle oracle,
                      const struct race_confirmation *confirmation);

/* What its lines begin with; NULL at the end. */
extern const char *const race_comment_marks[];

#endif
