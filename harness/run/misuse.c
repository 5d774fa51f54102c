// SPDX-License-Identifier: MIT
// Misuses: ops that break the rules on purpose. They are skipped if they might be legal calls.
#include "budget.h"
#include "check.h"
#include "content.h"
#include "misuse_call.h"
#include "ops.h"
#include "step.h"

#include "program/poison.h"

#define TEXT(misuse) (1u << AC_MISUSE_##misuse)

enum { ANY_TEXT = (1 << AC_MISUSE_COUNT) - 1 };

static bool overlaps_live(const struct ac_runner *runner, const uint8_t *address) {
    return ac_blocks_overlapping(&runner->model.blocks, address, 1, NULL) != NULL;
}

static void skip(struct ac_runner *runner) {
    runner->report->counts.skipped++;
}

/* The slot's block, if it lives in the heap; else NULL, counted. */
static struct ac_block *live_block(struct ac_runner *runner, const struct ac_slot *slot) {
    if (slot->block == NULL || slot->block->frame != 0) {
        runner->report->counts.empty++;
        return NULL;
    }
    return slot->block;
}

/* The address of the slot's freed block. NULL, counted: there is none, or it is live again. */
static uint8_t *stale_address(struct ac_runner *runner, const struct ac_slot *slot) {
    if (slot->stale == NULL || slot->block != NULL) {
        runner->report->counts.empty++;
        return NULL;
    }
    if (overlaps_live(runner, slot->stale)) {
        skip(runner);
        return NULL;
    }
    return slot->stale;
}

/* The memory of a freed block may be unmapped or reused. Only directly after the free must the
 * text name the misuse, or memory outside the heap. */
static unsigned stale_texts(const struct ac_runner *runner, const struct ac_slot *slot,
                            unsigned own) {
    bool just_freed = slot->stale_since == runner->report->counts.calls;
    return just_freed ? own | TEXT(FREE_FOREIGN) | TEXT(FREE_WILD) : (unsigned)ANY_TEXT;
}

static void do_stale(struct ac_runner *runner, const struct ac_slot *slot, enum ac_misuse kind,
                     size_t size) {
    uint8_t *address = stale_address(runner, slot);
    if (address != NULL && !ac_misuse_fits_budget(runner, size)) {
        skip(runner);
    } else if (address != NULL) {
        unsigned own = 1u << kind | TEXT(DOUBLE_FREE);
        ac_attempt_misuse(runner, &(struct ac_misuse_call){kind, stale_texts(runner, slot, own),
                                                           address, size, 0});
    }
}

static void do_double_free(struct ac_runner *runner, const struct ac_slot *slot, size_t size) {
    (void)size;
    if (slot->block != NULL && slot->block->frame == 0)
        ac_free_block(runner, slot->block, AC_OP_FREE);
    if (!runner->ended)
        do_stale(runner, slot, AC_MISUSE_DOUBLE_FREE, 0);
}

static void do_realloc_freed(struct ac_runner *runner, const struct ac_slot *slot, size_t size) {
    do_stale(runner, slot, AC_MISUSE_REALLOC_FREED, size);
}

static void do_usable_freed(struct ac_runner *runner, const struct ac_slot *slot, size_t size) {
    do_stale(runner, slot, AC_MISUSE_USABLE_FREED, size);
}

static void do_interior(struct ac_runner *runner, const struct ac_slot *slot, size_t size) {
    struct ac_block *block = live_block(runner, slot);
    if (block == NULL)
        return;
    if (block->size < 2) {
        skip(runner);
        return;
    }
    uint8_t *inside = block->start + 1 + size % (block->size - 1);
    unsigned texts = TEXT(FREE_INTERIOR) | TEXT(FREE_MISALIGNED);
    ac_attempt_misuse(runner,
                      &(struct ac_misuse_call){AC_MISUSE_FREE_INTERIOR, texts, inside, 0, 0});
}

/* Not instrumented: the byte after a block may be poisoned. */
AC_NO_ASAN static void xor_byte(volatile uint8_t *byte, uint8_t with) {
    *byte = (uint8_t)(*byte ^ with);
}

static uint8_t visible(size_t size) {
    return (uint8_t)size != 0 ? (uint8_t)size : 0xFF;
}

/* A misuse that writes ends the program: the heap may do anything from here on. */
static void end_corrupted(struct ac_runner *runner) {
    runner->corrupted = true;
    runner->ended = true;
}

static void do_overflow(struct ac_runner *runner, const struct ac_slot *slot, size_t size) {
    struct ac_block *block = live_block(runner, slot);
    if (block == NULL || !ac_check_content(runner, block, AC_ORACLE_INTACT))
        return;
    bool slack_is_owned = block->usable != AC_UNKNOWN && block->usable > block->owned;
    uint8_t *after = block->start + (slack_is_owned ? block->usable : block->owned);
    if (overlaps_live(runner, after) || runner->heap.source == NULL ||
        !ac_source_holds(runner->heap.source, after, 1)) {
        skip(runner);
        return;
    }
    xor_byte(after, visible(size));
    end_corrupted(runner);
    ac_open_block(runner, block);
    ac_attempt_misuse(
        runner, &(struct ac_misuse_call){AC_MISUSE_OVERFLOW, TEXT(OVERFLOW), block->start, 0, 0});
}

static void do_write_freed(struct ac_runner *runner, const struct ac_slot *slot, size_t size) {
    uint8_t *stale = stale_address(runner, slot);
    if (stale == NULL || slot->stale_size == 0)
        return;
    uint8_t *byte = stale + size % slot->stale_size;
    if (overlaps_live(runner, byte) || runner->heap.source == NULL ||
        !ac_source_holds(runner->heap.source, byte, 1)) {
        skip(runner);
        return;
    }
    xor_byte(byte, 0xFF);
    end_corrupted(runner);
    ac_attempt_misuse(runner, &(struct ac_misuse_call){AC_MISUSE_WRITE_FREED, TEXT(WRITE_FREED),
                                                       NULL, slot->stale_size, 0});
}

