// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* MAP_NORESERVE */
#include "allocheck/source.h"

#include "program/memory.h"
#include "source_internal.h"

#include <sys/mman.h>
#include <unistd.h>

/* Reserves address space, not memory: for the largest limit of a head, or less if the system
 * refuses. ThreadSanitizer supports few addresses and needs four bytes per byte. */
static const size_t largest_unit = (size_t)1 << (AC_RACES_REPORTED ? 32 : 40);
static const size_t smallest_unit = (size_t)512 << 20;
static const size_t alignment = (size_t)1 << 30;
/* Programs in which unmapped memory faults at once, which costs page faults. */
enum { CLOSES_ONE_IN = 32 };
enum { UNITS_OF_BREAK = 2, UNITS_OF_MAPS = 4 };

static size_t reserved_size(const struct ac_source *source) {
    return ac_end_of_maps(source) + ac_top_size(source);
}

/* The start is aligned, so that allocators that align addresses behave the same in all processes.
 */
static bool reserve(struct ac_source *source) {
    size_t size = reserved_size(source);
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    char *memory = mmap(NULL, size + alignment, PROT_NONE, flags, -1, 0);
    if (memory == MAP_FAILED)
        return false;
    size_t before = ((size_t)0 - (uintptr_t)memory) & (alignment - 1);
    source->base = memory + before;
    munmap(memory, before);
    munmap(source->base + size, alignment - before);
    return true;
}

static size_t strides_size(const struct ac_source *source) {
    return source->stride_count * sizeof *source->strides;
}

static bool try_unit(struct ac_source *source, size_t unit) {
    source->max_limit = unit;
    source->zone_of_maps = UNITS_OF_BREAK * unit;
    source->map_strides = UNITS_OF_MAPS * unit / ac_stride_size(source);
    source->stride_count = source->map_strides + ac_top_size(source) / ac_stride_size(source);
    source->zone_at_top = ac_end_of_maps(source);
    source->strides = ac_memory_new(strides_size(source));
    if (source->strides != NULL && reserve(source))
        return true;
    ac_memory_delete(source->strides, strides_size(source));
    return false;
}

struct ac_source *ac_source_new(void) {
    struct ac_source *source = ac_memory_new(sizeof *source);
    if (source == NULL)
        return NULL;
    source->page_size = (size_t)sysconf(_SC_PAGESIZE);
    for (size_t unit = largest_unit; unit >= smallest_unit; unit /= 2)
        if (try_unit(source, unit))
            return source;
    ac_memory_delete(source, sizeof *source);
    return NULL;
}

void ac_source_delete(struct ac_source *source) {
    if (source == NULL)
        return;
    ac_source_take_back_all(source);
    /* The addresses may be reused: nothing may stay poisoned. */
    ac_pages_unpoison(source, 0, source->brk.opened);
    ac_extents_unpoison(source);
    ac_top_release(source);
    munmap(source->base, reserved_size(source));
    ac_memory_delete(source->ranges.at, source->ranges.capacity * sizeof *source->ranges.at);
    ac_memory_delete(source->strides, strides_size(source));
    ac_memory_delete(source, sizeof *source);
}

static void reset(struct ac_source *source, const struct ac_head *head, enum ac_source_kind kind) {
    ac_source_take_back_all(source);
    source->random.state = head->seed;
    source->quirks = head->quirks;
    source->limit = (size_t)head->limit;
    source->dirt = 1 + (int)ac_random_below(&source->random, 255);
    source->closes_all = ac_random_below(&source->random, CLOSES_ONE_IN) == 0;
    source->has_break = kind == AC_SOURCE_BRK || kind == AC_SOURCE_BOTH;
    source->plan = source->sweep = ac_refusal_plan_of(0, false);
    source->held = source->held_peak = 0;
    source->requests = source->refused = source->missed_top = 0;
    source->log.total = 0;
    source->log.any_wrong = false;
    ac_extents_reset(source);
    ac_break_reset(source);
    if (ac_quirk(source, AC_QUIRK_TOP))
        ac_top_reserve(source);
}

