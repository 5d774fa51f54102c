// SPDX-License-Identifier: MIT
// The parts of the page source. All places are offsets from the start of its reserved range.
//
// The range holds three zones: the break's, the mappings', and that of mappings at the top, which
// lies elsewhere where the system gives the last addresses that it has (source_top.c). Zones of
// mappings are cut into strides of 1024 pages. A mapping takes a slot of one or more strides,
// starts some pages into the first (never aligned by luck) and ends at least a page before the last
// one's end, so that guards lie on both sides. Small mappings of one size share a lane of strides,
// so that the next program finds pages there that are open just as far. Where a mapping goes
// depends on the calls since open alone; which pages are already open or dirty from the program
// before is kept beside it and only saves system calls.
#ifndef ALLOCHECK_SOURCE_INTERNAL_H
#define ALLOCHECK_SOURCE_INTERNAL_H

#include "allocheck/random.h"
#include "allocheck/source.h"

#include "refusal_plan.h"

enum {
    AC_SOURCE_LOG = 4096,
    AC_STRIDE_PAGES = 1024,
    AC_LANES = 65,      /* for mappings of one stride by their size modulo 64, one for all others */
    AC_LEAD_PAGES = 16, /* at most, in front of a mapping */
    AC_KEPT_PAGES = 1000, /* up to this a mapping taken back stays open, to be allocated again */
    AC_KEPT_IN_ALL = 8192 /* pages that stay open, though nobody holds them */
};

#define AC_NOWHERE SIZE_MAX

/* A range held: what map gave, a piece that was left of it, or a stretch below the break. */
struct ac_range {
    size_t start;
    size_t size;
    size_t max_end; /* the end up to which it may grow in place */
    size_t extent;  /* first stride; AC_NOWHERE: of the break */
};

/* Sorted by start; runs never overlap. */
struct ac_ranges {
    struct ac_range *at;
    size_t count;
    size_t capacity;
};

/* A stride; all fields but `used` are those of the slot that starts, or last started, here. */
struct ac_stride {
    size_t opened;   /* bytes from the mapping's start that can be read and written */
    size_t dirty;    /* bytes from there that may have been written: opened or more */
    uint32_t count;  /* strides of the slot */
    uint32_t pieces; /* runs that are left in it */
    bool used;
    bool holes; /* some of what is opened was closed again */
};

struct ac_break {
    size_t start;
    size_t now;
    size_t opened; /* end of what can be read and written */
    size_t dirty;  /* end of what may have been written: opened or more */
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
    size_t zone_of_maps; /* where it starts */
    size_t zone_at_top;
    bool top_is_reserved, is_at_top; /* that zone was asked for at the top, and is there */

    struct ac_ranges ranges;
    struct ac_break brk;
    struct ac_stride *strides;
    size_t stride_count;         /* of both zones */
    size_t map_strides;          /* of the zone of maps, which come first */
    size_t first_free[AC_LANES]; /* no stride of the lane below is free */
    size_t cursor[AC_LANES];     /* after the lane's last slot */
    size_t lowest;  /* where the last slot begins that the quirk put below the others */
    size_t topmost; /* likewise at the top */
    size_t kept;    /* dirty bytes of strides that are not used */

    unsigned quirks;
    size_t limit;
    int dirt;        /* the byte that fills dirty pages, not 0 */
    bool closes_all; /* what is taken back is closed at once: a touch faults */
    bool has_break;
    struct ac_random random;

    struct ac_refusal_plan plan;  /* of the program */
    struct ac_refusal_plan sweep; /* of the run, besides */
    size_t held;
    size_t held_peak;
    uint64_t requests;
    uint64_t refused;
    uint64_t missed_top; /* mappings that the quirk asked for at the top, and are not there */
    struct ac_log log;
    struct ac_journal *journal; /* NULL: none is kept */
};

/* source_runs.c */

