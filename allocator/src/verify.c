// SPDX-License-Identifier: MIT
// Verifies every pointer that a caller passes in. Takes no lock: the state of a live block
// changes only by its free.
#include "canary.h"
#include "heap.h"
#include "lock.h"

static bool aligned(const void *pointer) {
    return ((uintptr_t)pointer & (BLOCK_ALIGN - 1)) == 0;
}

static enum slate_misuse inside(const void *pointer) {
    return aligned(pointer) ? SLATE_FREE_INTERIOR : SLATE_FREE_MISALIGNED;
}

/* Slow path: the heap's list holds every region that it ever had. */
static enum slate_misuse check_outside(const struct slate_heap *heap, const void *pointer,
                                       enum slate_misuse ended) {
    enum slate_misuse verdict = SLATE_FREE_FOREIGN;
    const struct region *r = atomic_load_explicit(&heap->regions, memory_order_acquire);
    for (; r != NULL; r = r->next) {
        if (region_holds(r, pointer))
            return inside(pointer); /* beyond the first tile of a mapping */
        bool past = r->last_bytes != 0 && region_bytes(r) == 0;
        if (past && (r->mapping ? pointer == r->base
                                : (uintptr_t)pointer - (uintptr_t)r->base < r->last_bytes))
            verdict = ended;
    }
    return verdict;
}

/* A pointer into free grains: their last use decides. */
static enum slate_misuse check_free(const struct region *region, size_t grain, const void *pointer,
                                    enum slate_misuse ended) {
    const struct span *span = &region->spans[grain];
    size_t offset = (uintptr_t)pointer & (GRAIN - 1);
    if (!aligned(pointer))
        return SLATE_FREE_MISALIGNED;
    if (grain >= region_fresh(region) || span->last_use == LAST_NONE)
        return SLATE_FREE_NEVER_ALLOCATED;
    if (span->last_use == LAST_LARGE)
        return offset == 0 ? ended : SLATE_FREE_NEVER_ALLOCATED;
    offset += (size_t)span->last_offset << GRAIN_SHIFT;
    return offset % class_size(span->last_use - 1U) == 0 ? ended : SLATE_FREE_INTERIOR;
}

static struct block verify_slot(const struct slate_heap *heap, struct region *region,
                                struct span *span, const char *pointer, enum slate_misuse ended) {
    size_t offset = (size_t)(pointer - span_start(span));
    size_t number = (size_t)(((uint64_t)offset * span->slots.magic) >> 32);
    size_t size = span->slots.size;
    if (number * size != offset)
        misuse_fatal(heap, inside(pointer));
    if (number >= slots_fresh(span))
        misuse_fatal(heap, SLATE_FREE_NEVER_ALLOCATED);
    slot_state *state = span_states(span) + number;
    uint16_t seen = atomic_load_explicit(state, memory_order_acquire);
    if ((seen & SLOT_LIVE) == 0)
        misuse_fatal(heap, ended);
    size_t slack = seen & (uint16_t)~SLOT_LIVE;
    return (struct block){region, span, state, seen, (char *)pointer, size - slack, size};
}

static struct block verify_large(const struct slate_heap *heap, struct region *region,
                                 struct span *span, const char *pointer, enum slate_misuse ended) {
    if (span->kind == SPAN_FRAME)
        misuse_fatal(heap, (size_t)(pointer - span_start(span)) < span->frame.used
                               ? SLATE_FREE_FRAME
                               : SLATE_FREE_NEVER_ALLOCATED);
    if (pointer != span_start(span))
        misuse_fatal(heap, inside(pointer));
    uint16_t seen = atomic_load_explicit(&span->large.state, memory_order_acquire);
    if (seen != SLOT_LIVE)
        misuse_fatal(heap, ended);
    size_t capacity = region->mapping ? region_bytes(region) : (size_t)span->grains << GRAIN_SHIFT;
    return (struct block){region,           span,    &span->large.state, seen, (char *)pointer,
                          span->large.size, capacity};
}

/* A miss without the lock may be due to a change; a miss with it is final. */
static struct region *find_elsewhere(struct slate_heap *heap, const void *pointer,
                                     enum slate_misuse ended) {
    struct region *region = directory_find(heap, pointer);
    if (region != NULL)
        return region;
    lock_take(heap);
    region = directory_find(heap, pointer);
    enum slate_misuse verdict = region != NULL ? ended : check_outside(heap, pointer, ended);
    lock_release(heap);
    if (region == NULL)
        misuse_fatal(heap, verdict);
    return region;
}

struct block verify(struct slate_heap *heap, const void *pointer, enum slate_misuse ended) {
    struct region *region = heap->primary;
    if (!region_holds(region, pointer))
        region = find_elsewhere(heap, pointer, ended);
    if (region->mapping)
        return verify_large(heap, region, &region->block_span, pointer, ended);
    size_t grain = ((uintptr_t)pointer - (uintptr_t)region->base) >> GRAIN_SHIFT;
    uint32_t owner = owner_of(region, grain);
    if (owner == 0)
        misuse_fatal(heap, check_free(region, grain, pointer, ended));
    struct span *span = &region->spans[owner - 1];
    return span->kind == SPAN_SLOTS ? verify_slot(heap, region, span, pointer, ended)
                                    : verify_large(heap, region, span, pointer, ended);
}

void verify_intact(const struct slate_heap *heap, const struct block *block) {
    if (!canary_intact(heap, block->start, block->size, block->capacity))
        misuse_fatal(heap, SLATE_OVERWRITTEN);
}
