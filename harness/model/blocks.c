// SPDX-License-Identifier: MIT
#include "blocks.h"

#include "program/memory.h"
#include "pattern.h"

/* Never more live blocks than calls. */
enum { POOL = AC_MAX_CALLS + 1 };

bool ac_blocks_init(struct ac_blocks *blocks) {
    *blocks = (struct ac_blocks){.used = 1};
    blocks->pool = ac_memory_new(POOL * sizeof *blocks->pool);
    blocks->slots = ac_memory_new(AC_SLOTS * sizeof *blocks->slots);
    blocks->touched = ac_memory_new(AC_SLOTS * sizeof *blocks->touched);
    return blocks->pool != NULL && blocks->slots != NULL && blocks->touched != NULL;
}

void ac_blocks_destroy(struct ac_blocks *blocks) {
    ac_memory_delete(blocks->pool, POOL * sizeof *blocks->pool);
    ac_memory_delete(blocks->slots, AC_SLOTS * sizeof *blocks->slots);
    ac_memory_delete(blocks->touched, AC_SLOTS * sizeof *blocks->touched);
    *blocks = (struct ac_blocks){0};
}

void ac_blocks_reset(struct ac_blocks *blocks) {
    for (uint32_t i = 0; i < blocks->touched_count; i++)
        blocks->slots[blocks->touched[i]] = (struct ac_slot){0};
    blocks->used = 1;
    blocks->spare = blocks->root = blocks->oldest = blocks->newest = 0;
    blocks->touched_count = blocks->live = blocks->allocated_ever = 0;
    blocks->live_bytes = blocks->frame_bytes = 0;
}

/* --- tree by address: a treap with priorities derived from pool indices --- */

static uint32_t priority(uint32_t node) {
    uint32_t z = node * UINT32_C(0x9E3779B9);
    return z ^ (z >> 15);
}

static uintptr_t address(const struct ac_blocks *blocks, uint32_t node) {
    return (uintptr_t)blocks->pool[node].start;
}

static uint32_t index_of(const struct ac_blocks *blocks, const struct ac_block *block) {
    return (uint32_t)(block - blocks->pool);
}

/* Splits a tree into the nodes below `at` and the others. */
static void split(struct ac_blocks *blocks, uint32_t tree, uintptr_t at, uint32_t *below,
                  uint32_t *above) {
    while (tree != 0) {
        struct ac_block *node = &blocks->pool[tree];
        if (address(blocks, tree) < at) {
            *below = tree;
            below = &node->right;
            tree = node->right;
        } else {
            *above = tree;
            above = &node->left;
            tree = node->left;
        }
    }
    *below = *above = 0;
}

static uint32_t join(struct ac_blocks *blocks, uint32_t below, uint32_t above) {
    uint32_t root = 0;
    uint32_t *place = &root;
    while (below != 0 && above != 0) {
        if (priority(below) > priority(above)) {
            *place = below;
            place = &blocks->pool[below].right;
            below = *place;
        } else {
            *place = above;
            place = &blocks->pool[above].left;
            above = *place;
        }
    }
    *place = below != 0 ? below : above;
    return root;
}

static void tree_insert(struct ac_blocks *blocks, uint32_t node) {
    uint32_t *place = &blocks->root;
    while (*place != 0 && priority(*place) >= priority(node)) {
        bool after = address(blocks, *place) < address(blocks, node);
        struct ac_block *at = &blocks->pool[*place];
        place = after ? &at->right : &at->left;
    }
    uint32_t rest = *place;
    *place = node;
    split(blocks, rest, address(blocks, node), &blocks->pool[node].left, &blocks->pool[node].right);
}

static void tree_remove(struct ac_blocks *blocks, uint32_t node) {
    uint32_t *place = &blocks->root;
    while (*place != node) {
        bool after = address(blocks, *place) < address(blocks, node);
        struct ac_block *at = &blocks->pool[*place];
        place = after ? &at->right : &at->left;
    }
    *place = join(blocks, blocks->pool[node].left, blocks->pool[node].right);
}

/* --- list by age --- */

static void age_append(struct ac_blocks *blocks, uint32_t node) {
    struct ac_block *block = &blocks->pool[node];
    block->older = blocks->newest;
    block->newer = 0;
    *(blocks->newest != 0 ? &blocks->pool[blocks->newest].newer : &blocks->oldest) = node;
    blocks->newest = node;
}

static void age_remove(struct ac_blocks *blocks, uint32_t node) {
    const struct ac_block *block = &blocks->pool[node];
    *(block->older != 0 ? &blocks->pool[block->older].newer : &blocks->oldest) = block->newer;
    *(block->newer != 0 ? &blocks->pool[block->newer].older : &blocks->newest) = block->older;
}

