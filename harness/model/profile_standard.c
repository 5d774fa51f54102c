// SPDX-License-Identifier: MIT
// What C17 and POSIX.1-2024 guarantee of any allocator, and nothing more.
#include "allocheck/profile.h"

#include <stdint.h>

enum {
    /* Before a closed loop counts as growing: room for caches that fill up. */
    GROWTH_SLACK = 1 << 20,
};

/* C17 7.22.3: a request for 0 bytes gives NULL or a block; 7.22.3.1: aligned_alloc fails for an
 * alignment that it does not support (memalign is in no standard); 7.22.3.5 leaves realloc to 0
 * open, POSIX allows that it frees the block and returns NULL. errno is guaranteed by POSIX alone
 * and checked where a profile says so. POSIX does have posix_memalign return EINVAL for an invalid
 * alignment. max_align_t is guaranteed through C17 7.22.3 (read as C23 does: for what fits the
 * size). */
const struct ac_profile ac_standard_profile = {
    .name = "standard",
    .malloc_zero = AC_ZERO_EITHER,
    .realloc_zero = AC_ZERO_EITHER,
    .aligned_zero = {[AC_FN_ALIGNED_ALLOC] = AC_ZERO_EITHER,
                     [AC_FN_POSIX_MEMALIGN] = AC_ZERO_EITHER,
                     [AC_FN_MEMALIGN] = AC_ZERO_EITHER},
    .invalid_alignment = {[AC_FN_ALIGNED_ALLOC] = AC_ALIGN_EITHER,
                          [AC_FN_POSIX_MEMALIGN] = AC_ALIGN_EITHER,
                          [AC_FN_MEMALIGN] = AC_ALIGN_EITHER},
    .growth_slack = GROWTH_SLACK,
    .held_when_empty = SIZE_MAX,
};
