// SPDX-License-Identifier: MIT
// A specimen as a shared object with instances, a profile and a page source.
#include "planted.h"

extern const struct ac_allocator ac_allocator;
const struct ac_allocator ac_allocator = PLANTED;
