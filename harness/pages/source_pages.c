// SPDX-License-Identifier: MIT
// The pages of the reserved range: access, and content when handed out.
#define _GNU_SOURCE /* MAP_NORESERVE, MADV_NOHUGEPAGE, mincore */
#include "source_internal.h"

#include <string.h>
#include <sys/mman.h>

/* Larger ranges would get huge pages, and clearing one costs more than most programs. */
static const size_t huge_page = (size_t)2 << 20;
/* Larger ranges get dirt at both ends only, which bounds time and memory. */
static const size_t dirt_at_each_end = (size_t)128 << 10;
/* From this many pages on, asking which are resident pays off. */
enum { FEW_PAGES = 32 };

bool ac_pages_open(struct ac_source *source, size_t start, size_t end) {
    char *memory = ac_at(source, start);
    if (start == end)
        return true;
    if (mprotect(memory, end - start, PROT_READ | PROT_WRITE) != 0)
        return false;
    if (end - start >= huge_page)
        madvise(memory, end - start, MADV_NOHUGEPAGE);
    return true;
}

bool ac_pages_guard(struct ac_source *source, size_t start, size_t end) {
    return start == end || mprotect(ac_at(source, start), end - start, PROT_NONE) == 0;
}

/* Replaces the mapping, so that the system merges it with its neighbours and its table of mappings
 * does not fill up. */
bool ac_pages_close(struct ac_source *source, size_t start, size_t end) {
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
    return start == end ||
           mmap(ac_at(source, start), end - start, PROT_NONE, flags, -1, 0) != MAP_FAILED;
}

/* Drops whole pages, which then read as zero. */
static bool drop(struct ac_source *source, size_t start, size_t end) {
    return start == end || madvise(ac_at(source, start), end - start, MADV_DONTNEED) == 0;
}

static void zero(struct ac_source *source, size_t start, size_t end) {
    memset(ac_at(source, start), 0, end - start);
}

/* Writes resident pages and drops the others, which must not be faulted in. */
static void clear_pages(struct ac_source *source, size_t start, size_t end) {
    unsigned char there[AC_STRIDE_PAGES];
    size_t page = source->page_size, count = (end - start) / page;
    if (mincore(ac_at(source, start), end - start, there) != 0) {
        zero(source, start, end);
        return;
    }
    for (size_t i = 0, next; i < count; i = next) {
        bool is_there = there[i] & 1;
        for (next = i + 1; next < count && (there[next] & 1) == is_there; next++) {
        }
        if (is_there || !drop(source, start + i * page, start + next * page))
            zero(source, start + i * page, start + next * page);
    }
}

static void clear(struct ac_source *source, size_t start, size_t end) {
    size_t first = ac_page_up(source, start), last = end & ~(source->page_size - 1);
    size_t pages = first < last ? (last - first) / source->page_size : 0;
    if (pages < FEW_PAGES) {
        zero(source, start, end);
        return;
    }
    zero(source, start, first);
    if (pages <= AC_STRIDE_PAGES)
        clear_pages(source, first, last);
    else if (!drop(source, first, last))
        zero(source, first, last);
    zero(source, last, end);
}

static void fill_with_dirt(struct ac_source *source, size_t start, size_t end) {
    size_t from_start = ac_smaller(end - start, dirt_at_each_end);
    memset(ac_at(source, start), source->dirt, from_start);
    size_t from_end = ac_smaller(end - start - from_start, dirt_at_each_end);
    memset(ac_at(source, end - from_end), source->dirt, from_end);
}

void ac_pages_freshen(struct ac_source *source, size_t start, size_t end, size_t dirty) {
    bool fills = ac_quirk(source, AC_QUIRK_DIRTY);
    ac_pages_unpoison(source, start, end);
    if (dirty > start && (!fills || end - start > 2 * dirt_at_each_end))
        clear(source, start, ac_smaller(dirty, end));
    if (fills)
        fill_with_dirt(source, start, end);
}
