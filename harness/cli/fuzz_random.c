// SPDX-License-Identifier: MIT
// The engine `random': programs of consecutive random seeds, each a campaign of its own (swarm
// testing). They come in blocks; each block starts in a fresh process, so what comes of a block
// does not depend on how many processes work, nor on what was found before it.
#include "fuzz_random.h"

#include <stdio.h>

enum {
    FIRST_CHUNK = 64, /* programs, between two looks at the clock: this many, */
    CHUNK_MS = 100,   /* then as many as take about so long */
    LATE_MS = 11000,  /* what a call that hangs may take to be told, when the time is over */
};

static uint64_t seed_of(const struct hunt *hunt, uint64_t id) {
    return hunt_options(hunt)->seed + id;
}

bool random_make(const struct hunt *hunt, uint64_t id, struct ac_program *program) {
    return ac_generate(program, seed_of(hunt, id), &hunt_scope(hunt)->generate);
}

static void describe(const struct hunt *hunt, uint64_t id, char *text, size_t capacity) {
    snprintf(text, capacity, "random seed %llu", (unsigned long long)seed_of(hunt, id));
}

/* --- under the inline oracles --- */

static void adapt(struct random_engine *engine, uint64_t took_ms) {
    if (took_ms < CHUNK_MS / 2 && engine->chunk < RANDOM_BLOCK) {
        engine->chunk *= 2;
    } else if (took_ms > CHUNK_MS && engine->chunk > 1) {
        engine->chunk /= 2;
    }
}

static void start_process(struct random_engine *engine, uint64_t id) {
    ac_child_renew(engine->child);
    engine->born = id;
}

static void count(struct random_engine *engine, const struct ac_campaign *done) {
    struct hunt_counts *counts = worker_counts(engine->worker);
    counts->programs += done->programs;
    ac_report_add(&counts->sum, &done->sum);
    counts->sum.found = false;
}

/* What did not end with a result. */
void random_lose(struct random_engine *engine, const struct ac_child *child,
                 enum ac_child_end end) {
    struct hunt_counts *counts = worker_counts(engine->worker);
    if (end == AC_CHILD_TIMEOUT) {
        counts->unfinished++;
        return;
    }
    counts->lost++;
    if (++engine->lost == RANDOM_MOST_LOST) {
        worker_fail(engine->worker, ac_child_trouble(child));
    }
}

void random_report(struct random_engine *engine, uint64_t first, uint64_t id, bool replay,
                   const struct ac_finding *finding) {
    const struct worker_find find = {first, id, replay, *finding};
    worker_report(engine->worker, &find);
}

/* What broke may be broken for all that run in the same process; an instance is abandoned. */
static void after_finding(struct random_engine *engine, uint64_t next) {
    if (hunt_options(engine->hunt)->trial.subject.allocator->open == NULL) {
        start_process(engine, next);
    }
}

/* Runs programs from `id` on, of the block that ends at `end`. Returns the id of the next one. */
static uint64_t run_chunk(struct random_engine *engine, uint64_t id, uint64_t end) {
    const struct ac_campaign_options options = {.generate = hunt_scope(engine->hunt)->generate,
                                                .first_seed = seed_of(engine->hunt, id),
                                                .count = end - id < engine->chunk ? end - id
                                                                                  : engine->chunk};
    struct ac_campaign done;
    uint64_t start_ms = hunt_now_ms();
    enum ac_child_end ended = ac_child_campaign(engine->child, &options, &done);
    uint64_t last = id + (done.programs > 0 ? done.programs - 1 : 0);
    adapt(engine, hunt_now_ms() - start_ms);
    count(engine, &done);
    worker_saw(engine->worker, ac_child_behaviour(engine->child));
    if (ended != AC_CHILD_RAN) {
        random_lose(engine, engine->child, ended);
        start_process(engine, last + 1);
        return last + 1;
    }
    engine->lost = 0;
    if (done.sum.found) {
        random_report(engine, engine->born, last, false, &done.sum.finding);
        after_finding(engine, last + 1);
    }
    return last + 1;
}

bool random_goes_on(const struct random_engine *engine) {
    return engine->lost < RANDOM_MOST_LOST && worker_goes_on(engine->worker);
}

static void run_block(struct random_engine *engine, uint64_t first, uint64_t end) {
    start_process(engine, first);
    for (uint64_t id = first; id < end && random_goes_on(engine);) {
        id = run_chunk(engine, id, end);
    }
}

/* --- all --- */

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
    uint64_t first = (uint64_t)worker_index(engine->worker) * RANDOM_BLOCK;
    while (random_goes_on(engine) && !is_beyond(engine->hunt, first)) {
        run_block(engine, first, end_of(engine->hunt, first));
        random_replay_block(engine, first, end_of(engine->hunt, first));
        first += jobs * RANDOM_BLOCK;
    }
}

static void limit_children(const struct random_engine *engine) {
    hunt_limit_child(engine->hunt, engine->child, LATE_MS);
    hunt_limit_child(engine->hunt, engine->judge, 0);
    hunt_limit_child(engine->hunt, engine->quick, 0);
}

static void work(struct worker *worker, const struct hunt *hunt) {
    const ac_oracle_set oracles = hunt_options(hunt)->trial.oracles;
    struct random_engine engine = {
        .worker = worker,
        .hunt = hunt,
        .child = hunt_new_watched_child(hunt, oracles),
        .judge = hunt_new_child(hunt, oracles, 0),
        .quick = hunt_new_child(hunt, oracles & ~AC_ORACLE_BIT(AC_ORACLE_NO_GROWTH), 0),
        .chunk = FIRST_CHUNK};
    if (engine.child != NULL && engine.judge != NULL && engine.quick != NULL) {
        limit_children(&engine);
        run_blocks(&engine);
    } else {
        worker_fail(worker, "out of memory");
    }
    ac_child_delete(engine.child);
    ac_child_delete(engine.judge);
    ac_child_delete(engine.quick);
}

static const char *missing(const struct hunt *hunt) {
    (void)hunt;
    return NULL;
}

static bool run(struct hunt *hunt) {
    const struct workers_plan plan = {work, random_make, describe};
    return workers_run(hunt, &plan);
}

const struct fuzz_engine fuzz_random = {
    "random", "programs drawn at random, the same for the same --seed", true, missing, run};
