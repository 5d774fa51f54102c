// SPDX-License-Identifier: MIT
#include "blocks.h"

#include "tool/clock.h"

enum {
    CHUNK_US = 100000, /* between two looks at the clock, roughly */
    MOST_LOST = 20,    /* processes killed from outside in a row */
    MET_IN_FULL = 16,  /* findings of a block; for each, an allocator without instances needs a new
                          process */
    HANGS_EVERY = 64,  /* calls that never return take seconds: one block in this many meets them */
};

static void adapt(struct blocks *blocks, uint64_t took_us) {
    if (took_us < CHUNK_US / 2 && blocks->chunk < blocks->most_chunk)
        blocks->chunk *= 2;
    else if (took_us > CHUNK_US && blocks->chunk > 1)
        blocks->chunk /= 2;
}

/* The class of a chunk that starts with a program; it ends where the class does. */
static struct campaign_class *class_of(const struct blocks *blocks, uint64_t id, uint64_t *end) {
    uint64_t class_end;
    if (blocks->class_of == NULL)
        return NULL;
    const unsigned number = blocks->class_of(blocks->campaign, id, &class_end);
    *end = *end < class_end ? *end : class_end;
    return &worker_counts(blocks->worker)->classes[blocks->first_class + number];
}

static void count_class(struct campaign_class *class, uint64_t programs, uint64_t took_us) {
    if (class != NULL) {
        class->programs += programs;
        class->us += took_us;
    }
}

static void start_process(struct blocks *blocks, uint64_t id) {
    ac_child_renew(blocks->child);
    blocks->born = id;
}

/* --- what is known --- */

struct ac_accepted blocks_accept(const struct blocks *blocks) {
    const bool accepts = blocks->spares && !blocks->campaign->options.racing.on;
    return accepts ? worker_known(blocks->worker).accepted : (struct ac_accepted){.of = {0}};
}

/* In a new process, because the programs of the old one were made otherwise. */
static void spare(struct blocks *blocks, uint64_t next) {
    const struct ac_known known = worker_known(blocks->worker);
    const struct ac_without leads = ac_known_leads(&known);
    ac_without_join(&blocks->batch.generate.without, &leads);
    blocks->spares = true;
    start_process(blocks, next);
}

/* Under the replay oracles a program runs that has met what is known before. */
static void begin(struct blocks *blocks, uint64_t first) {
    const struct ac_known known = worker_known(blocks->worker);
    blocks->batch.generate.without = blocks->without;
    if (first / blocks->most_chunk % HANGS_EVERY != 0)
        ac_without_join(&blocks->batch.generate.without, &known.hangs);
    blocks->spares = false;
    blocks->met = 0;
    if (blocks->batch.replay)
        spare(blocks, first);
    else
        start_process(blocks, first);
}

/* --- counted and reported --- */

/* `ended': the last program has not run to its end if it timed out. */
static void count(struct blocks *blocks, const struct ac_batch *done, enum ac_child_end ended) {
    struct campaign_counts *counts = worker_counts(blocks->worker);
    const uint64_t unfinished =
        ended == AC_CHILD_TIMEOUT && done->programs > done->left_out ? 1 : 0;
    const uint64_t programs = done->programs - done->left_out - unfinished;
    if (blocks->batch.replay)
        counts->replayed += programs;
    else
        counts->programs += programs;
    counts->left_out += blocks->batch.replay ? 0 : done->left_out;
    counts_add_report(counts, &done->sum);
    if (ac_child_behaviour(blocks->child) != NULL)
        worker_add_behaviour(blocks->worker, ac_child_behaviour(blocks->child));
}

void blocks_count_failure(struct blocks *blocks, const struct ac_child *child,
                          enum ac_child_end end, bool again) {
    counts_add_failure(worker_counts(blocks->worker), child, end, NULL, again);
    if (end == AC_CHILD_FAILED && ++blocks->lost == MOST_LOST)
        worker_fail(blocks->worker, ac_child_trouble(child));
}

static void report(struct blocks *blocks, uint64_t id, const struct ac_finding *finding) {
    const bool replay = blocks->batch.replay;
    const struct worker_finding reported = {
        replay ? id : blocks->born, id,      replay, blocks->batch.generate.without,
        blocks_accept(blocks),      *finding};
    worker_report(blocks->worker, &reported);
}

/* Without instances, the next program would run on a broken heap. */
static void after_finding(struct blocks *blocks, uint64_t next) {
    if (++blocks->met == MET_IN_FULL)
        spare(blocks, next);
    else if (blocks->campaign->options.target_options.target.allocator->open == NULL)
        start_process(blocks, next);
}

/* Runs a few programs of the block that ends at `end`. Returns the id of the next one. */
static uint64_t run_chunk(struct blocks *blocks, uint64_t id, uint64_t end) {
    const struct ac_accepted accepted = blocks_accept(blocks);
    struct ac_batch_options options = blocks->batch;
    struct ac_batch done;
    options.first_seed += id;
    struct campaign_class *class = class_of(blocks, id, &end);
    options.count = end - id < blocks->chunk ? end - id : blocks->chunk;
    const uint64_t start_us = clock_us();
    ac_child_accept(blocks->child, &accepted);
    enum ac_child_end ended = ac_child_batch(blocks->child, &options, &done);
    uint64_t last = id + (done.programs > 0 ? done.programs - 1 : 0);
    const uint64_t took_us = clock_us() - start_us;
    adapt(blocks, took_us);
    count_class(class, last + 1 - id, took_us);
    count(blocks, &done, ended);
    if (ended != AC_CHILD_RAN) {
        blocks_count_failure(blocks, blocks->child, ended, blocks->batch.replay);
        start_process(blocks, last + 1);
        return last + 1;
    }
    blocks->lost = 0;
    if (done.sum.found) {
        report(blocks, last, &done.sum.finding);
        after_finding(blocks, last + 1);
    }
    return last + 1;
}

bool blocks_go_on(const struct blocks *blocks) {
    return blocks->lost < MOST_LOST && worker_goes_on(blocks->worker);
}

void blocks_run(struct blocks *blocks, uint64_t first, uint64_t end) {
    begin(blocks, first);
    blocks->chunk = blocks->chunk == 0 ? 1 : blocks->chunk;
    for (uint64_t id = first; id < end && blocks_go_on(blocks);)
        id = run_chunk(blocks, id, end);
}

bool blocks_again(struct ac_child *child, const struct ac_batch_options *batch, uint64_t first,
                  uint64_t id, struct ac_finding *finding) {
    struct ac_batch_options options = *batch;
    struct ac_batch done = {.programs = 0};
    while (first <= id) {
        options.first_seed = batch->first_seed + first;
        options.count = id - first + 1;
        if (ac_child_batch(child, &options, &done) != AC_CHILD_RAN || !done.sum.found)
            return false;
        first += done.programs;
    }
    *finding = done.sum.finding;
    return true;
}

bool blocks_loops_are_short(const struct campaign *campaign) {
    const struct ac_allocator *allocator = campaign->options.target_options.target.allocator;
    return allocator->open != NULL && allocator->sources != 0;
}