/* The buffer ends at a guard, or starts at an odd address. */
static void *open_buffer(struct ac_source *source) {
    bool unaligned = ac_quirk(source, AC_QUIRK_UNALIGNED);
    size_t odd = unaligned ? ac_random_below(&source->random, source->page_size) | 1u : 0;
    size_t size = ac_page_up(source, source->limit + odd);
    struct ac_range range;
    if (!ac_extent_take(source, size, &range))
        return NULL;
    ac_pages_poison(source, range.start, range.start + size);
    range.start += unaligned ? odd : size - source->limit;
    range.size = source->limit;
    if (!ac_ranges_insert(&source->ranges, &range)) {
        ac_extent_release(source, range.extent, true);
        return NULL;
    }
    ac_pages_unpoison(source, range.start, ac_range_end(&range));
    ac_source_add_held(source, range.size);
    return ac_at(source, range.start);
}

static void offer(struct ac_source *source, enum ac_source_kind kind,
                  struct ac_page_source *pages) {
    *pages = (struct ac_page_source){
        .ctx = source, .kind = kind, .page_size = source->page_size, .limit = source->limit};
    pages->zeroed = kind != AC_SOURCE_BUFFER && !ac_quirk(source, AC_QUIRK_DIRTY);
    if (kind == AC_SOURCE_MMAP || kind == AC_SOURCE_BOTH) {
        pages->map = ac_source_map;
        pages->unmap = ac_source_unmap;
        pages->resize = ac_source_resize;
        pages->remap = ac_source_remap;
    }
    if (source->has_break)
        pages->sbrk = ac_source_sbrk;
}

bool ac_source_open(struct ac_source *source, const struct ac_head *head, enum ac_source_kind kind,
                    struct ac_page_source *pages) {
    bool known = kind == AC_SOURCE_MMAP || kind == AC_SOURCE_BRK || kind == AC_SOURCE_BOTH ||
                 kind == AC_SOURCE_BUFFER;
    if (!known || head->limit == 0 || head->limit > source->max_limit)
        return false;
    reset(source, head, kind);
    offer(source, kind, pages);
    if (kind == AC_SOURCE_BUFFER) {
        pages->buffer = open_buffer(source);
        return pages->buffer != NULL;
    }
    return true;
}

size_t ac_offset_of(const struct ac_source *source, const void *address) {
    uintptr_t offset = (uintptr_t)address - (uintptr_t)source->base;
    bool inside =
        offset < ac_end_of_maps(source) || offset - source->zone_at_top < ac_top_size(source);
    return inside ? offset : AC_NOWHERE;
}

void ac_source_refuse(struct ac_source *source, uint64_t nth, bool onwards) {
    source->plan = ac_refusal_plan_of(nth, onwards);
}

void ac_source_sweep(struct ac_source *source, uint64_t nth, bool onwards) {
    source->sweep = ac_refusal_plan_of(nth, onwards);
}

bool ac_source_grants(struct ac_source *source, size_t more) {
    source->requests++;
    const bool planned = ac_refusal_plan_refuses(&source->plan);
    const bool swept = ac_refusal_plan_refuses(&source->sweep);
    return !planned && !swept && more <= source->limit - source->held;
}

void ac_source_add_held(struct ac_source *source, size_t more) {
    source->held += more;
    source->held_peak = ac_larger(source->held_peak, source->held);
}

bool ac_source_holds(const struct ac_source *source, const void *start, size_t size) {
    size_t offset = ac_offset_of(source, start);
    size_t index = offset == AC_NOWHERE ? AC_NOWHERE : ac_ranges_find(&source->ranges, offset);
    return index != AC_NOWHERE && size <= ac_range_end(&source->ranges.at[index]) - offset;
}

uint64_t ac_source_held(const struct ac_source *source) {
    return source->held;
}

uint64_t ac_source_held_peak(const struct ac_source *source) {
    return source->held_peak;
}

uint64_t ac_source_requests(const struct ac_source *source) {
    return source->requests;
}

uint64_t ac_source_refused(const struct ac_source *source) {
    return source->refused;
}

uint64_t ac_source_missed_top(const struct ac_source *source) {
    return source->missed_top;
}
