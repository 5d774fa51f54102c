// SPDX-License-Identifier: MIT
// A planted-bug allocator as a shared object with instances, a profile and a page source.
#include "shape.h"

extern const struct ac_allocator ac_allocator;
const struct ac_allocator ac_allocator = PLANTED;
