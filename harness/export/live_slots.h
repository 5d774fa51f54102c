// SPDX-License-Identifier: MIT
// Which address, or number, of a foreign log is live in which slot of a program.
#ifndef EXPORT_LIVE_SLOTS_H
#define EXPORT_LIVE_SLOTS_H

#include "allocheck/op.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct live_slots {
    struct live_slot *at;     /* a table with open addressing */
    size_t capacity, count;   /* capacity: a power of two */
    uint64_t *used;           /* a bit for each slot */
    size_t words, first_word; /* no slot is free in the words before */
};

enum { LIVE_NO_SLOT = AC_SLOTS };

/* Room for so many slots. False: out of memory. */
bool live_slots_init(struct live_slots *blocks, size_t slots);
void live_slots_destroy(struct live_slots *blocks);

/* The lowest slot that is free; it stays free. */
uint32_t live_slots_lowest(struct live_slots *blocks);
void live_slots_take(struct live_slots *blocks, uint32_t slot);
void live_slots_give(struct live_slots *blocks, uint32_t slot);

/* Notes that the block at an address is in a slot, in place of what was noted before. */
void live_slots_put(struct live_slots *blocks, uint64_t address, uint32_t slot);
/* Forgets an address; the slot it was in, LIVE_NO_SLOT where it was not known. */
uint32_t live_slots_forget(struct live_slots *blocks, uint64_t address);

#endif
