// SPDX-License-Identifier: MIT
// Fewer threads: one takes over what another does, exits are left out, and those that stay have the
// lowest numbers.
#include "shrink.h"

#include <string.h>

bool shrink_ends_thread(const struct ac_op *op) {
    return op->kind == AC_OP_EXIT;
}

unsigned shrink_threads_of(const struct ac_program *program) {
    unsigned threads = 0;
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        threads |= 1u << op->thread;
        threads |= shrink_ends_thread(op) ? 1u << op->slot : 0;
    }
    return threads & ~1u;
}

static bool has_thread(const struct ac_program *program, size_t thread) {
    return (shrink_threads_of(program) >> thread & 1) != 0;
}

/* Leaves out the ends of threads, a bit each. */
static void leave_out_exits(struct ac_program *program, unsigned threads) {
    size_t kept = 0;
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        if (!shrink_ends_thread(op) || (threads >> op->slot & 1) == 0) {
            program->ops[kept++] = *op;
        }
    }
    program->count = kept;
}

/* What becomes of each thread, from an op on; an exit of the main thread there is none. */
static void rename_threads(struct ac_program *program, size_t from,
                           const uint8_t names[AC_MAX_THREADS]) {
    for (size_t i = from; i < program->count; i++) {
        struct ac_op *op = &program->ops[i];
        op->thread = names[op->thread];
        op->slot = shrink_ends_thread(op) ? names[op->slot] : op->slot;
    }
}

static const uint8_t own_names[AC_MAX_THREADS] = {0, 1, 2, 3, 4, 5, 6, 7};

/* --- all as one, then one into another: into the main one first --- */

enum { ALL_TO_MAIN, INTO_ANOTHER, JOIN_LEVELS, OTHERS = AC_MAX_THREADS - 1 };

static size_t join_levels(const struct shrink_view *view, const struct shrink_place *at) {
    (void)at;
    return shrink_threads_of(view->best) != 0 ? JOIN_LEVELS : 0;
}

static size_t join_items(const struct shrink_view *view, const struct shrink_place *at) {
    (void)view;
    return at->level == ALL_TO_MAIN ? 1 : OTHERS;
}

/* Of the last thread that goes: the lowest are to stay. */
static size_t joined(const struct shrink_place *at) {
    return OTHERS - at->item;
}

/* Each thread with a lower number, without the exits of the one that goes or with them. */
static size_t join_choices(const struct shrink_view *view, const struct shrink_place *at) {
    if (at->level == ALL_TO_MAIN) {
        return 1;
    }
    return has_thread(view->best, joined(at)) ? 2 * joined(at) : 0;
}

static bool make_all_main(struct ac_program *copy) {
    static const uint8_t main_thread[AC_MAX_THREADS] = {0};
    leave_out_exits(copy, ~0u);
    rename_threads(copy, 0, main_thread);
    return true;
}

static bool make_joined(const struct shrink_view *view, const struct shrink_place *at,
                        struct ac_program *copy, bool *failed) {
    const size_t into = at->choice / 2;
    const bool keeps_exits = at->choice % 2 != 0;
    uint8_t names[AC_MAX_THREADS];
    (void)failed;
    if (at->level == ALL_TO_MAIN) {
        return make_all_main(copy);
    }
    if (into == 0 ? keeps_exits : !has_thread(view->best, into)) {
        return false;
    }
    if (!keeps_exits) {
        leave_out_exits(copy, 1u << joined(at));
    }
    memcpy(names, own_names, sizeof names);
    names[joined(at)] = (uint8_t)into;
    rename_threads(copy, 0, names);
    return true;
}

const struct shrink_pass shrink_join = {AC_SHRINK_THREADS, false,        join_levels,
                                        join_items,        join_choices, make_joined};

/* --- the exits of all threads, of one; a new thread in place of one that begins anew --- */

enum { EXITS_OF_ALL, EXITS_OF_ONE, NEW_IN_ITS_PLACE, EXIT_LEVELS };

static size_t exit_levels(const struct shrink_view *view, const struct shrink_place *at) {
    (void)at;
    return shrink_threads_of(view->best) != 0 ? EXIT_LEVELS : 0;
}

static size_t exit_items(const struct shrink_view *view, const struct shrink_place *at) {
    const size_t items[EXIT_LEVELS] = {1, OTHERS, view->best->count};
    return items[at->level];
}

/* The op that ends a thread leaves; what is on the thread after it goes to one that is not used.
 */
static bool make_new_thread(size_t item, struct ac_program *copy) {
    const struct ac_op *op = &copy->ops[item];
    uint8_t names[AC_MAX_THREADS], other = 1;
    while (other < AC_MAX_THREADS && has_thread(copy, other)) {
        other++;
    }
    if (!shrink_ends_thread(op) || other == AC_MAX_THREADS) {
        return false;
    }
    memcpy(names, own_names, sizeof names);
    names[op->slot] = other;
    ac_program_remove(copy, item, 1);
    rename_threads(copy, item, names);
    return true;
}

static bool make_without_exits(const struct shrink_view *view, const struct shrink_place *at,
                               struct ac_program *copy, bool *failed) {
    const size_t before = copy->count;
    (void)view, (void)failed;
    if (at->level == NEW_IN_ITS_PLACE) {
        return make_new_thread(at->item, copy);
    }
    leave_out_exits(copy, at->level == EXITS_OF_ALL ? ~0u : 1u << (at->item + 1));
    return copy->count < before;
}

const struct shrink_pass shrink_exits = {AC_SHRINK_THREADS, false,      exit_levels,
                                         exit_items,        shrink_one, make_without_exits};

/* --- a single op on a thread with a lower number --- */

static size_t thread_choices(const struct shrink_view *view, const struct shrink_place *at) {
    return view->best->ops[at->item].thread;
}

static bool make_lower_thread(const struct shrink_view *view, const struct shrink_place *at,
                              struct ac_program *copy, bool *failed) {
    (void)failed;
    if (at->choice != 0 && !has_thread(view->best, at->choice)) {
        return false;
    }
    copy->ops[at->item].thread = (uint8_t)at->choice;
    return true;
}

const struct shrink_pass shrink_thread = {AC_SHRINK_THREADS, false,          shrink_one,
                                          shrink_ops,        thread_choices, make_lower_thread};

/* --- 1, 2 ... in the order in which they appear --- */

static void name_thread(uint8_t names[AC_MAX_THREADS], uint8_t *next, size_t thread) {
    if (thread != 0 && names[thread] == 0) {
        names[thread] = ++*next;
    }
}

static bool make_lowest_numbers(const struct shrink_view *view, const struct shrink_place *at,
                                struct ac_program *copy, bool *failed) {
    uint8_t names[AC_MAX_THREADS] = {0}, last = 0;
    (void)at, (void)failed;
    for (size_t i = 0; i < view->best->count; i++) {
        const struct ac_op *op = &view->best->ops[i];
        name_thread(names, &last, op->thread);
        name_thread(names, &last, shrink_ends_thread(op) ? op->slot : 0);
    }
    rename_threads(copy, 0, names);
    return last != 0;
}

const struct shrink_pass shrink_number = {AC_SHRINK_THREADS, false,      shrink_one,
                                          shrink_one,        shrink_one, make_lowest_numbers};
