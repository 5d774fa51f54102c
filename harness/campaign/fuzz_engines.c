// SPDX-License-Identifier: MIT
// The table of engines, the ones that `auto' prefers first.
#include "fuzz.h"

static const struct fuzz_engine *const engines[] = {
    &fuzz_libfuzzer,
    &fuzz_afl,
    &fuzz_random,
    &fuzz_exhaustive,
};

const struct fuzz_engine *const *fuzz_engines(size_t *count) {
    *count = sizeof engines / sizeof *engines;
    return engines;
}
