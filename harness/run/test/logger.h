// SPDX-License-Identifier: MIT
// An allocator that keeps who called what, for tests of programs on several threads.
#ifndef ALLOCHECK_TEST_LOGGER_H
#define ALLOCHECK_TEST_LOGGER_H

#include "allocheck/run.h"

#include <pthread.h>
#include <signal.h>
#include <sys/types.h>

enum {
    BLOCK = 64,
    BLOCKS = 1 << 12,
    MOST_CALLS = 1 << 12,
    /* Requests of these sizes do something else: */
    WRITES = 51, /* into the block live last */
    ACCUSES,     /* calls the fatal handler */
    ABORTS,
    SLEEPS,
    ACCUSES_AT_EXIT, /* in a destructor of the allocator's own */
    LOOKS_AT_SIGNALS,
    ACCUSES_WHEN_FREED = 58 /* a block of this size */
};

struct call {
    char what; /* of malloc, free, exit (of a thread), close */
    size_t size;
    pid_t thread;
    unsigned before; /* calls that this thread had made */
};

struct logger {
    _Alignas(64) uint8_t area[BLOCKS * BLOCK];
    size_t sizes[BLOCKS];
    size_t used;
    struct ac_open_options options;
    struct call calls[MOST_CALLS];
    size_t count;
    pthread_key_t key;
    sigset_t blocked; /* signals, where it was looked */
};

extern struct logger logger;
extern const struct ac_allocator logger_allocator;

/* For a group of tests: makes teller.key, whose destructor accuses. */
int logger_make_key(void **state);

/* --- running --- */

/* To be deleted by the caller. */
struct ac_runner *new_runner(const struct ac_allocator *allocator);
/* Runs the program of a text; `replay': as the replay oracles do. */
struct ac_report run_in(struct ac_runner *runner, const char *text, bool replay);
struct ac_report run_on(const struct ac_allocator *allocator, const char *text);
struct ac_report run(const char *text); /* on logger_allocator */

void assert_found(const struct ac_report *report, enum ac_oracle oracle, uint32_t op,
                  uint32_t thread);
/* What was called, a letter each, from the call `first` on. */
void assert_calls(size_t first, const char *expected);

#endif
