// SPDX-License-Identifier: MIT
// The allocators that this build can test.
#ifndef ALLOCHECK_ADAPTERS_H
#define ALLOCHECK_ADAPTERS_H

#include "allocheck/allocator.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The C library's malloc: one heap for the process, pages of its own. In a build with
 * AddressSanitizer it is the sanitizer's, named libc-asan, and its options are set so that what
 * cannot be granted gives NULL. */
extern const struct ac_allocator ac_libc;

#ifdef ALLOCHECK_HAVE_SLATE
extern const struct ac_allocator ac_slate;
#endif

/* The allocators in a fixed order; *count says how many. */
const struct ac_allocator *const *ac_allocators(size_t *count);

/* The allocator of a name; `libc` finds libc-asan too, where that is the C library's. NULL: this
 * build has none of that name. */
const struct ac_allocator *ac_allocator_by_name(const char *name);

#ifdef __cplusplus
}
#endif
#endif
