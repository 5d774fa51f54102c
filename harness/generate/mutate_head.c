// SPDX-License-Identifier: MIT
#include "mutation.h"

/* Toggles one allowed group, and sets the number of threads accordingly. */
static void switch_group(struct mutation *mutation, struct ac_head *head,
                         const struct ac_head *drawn) {
    unsigned group = 1 + (unsigned)ac_mutation_below(mutation, AC_GROUPS - 1);
    unsigned allowed = mutation->options->groups | head->groups;
    head->groups = (uint16_t)(head->groups ^ ((1u << group) & allowed));
    if (!ac_group_on(head, AC_GROUP_THREADS))
        head->threads = 1;
    else if (head->threads == 1)
        head->threads = drawn->threads > 1 ? drawn->threads : 2;
}

/* Takes one setting from a new random head. */
enum ac_mutated ac_mutate_head(struct mutation *mutation) {
    struct ac_head *head = &mutation->program->head, drawn;
    ac_generate_head(&drawn, &mutation->random, mutation->options);
    switch (ac_mutation_below(mutation, 7)) {
    case 0:
        head->source = drawn.source;
        break;
    case 1:
        head->quirks = drawn.quirks;
        break;
    case 2:
        head->sizes = drawn.sizes;
        break;
    case 3:
        head->frames = drawn.frames;
        break;
    case 4:
        head->limit = drawn.limit;
        break;
    case 5:
        head->seed = drawn.seed;
        break;
    default:
        switch_group(mutation, head, &drawn);
    }
    return AC_MUTATED;
}
