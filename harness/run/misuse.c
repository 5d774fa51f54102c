// SPDX-License-Identifier: MIT
// Misuses. They run only if the profile guarantees to catch them, must be caught with its text, and
// are skipped if they might be legal calls.
#include "budget.h"
#include "call.h"
#include "check.h"
#include "content.h"
#include "observer.h"
#include "ops.h"
#include "step.h"

#include "model/evidence.h"
#include "program/poison.h"

#include <string.h>

#define TEXT(misuse) (1u << AC_MISUSE_##misuse)

enum { ANY_TEXT = (1 << AC_MISUSE_COUNT) - 1 };

/* A misuse to attempt. */
struct misuse {
    enum ac_misuse kind;
    unsigned texts; /* texts that may catch it; bits by enum ac_misuse */
    uint8_t *address;
    size_t size;      /* if the call takes one */
    size_t alignment; /* likewise */
};

static void call_with_misuse(const struct ac_runner *runner, const struct misuse *misuse) {
    const struct ac_allocator *allocator = runner->allocator;
    switch (misuse->kind) {
    case AC_MISUSE_REALLOC_FREED:
        allocator->realloc(runner->heap.instance, misuse->address, misuse->size);
        return;
    case AC_MISUSE_USABLE_FREED:
        allocator->usable_size(runner->heap.instance, misuse->address);
        return;
    case AC_MISUSE_WRONG_SIZE:
        allocator->free_sized(runner->heap.instance, misuse->address, misuse->size);
        return;
    case AC_MISUSE_WRONG_ALIGNMENT:
        allocator->free_aligned_sized(runner->heap.instance, misuse->address, misuse->alignment,
                                      misuse->size);
        return;
    case AC_MISUSE_WRITE_FREED:
        allocator->malloc(runner->heap.instance,
                          misuse->size); /* where the allocator notices a stale write */
        return;
    default:
        allocator->free(runner->heap.instance, misuse->address);
    }
}

static unsigned journal_function(enum ac_misuse kind) {
    static const uint8_t functions[AC_MISUSE_COUNT] = {
        [AC_MISUSE_REALLOC_FREED] = AC_FN_REALLOC,
        [AC_MISUSE_USABLE_FREED] = AC_EVENT_USABLE_SIZE,
        [AC_MISUSE_WRONG_SIZE] = AC_EVENT_FREE_SIZED,
        [AC_MISUSE_WRONG_ALIGNMENT] = AC_EVENT_FREE_ALIGNED_SIZED,
    };
    /* The one that finds a stale write calls malloc, which is 0. */
    return functions[kind] != 0 || kind == AC_MISUSE_WRITE_FREED ? functions[kind] : AC_EVENT_FREE;
}

static void observe(struct ac_runner *runner, const struct misuse *misuse) {
    const struct ac_block given = {.start = misuse->address,
                                   .size = misuse->size,
                                   .alignment = misuse->alignment,
                                   .id = AC_NO_BLOCK,
                                   .slot = AC_NO_SLOT};
    ac_observe_about(runner, journal_function(misuse->kind), &given);
}

/* True if the fatal handler ended the call. */
static bool is_fatal(struct ac_runner *runner, const struct misuse *misuse) {
    jmp_buf here;
    runner->misuse.fatal_text = NULL;
    runner->misuse.end = &here;
    if (setjmp(here) == 0) {
        ac_call_begin(runner, 0);
        observe(runner, misuse);
        call_with_misuse(runner, misuse);
    }
    ac_call_end(runner);
    runner->misuse.end = NULL;
    return runner->misuse.fatal_text != NULL;
}

static bool text_fits(const struct ac_profile *profile, unsigned texts, const char *text) {
    for (int i = 0; i < AC_MISUSE_COUNT; i++)
        if ((texts >> i & 1) != 0 && profile->misuse[i] != NULL &&
            strcmp(profile->misuse[i], text) == 0)
            return true;
    return false;
}

