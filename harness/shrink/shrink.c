// SPDX-License-Identifier: MIT
// Candidate after candidate, pass after pass, until a round through all of them takes none.
#include "shrink.h"

#include "program/memory.h"

/* Leaving out comes first: what is gone need not be made smaller. */
static const struct shrink_pass *const passes[] = {
    &shrink_after,  &shrink_runs,    &shrink_slot_ops, &shrink_join,     &shrink_exits,
    &shrink_thread, &shrink_fold,    &shrink_repeat,   &shrink_refuse,   &shrink_head,
    &shrink_kind,   &shrink_product, &shrink_value,    &shrink_unroll,   &shrink_pairs,
    &shrink_trade,  &shrink_merge,   &shrink_number,   &shrink_renumber,
};
enum { PASSES = sizeof passes / sizeof *passes };

/* A candidate that waits for its answer. */
struct waiting {
    struct ac_program program;
    uint64_t hash;
    struct shrink_place place;
};

struct ac_shrinker {
    struct ac_shrink_plan plan;
    struct ac_program best, next; /* next: a copy of the best, or what came of one */
    uint64_t largest;             /* as of a view */
    struct shrink_place place;    /* of the next candidate */
    struct shrink_seen seen;
    struct waiting waiting[AC_SHRINK_BATCH];
    size_t count; /* that wait */
    bool is_copy; /* next is the same as best */
    bool over;    /* the place is after the last of a round that took none */
    bool failed;
};

/* --- places --- */

static struct shrink_view view_of(const struct ac_shrinker *shrinker) {
    return (struct shrink_view){&shrinker->best, &shrinker->plan, shrinker->largest};
}

static void begin_pass(const struct ac_shrinker *shrinker, struct shrink_place *at, unsigned pass) {
    *at = (struct shrink_place){.pass = pass, .base = shrinker->best.count, .taken = at->taken};
}

static bool is_chosen(const struct ac_shrinker *shrinker, unsigned pass) {
    return shrinker->plan.passes == 0 || (shrinker->plan.passes & passes[pass]->of) != 0;
}

/* Moves to the first place at or after `at` that exists. False: the round is over. */
static bool skip_used_up(const struct ac_shrinker *shrinker, struct shrink_place *at) {
    const struct shrink_view view = view_of(shrinker);
    while (at->pass < PASSES) {
        const struct shrink_pass *pass = passes[at->pass];
        if (!is_chosen(shrinker, at->pass) || at->level >= pass->levels(&view, at)) {
            begin_pass(shrinker, at, at->pass + 1);
        } else if (at->item >= pass->items(&view, at)) {
            at->level++;
            at->item = at->choice = 0;
        } else if (at->choice >= pass->choices(&view, at)) {
            at->item++;
            at->choice = 0;
        } else {
            return true;
        }
    }
    return false;
}

/* The same, on to the next round where this one has taken something. False: all is tried. */
static bool find_place(const struct ac_shrinker *shrinker, struct shrink_place *at) {
    if (skip_used_up(shrinker, at)) {
        return true;
    }
    if (!at->taken) {
        return false;
    }
    at->taken = false;
    begin_pass(shrinker, at, 0);
    return skip_used_up(shrinker, at);
}

/* --- candidates --- */

static bool is_waiting(const struct ac_shrinker *shrinker, uint64_t hash) {
    for (size_t i = 0; i < shrinker->count; i++) {
        if (shrinker->waiting[i].hash == hash) {
            return true;
        }
    }
    return false;
}

static bool make(struct ac_shrinker *shrinker) {
    const struct shrink_view view = view_of(shrinker);
    if (!shrinker->is_copy && !ac_program_copy(&shrinker->next, &shrinker->best)) {
        shrinker->failed = true;
        return false;
    }
    shrinker->is_copy = true;
    if (!passes[shrinker->place.pass]->make(&view, &shrinker->place, &shrinker->next,
                                            &shrinker->failed)) {
        return false;
    }
    shrinker->is_copy = false;
    return ac_program_simpler(&shrinker->next, &shrinker->best);
}

