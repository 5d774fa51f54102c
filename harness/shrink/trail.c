// SPDX-License-Identifier: MIT
#include "trail.h"

static void drop_every_second(struct trail *trail) {
    for (size_t i = 0; i < trail->count; i++)
        if (i % 2 == 0)
            trail->programs[i / 2] = trail->programs[i];
        else
            ac_program_destroy(&trail->programs[i]);
    trail->count = (trail->count + 1) / 2;
    trail->skip = 2 * trail->skip + 1;
}

void trail_add(struct trail *trail, const struct ac_program *program) {
    if (trail->skipped < trail->skip) {
        trail->skipped++;
        return;
    }
    if (trail->count == TRAIL_MOST)
        drop_every_second(trail);
    struct ac_program *next = &trail->programs[trail->count];
    ac_program_init(next);
    if (ac_program_copy(next, program)) {
        trail->count++;
        trail->skipped = 0;
    } else {
        ac_program_destroy(next);
    }
}

const struct ac_program *trail_last(const struct trail *trail,
                                    bool (*holds)(void *ctx, const struct ac_program *program),
                                    void *ctx) {
    size_t held = 0, end = trail->count; /* it holds for so many; not from `end` on */
    while (held < end) {
        const size_t middle = held + (end - held) / 2;
        if (holds(ctx, &trail->programs[middle]))
            held = middle + 1;
        else
            end = middle;
    }
    return held > 0 ? &trail->programs[held - 1] : NULL;
}

void trail_clear(struct trail *trail) {
    while (trail->count > 0)
        ac_program_destroy(&trail->programs[--trail->count]);
    trail->skip = trail->skipped = 0;
}