/* Index of the run that holds `offset`, or AC_NOWHERE. */
size_t ac_ranges_find(const struct ac_ranges *ranges, size_t offset);
/* False: out of memory, nothing changed. */
bool ac_ranges_insert(struct ac_ranges *ranges, const struct ac_range *range);
void ac_ranges_remove(struct ac_ranges *ranges, size_t index);

/* source_pages.c */

/* Lets [start, end) be read and written. False: the system has no room. */
bool ac_pages_open(struct ac_source *source, size_t start, size_t end);
/* Lets every access fault; content is kept. False: the system has no room. */
bool ac_pages_guard(struct ac_source *source, size_t start, size_t end);
/* Lets every access fault; content is gone. False: the system has no room. */
bool ac_pages_close(struct ac_source *source, size_t start, size_t end);
/* Makes [start, end) fresh as the quirks say; only what lies below `dirty` may be other than 0. */
void ac_pages_freshen(struct ac_source *source, size_t start, size_t end, size_t dirty);

/* source_poison.c */

/* Tells AddressSanitizer, where it is there, that nobody may touch [start, end), or all may. */
void ac_pages_poison(struct ac_source *source, size_t start, size_t end);
void ac_pages_unpoison(struct ac_source *source, size_t start, size_t end);
/* Gives back what AddressSanitizer remembers of whole strides that are closed. */
void ac_pages_forget(struct ac_source *source, size_t start, size_t end);

/* source_slot.c */

/* Takes a slot for a mapping of `size` bytes, open and fresh. False: no room. */
bool ac_extent_take(struct ac_source *source, size_t size, struct ac_range *range);
/* Opens up the end of a run, fresh. False: no room there. */
bool ac_extent_grow(struct ac_source *source, const struct ac_range *range, size_t new_end);
/* Closes [start, end), a part of a slot. False: the system has no room. */
bool ac_extent_close_part(struct ac_source *source, size_t extent, size_t start, size_t end);
/* Gives up a slot of which no piece is held any more. */
void ac_extent_release(struct ac_source *source, size_t extent, bool close);

/* Sets where slots are placed next: as in a new source. */
void ac_extents_reset(struct ac_source *source);
/* Lets AddressSanitizer forget the slots that are open. */
void ac_extents_unpoison(struct ac_source *source);

/* source_top.c */

/* Has the zone at the top lie at the last addresses of the process, if the system gives them. */
void ac_top_reserve(struct ac_source *source);
void ac_top_release(struct ac_source *source);
size_t ac_top_size(const struct ac_source *source);

/* source_map.c, source_break.c: the functions of struct ac_page_source; ctx is the source. */

void *ac_source_map(void *ctx, size_t size);
bool ac_source_unmap(void *ctx, void *start, size_t size);
bool ac_source_resize(void *ctx, void *start, size_t old_size, size_t new_size);
void *ac_source_remap(void *ctx, void *start, size_t old_size, size_t new_size);
void *ac_source_sbrk(void *ctx, ptrdiff_t increment);

/* Ends every run. Mappings are kept open for the next program as far as the bounds allow. */
void ac_source_take_back_all(struct ac_source *source);
/* Moves the break to where the quirks let it start; there must be no run left. */
void ac_break_reset(struct ac_source *source);

/* source.c */

/* Counts a request for `more` bytes. False: the plan or the limit refuses it. */
bool ac_source_grants(struct ac_source *source, size_t more);
void ac_source_add_held(struct ac_source *source, size_t more);
/* Writes a call into the log; `refused` ones count as such when `is_request`. */
void ac_source_note(struct ac_source *source, const struct ac_source_entry *entry, bool is_request);

static inline char *ac_at(const struct ac_source *source, size_t offset) {
    return source->base + offset;
}

/* The offset of an address, AC_NOWHERE when it lies outside. */
size_t ac_offset_of(const struct ac_source *source, const void *address);

static inline size_t ac_stride_size(const struct ac_source *source) {
    return AC_STRIDE_PAGES * source->page_size;
}

/* Where the zone of maps ends, and the zone at the top begins where the system gives no better. */
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
