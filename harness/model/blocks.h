// SPDX-License-Identifier: MIT
// The model: which blocks are live, where, under which name, and what they hold.
#ifndef ALLOCHECK_BLOCKS_H
#define ALLOCHECK_BLOCKS_H

#include "allocheck/op.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AC_UNKNOWN SIZE_MAX

/* One live block. Links are indices into the pool, 0 for none. */
struct ac_block {
    uint8_t *start;
    size_t size;          /* asked for */
    size_t owned;         /* bytes that the program may use and the pattern covers; at least size */
    size_t usable;        /* as the allocator last said; AC_UNKNOWN until asked */
    size_t alignment;     /* asked for; 0: none */
    uint64_t seed;        /* of its pattern */
    uint32_t id;          /* blocks live before it */
    int32_t slot;         /* that names it, or -1 */
    uint32_t frame;       /* depth of the frame it lives in; 0: the heap */
    uint8_t by;           /* function that live it, enum ac_function */
    uint8_t thread;       /* that live it, or whose frame it lives in */
    uint8_t exit_thread;  /* at whose end it is to be freed; 0: none */
    uint8_t exit_pass;    /* of that thread's destructors */
    bool whole;           /* covered whole by the pattern, or by a sample */
    bool failed_resize;   /* a realloc of it has failed */
    uint32_t left, right; /* tree by address */
    uint32_t older, newer; /* list by age */
};

/* One slot. What it named last stays known after a free, for misuses. */
struct ac_slot {
    struct ac_block *block; /* NULL: empty */
    uint8_t *stale;         /* start of the block that was freed last; NULL: none */
    size_t stale_size;
    uint64_t stale_since; /* allocator calls made when it was freed */
    bool touched;
};

struct ac_blocks {
    struct ac_block *pool; /* index 0 is nobody */
    struct ac_slot *slots;
    uint32_t *touched;
    uint32_t used, spare, root, oldest, newest;
    uint32_t touched_count;
    uint32_t live;           /* blocks of the heap */
    uint32_t allocated_ever; /* ids given */
    uint64_t live_bytes;     /* asked for, of the heap */
    uint64_t frame_bytes;    /* of frames */
};

bool ac_blocks_init(struct ac_blocks *blocks);
void ac_blocks_destroy(struct ac_blocks *blocks);
void ac_blocks_reset(struct ac_blocks *blocks);

/* Adds a block that overlaps no other; NULL: the model is full. */
struct ac_block *ac_blocks_add(struct ac_blocks *blocks, void *start, size_t size, uint32_t frame);

/* Removes a block; its slot forgets it. */
void ac_blocks_remove(struct ac_blocks *blocks, struct ac_block *block);

/* A block that realloc gave another place and size. */
void ac_blocks_move(struct ac_blocks *blocks, struct ac_block *block, void *start, size_t size);

/* The block that [start, start + size) runs into, other than `except`; a size of 0 counts as 1, for
 * live blocks too: their addresses are unique. NULL: none. */
struct ac_block *ac_blocks_overlapping(const struct ac_blocks *blocks, const void *start,
                                       size_t size, const struct ac_block *except);

/* The slot of a number below AC_SLOTS. */
struct ac_slot *ac_blocks_slot(struct ac_blocks *blocks, uint32_t number);

/* Names a block; the one that the slot named until now stays live without a name. */
void ac_blocks_name(struct ac_blocks *blocks, struct ac_block *block, uint32_t number);

/* The oldest block, and the next younger one; NULL: none. */
struct ac_block *ac_blocks_oldest(const struct ac_blocks *blocks);
struct ac_block *ac_blocks_newer(const struct ac_blocks *blocks, const struct ac_block *block);

#endif
