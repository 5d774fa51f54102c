// SPDX-License-Identifier: MIT
// A shrinker, asked and answered until its end.
#include "allocheck/shrink.h"

struct whole {
    struct ac_shrinker *shrinker;
    const struct ac_shrink_options *options;
    struct ac_shrunk *result;
};

static size_t capacity_for(const struct whole *whole) {
    const struct ac_shrink_options *options = whole->options;
    size_t batch = options->batch == 0 ? 1 : options->batch;
    batch = batch < AC_SHRINK_BATCH ? batch : AC_SHRINK_BATCH;
    if (options->max_tries == 0) {
        return batch;
    }
    uint64_t left = options->max_tries - whole->result->tries;
    return left < batch ? (size_t)left : batch;
}

static bool goes_on(const struct whole *whole) {
    const struct ac_shrink_options *options = whole->options;
    return !ac_shrinker_failed(whole->shrinker) && capacity_for(whole) > 0 &&
           (options->stop == NULL || !options->stop(options->ctx));
}

static void report(const struct whole *whole) {
    const struct ac_shrink_options *options = whole->options;
    whole->result->taken++;
    if (options->taken != NULL) {
        options->taken(options->ctx, ac_shrinker_best(whole->shrinker));
    }
}

/* False: nothing is left to check, or the check wants no more. */
static bool check_batch(struct whole *whole) {
    const struct ac_program *candidates[AC_SHRINK_BATCH];
    const size_t room = capacity_for(whole);
    size_t count = 0;
    while (count < room && (candidates[count] = ac_shrinker_next(whole->shrinker)) != NULL) {
        count++;
    }
    if (count == 0) {
        return false;
    }
    const size_t first = whole->options->check(whole->options->ctx, candidates, count);
    if (first > count) {
        return false;
    }
    const bool taken = first < count;
    whole->result->tries += first + taken;
    ac_shrinker_conclude(whole->shrinker, first, taken);
    if (taken) {
        report(whole);
    }
    return true;
}

bool ac_shrink(struct ac_program *program, const struct ac_shrink_options *options,
               struct ac_shrunk *result) {
    *result = (struct ac_shrunk){.tries = 0};
    struct whole whole = {ac_shrinker_new(program, &options->plan), options, result};
    if (whole.shrinker == NULL) {
        return false;
    }
    while (goes_on(&whole) && check_batch(&whole)) {
    }
    result->minimal = ac_shrinker_is_minimal(whole.shrinker);
    bool done = ac_program_copy(program, ac_shrinker_best(whole.shrinker)) &&
                !ac_shrinker_failed(whole.shrinker);
    ac_shrinker_delete(whole.shrinker);
    return done;
}
