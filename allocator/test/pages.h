// SPDX-License-Identifier: MIT
//
// A page source for tests: a reserved arena, counted and logged, that refuses on request.
#ifndef SLATE_TEST_PAGES_H
#define SLATE_TEST_PAGES_H

#include <stddef.h>
#include <stdint.h>
#include "slate.h"

enum pages_kind { PAGES_MAP = 1, PAGES_GROW = 2, PAGES_REMAP = 4 };

struct pages {
    size_t page;
    unsigned calls;       // requests for pages: map, grow, remap to more
    unsigned refuse_at;   // the call that is refused, from 1; 0: none
    unsigned refuse_from; // and all from this one; 0: none
    size_t held;          // bytes given and not returned
    size_t high;          // arena used up to here by map, from the end downwards
    size_t broke;         // the break, from the start upwards
    size_t misalign;      // of what map gives
    unsigned keep;        // so many of the next unmaps are refused
    int dirty;            // fill what is given
    int wrong;            // ranges given back that were never given
    struct {
        char *start;
        size_t size;
    } live[4096];
    size_t count;
};

// offered: PAGES_...; one source at a time is in use.
struct slate_source pages_source(struct pages *pages, unsigned offered, size_t page);

// Somebody else moves the break.
void pages_foreign_brk(struct pages *pages, size_t size);

#endif
