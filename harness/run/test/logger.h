// SPDX-License-Identifier: MIT
// An allocator that logs which thread called what, for tests of programs on several threads.
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
    /* Faults at these sizes: */
    WRITES = 51, /* into the last block */
    ACCUSES,     /* calls the fatal handler */
    ABORTS,
    SLEEPS,
    ACCUSES_AT_EXIT, /* in a destructor of the allocator */
    LOOKS_AT_SIGNALS,
    ACCUSES_WHEN_FREED = 58 /* a block of this size */
};

struct call {
    char what; /* first letter of malloc, free, exit (of a thread), close */
    size_t size;
    pid_t thread;
    unsigned before; /* earlier calls of this thread */
};

struct logger {
    _Alignas(64) uint8_t area[BLOCKS * BLOCK];
    size_t sizes[BLOCKS];
    size_t used;
    struct ac_open_options options;
    struct call calls[MOST_CALLS];
    size_t count;
    pthread_key_t key;
    sigset_t blocked; /* blocked signals, if checked */
};

extern struct logger logger;
extern const struct ac_allocator logger_allocator;

/* Set-up of a group of tests: makes logger.key, whose destructor calls the fatal handler. */
int logger_make_key(void **state);

/* --- running --- */

/* The caller deletes it. */
struct ac_runner *new_runner(const struct ac_allocator *allocator);
/* Runs a program in text form; `replay': with the replay oracles. */
struct ac_report run_in(struct ac_runner *runner, const char *text, bool replay);
struct ac_report run_on(const struct ac_allocator *allocator, const char *text);
struct ac_report run(const char *text); /* on logger_allocator */

void assert_found(const struct ac_report *report, enum ac_oracle oracle, uint32_t op,
                  uint32_t thread);
/* The calls from `first' on, one letter each. */
void assert_calls(size_t first, const char *expected);

#endif
