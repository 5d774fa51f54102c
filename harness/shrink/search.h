// SPDX-License-Identifier: MIT
// One shrinking on its way, for the files that carry it out.
#ifndef ALLOCHECK_SHRINK_SEARCH_H
#define ALLOCHECK_SHRINK_SEARCH_H

#include "check.h"
#include "team.h"

struct search {
    const struct shrink_task *task;
    struct shrink_outcome *outcome;
    struct check check; /* of candidates */
    struct team *team;
    struct ac_boundaries learned;
    struct shrink_progress progress;
    size_t last_op;
    uint64_t start_ms;
};

static inline bool search_is_race(const struct search *search) {
    return search->task->race != NULL;
}

/* True once it is known that what is looked for is a hang. */
static inline bool search_is_hang(const struct search *search) {
    return search->check.wanted.oracle == AC_ORACLE_LIVENESS;
}

/* --- search_look.c --- */

/* How a task's race runs are done. */
struct ac_race_options search_race_of(const struct shrink_task *task);

/* Looks at the program given: what it shows is looked for, as often in each candidate as it takes.
 */
enum shrink_end search_look(struct search *search, const struct ac_program *program);

/* True when what is left shows it as the program given did, with all its time. */
bool search_look_at_rest(struct search *search, const struct ac_program *rest);

/* CPU milliseconds that a call of a candidate may take. */
uint32_t search_call_ms(const struct search *search);

/* A candidate of a race is looked at more closely from now on: what holds by chance now and then is
 * not to be held for what shows it. */
void search_take_care(struct search *search);

#endif
