// SPDX-License-Identifier: MIT
// map, unmap, resize and remap.
#include "source_internal.h"

#include <string.h>

/* The quirk no_unmap refuses 1 in N unmaps. */
enum { REFUSE_UNMAP_ONE_IN = 4 };

static bool acceptable(const struct ac_source *source, size_t size) {
    return size > 0 && ac_whole_pages(source, size);
}

/* The index of the mapped range that contains [start, start + size), or AC_NOWHERE. */
static size_t find_mapping(const struct ac_source *source, size_t start, size_t size) {
    size_t index = start == AC_NOWHERE ? AC_NOWHERE : ac_ranges_find(&source->ranges, start);
    if (index == AC_NOWHERE)
        return AC_NOWHERE;
    const struct ac_range *range = &source->ranges.at[index];
    bool whole = size <= ac_range_end(range) - start && ac_whole_pages(source, start);
    return range->extent != AC_NOWHERE && whole ? index : AC_NOWHERE;
}

/* Makes a new mapping and adds its range. NULL: no space. */
static struct ac_range *new_range(struct ac_source *source, size_t size, struct ac_range *range) {
    if (!ac_extent_take(source, size, range))
        return NULL;
    if (!ac_ranges_insert(&source->ranges, range)) {
        ac_extent_release(source, range->extent, true);
        return NULL;
    }
    ac_source_add_held(source, size);
    return range;
}

void *ac_source_map(void *ctx, size_t size) {
    struct ac_source *source = ctx;
    struct ac_source_entry entry = {
        .call = AC_CALL_MAP, .start = UINT64_MAX, .size = size, .result = UINT64_MAX};
    struct ac_range range;
    entry.wrong = !acceptable(source, size);
    entry.refused =
        entry.wrong || !ac_source_grants(source, size) || new_range(source, size, &range) == NULL;
    if (!entry.refused)
        entry.result = range.start;
    ac_source_note(source, &entry, !entry.wrong);
    return entry.refused ? NULL : ac_at(source, range.start);
}

/* Removes a whole range, and releases its extent with the last one. */
static bool drop_range(struct ac_source *source, size_t index, bool close) {
    struct ac_range range = source->ranges.at[index];
    struct ac_stride *stride = &source->strides[range.extent];
    if (stride->pieces > 1 &&
        !ac_extent_close_part(source, range.extent, range.start, ac_range_end(&range)))
        return false;
    ac_ranges_remove(&source->ranges, index);
    if (--stride->pieces == 0)
        ac_extent_release(source, range.extent, close);
    return true;
}

/* Splits a range in two around [start, end) inside it. */
static bool cut_middle(struct ac_source *source, size_t index, size_t start, size_t end) {
    struct ac_range head = source->ranges.at[index];
    struct ac_range tail = {end, ac_range_end(&head) - end, head.max_end, head.extent};
    if (!ac_ranges_insert(&source->ranges, &tail))
        return false;
    if (!ac_extent_close_part(source, head.extent, start, end)) {
        ac_ranges_remove(&source->ranges, index + 1);
        return false;
    }
    source->ranges.at[index].size = start - head.start;
    source->strides[head.extent].pieces++;
    return true;
}

static bool cut_end(struct ac_source *source, size_t index, size_t start, size_t end) {
    struct ac_range *range = &source->ranges.at[index];
    if (!ac_extent_close_part(source, range->extent, start, end))
        return false;
    range->size -= end - start;
    range->start = start == range->start ? end : range->start;
    return true;
}

/* Removes [start, end) from a range. False: out of memory. */
static bool take_back(struct ac_source *source, size_t index, size_t start, size_t end) {
    const struct ac_range *range = &source->ranges.at[index];
    bool from_start = start == range->start, to_end = end == ac_range_end(range);
    bool done = from_start && to_end   ? drop_range(source, index, source->closes_all)
                : from_start || to_end ? cut_end(source, index, start, end)
                                       : cut_middle(source, index, start, end);
    source->held -= done ? end - start : 0;
    return done;
}

void ac_source_take_back_all(struct ac_source *source) {
    for (size_t i = 0; i < source->ranges.count; i++) {
        size_t extent = source->ranges.at[i].extent;
        if (extent != AC_NOWHERE && --source->strides[extent].pieces == 0)
            ac_extent_release(source, extent, false);
    }
    source->ranges.count = 0;
}

static bool quirk_refuses_unmap(struct ac_source *source) {
    return ac_quirk(source, AC_QUIRK_NO_UNMAP) &&
           ac_random_below(&source->random, REFUSE_UNMAP_ONE_IN) == 0;
}

