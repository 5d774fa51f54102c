// SPDX-License-Identifier: MIT
#include "engine.h"

static const struct engine *const all[] = {
    &engine_libfuzzer,
    &engine_afl,
    &engine_random,
    &engine_exhaustive,
};

const struct engine *const *engines(size_t *count) {
    *count = sizeof all / sizeof *all;
    return all;
}

const char *engine_is_built_in(const struct campaign *campaign) {
    (void)campaign;
    return NULL;
}
