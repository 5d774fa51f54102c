// SPDX-License-Identifier: MIT
//
// The integrity walk: every structure against every other. Each function returns NULL or the
// reason.
#include "canary.h"
#include "heap.h"
#include "lock.h"

struct tally {
    size_t lent_blocks, lent_bytes; // a taken block still counts: its free has not got the lock yet
    size_t taken;
    size_t runs;
    size_t frame_blocks, frame_bytes;
};

static const char *check_slot(const struct slate_heap *heap, const struct span *span,
                              unsigned number, struct tally *tally) {
    uint16_t state = state_get(&span_states(span)[number]);
    size_t room = span->slots.size;
    if (state == SLOT_TAKEN)
        tally->taken++;
    if ((state & SLOT_LENT) == 0)
        return NULL;
    size_t slack = state & (uint16_t)~SLOT_LENT;
    if (slack == 0 || slack > room)
        return "slate: a slot's slack does not fit in it";
    tally->lent_blocks++;
    tally->lent_bytes += room - slack;
    const char *start = span_start(span) + number * room;
    return canary_seen_intact(heap, start, room - slack, room)
               ? NULL
               : "slate: memory behind a lent slot was overwritten";
}

static const char *check_free_slots(const struct span *span, size_t expected) {
    size_t seen = 0;
    for (unsigned at = span->slots.free; at != 0; seen++) {
        if (at > slots_fresh(span) || seen == expected)
            return "slate: a span's free slots are not one list";
        at = state_get(&span_states(span)[at - 1]);
        if (at >= SLOT_TAKEN)
            return "slate: a lent slot is among the free ones";
    }
    return seen == expected ? NULL : "slate: a free slot was lost";
}

static const char *check_slots(const struct slate_heap *heap, const struct span *span,
                               struct tally *tally) {
    unsigned fresh = slots_fresh(span);
    struct tally before = *tally;
    if (span->class >= CLASSES || span->slots.size != class_size(span->class))
        return "slate: a span's class is wrong";
    if (fresh > span->slots.capacity || span->slots.used > fresh)
        return "slate: a span's counters are wrong";
    for (unsigned i = 0; i < fresh; i++) {
        const char *reason = check_slot(heap, span, i, tally);
        if (reason != NULL)
            return reason;
    }
    size_t used = tally->lent_blocks - before.lent_blocks + tally->taken - before.taken;
    if (used != span->slots.used)
        return "slate: a span's used slots do not add up";
    return check_free_slots(span, fresh - used);
}

static const char *check_large(const struct slate_heap *heap, const struct span *span, size_t room,
                               struct tally *tally) {
    uint16_t state = state_get(&span->large.state);
    if (state == SLOT_TAKEN)
        tally->taken++;
    if (state != SLOT_LENT)
        return state == SLOT_TAKEN ? NULL : "slate: a large block is neither lent nor free";
    if (span->large.size >= room)
        return "slate: a large block does not fit in its grains";
    tally->lent_blocks++;
    tally->lent_bytes += span->large.size;
    return canary_seen_intact(heap, span_start(span), span->large.size, room)
               ? NULL
               : "slate: memory behind a large block was overwritten";
}

static const char *check_frame(const struct slate_heap *heap, const struct span *span,
                               struct tally *tally) {
    tally->frame_blocks += span->frame.blocks;
    tally->frame_bytes += span->frame.asked;
    bool sound = span->frame.used <= (size_t)span->grains << GRAIN_SHIFT &&
                 span->frame.level <= heap->statistics.frame_depth && span->frame.level > 0;
    return sound ? NULL : "slate: the memory of a frame is inconsistent";
}

static const char *check_used(const struct slate_heap *heap, const struct region *region,
                              size_t grain, struct tally *tally) {
    const struct span *span = &region->spans[grain];
    if (span->region != region || span->grains == 0 || span->grains > region->grains - grain)
        return "slate: a span leaves its region";
    for (size_t i = 0; i < span->grains; i++) {
        if (owner_of(region, grain + i) != grain + 1)
            return "slate: a grain belongs to another span";
    }
    if (span->run != 0)
        return "slate: a used span is marked free";
    if (span->kind == SPAN_SLOTS)
        return check_slots(heap, span, tally);
    if (span->kind == SPAN_LARGE)
        return check_large(heap, span, (size_t)span->grains << GRAIN_SHIFT, tally);
    return span->kind == SPAN_FRAME ? check_frame(heap, span, tally)
                                    : "slate: a span is of no kind";
}

