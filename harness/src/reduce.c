// SPDX-License-Identifier: MIT
#include "allocheck/reduce.h"

struct reduction {
    struct ac_program *best, *next; /* the shortest that shows it; the one that is tried */
    ac_still still;
    const struct ac_reduce_options *options;
    struct ac_reduced *result;
    bool failed; /* out of memory */
};

static bool may_try(const struct reduction *reduction) {
    const struct ac_reduce_options *options = reduction->options;
    return !reduction->failed && reduction->result->tries < options->max_tries &&
           (options->stop == NULL || !options->stop(options->ctx));
}

/* True when the best program got shorter by the ops [from, from + count). */
static bool drop(struct reduction *reduction, size_t from, size_t count) {
    if (!ac_program_copy(reduction->next, reduction->best)) {
        reduction->failed = true;
        return false;
    }
    ac_program_remove(reduction->next, from, count);
    reduction->result->tries++;
    if (!reduction->still(reduction->options->ctx, reduction->next)) {
        return false;
    }
    ac_program_remove(reduction->best, from, count);
    return true;
}

/* Tries to do without each run of `count` ops. True when every one was tried and none dropped. */
static bool sweep(struct reduction *reduction, size_t count) {
    bool fruitless = true;
    for (size_t from = 0; from < reduction->best->count;) {
        if (!may_try(reduction)) {
            return false;
        }
        if (drop(reduction, from, count)) {
            fruitless = false;
        } else {
            from += count;
        }
    }
    return fruitless;
}

static void reduce(struct reduction *reduction) {
    for (size_t count = reduction->best->count / 2; count > 1; count /= 2) {
        sweep(reduction, count);
    }
    do {
        reduction->result->minimal = sweep(reduction, 1);
    } while (!reduction->result->minimal && may_try(reduction));
}

bool ac_reduce(struct ac_program *program, ac_still still, const struct ac_reduce_options *options,
               struct ac_reduced *result) {
    struct ac_program best, next;
    struct reduction reduction = {&best, &next, still, options, result, false};
    *result = (struct ac_reduced){.tries = 0};
    ac_program_init(&best);
    ac_program_init(&next);
    reduction.failed = !ac_program_copy(&best, program);
    if (!reduction.failed) {
        reduce(&reduction);
    }
    bool done = !reduction.failed && ac_program_copy(program, &best);
    ac_program_destroy(&best);
    ac_program_destroy(&next);
    return done;
}
