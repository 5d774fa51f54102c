// SPDX-License-Identifier: MIT
// Makes rounds of a race differ: where threads run, and what they do between calls.
#define _GNU_SOURCE /* sched_setaffinity, CPU_SET, syscall */
#include "generate/parts.h"
#include "race.h"

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { OF = 16, MOST_SPINS = 4096, SLICE_NS = 100000 /* Linux's minimum */ };

/* struct sched_attr of sched_setattr(2), which not every C library declares. */
struct attributes {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
};

void ac_race_draw_jitter(struct ac_racer *racer) {
    /* From full speed to heavily interrupted. */
    static const struct ac_race_jitter kinds[] = {
        {.yields = 0, .spins = 0}, {.yields = 1, .spins = 1}, {.yields = 4, .spins = 4},
        {.yields = 8, .spins = 2}, {.yields = 0, .spins = 8}, {.yields = 0, .spins = 15}};
    struct ac_random *random = &racer->jitter.random;
    const uint64_t kind = ac_random_below(random, sizeof kinds / sizeof *kinds);
    racer->jitter.yields = kinds[kind].yields;
    racer->jitter.spins = kinds[kind].spins;
    racer->jitter.longest = 1u << ac_random_below(random, 13);
    racer->frees = ac_random_below(random, 2) == 0;
}

static void spin(unsigned iterations) {
    for (volatile unsigned i = 0; i < iterations; i++) {
    }
}

void ac_race_pause(struct ac_race_jitter *jitter) {
    const uint64_t drawn = ac_random_next(&jitter->random);
    const unsigned which = (unsigned)(drawn % OF);
    if (which < jitter->yields)
        sched_yield();
    else if (which < jitter->yields + jitter->spins)
        spin((unsigned)(drawn >> 32) % jitter->longest % MOST_SPINS);
}

/* For ordinary threads it changes only their slices, from Linux 6.12 on. */
void ac_race_use_short_slices(void) {
    const struct attributes mine = {.size = sizeof mine,
                                    .policy = SCHED_OTHER,
                                    .nice = getpriority(PRIO_PROCESS, 0),
                                    .runtime = SLICE_NS};
    if (sched_getscheduler(0) == SCHED_OTHER)
        syscall(SYS_sched_setattr, 0, &mine, 0);
}

/* The n-th CPU of a set, from 0 and wrapping around. */
static size_t processor(const cpu_set_t *set, unsigned n) {
    unsigned left = n % (unsigned)CPU_COUNT(set);
    size_t at = 0;
    while (!CPU_ISSET(at, set) || left-- > 0)
        at++;
    return at;
}

void ac_race_pin(const struct ac_racer *racer) {
    cpu_set_t allowed, one;
    if (racer->race->processors == AC_ANYWHERE ||
        sched_getaffinity(0, sizeof allowed, &allowed) != 0 || CPU_COUNT(&allowed) == 0)
        return;
    const unsigned own = racer->race->processors == AC_ON_ONE ? 0 : racer->index;
    CPU_ZERO(&one);
    CPU_SET(processor(&allowed, racer->race->first_processor + own), &one);
    sched_setaffinity(0, sizeof one, &one);
}

bool ac_race_is_spread(const struct ac_program *program) {
    for (size_t i = 1; i < program->count; i++)
        if (program->ops[i].thread != program->ops[0].thread)
            return true;
    return false;
}

void ac_race_spread(struct ac_program *program, uint64_t seed) {
    struct ac_random random = {seed};
    if (!ac_race_is_spread(program))
        ac_spread(program, &random);
}
