// SPDX-License-Identifier: MIT
// Which address, or number, of a foreign log is lent in which slot of a program.
#ifndef EXPORT_LENT_SLOTS_H
#define EXPORT_LENT_SLOTS_H

#include "allocheck/op.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lent_slots {
    struct lent_slot *at;     /* a table with open addressing */
    size_t capacity, count;   /* capacity: a power of two */
    uint64_t *used;           /* a bit for each slot */
    size_t words, first_word; /* no slot is free in the words before */
};

enum { LENT_NO_SLOT = AC_SLOTS };

/* Room for so many slots. False: out of memory. */
bool lent_slots_init(struct lent_slots *blocks, size_t slots);
void lent_slots_destroy(struct lent_slots *blocks);

/* The lowest slot that is free; it stays free. */
uint32_t lent_slots_lowest(struct lent_slots *blocks);
void lent_slots_take(struct lent_slots *blocks, uint32_t slot);
void lent_slots_give(struct lent_slots *blocks, uint32_t slot);

/* Notes that the block at an address is in a slot, in place of what was noted before. */
void lent_slots_put(struct lent_slots *blocks, uint64_t address, uint32_t slot);
/* Forgets an address; the slot it was in, LENT_NO_SLOT where it was not known. */
uint32_t lent_slots_forget(struct lent_slots *blocks, uint64_t address);

#endif
