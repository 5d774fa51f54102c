// SPDX-License-Identifier: MIT
// The parts of the page source. All positions are offsets from the start of its reserved range.
//
// The range has three zones: for the break, for mappings, and for mappings at the top of the
// address space (which lies there if the system offers those addresses, source_top.c). The last two
// are divided into strides of 1024 pages. A mapping takes an extent of one or more strides. It
// starts some pages into the first stride, so that it is not aligned by accident, and ends at least
// a page before the end of the last one: there are guards on both sides. Small mappings of one size
// share a lane of strides, so that later programs find the right number of pages already open.
//
// Only the calls since open decide where a mapping goes. The state of pages from earlier programs
// (open, dirty) merely saves system calls.
#ifndef ALLOCHECK_SOURCE_INTERNAL_H
#define ALLOCHECK_SOURCE_INTERNAL_H

#include "allocheck/random.h"
#include "allocheck/source.h"

#include "refusal_plan.h"

enum {
    AC_SOURCE_LOG = 4096,
    AC_STRIDE_PAGES = 1024,
    AC_LANES = 65,      /* mappings of one stride by pages modulo 64, and one lane for the others */
    AC_LEAD_PAGES = 16, /* at most, before a mapping */
    AC_KEPT_PAGES = 1000, /* an unmapped extent up to this size stays open for reuse */
    AC_KEPT_IN_ALL = 8192 /* unmapped pages that stay open, in all */
};

#define AC_NOWHERE SIZE_MAX

/* A held range: a mapping, a remaining piece of one, or a part below the break. */
struct ac_range {
    size_t start;
    size_t size;
    size_t max_end; /* limit of growth in place */
    size_t extent;  /* its first stride; AC_NOWHERE: break */
};

/* Sorted by start, disjoint. */
struct ac_ranges {
    struct ac_range *at;
    size_t count;
    size_t capacity;
};

/* A stride. All fields but `used` describe the extent that starts, or last started, here. */
struct ac_stride {
    size_t opened;   /* accessible bytes from the mapping's start */
    size_t dirty;    /* bytes from there that may be non-zero; at least `opened` */
    uint32_t count;  /* strides of the extent */
    uint32_t pieces; /* its remaining ranges */
    bool used;
    bool holes; /* parts of the opened bytes are closed again */
};

struct ac_break {
    size_t start;
    size_t now;
    size_t opened; /* end of the accessible bytes */
    size_t dirty;  /* end of the bytes that may be non-zero; at least `opened` */
};

struct ac_log {
    uint64_t total;
    bool any_wrong;
    struct ac_source_entry wrong;
    struct ac_source_entry entries[AC_SOURCE_LOG];
};

struct ac_source {
    char *base;
    size_t page_size;
    size_t max_limit;
    size_t zone_of_maps; /* its start */
    size_t zone_at_top;
    bool top_is_reserved, is_at_top; /* reservation was tried, and succeeded */

    struct ac_ranges ranges;
    struct ac_break brk;
    struct ac_stride *strides;
    size_t stride_count;         /* in both zones */
    size_t map_strides;          /* in the zone of maps, which come first */
    size_t first_free[AC_LANES]; /* all strides of the lane below it are used */
    size_t cursor[AC_LANES];     /* after the lane's last extent */
    size_t lowest;               /* start of the last extent, for the quirk `lower` */
    size_t topmost;              /* start of the last extent at the top */
    size_t kept;                 /* dirty bytes of unused strides */

    unsigned quirks;
    size_t limit;
    int dirt;        /* the byte that fills dirty pages; not 0 */
    bool closes_all; /* unmapped memory faults at once */
    bool has_break;
    struct ac_random random;

    struct ac_refusal_plan plan;  /* of the program */
    struct ac_refusal_plan sweep; /* second plan, for sweeps */
    size_t held;
    size_t held_peak;
    uint64_t requests;
    uint64_t refused;
    uint64_t missed_top; /* see ac_source_missed_top */
    struct ac_log log;
    struct ac_journal *journal; /* may be NULL */
};

/* source_ranges.c */

/* Index of the range that contains `offset`, or AC_NOWHERE. */
size_t ac_ranges_find(const struct ac_ranges *ranges, size_t offset);
/* False: out of memory, nothing changed. */
bool ac_ranges_insert(struct ac_ranges *ranges, const struct ac_range *range);
void ac_ranges_remove(struct ac_ranges *ranges, size_t index);

/* source_pages.c */

