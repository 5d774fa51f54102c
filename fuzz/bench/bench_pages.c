// SPDX-License-Identifier: MIT
// Measures what a fresh heap costs: programs that open the page source, map, touch a byte of each
// mapping and unmap the first, against the same mappings by mmap(2).
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "allocheck/random.h"
#include "allocheck/source.h"
#include "rounds.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { PROGRAMS = 500, MAX_MAPPINGS = 4, PAGE = 4096 };

struct work {
    struct ac_source *source;
    unsigned quirks;
    size_t mappings, max_pages;
};

static void fail(const char *what) {
    fprintf(stderr, "bench_pages: %s\n", what);
    exit(2);
}

static size_t size_of(const struct work *work, struct ac_random *random, size_t index) {
    return (index == 0 ? work->max_pages : 1 + ac_random_below(random, work->max_pages)) * PAGE;
}

static char *touch(char *mapping) {
    if (mapping == NULL || mapping == MAP_FAILED)
        fail("a mapping is refused");
    mapping[0] = 1;
    return mapping;
}

static void run_mmap(void *context) {
    const struct work *work = context;
    struct ac_random random = {1};
    for (unsigned round = 0; round < PROGRAMS; round++) {
        char *at[MAX_MAPPINGS];
        size_t sizes[MAX_MAPPINGS];
        for (size_t i = 0; i < work->mappings; i++) {
            sizes[i] = size_of(work, &random, i);
            at[i] = touch(
                mmap(NULL, sizes[i], PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
        }
        for (size_t i = 0; i < work->mappings; i++)
            munmap(at[i], sizes[i]);
    }
}

/* The next open takes the other mappings back. */
static void run_source(void *context) {
    const struct work *work = context;
    struct ac_random random = {1};
    for (unsigned round = 0; round < PROGRAMS; round++) {
        struct ac_head head = ac_default_head();
        struct ac_page_source pages;
        head.quirks = (uint8_t)work->quirks;
        head.limit = 64u << 20;
        head.seed = round;
        if (!ac_source_open(work->source, &head, AC_SOURCE_MMAP, &pages))
            fail("the page source does not open");
        char *first = NULL;
        for (size_t i = 0; i < work->mappings; i++) {
            char *mapping = touch(pages.map(pages.ctx, size_of(work, &random, i)));
            first = i == 0 ? mapping : first;
        }
        pages.unmap(pages.ctx, first, work->max_pages * PAGE);
    }
}

static void measure(const char *what, struct work work) {
    const struct comparison came = compare(run_mmap, run_source, &work);
    printf("%-32s %6.0f ns  mmap(2) %6.0f ns  ratio %.2f\n", what, came.second * 1e9 / PROGRAMS,
           came.first * 1e9 / PROGRAMS, came.ratio);
}

int main(void) {
    struct ac_source *source = ac_source_new();
    if (source == NULL)
        fail("out of memory");
    measure("1 mapping of 16 pages", (struct work){source, 0, 1, 16});
    measure("4 mappings up to 40 pages", (struct work){source, 0, 4, 40});
    measure("the same, quirk lower", (struct work){source, AC_QUIRK_LOWER, 4, 40});
    measure("the same, quirk gaps", (struct work){source, AC_QUIRK_GAPS, 4, 40});
    measure("the same, quirk dirty", (struct work){source, AC_QUIRK_DIRTY, 4, 40});
    measure("4 mappings up to 500 pages", (struct work){source, 0, 4, 500});
    ac_source_delete(source);
}
