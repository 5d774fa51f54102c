// SPDX-License-Identifier: MIT
// The engine `random`: programs of consecutive random seeds, each with its own swarm configuration.
#include "random.h"

#include "children.h"

#include "session/shell.h"

#include <stdio.h>

enum {
    TRIM_EVERY = 8, /* without a page source, one block in this many has the source ops */
};

/* Without a page source, the source ops are only `trim`, which is the slowest op of all: what it
 * gives back must be faulted in again, page by page. */
static struct ac_generate_options generate_options(const struct campaign *campaign, uint64_t id) {
    struct ac_generate_options options = campaign->scope.generate;
    const bool refuses = options.sources != 0 || campaign->options.target_options.target.trapped;
    if (!refuses && id / RANDOM_BLOCK % TRIM_EVERY != 0)
        options.groups = (uint16_t)(options.groups & ~(1u << AC_GROUP_SOURCE));
    if (campaign->options.racing.on)
        options.groups |= 1u << AC_GROUP_THREADS; /* thread exits, forks */
    return options;
}

static uint64_t seed_of(const struct campaign *campaign, uint64_t id) {
    return campaign->options.seed + id;
}

bool random_make(const struct campaign *campaign, uint64_t id, struct ac_program *program) {
    const struct ac_generate_options options = generate_options(campaign, id);
    const bool made = ac_generate(program, seed_of(campaign, id), &options);
    if (made && campaign->options.racing.on)
        ac_race_spread(program, seed_of(campaign, id));
    return made;
}

static void describe(const struct campaign *campaign, uint64_t id, char *text, size_t capacity) {
    snprintf(text, capacity, "random seed %llu", (unsigned long long)seed_of(campaign, id));
}

/* One past the last program of the campaign. */
static uint64_t end_of_all(const struct campaign *campaign) {
    const uint64_t first = campaign->options.first, programs = campaign->options.programs;
    return programs == 0 || programs > UINT64_MAX - first ? UINT64_MAX : first + programs;
}

/* Blocks begin at multiples of their size, even if the campaign begins within one. */
static uint64_t end_of(const struct campaign *campaign, uint64_t first) {
    const uint64_t end = (first / RANDOM_BLOCK + 1) * RANDOM_BLOCK, all = end_of_all(campaign);
    return all < end ? all : end;
}

static uint64_t first_of(const struct campaign *campaign, unsigned worker) {
    const uint64_t first = campaign->options.first;
    return worker == 0 ? first : (first / RANDOM_BLOCK + worker) * RANDOM_BLOCK;
}

static void run_blocks(struct random_worker *random) {
    const uint64_t jobs = random->campaign->options.jobs;
    uint64_t first = first_of(random->campaign, worker_index(random->blocks.worker));
    while (blocks_go_on(&random->blocks) && first < end_of_all(random->campaign)) {
        const uint64_t end = end_of(random->campaign, first);
        random->blocks.batch.generate = generate_options(random->campaign, first);
        blocks_run(&random->blocks, first, end);
        if (!random->campaign->options.racing.on)
            random_replay_block(random, first, end);
        first = (first / RANDOM_BLOCK + jobs) * RANDOM_BLOCK;
    }
}

static void run_or_fail(struct random_worker *random) {
    struct ac_child *const child = random->blocks.child;
    if (child == NULL || random->replay_child == NULL || random->quick_child == NULL) {
        worker_fail(random->blocks.worker, "out of memory");
        return;
    }
    campaign_limit_child(random->campaign, child, CAMPAIGN_UNTIL_END);
    campaign_limit_child(random->campaign, random->replay_child, CAMPAIGN_UNTIL_DEADLINE);
    campaign_limit_child(random->campaign, random->quick_child, CAMPAIGN_UNTIL_DEADLINE);
    run_blocks(random);
}

/* 0: no race runs. */
static uint32_t rounds_of(const struct campaign *campaign) {
    const struct racing *racing = &campaign->options.racing;
    return racing->on ? racing->rounds : 0;
}

static void work(struct worker *worker, const struct campaign *campaign) {
    struct random_worker random = {
        .campaign = campaign,
        .blocks = {.worker = worker,
                   .campaign = campaign,
                   .child = campaign_new_watched_child(campaign),
                   .without = campaign->scope.generate.without,
                   .batch = {.first_seed = campaign->options.seed,
                             .once = true,
                             .race_rounds = rounds_of(campaign)},
                   .most_chunk = RANDOM_BLOCK},
        .replay_child = campaign_new_child(campaign, campaign->options.target_options.oracles),
        .quick_child = campaign_new_quick_child(campaign)};
    run_or_fail(&random);
    ac_child_delete(random.blocks.child);
    ac_child_delete(random.replay_child);
    ac_child_delete(random.quick_child);
}

/* The worker's child kept the behaviour of its programs, which asks for usable sizes. */
static bool again(struct campaign *campaign, uint64_t first, uint64_t id,
                  struct ac_finding *finding) {
    const struct ac_batch_options batch = {.first_seed = campaign->options.seed,
                                           .generate = generate_options(campaign, id)};
    struct ac_child *child =
        campaign->options.racing.on ? NULL : campaign_new_watched_child(campaign);
    if (child == NULL)
        return false;
    campaign_limit_child(campaign, child, CAMPAIGN_UNTIL_END);
    const bool shown = blocks_again(child, &batch, first, id, finding);
    ac_child_delete(child);
    return shown;
}

static char *again_command(const struct campaign *campaign, uint64_t first, uint64_t id) {
    const struct session session = {.verb = "fuzz",
                                    .target_options = campaign->options.target_options,
                                    .without = campaign->scope.generate.without,
                                    .call_time = campaign->options.call_time};
    const struct shell_programs programs = {engine_random.name, campaign->options.seed, first,
                                            id - first + 1};
    return shell_fuzz_command(&session, &programs);
}

static bool run(struct campaign *campaign) {
    const struct workers_plan plan = {.work = work,
                                      .make = random_make,
                                      .describe = describe,
                                      .again = again,
                                      .again_command = again_command};
    return workers_run(campaign, &plan);
}

const struct engine engine_random = {.name = "random",
                                     .what = "random programs, the same for the same --seed",
                                     .automatic = true,
                                     .seeded = true,
                                     .missing = engine_is_built_in,
                                     .run = run};
