// SPDX-License-Identifier: MIT
// Recording a command: run it, then turn the log into a program.
#ifndef ALLOCHECK_CLI_RECORD_H
#define ALLOCHECK_CLI_RECORD_H

#include "allocheck/program.h"

#include "recorder/record_log.h"

/* record_run.c */

/* Runs the command with the recorder preloaded and waits for it. NULL: a message has been printed.
 * The log is to be given back with record_log_delete. */
struct record_log *record_run(char **command, int *wait_status);
void record_log_delete(struct record_log *log);

/* record_program.c */

struct record_options {
    size_t calls; /* at most, 1 .. AC_MAX_CALLS */
    bool threads; /* calls of other threads than the first are written `on T:` */
};

struct record_summary {
    size_t calls;       /* in the program */
    size_t blocks;      /* lent by them */
    size_t unseen;      /* left out: about a block of which the log does not know */
    size_t threads;     /* that called */
    uint64_t lent_peak; /* bytes asked for, at most at once */
    bool cut;           /* there was more than fits */
};

/* Turns the log into a program: slots are given lowest first and used again. False: out of memory.
 */
bool record_program(const struct record_log *log, const struct record_options *options,
                    struct ac_program *program, struct record_summary *summary);

/* record_blocks.c: which address is lent in which slot. */

struct record_blocks {
    struct record_block *at;  /* a table with open addressing */
    size_t capacity, count;   /* capacity: a power of two */
    uint64_t *used;           /* a bit for each slot */
    size_t words, first_word; /* no slot is free in the words before */
};

enum { RECORD_NO_SLOT = AC_SLOTS };

/* Room for so many slots. False: out of memory. */
bool record_blocks_init(struct record_blocks *blocks, size_t slots);
void record_blocks_destroy(struct record_blocks *blocks);

/* The lowest slot that is free; it stays free. */
uint32_t record_free_slot(struct record_blocks *blocks);
void record_take_slot(struct record_blocks *blocks, uint32_t slot);
void record_give_slot(struct record_blocks *blocks, uint32_t slot);

/* Notes that the block at an address is in a slot, in place of what was noted before. */
void record_put(struct record_blocks *blocks, uint64_t address, uint32_t slot);
/* Forgets an address; the slot it was in, RECORD_NO_SLOT where it was not known. */
uint32_t record_forget(struct record_blocks *blocks, uint64_t address);

#endif
