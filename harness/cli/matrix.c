// SPDX-License-Identifier: MIT
// `allocheck matrix`: every planted-bug allocator against every oracle.
#include "commands.h"

#include "tool/tool.h"
#include "tool/usage.h"

#include "planted/matrix.h"
#include "matrix_shrink.h"

#include <stdio.h>
#include <string.h>

enum {
    KEY_SHRINK = 256,
    MOST_JOBS = 256,
    PROGRAMS = 100000,
    CLEAN_BUILD_PROGRAMS = 20000, /* at least, */
    CLEAN_BUILD_FACTOR = 10,   /* and so many times what its slowest planted-bug allocator took */
    CLEAN_BUILD_REPLAYS = 300, /* at least, through the oracles that need several runs */
    CLEAN_BUILD_RACES = 100,   /* at least, as race runs, */
    RACE_FACTOR = 3,           /* and so many times what its slowest planted-bug allocator took */
};

/* One `allocheck matrix`. */
struct matrix {
    struct ac_matrix_options options;
    const char *only; /* the name of one planted-bug allocator; NULL: all */
    bool shrink;      /* what kills them, and nothing else */
    unsigned jobs;    /* for that */
    const char *out;  /* folder for what kills them; NULL: none */
    uint64_t checked[AC_ORACLES];
    uint64_t
        longest[AC_MATRIX_WAYS]; /* programs of the slowest planted-bug allocator of one base */
    size_t planted_bugs, failures;
    bool trouble;
};

