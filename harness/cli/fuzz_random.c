// SPDX-License-Identifier: MIT
// The engine `random': programs of consecutive random seeds, each a campaign of its own (swarm
// testing).
#include "fuzz_random.h"

#include <stdio.h>

enum {
    TRIM_EVERY = 8,  /* blocks, one with the ops about the source of pages where there is none */
    LATE_MS = 11000, /* what a call that hangs may take to be told, when the time is over */
};

/* Without a source of pages, trim is all that is left of its group of ops, and costs more time than
 * all others: what it gives back has to be had again, page by page. */
static struct ac_generate_options generate_options(const struct hunt *hunt, uint64_t id) {
    struct ac_generate_options options = hunt_scope(hunt)->generate;
    const bool refuses = options.sources != 0 || hunt_options(hunt)->trial.subject.trapped;
    if (!refuses && id / RANDOM_BLOCK % TRIM_EVERY != 0) {
        options.groups = (uint16_t)(options.groups & ~(1u << AC_GROUP_SOURCE));
    }
    if (hunt_options(hunt)->racing.on) {
        options.groups |= 1u << AC_GROUP_THREADS; /* ends of threads, forks */
    }
    return options;
}

static uint64_t seed_of(const struct hunt *hunt, uint64_t id) {
    return hunt_options(hunt)->seed + id;
}

bool random_make(const struct hunt *hunt, uint64_t id, struct ac_program *program) {
    const struct ac_generate_options options = generate_options(hunt, id);
    const bool made = ac_generate(program, seed_of(hunt, id), &options);
    if (made && hunt_options(hunt)->racing.on) {
        ac_race_spread(program, seed_of(hunt, id));
    }
    return made;
}

static void describe(const struct hunt *hunt, uint64_t id, char *text, size_t capacity) {
    snprintf(text, capacity, "random seed %llu", (unsigned long long)seed_of(hunt, id));
}

static uint64_t end_of(const struct hunt *hunt, uint64_t first) {
    uint64_t programs = hunt_options(hunt)->programs;
    return programs != 0 && programs - first < RANDOM_BLOCK ? programs : first + RANDOM_BLOCK;
}

static bool is_beyond(const struct hunt *hunt, uint64_t first) {
    uint64_t programs = hunt_options(hunt)->programs;
    return programs != 0 && first >= programs;
}

static void run_blocks(struct random_engine *engine) {
    const uint64_t jobs = hunt_options(engine->hunt)->jobs;
    uint64_t first = (uint64_t)worker_index(engine->inlined.worker) * RANDOM_BLOCK;
    while (blocks_go_on(&engine->inlined) && !is_beyond(engine->hunt, first)) {
        const uint64_t end = end_of(engine->hunt, first);
        engine->inlined.campaign.generate = generate_options(engine->hunt, first);
        blocks_run(&engine->inlined, first, end);
        if (!hunt_options(engine->hunt)->racing.on) {
            random_replay_block(engine, first, end);
        }
        first += jobs * RANDOM_BLOCK;
    }
}

static void run_or_fail(struct random_engine *engine) {
    struct ac_child *const child = engine->inlined.child;
    if (child == NULL || engine->judge == NULL || engine->quick == NULL) {
        worker_fail(engine->inlined.worker, "out of memory");
        return;
    }
    hunt_limit_child(engine->hunt, child, LATE_MS);
    hunt_limit_child(engine->hunt, engine->judge, 0);
    hunt_limit_child(engine->hunt, engine->quick, 0);
    run_blocks(engine);
}

/* 0: no race runs. */
static uint32_t rounds_of(const struct hunt *hunt) {
    const struct racing *racing = &hunt_options(hunt)->racing;
    return racing->on ? racing->rounds : 0;
}

static void work(struct worker *worker, const struct hunt *hunt) {
    const ac_oracle_set oracles = hunt_options(hunt)->trial.oracles;
    struct random_engine engine = {
        .hunt = hunt,
        .inlined = {.worker = worker,
                    .hunt = hunt,
                    .child = hunt_new_watched_child(hunt, oracles),
                    .campaign = {.first_seed = hunt_options(hunt)->seed,
                                 .race_rounds = rounds_of(hunt)},
                    .most_chunk = RANDOM_BLOCK},
        .judge = hunt_new_child(hunt, oracles, 0),
        .quick = hunt_new_child(hunt, oracles & ~AC_ORACLE_BIT(AC_ORACLE_NO_GROWTH), 0)};
    run_or_fail(&engine);
    ac_child_delete(engine.inlined.child);
    ac_child_delete(engine.judge);
    ac_child_delete(engine.quick);
}

static const char *missing(const struct hunt *hunt) {
    (void)hunt;
    return NULL;
}

static bool run(struct hunt *hunt) {
    const struct workers_plan plan = {.work = work, .make = random_make, .describe = describe};
    return workers_run(hunt, &plan);
}

const struct fuzz_engine fuzz_random = {
    "random", "programs drawn at random, the same for the same --seed", true, missing, run};
