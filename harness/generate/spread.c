// SPDX-License-Identifier: MIT
#include "parts.h"

void ac_spread(struct ac_program *program, struct ac_random *random) {
    enum { LEAST = 2, MOST = 4, STAYS = 3 }; /* 3 of 4 ops stay on the previous op's thread */
    const unsigned threads = LEAST + (unsigned)ac_random_below(random, MOST - LEAST + 1);
    uint8_t thread = 0;
    for (size_t i = 0; i < program->count; i++) {
        if (ac_random_below(random, STAYS + 1) == 0)
            thread = (uint8_t)ac_random_below(random, threads);
        program->ops[i].thread = thread;
    }
    program->head.threads = (uint8_t)threads;
}
