// SPDX-License-Identifier: MIT
// A specimen that few ops of the enumerated kinds kill dies of its oracle when all programs of so
// many ops are tried, those with fewer ops first; the clean twins survive them.
#define _GNU_SOURCE /* clock_gettime */
#include "specimen.h"

#include "allocheck/borders.h"
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
    SIZES = 6,    /* half of what the command takes: a test is to be quick */
    REPLAYED = 2, /* ops of the longest program that goes through the replay oracles too */
    TWIN_DEPTH = AC_INSTRUMENTED ? 2 : 3,
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

/* How many enumerated ops kill a specimen, as far as is known; 0: more than DEPTH, or others, or a
 * mood of the page source has to help, or in this build nothing does. */
static uint32_t depth_for(const struct ac_specimen *specimen) {
    struct ac_program program;
    struct ac_text_error error;
    ac_program_init(&program);
    if (!ac_parse(&program, specimen->program, strlen(specimen->program), &error, NULL)) {
        return 0;
    }
    const bool fits =
        program.count <= DEPTH && specimen->expected != AC_ORACLES && program.head.moods == 0;
    uint32_t depth = fits ? (uint32_t)program.count : 0;
    for (size_t i = 0; i < program.count; i++) {
        depth = is_enumerated(&program.ops[i]) ? depth : 0;
    }
    ac_program_destroy(&program);
    return depth;
}

struct hunt {
    struct ac_enumeration enumeration;
    struct ac_campaign last;
    uint64_t tried;
    double seconds;
};

/* Tries programs of one op, of two, and so on, until a finding. */
static void try_lengths(struct hunt *hunt, struct ac_child *child) {
    for (uint32_t ops = 1; ops <= hunt->enumeration.depth && !hunt->last.sum.found; ops++) {
        const struct ac_campaign_options options = {
            .enumeration = &hunt->enumeration,
            .first_seed = hunt->tried,
            .count = ac_enumeration_of_length(&hunt->enumeration, ops),
            .replay = ops <= REPLAYED,
        };
        assert_int_equal(ac_child_campaign(child, &options, &hunt->last), AC_CHILD_RAN);
        hunt->tried += hunt->last.programs;
    }
}

/* The twin is asked for its borders: nobody knows of what the specimen dies. */
static void try_all(const struct ac_allocator *allocator, const struct ac_allocator *twin,
                    uint32_t depth, struct hunt *hunt) {
    struct ac_borders borders;
    struct ac_scope scope;
    const struct ac_child_options options = {.subject = ac_subject_of(allocator),
                                             .oracles = AC_ALL_ORACLES,
                                             .free_at_end = true,
                                             .call_ms = CALL_MS};
    memset(hunt, 0, sizeof *hunt);
    ac_learn_borders(twin, &borders);
    ac_scope_choose(&scope, &options.subject, &borders, SIZES, depth);
    assert_true(ac_enumerate(&hunt->enumeration, &scope, &options.subject));
    struct ac_child *child = ac_child_new(&options);
    assert_non_null(child);
    const double start = seconds_now();
    try_lengths(hunt, child);
    hunt->seconds = seconds_now() - start;
    ac_child_delete(child);
}

static void print_hunt(const char *name, const struct hunt *hunt) {
    struct ac_program program;
    char text[400] = "";
    ac_program_init(&program);
    if (hunt->last.sum.found && ac_enumeration_at(&hunt->enumeration, hunt->last.seed, &program)) {
        ac_print(&program, text, sizeof text);
    }
    printf("%s: %s after %llu of %llu programs of up to %u ops, %.2f s\n%s", name,
           hunt->last.sum.found ? ac_oracle_info(hunt->last.sum.finding.oracle)->id : "clean",
           (unsigned long long)hunt->tried,
           (unsigned long long)ac_enumeration_total(&hunt->enumeration), hunt->enumeration.depth,
           hunt->seconds, text);
    ac_program_destroy(&program);
}

static void is_found(void **state) {
    const struct ac_specimen *specimen = *state;
    struct hunt hunt;
    try_all(specimen->allocator, specimen->twin, depth_for(specimen), &hunt);
    print_hunt(specimen->name, &hunt);
    assert_true(hunt.last.sum.found);
    const enum ac_oracle oracle = hunt.last.sum.finding.oracle;
    if (oracle != specimen->expected && oracle != specimen->instead) {
        fail_msg("%s: %s expected, but %s", specimen->name, ac_oracle_info(specimen->expected)->id,
                 ac_oracle_info(oracle)->id);
    }
}

static void twins_survive_all(void **state) {
    size_t count;
    const struct ac_allocator *const *twins = ac_twins(&count);
    struct hunt hunt;
    (void)state;
    for (size_t i = 0; i < count; i++) {
        try_all(twins[i], twins[i], TWIN_DEPTH, &hunt);
        print_hunt(twins[i]->name, &hunt);
        assert_false(hunt.last.sum.found);
        assert_int_equal(hunt.tried, ac_enumeration_total(&hunt.enumeration));
    }
}

/* The table has specimens of each length, so that none of the above is tested on nothing. */
static void there_is_one_of_each_length(void **state) {
    size_t count;
    const struct ac_specimen *specimens = ac_specimens(&count);
    unsigned of_length[DEPTH + 1] = {0};
    (void)state;
    for (size_t i = 0; i < count; i++) {
        of_length[depth_for(&specimens[i])]++;
    }
    for (uint32_t length = 1; length <= DEPTH; length++) {
        assert_int_not_equal(of_length[length], 0);
    }
}

int main(void) {
    size_t specimen_count, count = 0;
    const struct ac_specimen *specimens = ac_specimens(&specimen_count);
    struct CMUnitTest *tests = calloc(specimen_count + 2, sizeof *tests);
    if (tests == NULL) {
        return 1;
    }
    for (size_t i = 0; i < specimen_count; i++) {
        if (depth_for(&specimens[i]) != 0) {
            void *state = (void *)(uintptr_t)&specimens[i];
            tests[count++] = (struct CMUnitTest){specimens[i].name, is_found, NULL, NULL, state};
        }
    }
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(there_is_one_of_each_length);
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(twins_survive_all);
    const int failed = _cmocka_run_group_tests("exhaustive", tests, count, NULL, NULL);
    free(tests);
    return failed;
}
