// SPDX-License-Identifier: MIT
// Race runs as commands do them: the threads of a program run at the same time, many times over.
#ifndef ALLOCHECK_TOOL_RACE_H
#define ALLOCHECK_TOOL_RACE_H

#include "allocheck/child.h"

#include <argp.h>
#include <stdio.h>

struct racing {
    bool on;           /* programs are race runs; the rest is valid */
    uint32_t rounds;   /* 0: AC_RACE_ROUNDS */
    uint64_t seed;     /* random seed of the schedules */
    uint32_t attempts; /* race runs, at most, until one shows a finding; 0: one */
};

/* How often repeated race runs of a program show a finding, each in a fresh process. */
struct race_confirmation {
    unsigned runs, shown;    /* shown: with a finding of the same oracle */
    struct ac_report report; /* of the last run that showed it, if any did */
};

enum { RACE_CONFIRMATIONS = 20, RACE_TEXT = 96 };

/* Parses --race, --rounds and --seed. Used as a child of a command's own argp, whose child_inputs
 * name the struct racing. --rounds or --seed without --race is a usage error. */
extern const struct argp race_argp;

/* The value of --rounds; a wrong one is a usage error. */
uint32_t race_rounds(struct argp_state *state, const char *argument);

/* The same options for the library. */
struct ac_race_options race_options(const struct racing *racing);

/* One race run of a program, in a fresh process. */
enum ac_child_end race_run(struct ac_child *child, const struct ac_program *program,
                           const struct racing *racing, struct ac_report *report);

/* Race runs until one shows a finding, racing->attempts at most. */
enum ac_child_end race_attempt(struct ac_child *child, const struct ac_program *program,
                               const struct racing *racing, struct ac_report *report);

/* How many attempts show a finding again, by all likelihood: all but one time in a thousand. */
uint32_t race_attempts(const struct race_confirmation *confirmation);

/* Repeats the race run, RACE_CONFIRMATIONS times. Calls that do not return get fewer runs, since
 * each takes seconds. Stops early if a run does not end, and after `enough_ms` (of clock_ms; 0:
 * never) once three runs have shown it. */
struct race_confirmation race_confirm(struct ac_child *child, const struct ac_program *program,
                                      const struct racing *racing, enum ac_oracle oracle,
                                      uint64_t enough_ms);

/* True if a shrunk program shows the finding at least half as often as the original. */
bool race_shows_as_well(const struct race_confirmation *original,
                        const struct race_confirmation *shrunk);

/* `random seed 5, 100 rounds: shown in 7 of 20 runs', without a newline. Returns `text`. */
const char *race_describe(const struct racing *racing, const struct race_confirmation *confirmation,
                          char *text, size_t capacity);

/* Comments at the head of a program that shows a race: the command that runs it, and how often that
 * shows the finding. No `# expect:': in program order the program may be clean. */
void race_put_comment(FILE *to, const struct racing *racing, enum ac_oracle oracle,
                      const struct race_confirmation *confirmation);

/* Each line of race_put_comment() begins with one of these; NULL ends the list. */
extern const char *const race_comment_marks[];

#endif
