// SPDX-License-Identifier: MIT
// The engine `exhaustive': every program of a small scope, those with fewer ops first, so that a
// finding is as short as it can be; the shortest go through the replay oracles as well.
#include "fuzz_blocks.h"

#include "tool/tool.h"

#include "allocheck/codec.h"
#include "allocheck/enumerate.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    BLOCK = 16384, /* programs: few enough to be joined into one */
    REPLAYED = 2,  /* ops of the longest program that the replay oracles check */
    /* The same for no-growth where it takes 70,000 rounds. */
    LONG_LOOPS = 1,
    LATE_MS = 11000, /* what a call that hangs may take to be told, when the time is over */
};

/* Kept by the campaign; a program's id is its index. */
struct scope {
    struct ac_scope chosen;
    struct ac_enumeration programs;
};

static const struct scope *scope_of(const struct campaign *campaign) {
    return campaign_kept(campaign);
}

static bool make(const struct campaign *campaign, uint64_t id, struct ac_program *program) {
    return ac_enumeration_at(&scope_of(campaign)->programs, id, program);
}

static void describe(const struct campaign *campaign, uint64_t id, char *text, size_t capacity) {
    snprintf(text, capacity, "program %llu of %llu", (unsigned long long)id + 1,
             (unsigned long long)ac_enumeration_total(&scope_of(campaign)->programs));
}

static uint64_t least(uint64_t left, uint64_t right) {
    return left < right ? left : right;
}

/* Programs of at most so many ops: the ids below. */
static uint64_t programs_up_to(const struct scope *scope, uint32_t ops) {
    uint64_t sum = 0;
    for (uint32_t i = 1; i <= least(ops, scope->programs.depth); i++) {
        sum += ac_enumeration_of_length(&scope->programs, i);
    }
    return sum;
}

static uint64_t programs_to_try(const struct campaign *campaign) {
    const uint64_t total = ac_enumeration_total(&scope_of(campaign)->programs);
    const uint64_t wanted = campaign_options(campaign)->programs;
    return wanted != 0 ? least(wanted, total) : total;
}

/* --- in a worker --- */

struct exhaustive_engine {
    const struct campaign *campaign;
    struct blocks inlined;  /* one program after another, */
    struct blocks replayed; /* the shortest under the replay oracles, */
    struct blocks quick;    /* the same without no-growth */
};

static struct blocks blocks_of(struct worker *worker, const struct campaign *campaign, bool replay,
                               ac_oracle_set oracles) {
    return (struct blocks){
        .worker = worker,
        .campaign = campaign,
        .child = campaign_new_child(campaign, oracles, 0),
        .batch = {.enumeration = &scope_of(campaign)->programs, .replay = replay},
        .most_chunk = BLOCK};
}

static bool goes_on(const struct exhaustive_engine *engine) {
    return blocks_go_on(&engine->inlined) && blocks_go_on(&engine->replayed) &&
           blocks_go_on(&engine->quick);
}

/* All oracles check the ids below `loops`, and all but no-growth those between it and `short_ones`.
 */
static void replay(struct exhaustive_engine *engine, uint64_t first, uint64_t end) {
    const struct scope *scope = scope_of(engine->campaign);
    const uint64_t short_ones = programs_up_to(scope, REPLAYED);
    const uint64_t loops =
        blocks_loops_are_short(engine->campaign) ? short_ones : programs_up_to(scope, LONG_LOOPS);
    if (first < loops) {
        blocks_run(&engine->replayed, first, least(end, loops));
    }
    if (end > loops && first < short_ones) {
        blocks_run(&engine->quick, first > loops ? first : loops, least(end, short_ones));
    }
}

static void run_blocks(struct exhaustive_engine *engine) {
    const uint64_t all = programs_to_try(engine->campaign);
    const uint64_t jobs = campaign_options(engine->campaign)->jobs;
    uint64_t first = (uint64_t)worker_index(engine->inlined.worker) * BLOCK;
    for (; first < all && goes_on(engine); first += jobs * BLOCK) {
        blocks_run(&engine->inlined, first, least(all, first + BLOCK));
        replay(engine, first, least(all, first + BLOCK));
    }
}

