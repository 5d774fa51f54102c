// SPDX-License-Identifier: MIT
// A program as a trace of the CMU malloc lab, as if every request succeeded.
#define _GNU_SOURCE /* open_memstream */
#include "trace.h"

#include <inttypes.h>
#include <stdlib.h>

enum { PAGE = 4096, NO_BLOCK = -1 };

/* The lab's driver reads sizes as int. */
static const uint64_t most = INT32_MAX;

/* One block; its index is its id. */
struct live {
    uint64_t size;
    int64_t slot; /* that names it; NO_BLOCK: none */
    bool live;
};

struct walk {
    const struct ac_program *program;
    struct trace_losses *losses;
    FILE *to; /* the lines of ops */
    struct live *blocks;
    size_t count;
    int64_t *slots;                /* the block that each names; NO_BLOCK: none */
    bool *framed;                  /* slots that name memory of a frame */
    uint64_t bytes, peak, largest; /* live */
};

static uint64_t resolve(const struct walk *walk, struct ac_operand operand) {
    const uint64_t limit = walk->program->head.limit;
    const struct ac_resolve known = {.page_size = PAGE,
                                     .left = walk->bytes < limit ? limit - walk->bytes : 0};
    return ac_operand_resolve(operand, &known);
}

static struct live *named(const struct walk *walk, uint64_t slot) {
    return walk->slots[slot] != NO_BLOCK ? &walk->blocks[walk->slots[slot]] : NULL;
}

static void charge(struct walk *walk, struct live *block, uint64_t size) {
    walk->bytes += size - block->size;
    walk->peak = walk->bytes > walk->peak ? walk->bytes : walk->peak;
    walk->largest = size > walk->largest ? size : walk->largest;
    block->size = size;
}

static void name(struct walk *walk, struct live *block, uint64_t slot) {
    if (named(walk, slot) != NULL)
        named(walk, slot)->slot = NO_BLOCK;
    if (block->slot != NO_BLOCK)
        walk->slots[block->slot] = NO_BLOCK;
    walk->framed[slot] = false;
    walk->slots[slot] = block - walk->blocks;
    block->slot = (int64_t)slot;
}

static void allocate(struct walk *walk, uint64_t slot, uint64_t size) {
    struct live *block = &walk->blocks[walk->count++];
    *block = (struct live){.slot = NO_BLOCK, .live = true};
    charge(walk, block, size);
    name(walk, block, slot);
    fprintf(walk->to, "a %zu %" PRIu64 "\n", (size_t)(block - walk->blocks), size);
    walk->losses->written++;
}

static void free_block(struct walk *walk, struct live *block) {
    fprintf(walk->to, "f %zu\n", (size_t)(block - walk->blocks));
    walk->losses->written++;
    walk->bytes -= block->size;
    block->live = false;
    if (block->slot != NO_BLOCK)
        walk->slots[block->slot] = NO_BLOCK;
}

static bool free_every(struct walk *walk, uint64_t every) {
    uint64_t seen = 0;
    for (size_t i = 0; i < walk->count; i++)
        if (walk->blocks[i].live && ++seen % every == 0)
            free_block(walk, &walk->blocks[i]);
    return seen >= every;
}

/* --- ops; false: not written --- */

static bool do_allocate(struct walk *walk, const struct ac_op *op, uint64_t round) {
    const uint64_t first = resolve(walk, op->a), size = resolve(walk, op->b);
    const bool counted = op->kind == AC_OP_CALLOC;
    if (size == 0 || size > most || (counted && (first == 0 || first > most / size)))
        return false;
    walk->losses->as_malloc += op->kind != AC_OP_MALLOC;
    allocate(walk, op->slot + round, counted ? first * size : size);
    return true;
}

static bool do_resize(struct walk *walk, const struct ac_op *op, uint64_t round) {
    const uint64_t from = op->from + round, to = op->slot + round;
    const uint64_t count = op->kind == AC_OP_REALLOCARRAY ? resolve(walk, op->a) : 1;
    const uint64_t size = resolve(walk, op->b);
    struct live *block = named(walk, from);
    if (walk->framed[from] || size == 0 || count == 0 || size > most || count > most / size)
        return false;
    if (block == NULL) {
        allocate(walk, to, count * size);
        return true;
    }
    fprintf(walk->to, "r %zu %" PRIu64 "\n", (size_t)(block - walk->blocks), count * size);
    walk->losses->written++;
    charge(walk, block, count * size);
    name(walk, block, to);
    return true;
}

