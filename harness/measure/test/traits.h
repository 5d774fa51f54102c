// SPDX-License-Identifier: MIT
// An allocator whose traits are set by the test that measures it.
#ifndef TRAITS_H
#define TRAITS_H

#include "allocheck/measure.h"

#include <stdbool.h>

enum traits_zero { ZERO_BLOCK, ZERO_NULL, ZERO_VARIES, ZERO_SHARED };
enum traits_resize { RESIZE_BLOCK, RESIZE_FREES, RESIZE_KEEPS, RESIZE_VARIES };
enum traits_death {
    DIES_NOT,
    DIES_WITH_WORDS,
    DIES_BY_EXIT_WITH_WORDS,
    DIES_SILENT, /* by SIGSEGV */
    DIES_BY_EXIT,
    DIES_BY_ASSERTION,
    DIES_WITH_WORDS_BY_SIGNAL, /* by SIGSEGV */
};

/* Zero-initialized: keeps every guarantee. */
struct traits {
    enum traits_zero zero;
    enum traits_resize resize_zero;
    int error;             /* set when refused; 0: ENOMEM, -1: none, -2: ENOMEM every other time */
    int alignment_error;   /* likewise for an invalid alignment, EINVAL */
    bool takes_alignments; /* invalid ones are rounded up */
    bool wraps;            /* calloc takes a product that wraps */
    enum traits_death exhausted; /* in place of NULL for requests that are too large */
    enum traits_death double_free;
    bool aligned_to_8;
    bool loses_alignment; /* in realloc */
    bool tires;           /* a call takes a millisecond once much is allocated */
    bool exact;           /* usable size; else rounded up to 16 */
};

extern struct traits traits; /* of traits_allocator, in this process and those forked from it */
extern const struct ac_allocator traits_allocator;

#endif
