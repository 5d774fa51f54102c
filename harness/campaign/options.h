// SPDX-License-Identifier: MIT
// What the user asks of a campaign.
#ifndef ALLOCHECK_CAMPAIGN_OPTIONS_H
#define ALLOCHECK_CAMPAIGN_OPTIONS_H

#include "session/outputs.h"
#include "tool/c_names.h"
#include "tool/input.h"
#include "tool/race.h"
#include "tool/target_options.h"

#include "allocheck/without.h"

struct engine;

struct campaign_options {
    struct target_options target_options;
    const struct engine *engine; /* NULL: auto */
    double seconds;              /* 0: no limit */
    uint64_t start_ms;           /* when the command began, of clock_ms() */
    double shrink_seconds;       /* for each finding */
    double call_time;            /* CPU seconds for a call; 0: the default of children */
    uint64_t first;              /* program of the engine random that comes first */
    uint64_t programs;           /* generated, at most; 0: no limit */
    unsigned jobs;               /* processes that run programs in parallel; 1 .. */
    uint64_t seed;               /* random seed of the first program */
    struct racing racing;        /* schedules use the seed in each program's head, not `seed` */
    uint32_t confirming_rounds;  /* of a race run that confirms a finding */
    unsigned depth, sizes;       /* of the engine exhaustive */
    const char *out;             /* folder; NULL: findings are not saved */
    struct c_names c_names;      /* of C files */
    struct ac_without without;   /* what all programs leave out */
    bool keep_going;             /* after a finding */
    bool confirms_all;           /* candidates, however many look alike */
    struct input_options inputs; /* of the seeds */
    bool deviations;             /* measured ones are findings */
    char **names;                /* seeds on the command line, NULL at the end */
    char **arguments;            /* all of the command line, NULL at the end */
    struct outputs outputs;
};

/* Parses the options that fuzz, triage and sweep share, those of the target included, into a struct
 * campaign_options, as a child of a command's argp. A usage error ends the process. */
extern const struct argp campaign_argp;

/* Parse the command lines of `allocheck fuzz` and `allocheck triage` into all-zero options. A usage
 * error ends the process. */
void fuzz_parse(struct campaign_options *options, int argc, char **argv);
void triage_parse(struct campaign_options *options, int argc, char **argv);

/* Runs a campaign from start to end. Returns the exit status of the command. */
int campaign_main(const struct campaign_options *options);

#endif
