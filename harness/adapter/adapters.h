// SPDX-License-Identifier: MIT
// The allocators that this build can test.
#ifndef ALLOCHECK_ADAPTERS_H
#define ALLOCHECK_ADAPTERS_H

#include "allocheck/allocator.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The C library's malloc: one heap per process, no page source. In a build with AddressSanitizer it
 * is the sanitizer's, named libc-asan; its options make it return NULL for impossible requests. */
extern const struct ac_allocator ac_libc;

#ifdef ALLOCHECK_HAVE_SLATE
extern const struct ac_allocator ac_slate;
#endif

/* The allocators in a fixed order; *count says how many. */
const struct ac_allocator *const *ac_allocators(size_t *count);

/* The allocator of a name; `libc` also finds libc-asan. NULL: this build has none of that name. */
const struct ac_allocator *ac_allocator_by_name(const char *name);

#ifdef __cplusplus
}
#endif
#endif