bool ac_source_unmap(void *ctx, void *start, size_t size) {
    struct ac_source *source = ctx;
    size_t offset = ac_offset_of(source, start);
    struct ac_source_entry entry = {.call = AC_CALL_UNMAP,
                                    .start = offset == AC_NOWHERE ? UINT64_MAX : offset,
                                    .size = size,
                                    .result = UINT64_MAX};
    size_t index = find_mapping(source, offset, size);
    entry.wrong = index == AC_NOWHERE || !acceptable(source, size);
    entry.refused = entry.wrong || quirk_refuses_unmap(source) ||
                    !take_back(source, index, offset, offset + size);
    ac_source_note(source, &entry, false);
    return !entry.refused;
}

/* A resize or remap: its range, and its result. */
struct change {
    struct ac_source *source;
    size_t index;
    size_t new_size;
    bool grows;
    struct ac_source_entry entry;
};

static struct change begin(struct ac_source *source, enum ac_source_call call, const void *start,
                           size_t old_size, size_t new_size) {
    size_t offset = ac_offset_of(source, start);
    struct change change = {.source = source, .new_size = new_size, .grows = new_size > old_size};
    change.entry = (struct ac_source_entry){.call = (uint8_t)call,
                                            .start = offset == AC_NOWHERE ? UINT64_MAX : offset,
                                            .size = new_size,
                                            .old_size = old_size,
                                            .result = UINT64_MAX};
    change.index = find_mapping(source, offset, old_size);
    const struct ac_range *range =
        change.index == AC_NOWHERE ? NULL : &source->ranges.at[change.index];
    change.entry.wrong = range == NULL || range->start != offset || range->size != old_size ||
                         !acceptable(source, new_size);
    return change;
}

static bool in_place(struct change *change) {
    struct ac_source *source = change->source;
    struct ac_range *range = &source->ranges.at[change->index];
    size_t new_end = range->start + change->new_size;
    if (!change->grows) {
        return new_end == ac_range_end(range) ||
               take_back(source, change->index, new_end, ac_range_end(range));
    }
    if (!ac_extent_grow(source, range, new_end))
        return false;
    ac_source_add_held(source, change->new_size - range->size);
    range->size = change->new_size;
    return true;
}

/* Moves the content to a new extent and releases the old one. */
static bool elsewhere(struct change *change) {
    struct ac_source *source = change->source;
    struct ac_range from = source->ranges.at[change->index], to;
    if (!ac_extent_take(source, change->new_size, &to))
        return false;
    if (!ac_ranges_insert(&source->ranges, &to)) {
        ac_extent_release(source, to.extent, true);
        return false;
    }
    ac_pages_unpoison(source, from.start, ac_range_end(&from));
    memcpy(ac_at(source, to.start), ac_at(source, from.start), from.size);
    size_t index = ac_ranges_find(&source->ranges, from.start);
    bool done = take_back(source, index, from.start, ac_range_end(&from));
    if (done) {
        ac_source_add_held(source, to.size);
        change->entry.result = to.start;
    } else {
        drop_range(source, ac_ranges_find(&source->ranges, to.start), true);
    }
    return done;
}

/* True when neither a quirk nor the plan nor the limit forbids the change. */
static bool allowed(struct change *change) {
    struct ac_source *source = change->source;
    size_t more = change->grows ? change->new_size - (size_t)change->entry.old_size : 0;
    bool granted = !change->grows || ac_source_grants(source, more);
    return granted && !ac_quirk(source, AC_QUIRK_NO_RESIZE);
}

static bool end(struct change *change, bool done) {
    change->entry.refused = !done;
    if (done && change->entry.result == UINT64_MAX)
        change->entry.result = change->entry.start;
    ac_source_note(change->source, &change->entry, change->grows && !change->entry.wrong);
    return done;
}

bool ac_source_resize(void *ctx, void *start, size_t old_size, size_t new_size) {
    struct change change = begin(ctx, AC_CALL_RESIZE, start, old_size, new_size);
    return end(&change, !change.entry.wrong && allowed(&change) && in_place(&change));
}

/* A growing remap moves half of the time even if it could grow in place. */
void *ac_source_remap(void *ctx, void *start, size_t old_size, size_t new_size) {
    struct ac_source *source = ctx;
    struct change change = begin(source, AC_CALL_REMAP, start, old_size, new_size);
    bool done = !change.entry.wrong && allowed(&change);
    if (done) {
        bool moves = change.grows && ac_random_below(&source->random, 2) == 0;
        done = (!moves && in_place(&change)) || (change.grows && elsewhere(&change));
    }
    return end(&change, done) ? ac_at(source, (size_t)change.entry.result) : NULL;
}
