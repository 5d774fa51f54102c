// SPDX-License-Identifier: MIT
// The placement of mappings in extents of strides, and the reuse of their pages.
#include "source_internal.h"

static bool is_at_top(const struct ac_source *source, size_t stride) {
    return stride >= source->map_strides;
}

/* `stride` may be one past the last stride of its zone. */
static size_t place_of(const struct ac_source *source, size_t stride, bool at_top) {
    return at_top ? source->zone_at_top + (stride - source->map_strides) * ac_stride_size(source)
                  : source->zone_of_maps + stride * ac_stride_size(source);
}

/* Constant for each stride, so that its pages can be reused; rarely aligned to more than a page. */
static size_t start_of(const struct ac_source *source, size_t extent) {
    size_t lead = 1 + (extent * 7) % (AC_LEAD_PAGES - 1);
    return place_of(source, extent, is_at_top(source, extent)) + lead * source->page_size;
}

static size_t end_of(const struct ac_source *source, size_t extent) {
    size_t next = extent + source->strides[extent].count;
    return place_of(source, next, is_at_top(source, extent)) - source->page_size;
}

static size_t strides_for(const struct ac_source *source, size_t size) {
    size_t guarded = size + (AC_LEAD_PAGES + 1) * source->page_size;
    return (guarded + ac_stride_size(source) - 1) / ac_stride_size(source);
}

static size_t find_up(const struct ac_source *source, size_t from, size_t count) {
    size_t length = 0;
    for (size_t i = from; i < source->map_strides; i++) {
        length = source->strides[i].used ? 0 : length + 1;
        if (length == count)
            return i - count + 1;
    }
    return AC_NOWHERE;
}

/* Searches the strides [first, before). */
static size_t find_down(const struct ac_source *source, size_t first, size_t before, size_t count) {
    size_t length = 0;
    for (size_t i = before; i-- > first;) {
        length = source->strides[i].used ? 0 : length + 1;
        if (length == count)
            return i;
    }
    return AC_NOWHERE;
}

/* The last lane has half of the zone, the others share the rest. */
static size_t lane_size(const struct ac_source *source) {
    return source->map_strides / 2 / (AC_LANES - 1);
}

static size_t lane_of_stride(const struct ac_source *source, size_t stride) {
    return ac_smaller(stride / lane_size(source), AC_LANES - 1);
}

static size_t lane_of_size(const struct ac_source *source, size_t size) {
    size_t pages = size / source->page_size;
    return strides_for(source, size) == 1 ? pages % (AC_LANES - 1) : AC_LANES - 1;
}

void ac_extents_reset(struct ac_source *source) {
    for (size_t lane = 0; lane < AC_LANES; lane++)
        source->first_free[lane] = source->cursor[lane] = lane * lane_size(source);
    source->lowest = source->map_strides;
    source->topmost = source->stride_count;
}

/* Below the previous extent, or from the top again if there is no space. */
static size_t place_lower(const struct ac_source *source, size_t count, size_t gap) {
    size_t before = source->lowest > gap ? source->lowest - gap : 0;
    size_t extent = find_down(source, 0, before, count);
    return extent != AC_NOWHERE ? extent : find_down(source, 0, source->map_strides, count);
}

/* The same at the top of the address space. */
static size_t place_at_top(const struct ac_source *source, size_t count, size_t gap) {
    size_t first = source->map_strides;
    size_t before = source->topmost - first > gap ? source->topmost - gap : first;
    size_t extent = find_down(source, first, before, count);
    return extent != AC_NOWHERE ? extent : find_down(source, first, source->stride_count, count);
}

static size_t place_in_lane(const struct ac_source *source, size_t size, size_t gap) {
    size_t lane = lane_of_size(source, size), count = strides_for(source, size);
    size_t from = gap > 0 ? source->cursor[lane] + gap : source->first_free[lane];
    size_t extent = find_up(source, from, count);
    return extent != AC_NOWHERE ? extent : find_up(source, 0, count);
}

/* With the quirk gaps, one to three strides stay free between extents. */
static size_t place(struct ac_source *source, size_t size) {
    bool gaps = ac_quirk(source, AC_QUIRK_GAPS), top = ac_quirk(source, AC_QUIRK_TOP);
    size_t gap = gaps ? 1 + (size_t)ac_random_below(&source->random, 3) : 0;
    size_t count = strides_for(source, size);
    size_t extent = top ? place_at_top(source, count, gap) : AC_NOWHERE;
    source->missed_top += top && (extent == AC_NOWHERE || !source->is_at_top);
    if (extent != AC_NOWHERE)
        return extent;
    return ac_quirk(source, AC_QUIRK_LOWER) ? place_lower(source, count, gap)
                                            : place_in_lane(source, size, gap);
}

/* Closes the pages of a stride that are still open from its last use. */
static bool close_stride(struct ac_source *source, size_t index) {
    struct ac_stride *stride = &source->strides[index];
    size_t start = start_of(source, index);
    if (!ac_pages_close(source, start, start + stride->dirty))
        return false;
    size_t first = start - start % ac_stride_size(source);
    size_t last = start + stride->dirty - 1;
    ac_pages_forget(source, first, last - last % ac_stride_size(source) + ac_stride_size(source));
    stride->opened = 0;
    stride->dirty = 0;
    stride->holes = false;
    return true;
}

