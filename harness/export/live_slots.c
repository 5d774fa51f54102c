// SPDX-License-Identifier: MIT
#include "live_slots.h"

#include <stdlib.h>

struct live_slot {
    uint64_t address; /* 0: nothing here */
    uint32_t slot;
};

enum { WORD_BITS = 64 };

bool live_slots_init(struct live_slots *blocks, size_t slots) {
    *blocks = (struct live_slots){.capacity = 1, .words = slots / WORD_BITS + 1};
    while (blocks->capacity < 2 * slots) {
        blocks->capacity *= 2;
    }
    blocks->at = calloc(blocks->capacity, sizeof *blocks->at);
    blocks->used = calloc(blocks->words, sizeof *blocks->used);
    if (blocks->at != NULL && blocks->used != NULL) {
        return true;
    }
    live_slots_destroy(blocks);
    return false;
}

void live_slots_destroy(struct live_slots *blocks) {
    free(blocks->at);
    free(blocks->used);
    *blocks = (struct live_slots){.capacity = 0};
}

uint32_t live_slots_lowest(struct live_slots *blocks) {
    while (blocks->used[blocks->first_word] == UINT64_MAX) {
        blocks->first_word++;
    }
    unsigned bit = (unsigned)__builtin_ctzll(~blocks->used[blocks->first_word]);
    return (uint32_t)(blocks->first_word * WORD_BITS + bit);
}

void live_slots_take(struct live_slots *blocks, uint32_t slot) {
    blocks->used[slot / WORD_BITS] |= UINT64_C(1) << slot % WORD_BITS;
}

void live_slots_give(struct live_slots *blocks, uint32_t slot) {
    blocks->used[slot / WORD_BITS] &= ~(UINT64_C(1) << slot % WORD_BITS);
    if (slot / WORD_BITS < blocks->first_word) {
        blocks->first_word = slot / WORD_BITS;
    }
}

static size_t home_of(const struct live_slots *blocks, uint64_t address) {
    return (size_t)((address >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (blocks->capacity - 1);
}

/* Where an address is, or would be put. */
static size_t find(const struct live_slots *blocks, uint64_t address) {
    size_t index = home_of(blocks, address);
    while (blocks->at[index].address != 0 && blocks->at[index].address != address) {
        index = (index + 1) & (blocks->capacity - 1);
    }
    return index;
}

void live_slots_put(struct live_slots *blocks, uint64_t address, uint32_t slot) {
    size_t index = find(blocks, address);
    blocks->count += blocks->at[index].address == 0;
    blocks->at[index] = (struct live_slot){address, slot};
}

/* What follows moves up, so that no search ends at the hole. */
static void close_hole(struct live_slots *blocks, size_t hole) {
    size_t mask = blocks->capacity - 1;
    for (size_t i = (hole + 1) & mask; blocks->at[i].address != 0; i = (i + 1) & mask) {
        size_t home = home_of(blocks, blocks->at[i].address);
        if (((i - home) & mask) >= ((i - hole) & mask)) {
            blocks->at[hole] = blocks->at[i];
            hole = i;
        }
    }
    blocks->at[hole].address = 0;
}

uint32_t live_slots_forget(struct live_slots *blocks, uint64_t address) {
    size_t index = find(blocks, address);
    if (address == 0 || blocks->at[index].address == 0) {
        return LIVE_NO_SLOT;
    }
    uint32_t slot = blocks->at[index].slot;
    blocks->count--;
    close_hole(blocks, index);
    return slot;
}
