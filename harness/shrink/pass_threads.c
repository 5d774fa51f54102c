// SPDX-License-Identifier: MIT
// Fewer threads: merges two into one, removes exits, and renumbers the rest.
#include "pass.h"

#include <string.h>

static bool has_thread(const struct ac_program *program, size_t thread) {
    return (program_threads(program) >> thread & 1) != 0;
}

/* `threads` has a bit for each thread whose exits go. */
static void remove_exits(struct ac_program *program, unsigned threads) {
    size_t kept = 0;
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        if (!op_ends_thread(op) || (threads >> op->slot & 1) == 0)
            program->ops[kept++] = *op;
    }
    program->count = kept;
}

/* Renames the threads of the ops from `from` on. */
static void rename_threads(struct ac_program *program, size_t from,
                           const uint8_t names[AC_MAX_THREADS]) {
    for (size_t i = from; i < program->count; i++) {
        struct ac_op *op = &program->ops[i];
        op->thread = names[op->thread];
        op->slot = op_ends_thread(op) ? names[op->slot] : op->slot;
    }
}

static const uint8_t own_names[AC_MAX_THREADS] = {0, 1, 2, 3, 4, 5, 6, 7};

/* --- all threads into the main one, then one into another --- */

enum { ALL_TO_MAIN, INTO_ANOTHER, JOIN_LEVELS, OTHERS = AC_MAX_THREADS - 1 };

static size_t join_levels(const struct pass_view *view, const struct pass_position *at) {
    (void)at;
    return program_threads(view->best) != 0 ? JOIN_LEVELS : 0;
}

static size_t join_items(const struct pass_view *view, const struct pass_position *at) {
    (void)view;
    return at->level == ALL_TO_MAIN ? 1 : OTHERS;
}

/* The thread that goes: the highest first. */
static size_t joined(const struct pass_position *at) {
    return OTHERS - at->item;
}

/* Two for each lower thread: with the exits of the thread that goes, and without. */
static size_t join_choices(const struct pass_view *view, const struct pass_position *at) {
    if (at->level == ALL_TO_MAIN)
        return 1;
    return has_thread(view->best, joined(at)) ? 2 * joined(at) : 0;
}

static bool make_all_main(struct ac_program *copy) {
    static const uint8_t main_thread[AC_MAX_THREADS] = {0};
    remove_exits(copy, ~0u);
    rename_threads(copy, 0, main_thread);
    return true;
}

static bool make_joined(const struct pass_view *view, const struct pass_position *at,
                        struct ac_program *copy, bool *failed) {
    const size_t into = at->choice / 2;
    const bool keeps_exits = at->choice % 2 != 0;
    uint8_t names[AC_MAX_THREADS];
    (void)failed;
    if (at->level == ALL_TO_MAIN)
        return make_all_main(copy);
    if (into == 0 ? keeps_exits : !has_thread(view->best, into))
        return false;
    if (!keeps_exits)
        remove_exits(copy, 1u << joined(at));
    memcpy(names, own_names, sizeof names);
    names[joined(at)] = (uint8_t)into;
    rename_threads(copy, 0, names);
    return true;
}

const struct pass pass_join = {AC_SHRINK_THREADS, false,        join_levels,
                               join_items,        join_choices, make_joined};

/* --- no exits, no exits of one thread; another thread instead of one that restarts --- */

enum { EXITS_OF_ALL, EXITS_OF_ONE, INTO_NEW_THREAD, EXIT_LEVELS };

static size_t exit_levels(const struct pass_view *view, const struct pass_position *at) {
    (void)at;
    return program_threads(view->best) != 0 ? EXIT_LEVELS : 0;
}

static size_t exit_items(const struct pass_view *view, const struct pass_position *at) {
    const size_t items[EXIT_LEVELS] = {1, OTHERS, view->best->count};
    return items[at->level];
}

/* Removes an exit; the later ops of its thread move to an unused thread. */
static bool make_new_thread(size_t item, struct ac_program *copy) {
    const struct ac_op *op = &copy->ops[item];
    uint8_t names[AC_MAX_THREADS], other = 1;
    while (other < AC_MAX_THREADS && has_thread(copy, other))
        other++;
    if (!op_ends_thread(op) || other == AC_MAX_THREADS)
        return false;
    memcpy(names, own_names, sizeof names);
    names[op->slot] = other;
    ac_program_remove(copy, item, 1);
    rename_threads(copy, item, names);
    return true;
}

static bool make_without_exits(const struct pass_view *view, const struct pass_position *at,
                               struct ac_program *copy, bool *failed) {
    const size_t before = copy->count;
    (void)view, (void)failed;
    if (at->level == INTO_NEW_THREAD)
        return make_new_thread(at->item, copy);
    remove_exits(copy, at->level == EXITS_OF_ALL ? ~0u : 1u << (at->item + 1));
    return copy->count < before;
}

const struct pass pass_exits = {AC_SHRINK_THREADS, false,    exit_levels,
                                exit_items,        pass_one, make_without_exits};

/* --- one op on a lower thread --- */

static size_t thread_choices(const struct pass_view *view, const struct pass_position *at) {
    return view->best->ops[at->item].thread;
}

static bool make_lower_thread(const struct pass_view *view, const struct pass_position *at,
                              struct ac_program *copy, bool *failed) {
    (void)failed;
    if (at->choice != 0 && !has_thread(view->best, at->choice))
        return false;
    copy->ops[at->item].thread = (uint8_t)at->choice;
    return true;
}

const struct pass pass_thread = {AC_SHRINK_THREADS, false,          pass_one,
                                 pass_each_op,      thread_choices, make_lower_thread};

/* --- numbers 1, 2 ... in order of appearance --- */

static void name_thread(uint8_t names[AC_MAX_THREADS], uint8_t *next, size_t thread) {
    if (thread != 0 && names[thread] == 0)
        names[thread] = ++*next;
}

void program_renumber_threads(struct ac_program *program) {
    uint8_t names[AC_MAX_THREADS] = {0}, last = 0;
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        name_thread(names, &last, op->thread);
        name_thread(names, &last, op_ends_thread(op) ? op->slot : 0);
    }
    rename_threads(program, 0, names);
}

static bool make_lowest_numbers(const struct pass_view *view, const struct pass_position *at,
                                struct ac_program *copy, bool *failed) {
    (void)at, (void)failed;
    program_renumber_threads(copy);
    return program_threads(view->best) != 0;
}

const struct pass pass_number = {AC_SHRINK_THREADS, false,    pass_one,
                                 pass_one,          pass_one, make_lowest_numbers};
