// SPDX-License-Identifier: MIT
// An allocator whose page requests can be counted by hand: one that opens it, one for each block,
// one for each realloc that grows (and one more where growth in place is refused).
#ifndef MAPPING_H
#define MAPPING_H

#include "allocheck/allocator.h"

extern const struct ac_allocator ac_mapping;

/* The same, but for a bug: where its third request is refused, for a second block, it allocates the
 * first one again. */
extern const struct ac_allocator ac_mapping_third;

/* A block that can grow neither in place nor elsewhere is lost. */
extern const struct ac_allocator ac_mapping_grows;

/* Where its first request, in `open', is refused, it asks once more and keeps what it got. */
extern const struct ac_allocator ac_mapping_open;

#endif