/* Puts what was made at the end of those that wait; its memory is exchanged for theirs. */
static const struct ac_program *wait_for_answer(struct ac_shrinker *shrinker, uint64_t hash) {
    struct waiting *last = &shrinker->waiting[shrinker->count++];
    const struct ac_program made = shrinker->next;
    shrinker->next = last->program;
    last->program = made;
    last->hash = hash;
    last->place = shrinker->place;
    shrinker->place.choice++;
    return &last->program;
}

const struct ac_program *ac_shrinker_next(struct ac_shrinker *shrinker) {
    while (!shrinker->failed && shrinker->count < AC_SHRINK_BATCH) {
        shrinker->over = !find_place(shrinker, &shrinker->place);
        if (shrinker->over) {
            return NULL;
        }
        if (make(shrinker)) {
            uint64_t hash = shrink_hash(&shrinker->next);
            if (!shrink_seen_has(&shrinker->seen, hash) && !is_waiting(shrinker, hash)) {
                return wait_for_answer(shrinker, hash);
            }
        }
        shrinker->place.choice++;
    }
    return NULL;
}

static void take(struct ac_shrinker *shrinker, struct waiting *waiting) {
    const struct ac_program taken = waiting->program;
    waiting->program = shrinker->best;
    shrinker->best = taken;
    shrinker->is_copy = false;
    shrinker->place = waiting->place;
    shrinker->place.choice += !passes[shrinker->place.pass]->again;
    shrinker->place.taken = true;
}

void ac_shrinker_conclude(struct ac_shrinker *shrinker, size_t rejected, bool taken) {
    for (size_t i = 0; i < rejected; i++) {
        if (!shrink_seen_add(&shrinker->seen, shrinker->waiting[i].hash)) {
            shrinker->failed = true;
        }
    }
    if (taken) {
        take(shrinker, &shrinker->waiting[rejected]);
    } else if (rejected > 0) {
        shrinker->place = shrinker->waiting[rejected - 1].place;
        shrinker->place.choice++;
    }
    shrinker->count = 0;
    shrinker->over = false; /* found out again by ac_shrinker_next */
}

/* --- begin and end --- */

static uint64_t largest_of(const struct ac_program *program) {
    uint64_t largest = 0, size;
    for (size_t i = 0; i < program->count; i++) {
        if (shrink_size_of(&program->ops[i], &program->head, &size) && size > largest &&
            size <= AC_LIMIT_MAX) {
            largest = size;
        }
    }
    return largest;
}

struct ac_shrinker *ac_shrinker_new(const struct ac_program *program,
                                    const struct ac_shrink_plan *plan) {
    struct ac_shrinker *shrinker = ac_memory_new(sizeof *shrinker);
    if (shrinker == NULL) {
        return NULL;
    }
    shrinker->plan = *plan;
    ac_program_init(&shrinker->best);
    ac_program_init(&shrinker->next);
    for (size_t i = 0; i < AC_SHRINK_BATCH; i++) {
        ac_program_init(&shrinker->waiting[i].program);
    }
    if (!ac_program_copy(&shrinker->best, program)) {
        ac_shrinker_delete(shrinker);
        return NULL;
    }
    shrinker->largest = largest_of(program);
    begin_pass(shrinker, &shrinker->place, 0);
    return shrinker;
}

void ac_shrinker_delete(struct ac_shrinker *shrinker) {
    if (shrinker == NULL) {
        return;
    }
    ac_program_destroy(&shrinker->best);
    ac_program_destroy(&shrinker->next);
    for (size_t i = 0; i < AC_SHRINK_BATCH; i++) {
        ac_program_destroy(&shrinker->waiting[i].program);
    }
    shrink_seen_destroy(&shrinker->seen);
    ac_memory_delete(shrinker, sizeof *shrinker);
}

const struct ac_program *ac_shrinker_best(const struct ac_shrinker *shrinker) {
    return &shrinker->best;
}

bool ac_shrinker_is_minimal(const struct ac_shrinker *shrinker) {
    return shrinker->over && shrinker->count == 0 && !shrinker->failed;
}

bool ac_shrinker_failed(const struct ac_shrinker *shrinker) {
    return shrinker->failed;
}
