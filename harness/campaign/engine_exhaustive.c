// SPDX-License-Identifier: MIT
// The engine `exhaustive`: every program of a small scope, shortest first, so that a finding is as
// short as possible. The shortest run under the replay oracles too.
#include "blocks.h"
#include "children.h"
#include "work_left.h"

#include "tool/status.h"
#include "tool/tool.h"

#include "allocheck/codec.h"
#include "allocheck/enumerate.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    BLOCK = 16384,  /* programs; few enough to be joined into one */
    REPLAYED = 2,   /* ops of the longest programs that the replay oracles check */
    LONG_LOOPS = 1, /* the same for no-growth, if it takes 70,000 rounds */
};

/* The campaign's engine_data. A program's id is its index. */
struct scope {
    struct ac_scope chosen;
    struct ac_enumeration programs;
};

static const struct scope *scope_of(const struct campaign *campaign) {
    return campaign->engine_data;
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

/* The number of programs of at most this many ops; their ids come first. */
static uint64_t programs_up_to(const struct scope *scope, uint32_t ops) {
    uint64_t sum = 0;
    for (uint32_t i = 1; i <= least(ops, scope->programs.depth); i++)
        sum += ac_enumeration_of_length(&scope->programs, i);
    return sum;
}

static uint64_t programs_to_test(const struct campaign *campaign) {
    const uint64_t total = ac_enumeration_total(&scope_of(campaign)->programs);
    const uint64_t wanted = campaign->options.programs;
    return wanted != 0 ? least(wanted, total) : total;
}

/* --- kinds of runs, and the classes of programs that take about the same time --- */

enum kind { INLINED, REPLAYS, QUICK, KINDS };

/* All replay oracles check the ids from 0 to the end of REPLAYS; all but no-growth those from there
 * to the end of QUICK. */
static uint64_t end_of_kind(const struct campaign *campaign, enum kind kind) {
    const uint64_t all = programs_to_test(campaign);
    const bool loops = kind == REPLAYS && !blocks_loops_are_short(campaign);
    if (kind == INLINED)
        return all;
    return least(all, programs_up_to(scope_of(campaign), loops ? LONG_LOOPS : REPLAYED));
}

/* One class for each number of ops. */
static unsigned class_of(const struct campaign *campaign, uint64_t id, uint64_t *end) {
    uint32_t ops = 1;
    while (id >= programs_up_to(scope_of(campaign), ops))
        ops++;
    *end = programs_up_to(scope_of(campaign), ops);
    return ops - 1;
}

static void add_kind(const struct campaign *campaign, enum kind kind, struct work_left *left) {
    const struct campaign_class *done =
        &campaign->engine_counts.classes[kind * (int)AC_SCOPE_DEPTH];
    const uint64_t end = end_of_kind(campaign, kind);
    const uint64_t start = kind == QUICK ? end_of_kind(campaign, REPLAYS) : 0;
    uint64_t planned[AC_SCOPE_DEPTH];
    for (uint32_t ops = 1; ops <= AC_SCOPE_DEPTH; ops++) {
        const uint64_t before = programs_up_to(scope_of(campaign), ops - 1);
        const uint64_t after = least(programs_up_to(scope_of(campaign), ops), end);
        planned[ops - 1] = after > before && after > start ? after - before : 0;
    }
    work_left_add(left, planned, done, AC_SCOPE_DEPTH);
}

static bool estimate(const struct campaign *campaign, struct engine_estimate *estimate) {
    struct work_left left = {.done_us = 0};
    if (campaign->engine_data == NULL)
        return false;
    for (int kind = 0; kind < KINDS; kind++)
        add_kind(campaign, (enum kind)kind, &left);
    return work_left_estimate(&left, campaign->options.jobs, estimate);
}

/* --- in a worker --- */

struct exhaustive_worker {
    const struct campaign *campaign;
    struct blocks inlined;  /* under the inline oracles */
    struct blocks replayed; /* the shortest programs under the replay oracles, */
    struct blocks quick;    /* the same without no-growth */
};

static struct blocks blocks_of(struct worker *worker, const struct campaign *campaign,
                               enum kind kind, struct ac_child *child) {
    return (struct blocks){.worker = worker,
                           .campaign = campaign,
                           .child = child,
                           .batch = {.enumeration = &scope_of(campaign)->programs,
                                     .once = true,
                                     .replay = kind != INLINED},
                           .class_of = class_of,
                           .first_class = kind * AC_SCOPE_DEPTH,
                           .most_chunk = BLOCK};
}

static bool goes_on(const struct exhaustive_worker *own) {
    return blocks_go_on(&own->inlined) && blocks_go_on(&own->replayed) && blocks_go_on(&own->quick);
}

static void replay(struct exhaustive_worker *own, uint64_t first, uint64_t end) {
    const uint64_t loops = end_of_kind(own->campaign, REPLAYS);
    const uint64_t short_ones = end_of_kind(own->campaign, QUICK);
    if (first < loops)
        blocks_run(&own->replayed, first, least(end, loops));
    if (end > loops && first < short_ones)
        blocks_run(&own->quick, first > loops ? first : loops, least(end, short_ones));
}

static void run_blocks(struct exhaustive_worker *own) {
    const uint64_t all = programs_to_test(own->campaign);
    const uint64_t jobs = own->campaign->options.jobs;
    uint64_t first = (uint64_t)worker_index(own->inlined.worker) * BLOCK;
    for (; first < all && goes_on(own); first += jobs * BLOCK) {
        blocks_run(&own->inlined, first, least(all, first + BLOCK));
        replay(own, first, least(all, first + BLOCK));
    }
}

static void run_or_fail(struct exhaustive_worker *own) {
    struct blocks *const parts[] = {&own->inlined, &own->replayed, &own->quick};
    bool ready = true;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        ready = ready && parts[i]->child != NULL;
    if (!ready) {
        worker_fail(own->inlined.worker, "out of memory");
        return;
    }
    campaign_limit_child(own->campaign, own->inlined.child, CAMPAIGN_UNTIL_END);
    campaign_limit_child(own->campaign, own->replayed.child, CAMPAIGN_UNTIL_DEADLINE);
    campaign_limit_child(own->campaign, own->quick.child, CAMPAIGN_UNTIL_DEADLINE);
    run_blocks(own);
}

static void work(struct worker *worker, const struct campaign *campaign) {
    const ac_oracle_set all = campaign->options.target_options.oracles;
    struct exhaustive_worker own = {
        .campaign = campaign,
        .inlined = blocks_of(worker, campaign, INLINED, campaign_new_child(campaign, all)),
        .replayed = blocks_of(worker, campaign, REPLAYS, campaign_new_child(campaign, all)),
        .quick = blocks_of(worker, campaign, QUICK, campaign_new_quick_child(campaign))};
    run_or_fail(&own);
    ac_child_delete(own.inlined.child);
    ac_child_delete(own.replayed.child);
    ac_child_delete(own.quick.child);
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

/* A program that did not complete was not tested. */
static void print_outcome(struct campaign *campaign) {
    const struct scope *scope = scope_of(campaign);
    const struct campaign_counts *counts = &campaign->engine_counts;
    const uint64_t total = ac_enumeration_total(&scope->programs);
    const uint64_t tested = counts->programs;
    status_clear();
    if (tested == total && counts_are_whole(counts) && counts->replays_cut == 0) {
        printf(
            "scope complete: all %llu programs of up to %u ops over these %u sizes were tested\n",
            (unsigned long long)total, scope->chosen.depth, scope->chosen.sizes);
    } else {
        printf("scope incomplete: %llu of %llu programs were tested", (unsigned long long)tested,
               (unsigned long long)total);
        if (counts->left_out > 0)
            printf("; %llu lead to known findings", (unsigned long long)counts->left_out);
        printf("\n");
    }
}

static bool choose(const struct campaign *campaign, struct scope *scope) {
    const struct campaign_options *options = &campaign->options;
    const struct ac_target *target = &options->target_options.target;
    ac_scope_choose(&scope->chosen, target, &campaign->scope.boundaries, options->sizes,
                    options->depth);
    scope->chosen.without = options->without;
    if (!ac_enumerate(&scope->programs, &scope->chosen, target)) {
        tool_error("%u ops over %u sizes make more programs than can be counted; choose a lower "
                   "--depth",
                   options->depth, options->sizes);
        return false;
    }
    if (ac_enumeration_total(&scope->programs) == 0) {
        tool_error("--without leaves no op to test; leave out less");
        return false;
    }
    return true;
}

static bool run_scope(struct campaign *campaign, const struct scope *scope) {
    const struct workers_plan plan = {.work = work, .make = make, .describe = describe};
    campaign->engine_data = scope;
    campaign->engine_counts.planned = programs_to_test(campaign);
    print_scope(scope);
    const bool ran = workers_run(campaign, &plan);
    print_outcome(campaign);
    campaign->engine_data = NULL;
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

const struct engine engine_exhaustive = {.name = "exhaustive",
                                         .what = "every program of a few ops over boundary sizes",
                                         .missing = engine_is_built_in,
                                         .run = run,
                                         .estimate = estimate};
