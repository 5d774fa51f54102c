// SPDX-License-Identifier: MIT
// Drives a shrinker to its end.
#include "allocheck/shrink.h"

struct drive {
    struct ac_shrinker *shrinker;
    const struct ac_shrink_options *options;
    struct ac_shrunk *result;
};

static size_t batch_for(const struct drive *drive) {
    const struct ac_shrink_options *options = drive->options;
    size_t batch = options->batch == 0 ? 1 : options->batch;
    batch = batch < AC_SHRINK_BATCH ? batch : AC_SHRINK_BATCH;
    if (options->max_tries == 0)
        return batch;
    uint64_t left = options->max_tries - drive->result->tries;
    return left < batch ? (size_t)left : batch;
}

static bool goes_on(const struct drive *drive) {
    const struct ac_shrink_options *options = drive->options;
    return !ac_shrinker_failed(drive->shrinker) && batch_for(drive) > 0 &&
           (options->stop == NULL || !options->stop(options->ctx));
}

static void report(const struct drive *drive) {
    const struct ac_shrink_options *options = drive->options;
    drive->result->taken++;
    if (options->taken != NULL)
        options->taken(options->ctx, ac_shrinker_best(drive->shrinker));
}

/* False: no candidate is left, or the check has ended the whole. */
static bool check_batch(struct drive *drive) {
    const struct ac_program *candidates[AC_SHRINK_BATCH];
    const size_t most = batch_for(drive);
    size_t count = 0;
    while (count < most && (candidates[count] = ac_shrinker_next(drive->shrinker)) != NULL)
        count++;
    if (count == 0)
        return false;
    const size_t first = drive->options->check(drive->options->ctx, candidates, count);
    if (first > count)
        return false;
    const bool taken = first < count;
    drive->result->tries += first + taken;
    ac_shrinker_conclude(drive->shrinker, first, taken);
    if (taken)
        report(drive);
    return true;
}

bool ac_shrink(struct ac_program *program, const struct ac_shrink_options *options,
               struct ac_shrunk *result) {
    *result = (struct ac_shrunk){.tries = 0};
    struct drive drive = {ac_shrinker_new(program, &options->plan), options, result};
    if (drive.shrinker == NULL)
        return false;
    while (goes_on(&drive) && check_batch(&drive)) {
    }
    result->minimal = ac_shrinker_is_minimal(drive.shrinker);
    bool done = ac_program_copy(program, ac_shrinker_best(drive.shrinker)) &&
                !ac_shrinker_failed(drive.shrinker);
    ac_shrinker_delete(drive.shrinker);
    return done;
}
