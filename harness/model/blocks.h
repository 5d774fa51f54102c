// SPDX-License-Identifier: MIT
// The model of the heap: the live blocks, their addresses, slots and content.
#ifndef ALLOCHECK_BLOCKS_H
#define ALLOCHECK_BLOCKS_H

#include "allocheck/op.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AC_UNKNOWN SIZE_MAX

/* One live block. Links are pool indices; 0: none. */
struct ac_block {
    uint8_t *start;
    size_t size;           /* requested bytes */
    size_t owned;          /* bytes that the program owns and the pattern covers; at least size */
    size_t usable;         /* last reported usable size; AC_UNKNOWN: not queried */
    size_t alignment;      /* requested; 0: none */
    uint64_t seed;         /* of the pattern */
    uint32_t id;           /* number of blocks allocated before it */
    int32_t slot;          /* that holds it, or -1 */
    uint32_t frame;        /* depth of its frame; 0: heap block */
    uint8_t by;            /* function that allocated it, enum ac_function */
    uint8_t thread;        /* that allocated it, or whose frame holds it */
    uint8_t exit_thread;   /* whose exit frees it (free_at_exit); 0: none */
    uint8_t exit_pass;     /* of the thread's destructors */
    bool whole;            /* the pattern covers the whole block, not a sample */
    bool failed_resize;    /* a realloc of the block has failed */
    uint32_t left, right;  /* in the tree by address */
    uint32_t older, newer; /* in the list by age */
};

/* One slot. It remembers the last freed block, for misuse ops. */
struct ac_slot {
    struct ac_block *block; /* NULL: empty */
    uint8_t *stale;         /* start of the last freed block, or NULL */
    size_t stale_size;
    uint64_t stale_since; /* number of allocator calls at that free */
    bool touched;
};

struct ac_blocks {
    struct ac_block *pool; /* index 0 is not used */
    struct ac_slot *slots;
    uint32_t *touched;
    uint32_t used, spare, root, oldest, newest;
    uint32_t touched_count;
    uint32_t live;           /* heap blocks */
    uint32_t allocated_ever; /* next id */
    uint64_t live_bytes;     /* requested, of heap blocks */
    uint64_t frame_bytes;    /* requested, of frame blocks */
};

bool ac_blocks_init(struct ac_blocks *blocks);
void ac_blocks_destroy(struct ac_blocks *blocks);
void ac_blocks_reset(struct ac_blocks *blocks);

/* Adds a block, which must not overlap another. NULL: the model is full. */
struct ac_block *ac_blocks_add(struct ac_blocks *blocks, void *start, size_t size, uint32_t frame);

/* Removes a block and empties its slot. */
void ac_blocks_remove(struct ac_blocks *blocks, struct ac_block *block);

/* Changes a block's address and size, after realloc. */
void ac_blocks_move(struct ac_blocks *blocks, struct ac_block *block, void *start, size_t size);

/* A block other than `except` that overlaps [start, start + size), or NULL. Size 0 counts as 1,
 * also of live blocks, since their addresses are unique. */
struct ac_block *ac_blocks_overlapping(const struct ac_blocks *blocks, const void *start,
                                       size_t size, const struct ac_block *except);

/* The slot with a number below AC_SLOTS. */
struct ac_slot *ac_blocks_slot(struct ac_blocks *blocks, uint32_t number);

/* Puts a block into a slot. The slot's previous block stays live without a slot. */
void ac_blocks_name(struct ac_blocks *blocks, struct ac_block *block, uint32_t number);

/* The oldest block, and the next newer one, or NULL. */
struct ac_block *ac_blocks_oldest(const struct ac_blocks *blocks);
struct ac_block *ac_blocks_newer(const struct ac_blocks *blocks, const struct ac_block *block);

#endif
