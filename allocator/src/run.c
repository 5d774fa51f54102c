// SPDX-License-Identifier: MIT
// Runs of free grains, in bins by length: one bin for each length below 16, then four per
// doubling. Both ends of a free run know its length, so that neighbours join at once.
#include "heap.h"
#include "poison.h"

unsigned run_bin(size_t grains) {
    if (grains < 16)
        return (unsigned)grains;
    unsigned e = log2_floor(grains);
    return 16 + (e - 4) * 4 + (unsigned)((grains >> (e - 2)) & 3);
}

static void bin_push(struct slate_heap *heap, struct span *first) {
    unsigned bin = run_bin(first->run);
    first->prev = NULL;
    first->next = heap->bins[bin];
    if (first->next != NULL)
        first->next->prev = first;
    heap->bins[bin] = first;
    heap->bin_map[bin / 64] |= (uint64_t)1 << (bin % 64);
}

static void bin_remove(struct slate_heap *heap, struct span *first) {
    unsigned bin = run_bin(first->run);
    if (first->next != NULL)
        first->next->prev = first->prev;
    if (first->prev != NULL)
        first->prev->next = first->next;
    else
        heap->bins[bin] = first->next;
    if (heap->bins[bin] == NULL)
        heap->bin_map[bin / 64] &= ~((uint64_t)1 << (bin % 64));
}

static unsigned next_bin(const struct slate_heap *heap, unsigned from) {
    for (unsigned word = from / 64; word < BINS / 64; word++) {
        unsigned low = word == from / 64 ? from % 64 : 0;
        uint64_t bits = heap->bin_map[word] >> low << low;
        if (bits != 0)
            return word * 64 + (unsigned)__builtin_ctzll(bits);
    }
    return BINS;
}

static void mark_free(struct slate_heap *heap, struct span *first, size_t grains) {
    first->run = (uint32_t)grains;
    first[grains - 1].run = (uint32_t)grains;
    bin_push(heap, first);
}

static void mark_used(struct slate_heap *heap, struct span *first) {
    bin_remove(heap, first);
    first[first->run - 1].run = 0;
    first->run = 0;
}

static void set_owner(struct span *first, size_t from, size_t grains, uint32_t owner) {
    uint32_t *at = first->region->owner + span_first(first);
    for (size_t i = from; i < grains; i++)
        at[i] = owner;
}

/* Grains before the first one that is aligned. */
static size_t lead_of(const struct span *run, size_t alignment) {
    uintptr_t start = (uintptr_t)span_start(run);
    return (round_up(start, alignment) - start) >> GRAIN_SHIFT;
}

static bool run_fits(const struct span *run, size_t grains, size_t alignment) {
    size_t lead = alignment <= GRAIN ? 0 : lead_of(run, alignment);
    return run->run >= grains && run->run - grains >= lead;
}

/* Runs in the first bin differ in length, so each is tried; in higher bins the first one fits
 * unless alignment prevents it. */
static struct span *find(const struct slate_heap *heap, size_t grains, size_t alignment) {
    for (unsigned bin = next_bin(heap, run_bin(grains)); bin < BINS;
         bin = next_bin(heap, bin + 1)) {
        for (struct span *run = heap->bins[bin]; run != NULL; run = run->next)
            if (run_fits(run, grains, alignment))
                return run;
    }
    return NULL;
}

/* The region field of a description is set when its grain first starts a run. */
static struct span *start_run(struct region *region, size_t grain) {
    struct span *span = &region->spans[grain];
    span->region = region;
    return span;
}

/* Initialises the descriptions of grains up to end. The run's first grain and the region's last
 * grain already hold its length. */
static void describe_up_to(struct slate_heap *heap, struct span *run, size_t end) {
    struct region *region = run->region;
    size_t fresh = region_fresh(region);
    if (end <= fresh)
        return;
    if ((heap->source.flags & SLATE_SOURCE_ZEROED) == 0) {
        for (size_t grain = fresh; grain < end; grain++) {
            struct span *span = &region->spans[grain];
            region->owner[grain] = 0;
            span->last_use = LAST_NONE;
            span->run = span == run ? span->run : 0;
        }
    }
    region_poison_up_to(region, end);
    atomic_store_explicit(&region->fresh, (uint32_t)end, memory_order_relaxed);
}

static struct span *split(struct slate_heap *heap, struct span *run, size_t grains, size_t lead) {
    struct region *region = run->region;
    size_t at = span_first(run), length = run->run;
    describe_up_to(heap, run, at + lead + grains);
    mark_used(heap, run);
    if (lead > 0)
        mark_free(heap, run, lead);
    if (lead + grains < length)
        mark_free(heap, start_run(region, at + lead + grains), length - lead - grains);
    return start_run(region, at + lead);
}

struct span *run_take(struct slate_heap *heap, size_t grains, size_t alignment, bool *clean) {
    struct span *run = find(heap, grains, alignment);
    if (run == NULL)
        return NULL;
    size_t lead = alignment <= GRAIN ? 0 : lead_of(run, alignment);
    /* Only grains that no span ever held are as the source gave them. */
    *clean = (heap->source.flags & SLATE_SOURCE_ZEROED) != 0 &&
             span_first(run) + lead >= region_fresh(run->region);
    struct span *span = split(heap, run, grains, lead);
    span->grains = (uint32_t)grains;
    set_owner(span, 0, grains, span_first(span) + 1);
    return span;
}

static struct span *free_before(const struct span *span) {
    const struct region *region = span->region;
    uint32_t first = span_first(span);
    if (first == 0 || owner_of(region, first - 1) != 0)
        return NULL;
    return &region->spans[first - region->spans[first - 1].run];
}

static struct span *free_at(const struct region *region, size_t grain) {
    return grain < region->grains && owner_of(region, grain) == 0 ? &region->spans[grain] : NULL;
}

void run_free(struct slate_heap *heap, struct span *span, size_t grains) {
    struct region *region = span->region;
    uint32_t first = span_first(span);
    poison(span_start(span), grains << GRAIN_SHIFT);
    set_owner(span, 0, grains, 0);
    struct span *after = free_at(region, first + grains);
    struct span *before = free_before(span);
    if (after != NULL) {
        grains += after->run;
        mark_used(heap, after);
    }
    if (before != NULL) {
        grains += before->run;
        mark_used(heap, before);
        span = before;
    }
    mark_free(heap, span, grains);
}

void run_shorten(struct slate_heap *heap, struct span *span, size_t grains) {
    size_t old = span->grains;
    struct span *rest = start_run(span->region, span_first(span) + grains);
    span->grains = (uint32_t)grains;
    run_free(heap, rest, old - grains);
}

bool run_extend(struct slate_heap *heap, struct span *span, size_t grains) {
    struct region *region = span->region;
    uint32_t first = span_first(span);
    struct span *after = free_at(region, first + span->grains);
    size_t more = grains - span->grains;
    if (after == NULL || after->run < more)
        return false;
    split(heap, after, more, 0);
    set_owner(span, span->grains, grains, first + 1);
    span->grains = (uint32_t)grains;
    return true;
}

void run_add_region(struct slate_heap *heap, struct region *region) {
    mark_free(heap, start_run(region, 0), region->grains);
}

void run_remove_region(struct slate_heap *heap, struct region *region) {
    mark_used(heap, region->spans);
}

bool run_is_region(const struct region *region) {
    return region->spans[0].run == region->grains && owner_of(region, 0) == 0;
}
