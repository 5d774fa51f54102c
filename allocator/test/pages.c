// SPDX-License-Identifier: MIT
#define _DEFAULT_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "pages.h"

#define ARENA ((size_t)256 << 20)
#define GAP   ((size_t)3 << 12)

static char *arena(void) {
    static char *start;
    if (start == NULL)
        start = mmap(NULL, ARENA, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return start;
}

static int refused(struct pages *pages) {
    pages->calls++;
    return pages->calls == pages->refuse_at ||
           (pages->refuse_from != 0 && pages->calls >= pages->refuse_from);
}

static void fill(const struct pages *pages, char *start, size_t size) {
    if (size < (size_t)8 << 20)
        memset(start, pages->dirty ? 0xDB : 0, size);
}

static char *record(struct pages *pages, char *start, size_t size) {
    if (pages->count == sizeof pages->live / sizeof *pages->live)
        abort();
    pages->live[pages->count].start = start;
    pages->live[pages->count++].size = size;
    pages->held += size;
    fill(pages, start, size);
    return start;
}

static size_t find(const struct pages *pages, const void *start, size_t size) {
    size_t i = 0;
    while (i < pages->count && (pages->live[i].start != start || pages->live[i].size != size))
        i++;
    return i;
}

static int forget(struct pages *pages, const void *start, size_t size) {
    size_t i = find(pages, start, size);
    if (i == pages->count) {
        pages->wrong++;
        return -1;
    }
    pages->live[i] = pages->live[--pages->count];
    pages->held -= size;
    return 0;
}

static int is_free(const struct pages *pages, const char *start, size_t size) {
    for (size_t i = 0; i < pages->count; i++)
        if (start < pages->live[i].start + pages->live[i].size + GAP &&
            pages->live[i].start < start + size + GAP)
            return 0;
    return 1;
}

/* Lower addresses than before, with gaps; at the end of the arena, returned ranges again. */
static char *place(struct pages *pages, size_t size) {
    size_t need = size + pages->misalign + GAP;
    if (pages->high == 0)
        pages->high = ARENA;
    for (int round = 0; round < 2; round++) {
        for (size_t at = pages->high; at > ARENA / 2 + need; at -= pages->page) {
            char *start = arena() + at - need + pages->misalign;
            if (is_free(pages, start, size)) {
                pages->high = at - need;
                pages->high -= pages->high % pages->page;
                return start;
            }
        }
        pages->high = ARENA;
    }
    return NULL;
}

static void *test_map(void *ctx, size_t size) {
    struct pages *pages = ctx;
    if (size % pages->page != 0 || size == 0)
        pages->wrong++;
    if (refused(pages) || size > ARENA / 2)
        return NULL;
    char *start = place(pages, size);
    return start == NULL ? NULL : record(pages, start, size);
}

static int test_unmap(void *ctx, void *start, size_t size) {
    struct pages *pages = ctx;
    if (pages->keep > 0) {
        pages->keep--;
        return -1;
    }
    if (forget(ctx, start, size) == 0)
        memset(start, 0xEE, size < 65536 ? size : 65536);
    return 0;
}

static void *test_remap(void *ctx, void *start, size_t old, size_t size, int may_move) {
    struct pages *pages = ctx;
    size_t i = find(pages, start, old);
    if (i == pages->count) {
        pages->wrong++;
        return NULL;
    }
    if (size <= old) {
        pages->held -= old - size;
        pages->live[i].size = size;
        return start;
    }
    if (!may_move || refused(pages))
        return NULL;
    char *moved = place(pages, size);
    if (moved == NULL)
        return NULL;
    record(pages, moved, size);
    memcpy(moved, start, old);
    forget(pages, start, old);
    return moved;
}

static void *test_grow(void *ctx, size_t size) {
    struct pages *pages = ctx;
    if (refused(pages) || size > ARENA / 2 - pages->broke)
        return NULL;
    char *start = record(pages, arena() + pages->broke, size);
    pages->broke += size;
    return start;
}

static int test_shrink(void *ctx, void *start, size_t size) {
    struct pages *pages = ctx;
    if (arena() + pages->broke != (char *)start + size)
        return -1;
    pages->broke -= size;
    return forget(pages, start, size);
}

struct slate_source pages_source(struct pages *pages, unsigned offered, size_t page) {
    memset(pages, 0, sizeof *pages);
    pages->page = page;
    struct slate_source source = {.ctx = pages, .page_size = page};
    if (offered & PAGES_MAP) {
        source.map = test_map;
        source.unmap = test_unmap;
    }
    if (offered & PAGES_REMAP)
        source.remap = test_remap;
    if (offered & PAGES_GROW) {
        source.grow = test_grow;
        source.shrink = test_shrink;
    }
    return source;
}

void pages_foreign_brk(struct pages *pages, size_t size) {
    pages->broke += size;
}