static void attempt(struct ac_runner *runner, const struct misuse *misuse) {
    const char *guaranteed = runner->profile->misuse[misuse->kind];
    if (!ac_checks(runner, AC_ORACLE_MISUSE_CAUGHT))
        return;
    if (!is_fatal(runner, misuse)) {
        ac_fail(runner, AC_ORACLE_MISUSE_CAUGHT, NULL, NULL, guaranteed, EVIDENCE_RETURNED);
    } else if (!text_fits(runner->profile, misuse->texts, runner->misuse.fatal_text)) {
        ac_fail(runner, AC_ORACLE_MISUSE_CAUGHT, NULL, NULL, guaranteed, "caught as: %s",
                runner->misuse.fatal_text);
    } else if (!runner->corrupted) {
        ac_check_heap(runner, "a caught misuse");
    }
}

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
        attempt(runner, &(struct misuse){kind, stale_texts(runner, slot, own), address, size, 0});
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
    attempt(runner, &(struct misuse){AC_MISUSE_FREE_INTERIOR, texts, inside, 0, 0});
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
    attempt(runner, &(struct misuse){AC_MISUSE_OVERFLOW, TEXT(OVERFLOW), block->start, 0, 0});
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
    attempt(runner,
            &(struct misuse){AC_MISUSE_WRITE_FREED, TEXT(WRITE_FREED), NULL, slot->stale_size, 0});
}

static bool is_guaranteed(struct ac_runner *runner, enum ac_misuse misuse) {
    const struct ac_allocator *allocator = runner->allocator;
    bool callable = (misuse != AC_MISUSE_REALLOC_FREED || allocator->realloc != NULL) &&
                    (misuse != AC_MISUSE_USABLE_FREED || allocator->usable_size != NULL) &&
                    (misuse != AC_MISUSE_WRONG_SIZE || allocator->free_sized != NULL) &&
                    (misuse != AC_MISUSE_WRONG_ALIGNMENT || allocator->free_aligned_sized != NULL);
    /* Without instances there is no fatal handler to set. */
    if (callable && allocator->open != NULL && runner->profile->misuse[misuse] != NULL)
        return true;
    runner->report->counts.not_offered++;
    return false;
}

/* An alignment that the block cannot have: its address is no multiple of it. */
static size_t wrong_alignment(const struct ac_block *block) {
    uintptr_t address = (uintptr_t)block->start;
    return (address & -address) * 2;
}

static void do_wrong_alignment(struct ac_runner *runner, const struct ac_block *block) {
    if (block->by != AC_FN_ALIGNED_ALLOC) {
        skip(runner);
    } else if (is_guaranteed(runner, AC_MISUSE_WRONG_ALIGNMENT)) {
        attempt(runner, &(struct misuse){AC_MISUSE_WRONG_ALIGNMENT, TEXT(WRONG_ALIGNMENT),
                                         block->start, block->size, wrong_alignment(block)});
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
    attempt(runner,
            &(struct misuse){AC_MISUSE_WRONG_SIZE, TEXT(WRONG_SIZE), block->start, wrong, 0});
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
    if (memory != NULL && is_guaranteed(runner, AC_MISUSE_FREE_FRAME))
        attempt(runner, &(struct misuse){AC_MISUSE_FREE_FRAME, TEXT(FREE_FRAME), memory, 0, 0});
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
    attempt(runner, &(struct misuse){AC_MISUSE_FREE_FOREIGN, texts, addresses[which % 4], 0, 0});
}

static void do_wild(struct ac_runner *runner, size_t address) {
    uint8_t *wild = (uint8_t *)address;
    if (wild == NULL || overlaps_live(runner, wild)) {
        skip(runner);
        return;
    }
    attempt(runner, &(struct misuse){AC_MISUSE_FREE_WILD, ANY_TEXT, wild, 0, 0});
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
    if (slot != NULL && is_guaranteed(runner, (enum ac_misuse)row->misuse))
        row->act(runner, slot, size);
}

void ac_do_misuse(struct ac_runner *runner) {
    const struct ac_op *op = ac_this_op(runner);
    size_t size = ac_resolve_operand(runner, op->b);
    if (op->kind == AC_OP_FREE_FOREIGN) {
        if (is_guaranteed(runner, AC_MISUSE_FREE_FOREIGN))
            do_foreign(runner, ac_resolve_operand(runner, op->a));
        return;
    }
    if (op->kind == AC_OP_FREE_WILD) {
        if (is_guaranteed(runner, AC_MISUSE_FREE_WILD))
            do_wild(runner, size);
        return;
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].op == op->kind)
            do_row(runner, &rows[i], size);
}
