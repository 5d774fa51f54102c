// SPDX-License-Identifier: MIT
#include "bare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE = 4096 };

struct held {
    unsigned char *block; /* NULL: empty */
    size_t size;          /* requested */
};

struct bare {
    const struct ac_allocator *allocator;
    struct ac_source *source;
    bool touch;
    void *heap;
    uint64_t calls;
    size_t live, peak; /* bytes */
    size_t limit;      /* bytes */
    size_t used;       /* slots from here on are empty */
    struct held *slots;
    void (*look)(void *context); /* may be NULL */
    void *context;
};

static volatile uint64_t sink;

struct bare *bare_new(const struct ac_allocator *allocator, struct ac_source *source, bool touch) {
    struct bare *bare = calloc(1, sizeof *bare);
    struct held *slots = calloc(AC_SLOTS, sizeof *slots);
    if (bare == NULL || slots == NULL) {
        fputs("no memory for the slots\n", stderr);
        exit(2);
    }
    bare->allocator = allocator;
    bare->source = source;
    bare->touch = touch;
    bare->slots = memset(slots, 0, AC_SLOTS * sizeof *slots); /* makes them resident */
    return bare;
}

void bare_delete(struct bare *bare) {
    free(bare->slots);
    free(bare);
}

size_t bare_peak(const struct bare *bare) {
    return bare->peak;
}

void bare_watch(struct bare *bare, void (*look)(void *context), void *context) {
    bare->look = look;
    bare->context = context;
}

static void write_bytes(const struct bare *bare, const struct held *held) {
    if (bare->touch)
        memset(held->block, 0x5A, held->size);
}

/* Word by word, the cheapest way to read every byte. */
static void read_bytes(const struct bare *bare, const struct held *held) {
    uint64_t sum = 0, word;
    size_t i = 0;
    if (!bare->touch)
        return;
    for (; i + sizeof word <= held->size; i += sizeof word) {
        memcpy(&word, held->block + i, sizeof word);
        sum += word;
    }
    for (; i < held->size; i++)
        sum += held->block[i];
    sink = sum;
}

static void hold(struct bare *bare, uint32_t slot, void *block, size_t size) {
    struct held *held = &bare->slots[slot];
    if (block == NULL)
        return;
    *held = (struct held){block, size};
    bare->live += size;
    bare->peak = bare->live > bare->peak ? bare->live : bare->peak;
    bare->used = slot >= bare->used ? slot + 1u : bare->used;
    write_bytes(bare, held);
}

static void let_go(struct bare *bare, uint32_t slot) {
    struct held *held = &bare->slots[slot];
    if (held->block != NULL) {
        read_bytes(bare, held);
        bare->live -= held->size;
        bare->allocator->free(bare->heap, held->block);
        *held = (struct held){NULL, 0};
    }
}

static void allocate(struct bare *bare, const struct ac_op *op, size_t a, size_t b) {
    const struct ac_allocator *allocator = bare->allocator;
    void *heap = bare->heap, *block = NULL;
    let_go(bare, op->slot);
    switch (op->kind) {
    case AC_OP_MALLOC:
        block = allocator->malloc(heap, b);
        break;
    case AC_OP_CALLOC:
        block = allocator->calloc(heap, a, b);
        b *= a;
        break;
    case AC_OP_ALIGNED_ALLOC:
        block = allocator->aligned_alloc(heap, a, b);
        break;
    case AC_OP_MEMALIGN:
        block = allocator->memalign(heap, a, b);
        break;
    default:
        if (allocator->posix_memalign(heap, &block, a, b) != 0)
            block = NULL;
    }
    bare->calls++;
    hold(bare, op->slot, block, b);
}

static void resize(struct bare *bare, const struct ac_op *op, size_t a, size_t b) {
    struct held old = bare->slots[op->from];
    read_bytes(bare, &old);
    void *block = op->kind == AC_OP_REALLOC
                      ? bare->allocator->realloc(bare->heap, old.block, b)
                      : bare->allocator->reallocarray(bare->heap, old.block, a, b);
    bare->calls++;
    if (block != NULL) {
        bare->live -= old.size;
        bare->slots[op->from] = (struct held){NULL, 0};
        if (op->slot != op->from)
            let_go(bare, op->slot);
        hold(bare, op->slot, block, op->kind == AC_OP_REALLOC ? b : a * b);
    }
}

static void run_op(struct bare *bare, const struct ac_op *op) {
    const struct ac_resolve known = {PAGE, bare->limit > bare->live ? bare->limit - bare->live : 0};
    size_t a = ac_operand_resolve(op->a, &known), b = ac_operand_resolve(op->b, &known);
    switch (op->kind) {
    case AC_OP_MALLOC:
    case AC_OP_CALLOC:
    case AC_OP_ALIGNED_ALLOC:
    case AC_OP_MEMALIGN:
    case AC_OP_POSIX_MEMALIGN:
        allocate(bare, op, a, b);
        break;
    case AC_OP_REALLOC:
    case AC_OP_REALLOCARRAY:
        resize(bare, op, a, b);
        break;
    case AC_OP_FREE:
        bare->calls++;
        let_go(bare, op->slot);
        break;
    default:
        break;
    }
}

static void look(const struct bare *bare) {
    if (bare->look != NULL)
        bare->look(bare->context);
}

static void run_ops(struct bare *bare, const struct ac_program *program) {
    for (size_t i = 0; i < program->count; i++) {
        struct ac_op op = program->ops[i];
        for (uint32_t round = 0; round < op.repeat; round++, op.slot++, op.from++) {
            run_op(bare, &op);
            if (bare->calls % BARE_STEP == 0)
                look(bare);
        }
    }
    look(bare);
    for (uint32_t slot = 0; slot < bare->used; slot++)
        let_go(bare, slot);
}

/* An instance, if the allocator has instances. */
static void *open_heap(const struct bare *bare, const struct ac_head *head,
                       struct ac_page_source *pages) {
    struct ac_open_options options = {.seed = head->seed};
    if (bare->source != NULL) {
        if (!ac_source_open(bare->source, head, (enum ac_source_kind)head->source, pages))
            return NULL;
        options.source = pages;
    }
    return bare->allocator->open(&options);
}

uint64_t bare_run(struct bare *bare, const struct ac_program *program) {
    const struct ac_allocator *allocator = bare->allocator;
    struct ac_page_source pages;
    bare->calls = bare->live = bare->peak = bare->used = 0;
    bare->limit = program->head.limit;
    if (allocator->open != NULL) {
        bare->heap = open_heap(bare, &program->head, &pages);
        if (bare->heap == NULL)
            return 0;
    }
    run_ops(bare, program);
    if (allocator->open != NULL)
        allocator->close(bare->heap);
    return bare->calls;
}