static const struct argp_option options[] = {
    {"seed", 's', "NUMBER", 0, "Random seed of the first program (default: 1)", 0},
    {"programs", 'n', "NUMBER", 0,
     "Programs that a planted-bug allocator or a clean build gets at most (default: 100000)", 0},
    {"oracles", 'O', "LIST", 0,
     "What is checked, as for `allocheck run'; an id after `-' is left out of all: "
     "shows which planted-bug allocators only that oracle finds",
     0},
    {"planted", 'S', "NAME", 0, "This planted-bug allocator and its clean build only", 0},
    {"shrink", KEY_SHRINK, NULL, 0,
     "Shrink the first program that kills each planted-bug allocator instead, and compare what is "
     "left with the "
     "shortest known",
     0},
    {"out", 'o', "DIR", 0, "With --shrink: write those programs into DIR, as bytes", 0},
    {"jobs", 'j', "N", 0, "With --shrink: candidates that run at the same time (default: 2)", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const char doc[] =
    "Shows the oracles: runs generated programs on small allocators with one planted bug each "
    "until it is found, and on their clean clean builds, where nothing may be found.\v"
    "Prints for each planted-bug allocator the oracle that should fire first, the one that did, "
    "and after how "
    "many programs; for each oracle how often it checked.\n"
    "\n"
    "With --shrink: ops and operands of the program before and after, what it took, and how many "
    "ops "
    "it has more than the shortest known.\n"
    "\n"
    "Exit status: 0 every first finding is of the oracle named, every oracle that this build "
    "offers has checked, and every clean build is clean (what an oracle left out by --oracles "
    "should find "
    "may survive); 1 not so; 2 usage, or no process could be started.";

static const char *known_planted(struct argp_state *state, const char *name) {
    size_t count;
    const struct ac_planted_bug *all = ac_planted_bugs(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i].name, name) == 0) {
            return name;
        }
    }
    argp_error(state, "unknown planted-bug allocator '%s'; `allocheck matrix' lists the known ones",
               name);
    return NULL;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct matrix *matrix = state->input;
    switch (key) {
    case 's':
        matrix->options.seed = option_number(state, "--seed", argument, 0, UINT64_MAX);
        return 0;
    case 'n':
        matrix->options.programs = option_number(state, "--programs", argument, 1, UINT64_MAX);
        return 0;
    case 'O':
        matrix->options.oracles = option_oracles(state, argument);
        return 0;
    case 'S':
        matrix->only = known_planted(state, argument);
        return 0;
    case KEY_SHRINK:
        matrix->shrink = true;
        return 0;
    case 'o':
        matrix->out = argument;
        return 0;
    case 'j':
        matrix->jobs = (unsigned)option_number(state, "--jobs", argument, 1, MOST_JOBS);
        return 0;
    case ARGP_KEY_ARG:
        return usage_unexpected(state, argument);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static bool is_chosen(const struct matrix *matrix, const struct ac_planted_bug *planted) {
    return matrix->only == NULL || strcmp(matrix->only, planted->name) == 0;
}

static bool is_on(const struct matrix *matrix, enum ac_oracle oracle) {
    return oracle != AC_ORACLES && (matrix->options.oracles & AC_ORACLE_BIT(oracle)) != 0;
}

static void add_checked(struct matrix *matrix, const struct ac_matrix_result *result) {
    matrix->trouble |= !result->ran;
    for (int i = 0; i < AC_ORACLES; i++) {
        matrix->checked[i] += result->report.checked[i];
    }
}

static const char *oracle_name(enum ac_oracle oracle) {
    return oracle == AC_ORACLES ? "(none here)" : ac_oracle_info(oracle)->id;
}

/* --- planted-bug allocators --- */

static void print_heading(void) {
    printf("%-24s %-9s %-20s %-15s %-15s %8s %8s  %s\n", "planted", "base", "class", "expected",
           "found by", "programs", "seconds", "after");
}

static void print_planted(const struct ac_planted_bug *planted,
                          const struct ac_matrix_result *result) {
    const char *first =
        result->report.found ? ac_oracle_info(result->report.finding.oracle)->id : "(survives)";
    printf("%-24s %-9s %-20s %-15s %-15s %8llu %8.2f  %s\n", planted->name, planted->base,
           planted->bug_class, oracle_name(planted->expected), first,
           (unsigned long long)result->programs, result->seconds, planted->source);
    fflush(stdout);
}

/* What an oracle that is left out should find may survive, or die of another. */
static bool as_expected(const struct matrix *matrix, const struct ac_planted_bug *planted,
                        const struct ac_matrix_result *result) {
    if (planted->expected == AC_ORACLES) {
        return !result->report.found;
    }
    if (!is_on(matrix, planted->expected)) {
        return true;
    }
    const enum ac_oracle first = result->report.finding.oracle;
    return result->report.found && (first == planted->expected || first == planted->instead);
}

/* One line that says what was expected of whom, and one of evidence. */
static void fail(struct matrix *matrix, const char *name, const char *expected,
                 const struct ac_matrix_result *result) {
    const struct ac_finding *finding = &result->report.finding;
    matrix->failures++;
    if (!result->report.found) {
        printf("  FAILED: %s: %s expected, but it survives\n", name, expected);
        return;
    }
    printf("  FAILED: %s: %s expected, but %s\n", name, expected,
           ac_oracle_info(finding->oracle)->id);
    printf("    random seed %llu, op %u: %s expected, %s\n", (unsigned long long)result->seed,
           finding->op, finding->expected, finding->actual);
}

static void campaign(struct matrix *matrix, const struct ac_planted_bug *planted) {
    struct ac_matrix_options mine = matrix->options;
    struct ac_matrix_result result;
    if (planted->expected == AC_ORACLES && mine.programs > CLEAN_BUILD_PROGRAMS) {
        mine.programs = CLEAN_BUILD_PROGRAMS;
    }
    ac_matrix_campaign(planted, &mine, &result);
    add_checked(matrix, &result);
    print_planted(planted, &result);
    if (planted->is_race && result.report.found) {
        printf("  shows again in %u of %d race runs\n", result.confirmed, AC_MATRIX_CONFIRMS);
    }
    if (!as_expected(matrix, planted, &result)) {
        fail(matrix, planted->name,
             planted->expected == AC_ORACLES ? "no finding" : oracle_name(planted->expected),
             &result);
    }
    uint64_t *longest = &matrix->longest[ac_matrix_way_of(planted)];
    if (result.report.found && result.programs > *longest) {
        *longest = result.programs;
    }
    matrix->planted_bugs++;
}

/* --- clean builds --- */

static uint64_t clean_build_programs(const struct matrix *matrix, uint64_t least,
                                     enum ac_matrix_way way) {
    const uint64_t factor = way >= AC_MATRIX_RACES ? RACE_FACTOR : CLEAN_BUILD_FACTOR;
    const uint64_t wanted = factor * matrix->longest[way];
    const uint64_t programs = wanted > least ? wanted : least;
    return programs < matrix->options.programs ? programs : matrix->options.programs;
}

static void run_clean_build(struct matrix *matrix, const struct ac_allocator *clean_build,
                            uint64_t least, enum ac_matrix_way way) {
    static const char *const ways[AC_MATRIX_WAYS] = {"runs", "runs and replays", "race runs",
                                                     "race runs with forks"};
    struct ac_matrix_result result;
    ac_matrix_clean_build(clean_build, &matrix->options, clean_build_programs(matrix, least, way),
                          way, &result);
    add_checked(matrix, &result);
    printf("%-24s %-9s %-20s %-15s %-15s %8llu %8.2f\n", "(clean clean build)", clean_build->name,
           ways[way], "clean",
           result.report.found ? ac_oracle_info(result.report.finding.oracle)->id : "clean",
           (unsigned long long)result.programs, result.seconds);
    fflush(stdout);
    if (result.report.found) {
        fail(matrix, clean_build->name, "no finding", &result);
    }
}

static void verify_base(struct matrix *matrix, const struct ac_allocator *clean_build) {
    size_t count;
    const struct ac_planted_bug *all = ac_planted_bugs(&count);
    const size_t before = matrix->planted_bugs;
    memset(matrix->longest, 0, sizeof matrix->longest);
    for (size_t i = 0; i < count; i++) {
        if (all[i].clean_build == clean_build && is_chosen(matrix, &all[i])) {
            campaign(matrix, &all[i]);
        }
    }
    if (matrix->planted_bugs > before) {
        run_clean_build(matrix, clean_build, CLEAN_BUILD_PROGRAMS, AC_MATRIX_RUNS);
        run_clean_build(matrix, clean_build, CLEAN_BUILD_REPLAYS, AC_MATRIX_REPLAYS);
    }
    for (enum ac_matrix_way way = AC_MATRIX_RACES; way < AC_MATRIX_WAYS; way++) {
        if (matrix->longest[way] > 0) {
            run_clean_build(matrix, clean_build, CLEAN_BUILD_RACES, way);
        }
    }
}

/* --- oracles --- */

/* What an oracle needs that the matrix has not; NULL: nothing. */
static const char *lacking(enum ac_oracle oracle) {
    size_t count;
    if (ac_oracle_info(oracle)->when == AC_COMPARE) {
        return "a second allocator: `allocheck compare'";
    }
    bool offered = oracle != AC_ORACLE_LIVE_UNTOUCHED || ac_clean_builds(&count)[0]->instrumented;
    return offered ? NULL : "a build with AddressSanitizer";
}

static void print_checked(struct matrix *matrix) {
    printf("\n%-24s checked\n", "oracle");
    for (int i = 0; i < AC_ORACLES; i++) {
        const enum ac_oracle oracle = (enum ac_oracle)i;
        if (!is_on(matrix, oracle)) {
            printf("%-24s (left out)\n", ac_oracle_info(oracle)->id);
            continue;
        }
        if (lacking(oracle) != NULL) {
            printf("%-24s (not offered: needs %s)\n", ac_oracle_info(oracle)->id, lacking(oracle));
            continue;
        }
        printf("%-24s %llu\n", ac_oracle_info(oracle)->id, (unsigned long long)matrix->checked[i]);
        if (matrix->checked[i] == 0 && matrix->only == NULL) {
            matrix->failures++;
            printf("  FAILED: it never checked\n");
        }
    }
}

static int run_all(struct matrix *matrix) {
    size_t count;
    const struct ac_allocator *const *clean_builds = ac_clean_builds(&count);
    print_heading();
    for (size_t i = 0; i < count; i++) {
        verify_base(matrix, clean_builds[i]);
    }
    print_checked(matrix);
    printf("\n%zu planted-bug allocators, %zu failures, random seed %llu\n", matrix->planted_bugs,
           matrix->failures, (unsigned long long)matrix->options.seed);
    if (matrix->failures > 0) {
        return STATUS_FINDING;
    }
    return matrix->trouble
               ? tool_error(
                     "a process for the planted-bug allocators could not be started, or died")
               : STATUS_CLEAN;
}

int ac_cmd_matrix(int argc, char **argv) {
    struct matrix matrix = {.options = {.seed = 1, .programs = PROGRAMS, .oracles = AC_ALL_ORACLES},
                            .jobs = 2};
    const struct argp argp = {options, parse, "", doc, NULL, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, &matrix);
    return matrix.shrink ? matrix_shrink(&matrix.options, matrix.only, matrix.jobs, matrix.out)
                         : run_all(&matrix);
}