static void run_or_fail(struct exhaustive_engine *engine) {
    struct blocks *const parts[] = {&engine->inlined, &engine->replayed, &engine->quick};
    bool ready = true;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        ready = ready && parts[i]->child != NULL;
    }
    if (!ready) {
        worker_fail(engine->inlined.worker, "out of memory");
        return;
    }
    campaign_limit_child(engine->campaign, engine->inlined.child, LATE_MS);
    campaign_limit_child(engine->campaign, engine->replayed.child, 0);
    campaign_limit_child(engine->campaign, engine->quick.child, 0);
    run_blocks(engine);
}

static void work(struct worker *worker, const struct campaign *campaign) {
    const ac_oracle_set all = campaign_options(campaign)->target_options.oracles;
    struct exhaustive_engine engine = {
        .campaign = campaign,
        .inlined = blocks_of(worker, campaign, false, all),
        .replayed = blocks_of(worker, campaign, true, all),
        .quick = blocks_of(worker, campaign, true, all & ~AC_ORACLE_BIT(AC_ORACLE_NO_GROWTH))};
    run_or_fail(&engine);
    ac_child_delete(engine.inlined.child);
    ac_child_delete(engine.replayed.child);
    ac_child_delete(engine.quick.child);
}

/* --- in the parent --- */

static void print_scope(const struct scope *scope) {
    const struct ac_scope *chosen = &scope->chosen;
    char text[64];
    printf("scope: sizes");
    for (uint32_t i = 0; i < chosen->sizes; i++) {
        ac_print_operand(chosen->size[i], text, sizeof text);
        printf(" %s", text);
    }
    printf("; alignments");
    for (uint32_t i = 0; i < AC_SCOPE_ALIGNMENTS; i++) {
        ac_print_operand(chosen->alignment[i], text, sizeof text);
        printf(" %s", text);
    }
    printf("\nscope: %llu programs of up to %u ops\n",
           (unsigned long long)ac_enumeration_total(&scope->programs), chosen->depth);
    fflush(stdout);
}

/* What did not come to its end was not tried. */
static void print_outcome(struct campaign *campaign) {
    const struct scope *scope = scope_of(campaign);
    const struct campaign_counts *counts = campaign_counts(campaign);
    const uint64_t total = ac_enumeration_total(&scope->programs);
    const uint64_t tried = counts->programs;
    progress_clear(campaign);
    if (tried == total && counts->lost == 0 && counts->unfinished == 0) {
        printf("scope complete: every program of up to %u ops over these %u sizes was tried, %llu "
               "in all\n",
               scope->chosen.depth, scope->chosen.sizes, (unsigned long long)total);
    } else {
        printf("scope not complete: %llu of %llu programs were tried\n", (unsigned long long)tried,
               (unsigned long long)total);
    }
}

static bool choose(const struct campaign *campaign, struct scope *scope) {
    const struct fuzz_options *options = campaign_options(campaign);
    const struct ac_target *target = &options->target_options.target;
    ac_scope_choose(&scope->chosen, target, &campaign_scope(campaign)->boundaries, options->sizes,
                    options->depth);
    if (!ac_enumerate(&scope->programs, &scope->chosen, target)) {
        tool_error("%u ops over %u sizes make more programs than can be counted; choose a lower "
                   "--depth",
                   options->depth, options->sizes);
        return false;
    }
    return true;
}

static bool run_scope(struct campaign *campaign, const struct scope *scope) {
    const struct workers_plan plan = {.work = work, .make = make, .describe = describe};
    campaign_keep(campaign, scope);
    campaign_counts(campaign)->all = programs_to_try(campaign);
    print_scope(scope);
    const bool ran = workers_run(campaign, &plan);
    print_outcome(campaign);
    campaign_keep(campaign, NULL);
    return ran;
}

static bool run(struct campaign *campaign) {
    struct scope *scope = calloc(1, sizeof *scope);
    if (scope == NULL) {
        tool_out_of_memory();
        return false;
    }
    const bool ran = choose(campaign, scope) && run_scope(campaign, scope);
    free(scope);
    return ran;
}

static const char *missing(const struct campaign *campaign) {
    (void)campaign;
    return NULL;
}

const struct fuzz_engine fuzz_exhaustive = {
    "exhaustive", "every program of a few ops over boundary sizes, each once", false, true, missing,
    run};