/* An alignment that the block cannot have: its address is no multiple of it. */
static size_t wrong_alignment(const struct ac_block *block) {
    uintptr_t address = (uintptr_t)block->start;
    return (address & -address) * 2;
}

static void do_wrong_alignment(struct ac_runner *runner, const struct ac_block *block) {
    if (block->by != AC_FN_ALIGNED_ALLOC) {
        skip(runner);
    } else if (ac_misuse_is_guaranteed(runner, AC_MISUSE_WRONG_ALIGNMENT)) {
        ac_attempt_misuse(runner, &(struct ac_misuse_call){AC_MISUSE_WRONG_ALIGNMENT,
                                                           TEXT(WRONG_ALIGNMENT), block->start,
                                                           block->size, wrong_alignment(block)});
    }
}

static void do_wrong_size(struct ac_runner *runner, const struct ac_slot *slot, size_t size) {
    struct ac_block *block = live_block(runner, slot);
    if (block == NULL)
        return;
    if (block->alignment != 0) {
        do_wrong_alignment(runner, block);
        return;
    }
    size_t wrong = block->size + (size != 0 ? size : 1);
    ac_attempt_misuse(runner, &(struct ac_misuse_call){AC_MISUSE_WRONG_SIZE, TEXT(WRONG_SIZE),
                                                       block->start, wrong, 0});
}

/* Memory of an allocator's own frame; NULL, counted: there is none. */
static uint8_t *frame_memory(struct ac_runner *runner) {
    if (runner->program->head.frames == AC_FRAMES_OWN) {
        for (const struct ac_block *block = ac_blocks_oldest(&runner->model.blocks); block != NULL;
             block = ac_blocks_newer(&runner->model.blocks, block))
            if (block->frame != 0)
                return block->start;
    }
    runner->report->counts.empty++;
    return NULL;
}

static void do_frame(struct ac_runner *runner) {
    uint8_t *memory = runner->allocator->frame_enter != NULL ? frame_memory(runner) : NULL;
    if (memory != NULL && ac_misuse_is_guaranteed(runner, AC_MISUSE_FREE_FRAME))
        ac_attempt_misuse(
            runner, &(struct ac_misuse_call){AC_MISUSE_FREE_FRAME, TEXT(FREE_FRAME), memory, 0, 0});
}

static void do_foreign(struct ac_runner *runner, size_t which) {
    static uint8_t in_data[64] __attribute__((aligned(64)));
    uint8_t on_stack[64] __attribute__((aligned(64)));
    uint8_t *const nowhere = (uint8_t *)runner; /* the harness's memory */
    uint8_t *const addresses[] = {on_stack, in_data, nowhere};
    on_stack[0] = in_data[0];
    unsigned texts = TEXT(FREE_FOREIGN) | TEXT(FREE_WILD) | TEXT(FREE_MISALIGNED);
    if (which % 4 == 3) {
        do_frame(runner);
        return;
    }
    ac_attempt_misuse(runner, &(struct ac_misuse_call){AC_MISUSE_FREE_FOREIGN, texts,
                                                       addresses[which % 4], 0, 0});
}

static void do_wild(struct ac_runner *runner, size_t address) {
    uint8_t *wild = (uint8_t *)address;
    if (wild == NULL || overlaps_live(runner, wild)) {
        skip(runner);
        return;
    }
    ac_attempt_misuse(runner, &(struct ac_misuse_call){AC_MISUSE_FREE_WILD, ANY_TEXT, wild, 0, 0});
}

/* The misuses of ops with a slot. */
static const struct row {
    uint8_t op;
    uint8_t misuse;
    void (*act)(struct ac_runner *runner, const struct ac_slot *slot, size_t size);
} rows[] = {
    {AC_OP_DOUBLE_FREE, AC_MISUSE_DOUBLE_FREE, do_double_free},
    {AC_OP_FREE_INTERIOR, AC_MISUSE_FREE_INTERIOR, do_interior},
    {AC_OP_OVERFLOW, AC_MISUSE_OVERFLOW, do_overflow},
    {AC_OP_WRITE_FREED, AC_MISUSE_WRITE_FREED, do_write_freed},
    {AC_OP_REALLOC_FREED, AC_MISUSE_REALLOC_FREED, do_realloc_freed},
    {AC_OP_USABLE_FREED, AC_MISUSE_USABLE_FREED, do_usable_freed},
    {AC_OP_WRONG_SIZE, AC_MISUSE_WRONG_SIZE, do_wrong_size},
};

static void do_row(struct ac_runner *runner, const struct row *row, size_t size) {
    uint32_t number;
    const struct ac_slot *slot = ac_this_slot(runner, &number);
    if (slot != NULL && ac_misuse_is_guaranteed(runner, (enum ac_misuse)row->misuse))
        row->act(runner, slot, size);
}

void ac_do_misuse(struct ac_runner *runner) {
    const struct ac_op *op = ac_this_op(runner);
    size_t size = ac_resolve_operand(runner, op->b);
    if (op->kind == AC_OP_FREE_FOREIGN) {
        if (ac_misuse_is_guaranteed(runner, AC_MISUSE_FREE_FOREIGN))
            do_foreign(runner, ac_resolve_operand(runner, op->a));
        return;
    }
    if (op->kind == AC_OP_FREE_WILD) {
        if (ac_misuse_is_guaranteed(runner, AC_MISUSE_FREE_WILD))
            do_wild(runner, size);
        return;
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].op == op->kind)
            do_row(runner, &rows[i], size);
}