/* Updates the start of the next search. */
static void note_taken(struct ac_source *source, size_t extent, size_t count) {
    if (is_at_top(source, extent)) {
        source->topmost = extent;
        return;
    }
    size_t lane = lane_of_stride(source, extent);
    source->cursor[lane] = extent + count;
    source->lowest = extent;
    if (extent == source->first_free[lane])
        source->first_free[lane] = extent + count;
}

/* Marks strides as used. If there are several, closes them: the mapping crosses their old guards.
 */
static bool occupy(struct ac_source *source, size_t extent, size_t count) {
    for (size_t i = extent; i < extent + count; i++) {
        size_t dirty = source->strides[i].dirty;
        if (count > 1 && dirty > 0 && !close_stride(source, i))
            return false;
        source->kept -= dirty;
    }
    for (size_t i = extent; i < extent + count; i++)
        source->strides[i].used = true;
    source->strides[extent].count = (uint32_t)count;
    source->strides[extent].pieces = 1;
    note_taken(source, extent, count);
    return true;
}

/* Opens exactly `size` bytes; everything after them is a guard. */
static bool fit(struct ac_source *source, size_t extent, size_t size) {
    struct ac_stride *stride = &source->strides[extent];
    size_t start = start_of(source, extent);
    size_t open = stride->holes ? 0 : ac_smaller(stride->opened, size);
    if (!ac_pages_open(source, start + open, start + size))
        return false;
    if (stride->opened > size && !ac_pages_guard(source, start + size, start + stride->opened))
        return false;
    stride->opened = size;
    stride->holes = false;
    return true;
}

/* A limit of growth in place: none, one page, twice the size, or the end of the extent. */
static size_t choose_max_end(struct ac_source *source, size_t extent, size_t start, size_t size) {
    const size_t growth[] = {size, size + source->page_size, 2 * size, SIZE_MAX / 2};
    size_t drawn = growth[ac_random_below(&source->random, 4)];
    return start + ac_smaller(drawn, end_of(source, extent) - start);
}

bool ac_extent_take(struct ac_source *source, size_t size, struct ac_range *range) {
    size_t count = strides_for(source, size);
    size_t extent = place(source, size);
    if (extent == AC_NOWHERE || !occupy(source, extent, count))
        return false;
    if (!fit(source, extent, size)) {
        ac_extent_release(source, extent, true);
        return false;
    }
    struct ac_stride *stride = &source->strides[extent];
    size_t start = start_of(source, extent);
    ac_pages_freshen(source, start, start + size, start + stride->dirty);
    stride->dirty = ac_larger(stride->dirty, size);
    *range = (struct ac_range){start, size, choose_max_end(source, extent, start, size), extent};
    return true;
}

bool ac_extent_grow(struct ac_source *source, const struct ac_range *range, size_t new_end) {
    struct ac_stride *stride = &source->strides[range->extent];
    size_t start = start_of(source, range->extent);
    size_t old_end = ac_range_end(range);
    if (new_end > range->max_end || old_end != start + stride->opened ||
        !ac_pages_open(source, old_end, new_end))
        return false;
    ac_pages_freshen(source, old_end, new_end, start + stride->dirty);
    stride->opened = new_end - start;
    stride->dirty = ac_larger(stride->dirty, stride->opened);
    return true;
}

bool ac_extent_close_part(struct ac_source *source, size_t extent, size_t start, size_t end) {
    struct ac_stride *stride = &source->strides[extent];
    size_t extent_start = start_of(source, extent);
    bool is_end = end == extent_start + stride->opened;
    if (!ac_pages_close(source, start, is_end ? extent_start + stride->dirty : end))
        return false;
    if (is_end)
        stride->opened = stride->dirty = start - extent_start;
    else
        stride->holes = true;
    return true;
}

/* Small extents stay open for the next mapping, and so does one that the system cannot close. */
void ac_extent_release(struct ac_source *source, size_t extent, bool close) {
    struct ac_stride *stride = &source->strides[extent];
    size_t start = start_of(source, extent);
    bool keeps = !close && stride->dirty <= AC_KEPT_PAGES * source->page_size &&
                 source->kept + stride->dirty <= AC_KEPT_IN_ALL * source->page_size;
    if (!keeps)
        close_stride(source, extent);
    ac_pages_poison(source, start, start + stride->opened);
    for (size_t i = extent; i < extent + stride->count; i++)
        source->strides[i].used = false;
    source->kept += stride->dirty;
    size_t lane = lane_of_stride(source, extent);
    source->first_free[lane] = ac_smaller(source->first_free[lane], extent);
}

void ac_extents_unpoison(struct ac_source *source) {
    for (size_t i = 0; i < source->stride_count && source->kept > 0; i++) {
        size_t dirty = source->strides[i].dirty;
        ac_pages_unpoison(source, start_of(source, i), start_of(source, i) + dirty);
        source->kept -= dirty;
    }
}
