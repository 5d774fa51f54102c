// SPDX-License-Identifier: MIT
// Engines that are executables of their own: started, watched, and what they leave in their folders
// handed over.
#ifndef ALLOCHECK_CLI_FUZZ_EXTERNAL_H
#define ALLOCHECK_CLI_FUZZ_EXTERNAL_H

#include "fuzz.h"

#include <sys/types.h>

/* --- strings in a row: a command line, an environment --- */

struct words {
    char **at; /* NULL at the end */
    size_t count;
    bool failed; /* out of memory */
};

void words_add(struct words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));
void words_free(struct words *words);

/* --- an engine --- */

struct external;

/* What the files of a folder are. */
enum external_what {
    EXTERNAL_KEPT,    /* inputs that the engine keeps */
    EXTERNAL_CRASHED, /* inputs that ended the process */
    EXTERNAL_STUCK,   /* inputs that took too long */
    EXTERNAL_FULL,    /* inputs at which the process had reached its bound of memory */
};

/* A folder below that of all jobs: `before`, the number of the job, `after`. */
struct external_place {
    const char *before, *after; /* after NULL: without a number, for all jobs */
    const char *prefix;         /* of the names of its files */
    enum external_what what;
    /* A file has its name from its content, and the process ends with it: looked at and removed
     * once the process is gone, for the next one may end at the same input. */
    bool by_content;
};

struct external_kind {
    const struct external_place *places;
    size_t place_count;
    /* The command line of a job, its programs limited to `programs` (0: not). */
    void (*command)(const struct external *external, unsigned job, uint64_t programs,
                    struct words *command);
    /* Names and values in turns, added to the environment. */
    void (*environment)(const struct external *external, struct words *environment);
};

/* One process of the engine. */
struct external_job {
    pid_t pid;                     /* 0: it does not run */
    unsigned starts;               /* so far */
    unsigned finds;                /* of the process that runs, or of the last one */
    unsigned fruitless;            /* ends in a row without a find */
    bool done;                     /* not to be started again */
    struct campaign_counts before; /* of its processes that have ended */
};

/* Names of files that were looked at: hashes of them. */
struct external_seen {
    uint64_t *hashes; /* 0: free */
    size_t count, capacity;
};

struct external {
    struct campaign *campaign;
    const struct external_kind *kind;
    const char *target; /* the executable */
    char *folder;       /* for what is needed only while it lasts; absolute */
    struct external_job *jobs;
    unsigned count;
    struct external_seen seen;
    struct ac_child *check, *quick; /* replay oracles with and without no-growth */
    struct campaign_counts replays; /* of the seeds made, and of the inputs kept */
    bool failed;                    /* a message has been printed */
};

/* Runs an engine until the campaign is over. False: a message has been printed. */
bool external_run(struct campaign *campaign, const struct external_kind *kind, const char *target);

/* --- fuzz_external_files.c --- */

/* The folder of all, with seeds in it. False: a message has been printed. */
bool external_make_folder(struct external *external);
void external_remove_folder(struct external *external);

/* The next file of a place that was not looked at yet; its path, to be freed. NULL: none. */
char *external_next(struct external *external, const struct external_place *place, unsigned job);

/* How many files of a place were not looked at yet; they count as looked at from now on. */
uint64_t external_left(struct external *external, const struct external_place *place, unsigned job);

/* Reads a file that an engine may be about to rename or remove; to be freed. NULL: gone. */
uint8_t *external_read(const char *path, size_t *size);

/* Drops an input that ended a process from what engines start from: loaded after others it would
 * end the next one too, at every start. */
void external_drop(const struct external *external, const uint8_t *bytes, size_t size);

/* Adds what a job's process counts in its file. */
void external_add_counts(const struct external *external, unsigned job,
                         struct campaign_counts *sum);

/* Distinct behaviours that all jobs have seen. */
uint64_t external_behaviours(const struct external *external);

/* --- fuzz_external_finds.c --- */

/* A generated program that shows something before it became a seed. */
void external_found_seed(const struct external *external, const struct ac_program *program,
                         const struct ac_finding *finding, uint64_t seed);

/* Deals with every find of a job; how many there were. */
unsigned external_take_finds(struct external *external, unsigned job);

/* Puts one input that the engines keep through the replay oracles. False: none is left. */
bool external_replay_one(struct external *external);

/* How many such inputs are left. */
uint64_t external_not_replayed(struct external *external);

#endif