static const char *check_free(const struct region *region, size_t grain, struct tally *tally) {
    const struct span *run = &region->spans[grain];
    if (run->region != region || run->run == 0 || run->run > region->grains - grain)
        return "slate: a free run leaves its region";
    for (size_t i = grain; i < grain + run->run && i < region_fresh(region); i++) {
        if (region->owner[i] != 0)
            return "slate: a free run holds a used grain";
    }
    if (run[run->run - 1].run != run->run)
        return "slate: a free run's ends differ";
    if (grain + run->run < region->grains && owner_of(region, grain + run->run) == 0)
        return "slate: two free runs were not joined";
    tally->runs++;
    return NULL;
}

static const char *check_region(const struct slate_heap *heap, const struct region *region,
                                struct tally *tally) {
    for (size_t grain = 0; grain < region->grains;) {
        bool used = owner_of(region, grain) != 0;
        const char *reason =
            used ? check_used(heap, region, grain, tally) : check_free(region, grain, tally);
        if (reason != NULL)
            return reason;
        grain += used ? region->spans[grain].grains : region->spans[grain].run;
    }
    return NULL;
}

static const char *check_regions(const struct slate_heap *heap, struct tally *tally) {
    const struct region *region = heap->regions;
    for (; region != NULL; region = region->next) {
        size_t bytes = region_bytes(region);
        if (bytes == 0)
            continue;
        if (region != heap->primary && directory_find(heap, region->base) != region)
            return "slate: a region is not found by its address";
        const char *reason = region->mapping ? check_large(heap, &region->only, bytes, tally)
                                             : check_region(heap, region, tally);
        if (reason != NULL)
            return reason;
    }
    return NULL;
}

static const char *check_bins(const struct slate_heap *heap, const struct tally *tally) {
    size_t runs = 0;
    for (unsigned bin = 0; bin < BINS; bin++) {
        bool marked = (heap->bin_map[bin / 64] >> (bin % 64) & 1) != 0;
        if (marked != (heap->bins[bin] != NULL))
            return "slate: the map of bins is wrong";
        const struct span *before = NULL;
        for (const struct span *run = heap->bins[bin]; run != NULL; run = run->next) {
            if (run_bin(run->run) != bin || run->prev != before || runs++ == tally->runs)
                return "slate: a bin's list is broken";
            before = run;
        }
    }
    return runs == tally->runs ? NULL : "slate: a free run is in no bin";
}

static const char *check_open(const struct slate_heap *heap) {
    for (unsigned c = 0; c < CLASSES; c++) {
        const struct span *before = NULL;
        for (const struct span *span = heap->open[c]; span != NULL; span = span->next) {
            if (span->kind != SPAN_SLOTS || span->class != c || span->prev != before ||
                span->slots.used >= span->slots.capacity)
                return "slate: a class's list of spans is broken";
            before = span;
        }
    }
    return NULL;
}

static const char *check_counters(const struct slate_heap *heap, const struct tally *tally) {
    const struct slate_statistics *s = &heap->statistics;
    if (s->lent_blocks != tally->lent_blocks + tally->taken ||
        (tally->taken == 0 && s->lent_bytes != tally->lent_bytes))
        return "slate: the counters of lent blocks are wrong";
    if (s->frame_blocks != tally->frame_blocks || s->frame_bytes != tally->frame_bytes)
        return "slate: the counters of frames are wrong";
    return NULL;
}

static const char *check_locked(const struct slate_heap *heap) {
    struct tally tally = {0};
    const char *reason = check_regions(heap, &tally);
    if (reason == NULL)
        reason = check_bins(heap, &tally);
    if (reason == NULL)
        reason = check_open(heap);
    return reason != NULL ? reason : check_counters(heap, &tally);
}

const char *slate_heap_check(struct slate_heap *heap) {
    lock_take(heap);
    const char *reason = check_locked(heap);
    lock_release(heap);
    return reason;
}