static bool do_free(struct walk *walk, uint64_t slot) {
    struct live *block = named(walk, slot);
    if (block == NULL || walk->framed[slot])
        return false;
    free_block(walk, block);
    return true;
}

static bool do_largest(struct walk *walk, uint64_t slot) {
    const bool freed = free_every(walk, 1);
    if (walk->largest == 0)
        return freed;
    allocate(walk, slot, walk->largest);
    return true;
}

/* A slot that receives frame memory no longer names a heap block. */
static void note_framed(struct walk *walk, uint64_t slot) {
    if (named(walk, slot) != NULL)
        named(walk, slot)->slot = NO_BLOCK;
    walk->slots[slot] = NO_BLOCK;
    walk->framed[slot] = true;
}

static bool do_op(struct walk *walk, const struct ac_op *op, uint64_t round) {
    uint64_t every;
    if (op->thread != 0)
        return false;
    switch ((enum ac_op_kind)op->kind) {
    case AC_OP_MALLOC:
    case AC_OP_CALLOC:
    case AC_OP_ALIGNED_ALLOC:
    case AC_OP_POSIX_MEMALIGN:
    case AC_OP_MEMALIGN:
        return do_allocate(walk, op, round);
    case AC_OP_REALLOC:
    case AC_OP_REALLOCARRAY:
        return do_resize(walk, op, round);
    case AC_OP_FREE:
    case AC_OP_FREE_SIZED:
    case AC_OP_FREE_ALIGNED_SIZED:
        return do_free(walk, op->slot + round);
    case AC_OP_FREE_EVERY:
        every = resolve(walk, op->a);
        return free_every(walk, every != 0 ? every : 1);
    case AC_OP_LARGEST:
        return do_largest(walk, op->slot + round);
    case AC_OP_ALLOCA:
    case AC_OP_VLA:
        note_framed(walk, op->slot + round);
        return false;
    default:
        return false;
    }
}

static void walk_ops(struct walk *walk) {
    uint64_t steps = 0;
    for (size_t i = 0; i < walk->program->count; i++) {
        const struct ac_op *op = &walk->program->ops[i];
        for (uint64_t round = 0; round < op->repeat; round++) {
            const uint64_t highest = (op->slot > op->from ? op->slot : op->from) + round;
            const bool runs = steps++ < AC_MAX_CALLS && highest < AC_SLOTS;
            walk->losses->skipped += !(runs && do_op(walk, op, round));
        }
    }
}

/* --- the file --- */

static bool reserve(struct walk *walk) {
    walk->blocks = calloc(AC_MAX_CALLS + 1, sizeof *walk->blocks);
    walk->slots = malloc((size_t)AC_SLOTS * sizeof *walk->slots);
    walk->framed = calloc((size_t)AC_SLOTS, sizeof *walk->framed);
    for (size_t i = 0; walk->slots != NULL && i < (size_t)AC_SLOTS; i++)
        walk->slots[i] = NO_BLOCK;
    return walk->blocks != NULL && walk->slots != NULL && walk->framed != NULL;
}

bool trace_write_rep(const struct ac_program *program, FILE *to, struct trace_losses *losses) {
    char *lines = NULL;
    size_t length = 0;
    struct walk walk = {.program = program, .losses = losses};
    *losses = (struct trace_losses){.written = 0};
    walk.to = open_memstream(&lines, &length);
    bool done = walk.to != NULL && reserve(&walk);
    if (done)
        walk_ops(&walk);
    if (walk.to != NULL)
        done = fclose(walk.to) == 0 && done;
    if (done && losses->written > 0) {
        fprintf(to, "%" PRIu64 "\n%zu\n%zu\n1\n", walk.peak, walk.count, losses->written);
        fwrite(lines, 1, length, to);
    }
    free(lines);
    free(walk.blocks);
    free(walk.slots);
    free(walk.framed);
    return done;
}
