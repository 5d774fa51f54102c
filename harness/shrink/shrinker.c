// SPDX-License-Identifier: MIT
// Runs the passes, round after round, until a round takes no candidate.
#include "hash_set.h"
#include "pass.h"

#include "program/memory.h"

/* Removal comes first: an op that is gone need not get simpler. */
static const struct pass *const passes[] = {
    &pass_after,    &pass_last,     &pass_plain_head, &pass_flood,  &pass_programs, &pass_runs,
    &pass_slot_ops, &pass_join,     &pass_exits,      &pass_thread, &pass_fold,     &pass_repeat,
    &pass_refuse,   &pass_exhaust,  &pass_head,       &pass_kind,   &pass_largest,  &pass_every,
    &pass_product,  &pass_value,    &pass_unroll,     &pass_pairs,  &pass_trade,    &pass_merge,
    &pass_number,   &pass_renumber,
};
enum { PASSES = sizeof passes / sizeof *passes };

/* A candidate that waits for its verdict. */
struct waiting {
    struct ac_program program;
    uint64_t hash;
    struct pass_position position;
};

struct ac_shrinker {
    struct ac_shrink_plan plan;
    struct ac_program best, next;  /* next: a copy of best, or the candidate made of it */
    uint64_t largest;              /* as in pass_view */
    struct pass_position position; /* of the next candidate */
    struct hash_set rejected;
    struct waiting waiting[AC_SHRINK_BATCH];
    size_t count; /* that wait */
    bool is_copy; /* next equals best */
    bool over;    /* a round has ended that took no candidate */
    bool failed;
};

/* --- positions --- */

static struct pass_view view_of(const struct ac_shrinker *shrinker) {
    return (struct pass_view){&shrinker->best, &shrinker->plan, shrinker->largest};
}

static void begin_pass(const struct ac_shrinker *shrinker, struct pass_position *at,
                       unsigned pass) {
    *at = (struct pass_position){.pass = pass, .base = shrinker->best.count, .taken = at->taken};
}

static bool is_chosen(const struct ac_shrinker *shrinker, unsigned pass) {
    return shrinker->plan.goals == 0 || (shrinker->plan.goals & passes[pass]->goal) != 0;
}

/* Moves to the first position at or after `at` that exists. False: the round is over. */
static bool skip_used_up(const struct ac_shrinker *shrinker, struct pass_position *at) {
    const struct pass_view view = view_of(shrinker);
    while (at->pass < PASSES) {
        const struct pass *pass = passes[at->pass];
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

/* The same, and on to the next round if this one has taken a candidate. False: none is left. */
static bool find_position(const struct ac_shrinker *shrinker, struct pass_position *at) {
    if (skip_used_up(shrinker, at))
        return true;
    if (!at->taken)
        return false;
    at->taken = false;
    begin_pass(shrinker, at, 0);
    return skip_used_up(shrinker, at);
}

/* --- candidates --- */

static bool is_waiting(const struct ac_shrinker *shrinker, uint64_t hash) {
    for (size_t i = 0; i < shrinker->count; i++)
        if (shrinker->waiting[i].hash == hash)
            return true;
    return false;
}

static bool make(struct ac_shrinker *shrinker) {
    const struct pass_view view = view_of(shrinker);
    if (!shrinker->is_copy && !ac_program_copy(&shrinker->next, &shrinker->best)) {
        shrinker->failed = true;
        return false;
    }
    shrinker->is_copy = true;
    if (!passes[shrinker->position.pass]->make(&view, &shrinker->position, &shrinker->next,
                                               &shrinker->failed))
        return false;
    shrinker->is_copy = false;
    return ac_program_simpler(&shrinker->next, &shrinker->best);
}

/* Appends the candidate to those that wait, by an exchange of memory. */
static const struct ac_program *wait_for_answer(struct ac_shrinker *shrinker, uint64_t hash) {
    struct waiting *last = &shrinker->waiting[shrinker->count++];
    const struct ac_program made = shrinker->next;
    shrinker->next = last->program;
    last->program = made;
    last->hash = hash;
    last->position = shrinker->position;
    shrinker->position.choice++;
    return &last->program;
}

const struct ac_program *ac_shrinker_next(struct ac_shrinker *shrinker) {
    while (!shrinker->failed && shrinker->count < AC_SHRINK_BATCH) {
        shrinker->over = !find_position(shrinker, &shrinker->position);
        if (shrinker->over)
            return NULL;
        if (make(shrinker)) {
            uint64_t hash = program_hash(&shrinker->next);
            if (!hash_set_has(&shrinker->rejected, hash) && !is_waiting(shrinker, hash))
                return wait_for_answer(shrinker, hash);
        }
        shrinker->position.choice++;
    }
    return NULL;
}

static void take(struct ac_shrinker *shrinker, struct waiting *waiting) {
    const struct ac_program taken = waiting->program;
    waiting->program = shrinker->best;
    shrinker->best = taken;
    shrinker->is_copy = false;
    shrinker->position = waiting->position;
    shrinker->position.choice += !passes[shrinker->position.pass]->stays;
    shrinker->position.taken = true;
}

void ac_shrinker_conclude(struct ac_shrinker *shrinker, size_t rejected, bool taken) {
    for (size_t i = 0; i < rejected; i++)
        if (!hash_set_add(&shrinker->rejected, shrinker->waiting[i].hash))
            shrinker->failed = true;
    if (taken) {
        take(shrinker, &shrinker->waiting[rejected]);
    } else if (rejected > 0) {
        shrinker->position = shrinker->waiting[rejected - 1].position;
        shrinker->position.choice++;
    }
    shrinker->count = 0;
    shrinker->over = false; /* ac_shrinker_next finds out again */
}

/* --- begin and end --- */

static uint64_t largest_of(const struct ac_program *program) {
    uint64_t largest = 0, size;
    for (size_t i = 0; i < program->count; i++)
        if (op_size(&program->ops[i], &program->head, &size) && size > largest &&
            size <= AC_LIMIT_MAX)
            largest = size;
    return largest;
}

struct ac_shrinker *ac_shrinker_new(const struct ac_program *program,
                                    const struct ac_shrink_plan *plan) {
    struct ac_shrinker *shrinker = ac_memory_new(sizeof *shrinker);
    if (shrinker == NULL)
        return NULL;
    shrinker->plan = *plan;
    ac_program_init(&shrinker->best);
    ac_program_init(&shrinker->next);
    for (size_t i = 0; i < AC_SHRINK_BATCH; i++)
        ac_program_init(&shrinker->waiting[i].program);
    if (!ac_program_copy(&shrinker->best, program)) {
        ac_shrinker_delete(shrinker);
        return NULL;
    }
    shrinker->largest = largest_of(program);
    begin_pass(shrinker, &shrinker->position, 0);
    return shrinker;
}

void ac_shrinker_delete(struct ac_shrinker *shrinker) {
    if (shrinker == NULL)
        return;
    ac_program_destroy(&shrinker->best);
    ac_program_destroy(&shrinker->next);
    for (size_t i = 0; i < AC_SHRINK_BATCH; i++)
        ac_program_destroy(&shrinker->waiting[i].program);
    hash_set_destroy(&shrinker->rejected);
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
