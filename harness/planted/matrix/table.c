// SPDX-License-Identifier: MIT
// The kill matrix as a table: a row for each planted-bug allocator and clean build, one for each
// oracle.
#include "table.h"

#include "tool/clock.h"
#include "tool/status.h"
#include "tool/tool.h"

#include <stdio.h>
#include <string.h>

/* Programs for each clean build: at least the number here, and a multiple of what the slowest of
 * its planted bugs took. */
enum {
    CLEAN_RUNS = 20000,
    CLEAN_REPLAYS = 300, /* with the oracles that need several runs */
    CLEAN_RACES = 100,
    CLEAN_FACTOR = 10,
    CLEAN_RACE_FACTOR = 3,
};

struct table {
    struct ac_matrix_options options;
    const char *only; /* name of one planted-bug allocator; NULL: all */
    uint64_t checked[AC_ORACLES];
    uint64_t slowest[AC_MATRIX_MODES]; /* programs, among the planted bugs of one base */
    size_t planted_bugs, failures;
    bool incomplete; /* a child process failed */
    const char *now; /* what runs: the name of a planted-bug allocator or of a clean build */
    size_t chosen;   /* planted-bug allocators in all */
    uint64_t start_ms;
};

static bool is_chosen(const struct table *table, const struct ac_planted_bug *planted) {
    return table->only == NULL || strcmp(table->only, planted->name) == 0;
}

static bool is_on(const struct table *table, enum ac_oracle oracle) {
    return oracle != AC_ORACLES && (table->options.oracles & AC_ORACLE_BIT(oracle)) != 0;
}

static void add_checked(struct table *table, const struct ac_matrix_result *result) {
    table->incomplete |= !result->ran;
    for (int i = 0; i < AC_ORACLES; i++)
        table->checked[i] += result->report.checked[i];
}

static const char *oracle_name(enum ac_oracle oracle) {
    return oracle == AC_ORACLES ? "(none here)" : ac_oracle_info(oracle)->id;
}

/* --- planted-bug allocators --- */

/* By the number of planted bugs; clean builds are part of the time that each takes. */
static void draw(void *ctx, struct status_line *line) {
    const struct table *table = ctx;
    status_add_steps(line, table->planted_bugs, table->chosen,
                     (double)(clock_ms() - table->start_ms) / 1000);
    status_add_count(line, table->failures > 0 ? STATUS_BAD : STATUS_PLAIN, table->failures,
                     "failure");
    status_add_name(line, table->now);
}

static void print_heading(void) {
    printf("%-24s %-9s %-20s %-15s %-15s %8s %8s  %s\n", "planted", "base", "class", "expected",
           "found by", "programs", "seconds", "after");
}

static void print_planted(const struct ac_planted_bug *planted,
                          const struct ac_matrix_result *result) {
    status_clear();
    const char *first =
        result->report.found ? ac_oracle_info(result->report.finding.oracle)->id : "(survives)";
    printf("%-24s %-9s %-20s %-15s %-15s %8llu %8.2f  %s\n", planted->name, planted->base,
           planted->bug_class, oracle_name(planted->expected), first,
           (unsigned long long)result->programs, result->seconds, planted->source);
    fflush(stdout);
}

/* A bug whose oracle is off may survive, or be found by another one. */
static bool as_expected(const struct table *table, const struct ac_planted_bug *planted,
                        const struct ac_matrix_result *result) {
    if (planted->expected == AC_ORACLES)
        return !result->report.found;
    if (!is_on(table, planted->expected))
        return true;
    const enum ac_oracle first = result->report.finding.oracle;
    return result->report.found && (first == planted->expected || first == planted->instead);
}

/* Prints what was expected, and the evidence. */
static void fail(struct table *table, const char *name, const char *expected,
                 const struct ac_matrix_result *result) {
    const struct ac_finding *finding = &result->report.finding;
    table->failures++;
    if (!result->report.found) {
        printf("  FAILED: %s: expected %s, but nothing was found\n", name, expected);
        return;
    }
    printf("  FAILED: %s: expected %s, but found %s\n", name, expected,
           ac_oracle_info(finding->oracle)->id);
    printf("    random seed %llu, op %u: expected %s, %s\n", (unsigned long long)result->seed,
           finding->op, finding->expected, finding->actual);
}

static void campaign(struct table *table, const struct ac_planted_bug *planted) {
    struct ac_matrix_options mine = table->options;
    struct ac_matrix_result result;
    if (planted->expected == AC_ORACLES && mine.programs > CLEAN_RUNS)
        mine.programs = CLEAN_RUNS;
    table->now = planted->name;
    ac_matrix_find(planted, &mine, &result);
    add_checked(table, &result);
    print_planted(planted, &result);
    if (planted->is_race && result.report.found)
        printf("  found again in %u of %d race runs\n", result.confirmed, AC_MATRIX_CONFIRMS);
    if (!as_expected(table, planted, &result)) {
        fail(table, planted->name,
             planted->expected == AC_ORACLES ? "no finding" : oracle_name(planted->expected),
             &result);
    }
    uint64_t *slowest = &table->slowest[ac_matrix_mode_of(planted)];
    if (result.report.found && result.programs > *slowest)
        *slowest = result.programs;
    table->planted_bugs++;
}

