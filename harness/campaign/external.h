// SPDX-License-Identifier: MIT
// External engines: executables that a campaign starts and watches. It collects the inputs that
// they store.
#ifndef ALLOCHECK_CAMPAIGN_EXTERNAL_H
#define ALLOCHECK_CAMPAIGN_EXTERNAL_H

#include "arguments.h"
#include "campaign.h"

#include "shrink/hash_set.h"

#include <sys/types.h>

struct external;

/* Inputs that an engine stores. */
enum external_input {
    EXTERNAL_CORPUS,  /* to mutate later */
    EXTERNAL_CRASH,   /* that ended the process */
    EXTERNAL_TIMEOUT, /* that took too long */
    EXTERNAL_OOM,     /* that reached the memory limit */
};

/* A folder that an engine stores inputs in: `before`, the number of the job, `after`. */
struct external_store {
    const char *before, *after; /* after NULL: no number, it is one for all jobs */
    const char *prefix;         /* of the names of its files */
    enum external_input input;
    /* Names are hashes of the content, so the next process may store the same name: files are
     * collected, and removed, when the process has ended. */
    bool by_content;
};

struct external_engine {
    const struct external_store *stores;
    size_t store_count;
    /* The command line of a job. `programs`: limit, 0: none. */
    void (*command)(const struct external *external, unsigned job, uint64_t programs,
                    struct arguments *command);
    /* Adds NAME=VALUE to the environment; may be NULL. */
    void (*environment)(const struct external *external, struct arguments *environment);
};

/* One process of the engine at a time. */
struct external_job {
    pid_t pid;                     /* 0: not running */
    unsigned starts;               /* so far */
    unsigned collected;            /* inputs, from the process that runs or the last one */
    unsigned fruitless;            /* ends in a row without such an input */
    bool done;                     /* not to be restarted */
    struct campaign_counts before; /* of processes that have ended */
    /* --- external_stalled.c --- */
    uint64_t begun;       /* programs of the process, at the last look, */
    unsigned begun_start; /* of the process with this number, */
    uint64_t moved_ms;    /* and when there was a new one */
    bool stalled;         /* the last program did not end */
};

struct external {
    struct campaign *campaign;
    const struct external_engine *engine;
    const char *target;     /* the executable */
    char *folder;           /* temporary, absolute */
    struct ac_known *known; /* what the campaign knows, for the engine's processes to read */
    struct external_job *jobs;
    unsigned count;
    struct hash_set collected;      /* paths of inputs */
    struct ac_child *replay_child;  /* replay oracles */
    struct ac_child *quick_child;   /* the same without no-growth */
    struct campaign_counts replays; /* of generated seeds and corpus inputs */
    bool failed;                    /* a message has been printed */
};

/* Runs an engine until the campaign is over. False: a message has been printed. */
bool external_run(struct campaign *campaign, const struct external_engine *engine,
                  const char *target);

/* --- external_folder.c --- */

/* Makes the temporary folder, with seeds in it. False: a message has been printed. */
bool external_make_folder(struct external *external);
void external_remove_folder(struct external *external);

/* --- external_files.c --- */

/* The path of the next input of a store; to be freed. NULL: no new one. */
char *external_next(struct external *external, const struct external_store *store, unsigned job);

/* Counts the new inputs of a store; they count as collected from now on. */
uint64_t external_left(struct external *external, const struct external_store *store, unsigned job);

/* Reads a file; to be freed. NULL: the engine has removed or renamed it. */
uint8_t *external_read(const char *path, size_t *size);

/* Removes an input from the corpus: an engine that loads it would end again at every start. */
void external_drop(const struct external *external, const uint8_t *bytes, size_t size);

/* Adds the counters of a job's process. */
void external_add_counts(const struct external *external, unsigned job,
                         struct campaign_counts *sum);

/* Distinct behaviours of all jobs. */
uint64_t external_behaviours(const struct external *external);

/* --- external_stalled.c --- */

/* Notes how many programs the process of a job has begun. */
void external_note_progress(struct external_job *job, uint64_t programs);

/* After the time limit: waits for programs that take long, as long as they could be confirmed. */
void external_await_programs(struct external *external);

/* Counts those that did not end, when the processes have. */
void external_count_stalled(struct external *external);

/* --- external_inputs.c --- */

/* Runs a program alone in its process, so that it reproduces; it goes on after known findings, as
 * in the engine. */
enum ac_child_end external_run_alone(struct external *external, const struct ac_program *program,
                                     struct ac_report *report);

/* Makes a candidate of a generated seed that shows a finding at once. */
void external_found_seed(const struct external *external, const struct ac_program *program,
                         const struct ac_finding *finding, uint64_t seed);

/* Collects the crashes, timeouts and memory errors of a job. Returns how many there were. */
unsigned external_collect(struct external *external, unsigned job);

/* Runs one corpus input under the replay oracles. False: no new one. */
bool external_replay_one(struct external *external);

/* Counts the corpus inputs that were not replayed. */
uint64_t external_not_replayed(struct external *external);

#endif
