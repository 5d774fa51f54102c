// SPDX-License-Identifier: MIT
// What the runner reports of each call to the map of behaviours.
#ifndef ALLOCHECK_SRC_BEHAVIOUR_H
#define ALLOCHECK_SRC_BEHAVIOUR_H

#include <stddef.h>
#include <stdint.h>

/* A range that was allocated or freed; start 0: none yet. Its address is only compared. */
struct ac_range {
    uintptr_t start;
    size_t size;
};

/* What the next answer is compared with. */
struct ac_trail {
    struct ac_range live;  /* last */
    struct ac_range freed; /* last */
    uint64_t requests;     /* of pages, up to the previous answer */
    uint64_t held;         /* bytes held then */
    uint32_t before;       /* a coarse code of that answer */
};

struct ac_runner;
struct ac_request;
struct ac_answer;
struct ac_block;

/* These do nothing if the runner has no map. */
void ac_behaviour_begin(struct ac_runner *runner); /* of a program */
void ac_behaviour_answer(struct ac_runner *runner, const struct ac_request *request,
                         const struct ac_answer *answer);
void ac_behaviour_freed(struct ac_runner *runner, const struct ac_block *block);
void ac_behaviour_usable(struct ac_runner *runner, size_t asked, size_t usable);

#endif