/* Makes [start, end) accessible. False: out of memory. */
bool ac_pages_open(struct ac_source *source, size_t start, size_t end);
/* Makes every access fault, keeps the content. False: out of memory. */
bool ac_pages_guard(struct ac_source *source, size_t start, size_t end);
/* Makes every access fault, drops the content. False: out of memory. */
bool ac_pages_close(struct ac_source *source, size_t start, size_t end);
/* Clears [start, end), or fills it with dirt if the quirks say so. Bytes from `dirty` on are zero.
 */
void ac_pages_freshen(struct ac_source *source, size_t start, size_t end, size_t dirty);

/* source_poison.c */

/* Poison or unpoison [start, end) under AddressSanitizer. */
void ac_pages_poison(struct ac_source *source, size_t start, size_t end);
void ac_pages_unpoison(struct ac_source *source, size_t start, size_t end);
/* Releases the shadow memory of whole closed strides. */
void ac_pages_forget(struct ac_source *source, size_t start, size_t end);

/* source_extent.c */

/* Takes an extent for a mapping of `size` bytes, open and fresh. False: no space. */
bool ac_extent_take(struct ac_source *source, size_t size, struct ac_range *range);
/* Grows a range in place with fresh pages. False: no space. */
bool ac_extent_grow(struct ac_source *source, const struct ac_range *range, size_t new_end);
/* Closes [start, end), a part of an extent. False: out of memory. */
bool ac_extent_close_part(struct ac_source *source, size_t extent, size_t start, size_t end);
/* Releases an extent without remaining ranges. `close`: its pages too. */
void ac_extent_release(struct ac_source *source, size_t extent, bool close);

/* Resets the placement of extents to that of a new source. */
void ac_extents_reset(struct ac_source *source);
/* Unpoisons the pages that stay open in unused extents. */
void ac_extents_unpoison(struct ac_source *source);

/* source_top.c */

/* Moves the zone at the top to the last addresses of the process, if available. */
void ac_top_reserve(struct ac_source *source);
void ac_top_release(struct ac_source *source);
size_t ac_top_size(const struct ac_source *source);

/* source_map.c, source_break.c: the functions of struct ac_page_source; ctx is the source. */

void *ac_source_map(void *ctx, size_t size);
bool ac_source_unmap(void *ctx, void *start, size_t size);
bool ac_source_resize(void *ctx, void *start, size_t old_size, size_t new_size);
void *ac_source_remap(void *ctx, void *start, size_t old_size, size_t new_size);
void *ac_source_sbrk(void *ctx, ptrdiff_t increment);

/* Removes all ranges. Pages stay open for the next program within the bounds above. */
void ac_source_take_back_all(struct ac_source *source);
/* Moves the break to its start. No ranges may be left. */
void ac_break_reset(struct ac_source *source);

/* source.c */

/* Counts a request for `more` bytes. False: a plan or the limit refuses it. */
bool ac_source_grants(struct ac_source *source, size_t more);
void ac_source_add_held(struct ac_source *source, size_t more);
/* Logs a call. `is_request`: counts a refused one. */
void ac_source_note(struct ac_source *source, const struct ac_source_entry *entry, bool is_request);

static inline char *ac_at(const struct ac_source *source, size_t offset) {
    return source->base + offset;
}

/* The offset of an address, or AC_NOWHERE if it lies outside. */
size_t ac_offset_of(const struct ac_source *source, const void *address);

static inline size_t ac_stride_size(const struct ac_source *source) {
    return AC_STRIDE_PAGES * source->page_size;
}

/* The end of the zone of maps, where the zone at the top starts by default. */
static inline size_t ac_end_of_maps(const struct ac_source *source) {
    return source->zone_of_maps + source->map_strides * ac_stride_size(source);
}

static inline size_t ac_page_up(const struct ac_source *source, size_t size) {
    return (size + source->page_size - 1) & ~(source->page_size - 1);
}

static inline bool ac_whole_pages(const struct ac_source *source, size_t size) {
    return (size & (source->page_size - 1)) == 0;
}

static inline size_t ac_range_end(const struct ac_range *range) {
    return range->start + range->size;
}

static inline bool ac_quirk(const struct ac_source *source, enum ac_quirk quirk) {
    return (source->quirks & (unsigned)quirk) != 0;
}

static inline size_t ac_smaller(size_t left, size_t right) {
    return left < right ? left : right;
}

static inline size_t ac_larger(size_t left, size_t right) {
    return left > right ? left : right;
}

#endif
