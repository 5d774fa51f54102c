// SPDX-License-Identifier: MIT
// The guarantees of C17 and POSIX.1-2024, and nothing else.
#include "allocheck/profile.h"

#include <stdint.h>

enum {
    GROWTH_SLACK = 1 << 20, /* for caches that fill up */
    DECAY_MS = 10000,       /* jemalloc's, the longest default of those in wide use */
};

/* C17 7.22.3: a request for 0 bytes returns NULL or a block. 7.22.3.1: aligned_alloc fails for an
 * unsupported alignment (no standard has memalign). 7.22.3.5 leaves realloc to 0 open; POSIX allows
 * it to free the block and return NULL. Only POSIX guarantees errno, so it is checked only if a
 * profile says so; posix_memalign must return EINVAL for an invalid alignment. C17 7.22.3
 * guarantees the alignment of max_align_t (as C23 reads it: of any object that fits).
 *
 * No request must succeed: 7.22.3.3 makes freed memory available "for further allocation", not for
 * the next one, and 7.22.3.5 lets any realloc fail. malloc_usable_size is in no standard. */
const struct ac_profile ac_standard_profile = {
    .name = "standard",
    .zero = {AC_ZERO_FRESH(AC_ZERO_EITHER), [AC_FN_ALIGNED_ALLOC] = AC_ZERO_EITHER,
             [AC_FN_POSIX_MEMALIGN] = AC_ZERO_EITHER, [AC_FN_MEMALIGN] = AC_ZERO_EITHER},
    .resize_zero = {AC_ZERO_RESIZED(AC_ZERO_EITHER)},
    .invalid_alignment = {[AC_FN_ALIGNED_ALLOC] = AC_ALIGN_EITHER,
                          [AC_FN_POSIX_MEMALIGN] = AC_ALIGN_EITHER,
                          [AC_FN_MEMALIGN] = AC_ALIGN_EITHER},
    .growth_slack = GROWTH_SLACK,
    .decay_ms = DECAY_MS,
    .held_when_empty = SIZE_MAX,
    .may_vary = true,
    .may_refuse_freed_size = true,
    .may_refuse_shrink = true,
    .usable_may_grow = true,
};
