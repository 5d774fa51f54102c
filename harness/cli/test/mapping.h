// SPDX-License-Identifier: MIT
// An allocator whose page requests can be counted by hand: one to open, one for each block, one for
// each growing realloc, and one more if growth in place is refused.
#ifndef MAPPING_H
#define MAPPING_H

#include "allocheck/allocator.h"

extern const struct ac_allocator ac_mapping;

/* With a bug: if its third request, for a second block, is refused, it returns the first block
 * again. */
extern const struct ac_allocator ac_mapping_third;

/* With a bug: loses a block that can grow neither in place nor elsewhere. */
extern const struct ac_allocator ac_mapping_grows;

/* With a bug: if its first request, in `open', is refused, it asks again and leaks the answer. */
extern const struct ac_allocator ac_mapping_open;

#endif