/* --- clean builds --- */

static uint64_t clean_build_programs(const struct table *table, uint64_t least,
                                     enum ac_matrix_mode mode) {
    const uint64_t factor = mode >= AC_MATRIX_RACES ? CLEAN_RACE_FACTOR : CLEAN_FACTOR;
    const uint64_t wanted = factor * table->slowest[mode];
    const uint64_t programs = wanted > least ? wanted : least;
    return programs < table->options.programs ? programs : table->options.programs;
}

static void run_clean_build(struct table *table, const struct ac_allocator *clean_build,
                            uint64_t least, enum ac_matrix_mode mode) {
    static const char *const modes[AC_MATRIX_MODES] = {"runs", "runs and replays", "race runs",
                                                       "race runs with forks"};
    struct ac_matrix_result result;
    table->now = clean_build->name;
    ac_matrix_check_clean(clean_build, &table->options, clean_build_programs(table, least, mode),
                          mode, &result);
    add_checked(table, &result);
    status_clear();
    printf("%-24s %-9s %-20s %-15s %-15s %8llu %8.2f\n", "(clean build)", clean_build->name,
           modes[mode], "clean",
           result.report.found ? ac_oracle_info(result.report.finding.oracle)->id : "clean",
           (unsigned long long)result.programs, result.seconds);
    fflush(stdout);
    if (result.report.found)
        fail(table, clean_build->name, "no finding", &result);
}

static void check_base(struct table *table, const struct ac_allocator *clean_build) {
    size_t count;
    const struct ac_planted_bug *all = ac_planted_bugs(&count);
    const size_t before = table->planted_bugs;
    memset(table->slowest, 0, sizeof table->slowest);
    for (size_t i = 0; i < count; i++)
        if (all[i].clean_build == clean_build && is_chosen(table, &all[i]))
            campaign(table, &all[i]);
    if (table->planted_bugs > before) {
        run_clean_build(table, clean_build, CLEAN_RUNS, AC_MATRIX_RUNS);
        run_clean_build(table, clean_build, CLEAN_REPLAYS, AC_MATRIX_REPLAYS);
    }
    for (enum ac_matrix_mode mode = AC_MATRIX_RACES; mode < AC_MATRIX_MODES; mode++)
        if (table->slowest[mode] > 0)
            run_clean_build(table, clean_build, CLEAN_RACES, mode);
}

/* --- oracles --- */

/* What an oracle needs and this build lacks; NULL: nothing. */
static const char *missing_for(enum ac_oracle oracle) {
    size_t count;
    if (ac_oracle_info(oracle)->when == AC_COMPARE)
        return "a second allocator: `allocheck compare'";
    bool offered = oracle != AC_ORACLE_LIVE_UNTOUCHED || ac_clean_builds(&count)[0]->instrumented;
    return offered ? NULL : "a build with AddressSanitizer";
}

static void print_checked(struct table *table) {
    printf("\n%-24s checked\n", "oracle");
    for (int i = 0; i < AC_ORACLES; i++) {
        const enum ac_oracle oracle = (enum ac_oracle)i;
        if (!is_on(table, oracle)) {
            printf("%-24s (off)\n", ac_oracle_info(oracle)->id);
            continue;
        }
        if (missing_for(oracle) != NULL) {
            printf("%-24s (not offered: needs %s)\n", ac_oracle_info(oracle)->id,
                   missing_for(oracle));
            continue;
        }
        printf("%-24s %llu\n", ac_oracle_info(oracle)->id, (unsigned long long)table->checked[i]);
        if (table->checked[i] == 0 && table->only == NULL) {
            table->failures++;
            printf("  FAILED: it never checked\n");
        }
    }
}

static size_t count_chosen(const struct table *table) {
    size_t count, chosen = 0;
    const struct ac_planted_bug *all = ac_planted_bugs(&count);
    for (size_t i = 0; i < count; i++)
        chosen += is_chosen(table, &all[i]);
    return chosen;
}

static void check_bases(struct table *table) {
    size_t count;
    const struct ac_allocator *const *clean_builds = ac_clean_builds(&count);
    table->chosen = count_chosen(table);
    table->start_ms = clock_ms();
    table->options.stop = status_poll;
    status_begin(draw, table, NULL);
    for (size_t i = 0; i < count; i++)
        check_base(table, clean_builds[i]);
    status_end();
}

int matrix_table(const struct ac_matrix_options *options, const char *only) {
    struct table table = {.options = *options, .only = only, .now = ""};
    print_heading();
    check_bases(&table);
    print_checked(&table);
    printf("\n%zu planted-bug allocators, %zu failures, random seed %llu\n", table.planted_bugs,
           table.failures, (unsigned long long)options->seed);
    if (table.failures > 0)
        return STATUS_FINDING;
    return table.incomplete ? tool_error("a child process could not be started, or died")
                            : STATUS_CLEAN;
}
