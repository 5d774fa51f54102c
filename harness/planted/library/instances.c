// SPDX-License-Identifier: MIT
// A planted-bug allocator as a shared object that exports ac_allocator.
#include "shape.h"

extern const struct ac_allocator ac_allocator;
const struct ac_allocator ac_allocator = PLANTED;
