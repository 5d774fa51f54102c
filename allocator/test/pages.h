// SPDX-License-Identifier: MIT
// A page source for tests: a reserved arena that counts, logs and refuses on demand.
#ifndef SLATE_TEST_PAGES_H
#define SLATE_TEST_PAGES_H

#include <stddef.h>
#include <stdint.h>
#include "slate.h"

enum pages_kind { PAGES_MAP = 1, PAGES_GROW = 2, PAGES_REMAP = 4 };

struct pages {
    size_t page;
    unsigned calls;       /* requests: map, grow, remap to more */
    unsigned refuse_at;   /* the refused call, from 1; 0: none */
    unsigned refuse_from; /* refuse all calls from this one on; 0: none */
    size_t held;          /* bytes given and not returned */
    size_t high;          /* map uses the arena down to here */
    size_t broke;         /* the break, upwards from the start */
    size_t misalign;      /* of the ranges of map */
    unsigned keep;        /* how many of the next unmaps to refuse */
    int dirty;            /* fill new ranges */
    int wrong;            /* returned ranges that were never given */
    struct {
        char *start;
        size_t size;
    } live[4096];
    size_t count;
};

/* offered: a set of enum pages_kind. Only one source may be in use. */
struct slate_source pages_source(struct pages *pages, unsigned offered, size_t page);

/* Moves the break as foreign code would. */
void pages_foreign_brk(struct pages *pages, size_t size);

#endif
