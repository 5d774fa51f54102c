// SPDX-License-Identifier: MIT
// System pages: mappings and the break. errno is preserved, because the caller may recover from
// a refusal.
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "slate.h"

static void *os_map(void *ctx, size_t size) {
    (void)ctx;
    int saved = errno;
    void *start = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    errno = saved;
    return start == MAP_FAILED ? NULL : start;
}

static int os_unmap(void *ctx, void *start, size_t size) {
    (void)ctx;
    int saved = errno;
    int result = munmap(start, size);
    errno = saved;
    return result;
}

static void *os_remap(void *ctx, void *start, size_t old, size_t size, int may_move) {
    (void)ctx;
    int saved = errno;
    void *moved = mremap(start, old, size, may_move ? MREMAP_MAYMOVE : 0);
    errno = saved;
    return moved == MAP_FAILED ? NULL : moved;
}

static size_t page_size(void) {
    return (size_t)sysconf(_SC_PAGESIZE);
}

static char *move_break(size_t size) {
    void *old = sbrk((intptr_t)size);
    return (intptr_t)old == -1 ? NULL : old;
}

static size_t to_page(const char *address) {
    return -(uintptr_t)address & (page_size() - 1);
}

/* Whole pages only: foreign code may have written to the page that holds the break. If foreign code
 * moves the break between the two calls, a third one requests the missing bytes. */
static char *grow_whole_pages(size_t size) {
    char *now = move_break(0);
    size_t lead = now == NULL ? 0 : to_page(now);
    char *start = now == NULL ? NULL : move_break(lead + size);
    if (start == NULL)
        return NULL;
    size_t lack = to_page(start) > lead ? to_page(start) - lead : 0;
    if (lack > 0 && move_break(lack) != start + lead + size)
        return NULL;
    return start + to_page(start);
}

static void *os_grow(void *ctx, size_t size) {
    (void)ctx;
    int saved = errno;
    void *start = grow_whole_pages(size);
    errno = saved;
    return start;
}

static int os_shrink(void *ctx, void *start, size_t size) {
    (void)ctx;
    int saved = errno;
    int result = -1;
    if (move_break(0) == (char *)start + size && (intptr_t)sbrk(-(intptr_t)size) != -1)
        result = 0;
    errno = saved;
    return result;
}

struct slate_source slate_source_mmap(void) {
    return (struct slate_source){.page_size = page_size(),
                                 .flags = SLATE_SOURCE_ZEROED,
                                 .map = os_map,
                                 .unmap = os_unmap,
                                 .remap = os_remap};
}

struct slate_source slate_source_brk(void) {
    return (struct slate_source){.page_size = page_size(),
                                 .flags = SLATE_SOURCE_ZEROED,
                                 .grow = os_grow,
                                 .shrink = os_shrink};
}

struct slate_source slate_source_process(void) {
    struct slate_source source = slate_source_mmap();
    source.grow = os_grow;
    source.shrink = os_shrink;
    return source;
}
