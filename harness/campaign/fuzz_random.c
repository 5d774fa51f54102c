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
static struct ac_generate_options generate_options(const struct campaign *campaign, uint64_t id) {
    struct ac_generate_options options = campaign_scope(campaign)->generate;
    const bool refuses =
        options.sources != 0 || campaign_options(campaign)->target_options.target.trapped;
    if (!refuses && id / RANDOM_BLOCK % TRIM_EVERY != 0) {
        options.groups = (uint16_t)(options.groups & ~(1u << AC_GROUP_SOURCE));
    }
    if (campaign_options(campaign)->racing.on) {
        options.groups |= 1u << AC_GROUP_THREADS; /* ends of threads, forks */
    }
    return options;
}

static uint64_t seed_of(const struct campaign *campaign, uint64_t id) {
    return campaign_options(campaign)->seed + id;
}

bool random_make(const struct campaign *campaign, uint64_t id, struct ac_program *program) {
    const struct ac_generate_options options = generate_options(campaign, id);
    const bool made = ac_generate(program, seed_of(campaign, id), &options);
    if (made && campaign_options(campaign)->racing.on) {
        ac_race_spread(program, seed_of(campaign, id));
    }
    return made;
}

static void describe(const struct campaign *campaign, uint64_t id, char *text, size_t capacity) {
    snprintf(text, capacity, "random seed %llu", (unsigned long long)seed_of(campaign, id));
}

static uint64_t end_of(const struct campaign *campaign, uint64_t first) {
    uint64_t programs = campaign_options(campaign)->programs;
    return programs != 0 && programs - first < RANDOM_BLOCK ? programs : first + RANDOM_BLOCK;
}

static bool is_beyond(const struct campaign *campaign, uint64_t first) {
    uint64_t programs = campaign_options(campaign)->programs;
    return programs != 0 && first >= programs;
}

static void run_blocks(struct random_engine *engine) {
    const uint64_t jobs = campaign_options(engine->campaign)->jobs;
    uint64_t first = (uint64_t)worker_index(engine->inlined.worker) * RANDOM_BLOCK;
    while (blocks_go_on(&engine->inlined) && !is_beyond(engine->campaign, first)) {
        const uint64_t end = end_of(engine->campaign, first);
        engine->inlined.batch.generate = generate_options(engine->campaign, first);
        blocks_run(&engine->inlined, first, end);
        if (!campaign_options(engine->campaign)->racing.on) {
            random_replay_block(engine, first, end);
        }
        first += jobs * RANDOM_BLOCK;
    }
}

static void run_or_fail(struct random_engine *engine) {
    struct ac_child *const child = engine->inlined.child;
    if (child == NULL || engine->check == NULL || engine->quick == NULL) {
        worker_fail(engine->inlined.worker, "out of memory");
        return;
    }
    campaign_limit_child(engine->campaign, child, LATE_MS);
    campaign_limit_child(engine->campaign, engine->check, 0);
    campaign_limit_child(engine->campaign, engine->quick, 0);
    run_blocks(engine);
}

/* 0: no race runs. */
static uint32_t rounds_of(const struct campaign *campaign) {
    const struct racing *racing = &campaign_options(campaign)->racing;
    return racing->on ? racing->rounds : 0;
}

static void work(struct worker *worker, const struct campaign *campaign) {
    const ac_oracle_set oracles = campaign_options(campaign)->target_options.oracles;
    struct random_engine engine = {
        .campaign = campaign,
        .inlined = {.worker = worker,
                    .campaign = campaign,
                    .child = campaign_new_watched_child(campaign, oracles),
                    .batch = {.first_seed = campaign_options(campaign)->seed,
                              .race_rounds = rounds_of(campaign)},
                    .most_chunk = RANDOM_BLOCK},
        .check = campaign_new_child(campaign, oracles, 0),
        .quick = campaign_new_child(campaign, oracles & ~AC_ORACLE_BIT(AC_ORACLE_NO_GROWTH), 0)};
    run_or_fail(&engine);
    ac_child_delete(engine.inlined.child);
    ac_child_delete(engine.check);
    ac_child_delete(engine.quick);
}

static const char *missing(const struct campaign *campaign) {
    (void)campaign;
    return NULL;
}

static bool run(struct campaign *campaign) {
    const struct workers_plan plan = {.work = work, .make = random_make, .describe = describe};
    return workers_run(campaign, &plan);
}

const struct fuzz_engine fuzz_random = {
    "random", "programs drawn at random, the same for the same --seed", true, true, missing, run};
