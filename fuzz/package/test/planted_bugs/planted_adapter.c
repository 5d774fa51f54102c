// SPDX-License-Identifier: MIT
// One planted-bug allocator, as the build names it.
#include BASE_HEADER

static void *open_planted(const struct ac_open_options *options) {
    return BASE_OPEN(options, BUG);
}

const struct ac_allocator ac_allocator = BASE_ALLOCATOR(NAME, open_planted);
