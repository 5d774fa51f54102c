// SPDX-License-Identifier: MIT
// `allocheck fuzz`: what a campaign is, and what an engine has to offer to take part in one.
#ifndef ALLOCHECK_CLI_FUZZ_H
#define ALLOCHECK_CLI_FUZZ_H

#include "tool/race.h"
#include "tool/target_options.h"

#include "allocheck/child.h"
#include "allocheck/join.h"

struct campaign;

/* --- engines --- */

/* Makes programs and runs them. A new one is a file, fuzz_NAME.c, and a row in fuzz_engines.c. */
struct fuzz_engine {
    const char *name;
    const char *what; /* a line for people */
    bool automatic;   /* `auto' may choose it */
    bool seeded;      /* it makes programs from the random seed */
    /* NULL where it can run here, else why not. */
    const char *(*missing)(const struct campaign *campaign);
    /* Campaigns until campaign_over(), or until there is nothing left to try. False: it could not
     * run, or not go on; a message has been printed. */
    bool (*run)(struct campaign *campaign);
};

/* All of them, the ones that `auto' prefers first; *count is how many. */
const struct fuzz_engine *const *fuzz_engines(size_t *count);

extern const struct fuzz_engine fuzz_libfuzzer, fuzz_afl, fuzz_random, fuzz_exhaustive;

/* --- what the user wants --- */

struct fuzz_options {
    struct target_options target_options;
    const struct fuzz_engine *engine; /* NULL: auto */
    double seconds;                   /* 0: no limit */
    double call_time;                 /* seconds that a call may take; 0: as children take it */
    uint64_t programs;                /* generated, at most; 0: no limit */
    unsigned jobs;                    /* processes that run programs at the same time; 1 .. */
    uint64_t seed;                    /* random seed of the first program */
    struct racing racing;             /* the schedules of each program have the seed of its head */
    uint32_t confirming_rounds;       /* of a race run that confirms a finding */
    unsigned depth, sizes;            /* of the engine exhaustive */
    const char *out;                  /* folder; NULL: findings are not kept */
    bool keep_going;
    bool examines_all; /* confirms each candidate, however many look alike */
    char **names;      /* seeds, as on the command line, NULL at the end */
};

/* Parses the options that fuzz, triage and sweep share, with those of the target, into a struct
 * fuzz_options, as a child of a command's own argp. A usage error ends the program. */
extern const struct argp campaign_argp;

/* Parse the command lines of `allocheck fuzz` and `allocheck triage`; a usage error ends the
 * program. `options` is all zero before. */
void fuzz_parse(struct fuzz_options *options, int argc, char **argv);
void triage_parse(struct fuzz_options *options, int argc, char **argv);

/* Runs a campaign from start to end. Returns the exit status of the command. */
int campaign_main(const struct fuzz_options *options);

/* --- a campaign --- */

/* What was done. An engine keeps it up to date between calls of campaign_tick. */
struct campaign_counts {
    uint64_t all;          /* programs that there are to run; 0: no end */
    uint64_t programs;     /* run under the inline oracles */
    uint64_t replayed;     /* of them, and of the seeds, under the replay oracles too */
    uint64_t behaviours;   /* distinct; 0: not known */
    uint64_t lost;         /* whose process was killed from outside: nothing is known of them */
    uint64_t not_replayed; /* that an external engine keeps, and nobody replayed before the end */
    uint64_t unfinished;   /* that still ran, in either way, when the time was over */
    struct ac_report sum;  /* counts and checks of all */
};

/* How the generator is to draw programs for the target. */
struct campaign_scope {
    struct ac_boundaries boundaries;
    struct ac_generate_options generate; /* points to the boundaries */
};

const struct fuzz_options *campaign_options(const struct campaign *campaign);
const struct campaign_scope *campaign_scope(const struct campaign *campaign);

/* The engine's own counts: what seeds and confirmations did is kept apart and added. */
struct campaign_counts *campaign_counts(struct campaign *campaign);

/* What an engine keeps for itself while it runs, for the workers to read; NULL before it is set. */
void campaign_keep(struct campaign *campaign, const void *kept);
const void *campaign_kept(const struct campaign *campaign);

/* Takes the line of progress away: before an engine prints anything itself. */
void progress_clear(struct campaign *campaign);

/* True once the time is over, Ctrl-C was pressed, or a finding ends the campaign. */
bool campaign_over(const struct campaign *campaign);
/* True once a finding has ended it: no other is wanted. */
bool campaign_ended(const struct campaign *campaign);
/* True once Ctrl-C was pressed (or a signal to end has come). */
bool campaign_interrupted(const struct campaign *campaign);

/* Milliseconds after which an engine hands an input over that has not ended. */
unsigned campaign_slow_ms(const struct campaign *campaign);

/* Milliseconds of a clock that only runs forwards. */
uint64_t campaign_now_ms(void);

/* Prints progress when it is time to; to be called several times a second. */
void campaign_tick(struct campaign *campaign);

/* What a program was made of, as it was found. */
struct raw_input {
    const char *bytes; /* NULL: the program was not made of an input */
    size_t size;
    bool text;
};

/* How a program that showed a race is run again. */
struct racing campaign_racing(const struct campaign *campaign, const struct ac_program *program);

/* A program that showed something. */
struct candidate {
    const struct ac_program *program;
    const struct ac_finding *finding;
    bool replay;     /* it takes the replay oracles to show it */
    const char *how; /* where it comes from: `random seed 42' */
    struct raw_input raw;
    struct ac_refusal refusal; /* that it takes besides; it is then told as it is, and not kept */
    const char *command;       /* that shows it where it is not kept; NULL: none does */
    /* The programs that ran in the same process, from its start on: the last one is `program'.
     * count 0: nothing is known of them. */
    uint64_t count;
    ac_program_at at;
    void *ctx;
};

/* Confirms a candidate in a fresh process, shrinks, saves and prints it; once for each that is
 * distinct, as far as candidates of one pair of oracle and op kind are looked at. Afterwards
 * campaign_over() says whether to go on. */
void campaign_candidate(struct campaign *campaign, const struct candidate *candidate);

/* Puts a program through the replay oracles, in a fresh process; a finding becomes a candidate. */
void campaign_replay(struct campaign *campaign, const struct ac_program *program, const char *how,
                     const struct raw_input *raw);

/* Ends the requests to a child when the campaign's time is over and so many milliseconds more. */
void campaign_limit_child(const struct campaign *campaign, struct ac_child *child,
                          uint64_t more_ms);

/* A child for the target, whose calls may take as long as the user lets them, or call_ms where
 * that is less and not 0. NULL: a message has been printed. */
struct ac_child *campaign_new_child(const struct campaign *campaign, ac_oracle_set oracles,
                                    uint32_t call_ms);
/* The same for a child that keeps what the behaviour of its programs was. */
struct ac_child *campaign_new_watched_child(const struct campaign *campaign, ac_oracle_set oracles);

#endif
