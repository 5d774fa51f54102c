// SPDX-License-Identifier: MIT
// Profiles of glibc's malloc (2.36 and later; malloc(3)) and of AddressSanitizer's, which replaces
// it in sanitizer builds. Only what holds in every case is guaranteed: neither documents how much
// it caches, trims or coalesces.
#include "libc_profile.h"

#include <stdint.h>

enum {
    /* Why a request fails with ENOMEM, whatever the function. */
    NO_MEMORY = AC_CAUSE_WRAP | AC_CAUSE_PTRDIFF | AC_CAUSE_EXHAUSTED,
    GROWTH_SLACK = 1 << 20,
};

#if AC_INSTRUMENTED

/* Impossible requests return NULL without a report. Without a quarantine, a closed loop of a
 * program does not grow. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "allocator_may_return_null=1:quarantine_size_mb=0:thread_local_quarantine_size_kb=0";
}

/* aligned_alloc also refuses sizes that are not multiples of the alignment, with EINVAL, so no
 * cause of its errno is guaranteed. An alignment near 2^63 wraps inside the sanitizer and fails a
 * CHECK, which ends the process (seen in clang 14: memalign(2^63, 464)). */
enum { ALIGNED_ALLOC_ZERO = AC_ZERO_EITHER, ALIGNED_ALLOC_INVALID = AC_ALIGN_EINVAL };
enum { ALIGNED_ALLOC_ERRNO = 0 };
#define LARGEST_ALIGNMENT ((size_t)1 << 40)

#else

/* memalign rounds an alignment up to a power of two, unless it is above 2^63. aligned_alloc did so
 * too before 2.38, and now refuses it. */
enum { ALIGNED_ALLOC_ZERO = AC_ZERO_BLOCK, ALIGNED_ALLOC_INVALID = AC_ALIGN_EITHER };
enum { ALIGNED_ALLOC_ERRNO = NO_MEMORY };
#define LARGEST_ALIGNMENT 0

#endif

const struct ac_profile ac_libc_profile = {
    .name = LIBC_NAME,
    .zero = {AC_ZERO_FRESH(AC_ZERO_BLOCK),
             [AC_FN_ALIGNED_ALLOC] = (enum ac_zero_size)ALIGNED_ALLOC_ZERO,
             [AC_FN_POSIX_MEMALIGN] = AC_ZERO_BLOCK, [AC_FN_MEMALIGN] = AC_ZERO_BLOCK},
    .resize_zero = {AC_ZERO_RESIZED(AC_ZERO_FREES)},
    .invalid_alignment = {[AC_FN_ALIGNED_ALLOC] = (enum ac_invalid_alignment)ALIGNED_ALLOC_INVALID,
                          [AC_FN_POSIX_MEMALIGN] = AC_ALIGN_EINVAL,
                          [AC_FN_MEMALIGN] = AC_ALIGN_EITHER},
    .errno_guaranteed = {[AC_FN_MALLOC] = NO_MEMORY,
                         [AC_FN_CALLOC] = NO_MEMORY,
                         [AC_FN_REALLOC] = NO_MEMORY,
                         [AC_FN_REALLOCARRAY] = NO_MEMORY,
                         [AC_FN_ALIGNED_ALLOC] = ALIGNED_ALLOC_ERRNO,
                         [AC_FN_POSIX_MEMALIGN] = AC_CAUSE_ALL,
                         [AC_FN_MEMALIGN] = NO_MEMORY},
    .min_alignment = 16,
    .largest_alignment = LARGEST_ALIGNMENT,
    .growth_slack = GROWTH_SLACK,
    .held_when_empty = SIZE_MAX,
};
