// SPDX-License-Identifier: MIT
// Profiles of the C library's malloc: glibc's own (2.36; malloc(3), and what later versions kept),
// and AddressSanitizer's, which takes its place in a sanitizer build. Only what holds in every case
// is guaranteed: neither tells how far it caches, trims or joins free memory.
#include "libc_profile.h"

#include <stdint.h>

enum {
    /* Why a request fails with ENOMEM, whatever the function. */
    NO_MEMORY = AC_CAUSE_WRAP | AC_CAUSE_PTRDIFF | AC_CAUSE_EXHAUSTED,
    GROWTH_SLACK = 1 << 20,
};

#if AC_INSTRUMENTED

/* What cannot be granted is NULL and no report; a freed block is live again at once, so that the
 * memory of a closed loop does not grow with the quarantine. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "allocator_may_return_null=1:quarantine_size_mb=0:thread_local_quarantine_size_kb=0";
}

/* aligned_alloc also refuses a size that is no multiple of the alignment, with EINVAL: no cause of
 * its errno is guaranteed. An alignment near 2^63 wraps inside it and ends the process by a failed
 * CHECK of its own (seen in clang 14: memalign(2^63, 464)). */
const struct ac_profile ac_libc_profile = {
    .name = LIBC_NAME,
    .malloc_zero = AC_ZERO_BLOCK,
    .realloc_zero = AC_ZERO_FREES,
    .aligned_zero = {[AC_FN_ALIGNED_ALLOC] = AC_ZERO_EITHER,
                     [AC_FN_POSIX_MEMALIGN] = AC_ZERO_BLOCK,
                     [AC_FN_MEMALIGN] = AC_ZERO_BLOCK},
    .invalid_alignment = {[AC_FN_ALIGNED_ALLOC] = AC_ALIGN_EINVAL,
                          [AC_FN_POSIX_MEMALIGN] = AC_ALIGN_EINVAL,
                          [AC_FN_MEMALIGN] = AC_ALIGN_EITHER},
    .errno_guaranteed = {[AC_FN_MALLOC] = NO_MEMORY,
                         [AC_FN_CALLOC] = NO_MEMORY,
                         [AC_FN_REALLOC] = NO_MEMORY,
                         [AC_FN_REALLOCARRAY] = NO_MEMORY,
                         [AC_FN_POSIX_MEMALIGN] = AC_CAUSE_ALL,
                         [AC_FN_MEMALIGN] = NO_MEMORY},
    .min_alignment = 16,
    .largest_alignment = (size_t)1 << 40,
    .growth_slack = GROWTH_SLACK,
    .held_when_empty = SIZE_MAX,
};

#else

/* An alignment that is no power of two is rounded up by memalign, unless it is above 2^63; so it
 * was in aligned_alloc, which refuses it since 2.38. */
const struct ac_profile ac_libc_profile = {
    .name = LIBC_NAME,
    .malloc_zero = AC_ZERO_BLOCK,
    .realloc_zero = AC_ZERO_FREES,
    .aligned_zero = {[AC_FN_ALIGNED_ALLOC] = AC_ZERO_BLOCK,
                     [AC_FN_POSIX_MEMALIGN] = AC_ZERO_BLOCK,
                     [AC_FN_MEMALIGN] = AC_ZERO_BLOCK},
    .invalid_alignment = {[AC_FN_ALIGNED_ALLOC] = AC_ALIGN_EITHER,
                          [AC_FN_POSIX_MEMALIGN] = AC_ALIGN_EINVAL,
                          [AC_FN_MEMALIGN] = AC_ALIGN_EITHER},
    .errno_guaranteed = {[AC_FN_MALLOC] = NO_MEMORY,
                         [AC_FN_CALLOC] = NO_MEMORY,
                         [AC_FN_REALLOC] = NO_MEMORY,
                         [AC_FN_REALLOCARRAY] = NO_MEMORY,
                         [AC_FN_ALIGNED_ALLOC] = NO_MEMORY,
                         [AC_FN_POSIX_MEMALIGN] = AC_CAUSE_ALL,
                         [AC_FN_MEMALIGN] = NO_MEMORY},
    .min_alignment = 16,
    .growth_slack = GROWTH_SLACK,
    .held_when_empty = SIZE_MAX,
};

#endif
