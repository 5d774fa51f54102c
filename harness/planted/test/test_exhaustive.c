// SPDX-License-Identifier: MIT
// The enumeration of all programs up to N ops finds every planted bug that N enumerated ops can
// show, by its oracle, and nothing in clean builds.
#define _GNU_SOURCE /* clock_gettime */
#include "planted/planted.h"

#include "allocheck/boundaries.h"
#include "allocheck/child.h"
#include "allocheck/codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

enum {
    DEPTH = 4,
    SIZES = 6,    /* half of the command's default, to be fast */
    REPLAYED = 2, /* replay oracles check programs up to this many ops */
    CLEAN_BUILD_DEPTH = AC_INSTRUMENTED ? 2 : 3,
    CALL_MS = 200,
};

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool is_enumerated(const struct ac_op *op) {
    static const bool kinds[AC_OP_KINDS] = {
        [AC_OP_MALLOC] = true,        [AC_OP_CALLOC] = true, [AC_OP_REALLOC] = true,
        [AC_OP_ALIGNED_ALLOC] = true, [AC_OP_FREE] = true,   [AC_OP_USABLE] = true,
        [AC_OP_FILL] = true,
    };
    return kinds[op->kind] && op->thread == 0 && op->repeat == 1 && op->a.symbol != AC_LEFT &&
           op->b.symbol != AC_LEFT;
}

/* The number of enumerated ops that show a planted bug; 0: more than DEPTH, or it needs other ops,
 * a quirk or another build. */
static uint32_t depth_for(const struct ac_planted_bug *planted) {
    struct ac_program program;
    struct ac_text_error error;
    ac_program_init(&program);
    if (!ac_parse(&program, planted->program, strlen(planted->program), &error, NULL))
        return 0;
    const bool fits =
        program.count <= DEPTH && planted->expected != AC_ORACLES && program.head.quirks == 0;
    uint32_t depth = fits ? (uint32_t)program.count : 0;
    for (size_t i = 0; i < program.count; i++)
        depth = is_enumerated(&program.ops[i]) ? depth : 0;
    ac_program_destroy(&program);
    return depth;
}

struct campaign {
    struct ac_enumeration enumeration;
    struct ac_batch last;
    uint64_t tried;
    double seconds;
};

/* Tries programs of one op, then of two, and so on, until a finding. */
static void try_lengths(struct campaign *campaign, struct ac_child *child) {
    for (uint32_t ops = 1; ops <= campaign->enumeration.depth && !campaign->last.sum.found; ops++) {
        const struct ac_batch_options options = {
            .enumeration = &campaign->enumeration,
            .first_seed = campaign->tried,
            .count = ac_enumeration_of_length(&campaign->enumeration, ops),
            .replay = ops <= REPLAYED,
        };
        assert_int_equal(ac_child_batch(child, &options, &campaign->last), AC_CHILD_RAN);
        campaign->tried += campaign->last.programs;
    }
}

/* Learns the boundaries from the clean build, because the bug may break that. */
static void try_all(const struct ac_allocator *allocator, const struct ac_allocator *clean_build,
                    uint32_t depth, struct campaign *campaign) {
    struct ac_boundaries boundaries;
    struct ac_scope scope;
    const struct ac_child_options options = {.target = ac_target_of(allocator),
                                             .oracles = AC_ALL_ORACLES,
                                             .free_at_end = true,
                                             .call_ms = CALL_MS};
    memset(campaign, 0, sizeof *campaign);
    ac_learn_boundaries(clean_build, &boundaries);
    ac_scope_choose(&scope, &options.target, &boundaries, SIZES, depth);
    assert_true(ac_enumerate(&campaign->enumeration, &scope, &options.target));
    struct ac_child *child = ac_child_new(&options);
    assert_non_null(child);
    const double start = seconds_now();
    try_lengths(campaign, child);
    campaign->seconds = seconds_now() - start;
    ac_child_delete(child);
}

static void print_campaign(const char *name, const struct campaign *campaign) {
    struct ac_program program;
    char text[400] = "";
    ac_program_init(&program);
    if (campaign->last.sum.found &&
        ac_enumeration_at(&campaign->enumeration, campaign->last.seed, &program))
        ac_print(&program, text, sizeof text);
    printf("%s: %s after %llu of %llu programs of up to %u ops, %.2f s\n%s", name,
           campaign->last.sum.found ? ac_oracle_info(campaign->last.sum.finding.oracle)->id
                                    : "clean",
           (unsigned long long)campaign->tried,
           (unsigned long long)ac_enumeration_total(&campaign->enumeration),
           campaign->enumeration.depth, campaign->seconds, text);
    ac_program_destroy(&program);
}

static void is_found(void **state) {
    const struct ac_planted_bug *planted = *state;
    struct campaign campaign;
    try_all(planted->allocator, planted->clean_build, depth_for(planted), &campaign);
    print_campaign(planted->name, &campaign);
    assert_true(campaign.last.sum.found);
    const enum ac_oracle oracle = campaign.last.sum.finding.oracle;
    if (oracle != planted->expected && oracle != planted->instead) {
        fail_msg("%s: %s expected, but %s", planted->name, ac_oracle_info(planted->expected)->id,
                 ac_oracle_info(oracle)->id);
    }
}

static void clean_builds_survive_all(void **state) {
    size_t count;
    const struct ac_allocator *const *clean_builds = ac_clean_builds(&count);
    struct campaign campaign;
    (void)state;
    for (size_t i = 0; i < count; i++) {
        try_all(clean_builds[i], clean_builds[i], CLEAN_BUILD_DEPTH, &campaign);
        print_campaign(clean_builds[i]->name, &campaign);
        assert_false(campaign.last.sum.found);
        assert_int_equal(campaign.tried, ac_enumeration_total(&campaign.enumeration));
    }
}

/* The table has a planted bug for each length, so that no test above is vacuous. */
static void there_is_one_of_each_length(void **state) {
    size_t count;
    const struct ac_planted_bug *planted_bugs = ac_planted_bugs(&count);
    unsigned of_length[DEPTH + 1] = {0};
    (void)state;
    for (size_t i = 0; i < count; i++)
        of_length[depth_for(&planted_bugs[i])]++;
    for (uint32_t length = 1; length <= DEPTH; length++)
        assert_int_not_equal(of_length[length], 0);
}

int main(void) {
    size_t planted_count, count = 0;
    const struct ac_planted_bug *planted_bugs = ac_planted_bugs(&planted_count);
    struct CMUnitTest *tests = calloc(planted_count + 2, sizeof *tests);
    if (tests == NULL)
        return 1;
    for (size_t i = 0; i < planted_count; i++) {
        if (depth_for(&planted_bugs[i]) != 0) {
            void *state = (void *)(uintptr_t)&planted_bugs[i];
            tests[count++] = (struct CMUnitTest){planted_bugs[i].name, is_found, NULL, NULL, state};
        }
    }
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(there_is_one_of_each_length);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(clean_builds_survive_all);
    const int failed = _cmocka_run_group_tests("exhaustive", tests, count, NULL, NULL);
    free(tests);
    return failed;
}