static struct ac_block *at_index(const struct ac_blocks *blocks, uint32_t node) {
    return node != 0 ? &blocks->pool[node] : NULL;
}

struct ac_block *ac_blocks_oldest(const struct ac_blocks *blocks) {
    return at_index(blocks, blocks->oldest);
}

struct ac_block *ac_blocks_newer(const struct ac_blocks *blocks, const struct ac_block *block) {
    return at_index(blocks, block->newer);
}

/* --- blocks --- */

static uint32_t pool_take(struct ac_blocks *blocks) {
    uint32_t node = blocks->spare;
    if (node != 0) {
        blocks->spare = blocks->pool[node].newer;
        return node;
    }
    return blocks->used < POOL ? blocks->used++ : 0;
}

static uint64_t *bytes_of(struct ac_blocks *blocks, uint32_t frame) {
    return frame == 0 ? &blocks->live_bytes : &blocks->frame_bytes;
}

struct ac_block *ac_blocks_add(struct ac_blocks *blocks, void *start, size_t size, uint32_t frame) {
    uint32_t node = pool_take(blocks);
    if (node == 0)
        return NULL;
    uint32_t id = blocks->allocated_ever++;
    struct ac_block *block = &blocks->pool[node];
    *block = (struct ac_block){.start = start,
                               .size = size,
                               .owned = size,
                               .usable = AC_UNKNOWN,
                               .seed = ac_pattern_seed(id),
                               .id = id,
                               .slot = -1,
                               .frame = frame,
                               .whole = true};
    tree_insert(blocks, node);
    age_append(blocks, node);
    blocks->live += frame == 0;
    *bytes_of(blocks, frame) += size;
    return block;
}

static void forget_name(struct ac_blocks *blocks, struct ac_block *block) {
    if (block->slot >= 0) {
        blocks->slots[block->slot].block = NULL;
        block->slot = -1;
    }
}

void ac_blocks_remove(struct ac_blocks *blocks, struct ac_block *block) {
    uint32_t node = index_of(blocks, block);
    forget_name(blocks, block);
    tree_remove(blocks, node);
    age_remove(blocks, node);
    blocks->live -= block->frame == 0;
    *bytes_of(blocks, block->frame) -= block->size;
    block->newer = blocks->spare;
    blocks->spare = node;
}

void ac_blocks_move(struct ac_blocks *blocks, struct ac_block *block, void *start, size_t size) {
    uint32_t node = index_of(blocks, block);
    blocks->live_bytes += size - block->size;
    if (block->start != start) {
        tree_remove(blocks, node);
        block->start = start;
        tree_insert(blocks, node);
    }
    block->size = block->owned = size;
    block->usable = AC_UNKNOWN;
    block->failed_resize = false;
}

static size_t extent(size_t size) {
    return size != 0 ? size : 1;
}

static bool reaches(const struct ac_block *block, uintptr_t at) {
    size_t owned =
        block->usable != AC_UNKNOWN && block->usable > block->owned ? block->usable : block->owned;
    return at - (uintptr_t)block->start < extent(owned);
}

/* The last block that starts at or below an address, or NULL. */
static struct ac_block *last_from(const struct ac_blocks *blocks, uintptr_t at) {
    struct ac_block *found = NULL;
    for (uint32_t node = blocks->root; node != 0;) {
        bool below = address(blocks, node) <= at;
        found = below ? &blocks->pool[node] : found;
        node = below ? blocks->pool[node].right : blocks->pool[node].left;
    }
    return found;
}

/* Live blocks are disjoint, so only the last one that starts before the end can overlap; if that is
 * `except`, the one before it. */
struct ac_block *ac_blocks_overlapping(const struct ac_blocks *blocks, const void *start,
                                       size_t size, const struct ac_block *except) {
    uintptr_t from = (uintptr_t)start;
    struct ac_block *found = last_from(blocks, from + extent(size) - 1);
    if (found != NULL && found == except)
        found = last_from(blocks, (uintptr_t)except->start - 1);
    if (found == NULL)
        return NULL;
    return (uintptr_t)found->start >= from || reaches(found, from) ? found : NULL;
}

/* --- slots --- */

struct ac_slot *ac_blocks_slot(struct ac_blocks *blocks, uint32_t number) {
    struct ac_slot *slot = &blocks->slots[number];
    if (!slot->touched) {
        slot->touched = true;
        blocks->touched[blocks->touched_count++] = number;
    }
    return slot;
}

void ac_blocks_name(struct ac_blocks *blocks, struct ac_block *block, uint32_t number) {
    struct ac_slot *slot = ac_blocks_slot(blocks, number);
    if (slot->block != NULL)
        slot->block->slot = -1;
    forget_name(blocks, block);
    slot->block = block;
    block->slot = (int32_t)number;
}
