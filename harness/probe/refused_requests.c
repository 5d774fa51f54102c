// SPDX-License-Identifier: MIT
#include "refused_requests.h"

#include <stdint.h>

#define HALF ((size_t)PTRDIFF_MAX + 1)

enum { WRAP, PTRDIFF, EXHAUSTED, CAUSES }; /* bits of enum ac_cause, by number */

struct product {
    size_t count, size;
};

static const struct product wrapping[] = {
    {HALF, 2},
    {HALF, 4},
    {SIZE_MAX, 16},
    {SIZE_MAX / 8, 9},
    {(size_t)1 << 33, (size_t)1 << 33},
    {3, SIZE_MAX / 2},
};
static const struct product above_half[] = {
    {1, HALF},         {1, HALF + 4096}, {1, SIZE_MAX - 4096}, {1, SIZE_MAX - 63},
    {1, SIZE_MAX - 7}, {1, SIZE_MAX},    {HALF / 2, 2},
};
/* More than any address space. PTRDIFF_MAX must be rounded up without wrapping. */
static const struct product exhausting[] = {
    {1, (size_t)1 << 57}, {1, (size_t)1 << 60}, {1, HALF / 2}, {1, HALF - 4096}, {1, HALF - 1},
};

#define LIST(products)                                                                             \
    { products, sizeof(products) / sizeof *(products) }
static const struct {
    const struct product *of;
    size_t count;
} lists[CAUSES] = {
    [WRAP] = LIST(wrapping), [PTRDIFF] = LIST(above_half), [EXHAUSTED] = LIST(exhausting)};

const size_t ac_refused_alignments[AC_REFUSED_ALIGNMENTS] = {16, 64, 4096};
const size_t ac_old_sizes[AC_OLD_SIZES] = {24, 5000, 200000};

static bool takes_count(enum ac_function function) {
    return function == AC_FN_CALLOC || function == AC_FN_REALLOCARRAY;
}

bool ac_refused_request(enum ac_function function, unsigned cause, unsigned index,
                        struct ac_asked *asked) {
    const bool counts = takes_count(function);
    if (cause >= CAUSES || index >= lists[cause].count)
        return false;
    const struct product product = lists[cause].of[index];
    if (!counts && product.count != 1) /* such products are last in their lists, or all of one */
        return false;
    *asked = (struct ac_asked){.count = counts ? product.count : 0, .size = product.size};
    return true;
}

/* --- alignments --- */

static const size_t invalid[] = {0, 3, 24, 48, 96, 4095, 5000};
static const size_t too_small[] = {1, 2, 4}; /* for posix_memalign: below sizeof(void *) */
static const size_t sizes[] = {8, 100, 5000};

enum { INVALID = sizeof invalid / sizeof *invalid, SMALL = sizeof too_small / sizeof *too_small };
enum { SIZES = sizeof sizes / sizeof *sizes };

bool ac_invalid_alignment_request(enum ac_function function, unsigned index,
                                  struct ac_asked *asked) {
    const unsigned alignments = INVALID + (function == AC_FN_POSIX_MEMALIGN ? SMALL : 0);
    const unsigned which = index % alignments;
    if (index >= alignments * SIZES)
        return false;
    *asked = (struct ac_asked){.size = sizes[index / alignments],
                               .alignment =
                                   which < INVALID ? invalid[which] : too_small[which - INVALID]};
    return true;
}
