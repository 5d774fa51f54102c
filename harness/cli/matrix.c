// SPDX-License-Identifier: MIT
// `allocheck matrix`: every specimen against every oracle.
#include "cli.h"

#include "matrix.h"
#include "matrix_shrink.h"

#include <stdio.h>
#include <string.h>

enum {
    KEY_SHRINK = 256,
    MOST_JOBS = 256,
    PROGRAMS = 100000,
    TWIN_PROGRAMS = 20000, /* at least, */
    TWIN_FACTOR = 10,      /* and so many times what its slowest specimen took */
    TWIN_REPLAYS = 300,    /* at least, through the oracles that need several runs */
    TWIN_RACES = 100,      /* at least, as race runs, */
    RACE_FACTOR = 3,       /* and so many times what its slowest specimen took */
};

/* One `allocheck matrix`. */
struct matrix {
    struct ac_matrix_options options;
    const char *only; /* the name of one specimen; NULL: all */
    bool shrink;      /* what kills them, and nothing else */
    unsigned jobs;    /* for that */
    const char *out;  /* folder for what kills them; NULL: none */
    uint64_t judged[AC_ORACLES];
    uint64_t longest[AC_MATRIX_WAYS]; /* programs of the slowest specimen of one base */
    size_t specimens, failures;
    bool trouble;
};

static const struct argp_option options[] = {
    {"seed", 's', "NUMBER", 0, "Random seed of the first program (default: 1)", 0},
    {"programs", 'n', "NUMBER", 0,
     "Programs that a specimen or a twin gets at most (default: 100000)", 0},
    {"oracles", 'O', "LIST", 0,
     "What is judged, as for `allocheck run'; an id after `-' is left out of all: "
     "shows which specimens only that oracle finds",
     0},
    {"specimen", 'S', "NAME", 0, "This specimen and its twin only", 0},
    {"shrink", KEY_SHRINK, NULL, 0,
     "Shrink the first program that kills each specimen instead, and compare what is left with the "
     "shortest known",
     0},
    {"out", 'o', "DIR", 0, "With --shrink: write those programs into DIR, as bytes", 0},
    {"jobs", 'j', "N", 0, "With --shrink: candidates that run at the same time (default: 2)", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const char doc[] =
    "Proves the oracles: runs generated programs on small allocators with one planted bug each "
    "until it is found, and on their clean twins, where nothing may be found.\v"
    "Prints for each specimen the oracle that should fire first, the one that did, and after how "
    "many programs; for each oracle how often it judged.\n"
    "\n"
    "With --shrink: ops and operands of the program before and after, what it took, and how many "
    "ops "
    "it has more than the shortest known.\n"
    "\n"
    "Exit status: 0 every first finding is of the oracle named, every oracle that this build "
    "offers has judged, and every twin is clean (what an oracle left out by --oracles should find "
    "may survive); 1 not so; 2 usage, or no process could be started.";

static const char *known_specimen(struct argp_state *state, const char *name) {
    size_t count;
    const struct ac_specimen *all = ac_specimens(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i].name, name) == 0) {
            return name;
        }
    }
    argp_error(state, "no specimen is called '%s'; `allocheck matrix' prints their names", name);
    return NULL;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct matrix *matrix = state->input;
    switch (key) {
    case 's':
        matrix->options.seed = cli_number(state, "--seed", argument, 0, UINT64_MAX);
        return 0;
    case 'n':
        matrix->options.programs = cli_number(state, "--programs", argument, 1, UINT64_MAX);
        return 0;
    case 'O':
        matrix->options.oracles = cli_oracles(state, argument);
        return 0;
    case 'S':
        matrix->only = known_specimen(state, argument);
        return 0;
    case KEY_SHRINK:
        matrix->shrink = true;
        return 0;
    case 'o':
        matrix->out = argument;
        return 0;
    case 'j':
        matrix->jobs = (unsigned)cli_number(state, "--jobs", argument, 1, MOST_JOBS);
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "'%s' is not an option", argument);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static bool is_chosen(const struct matrix *matrix, const struct ac_specimen *specimen) {
    return matrix->only == NULL || strcmp(matrix->only, specimen->name) == 0;
}

static bool is_on(const struct matrix *matrix, enum ac_oracle oracle) {
    return oracle != AC_ORACLES && (matrix->options.oracles & AC_ORACLE_BIT(oracle)) != 0;
}

static void add_judged(struct matrix *matrix, const struct ac_matrix_result *result) {
    matrix->trouble |= !result->ran;
    for (int i = 0; i < AC_ORACLES; i++) {
        matrix->judged[i] += result->report.judged[i];
    }
}

static const char *oracle_name(enum ac_oracle oracle) {
    return oracle == AC_ORACLES ? "(none here)" : ac_oracle_info(oracle)->id;
}

/* --- specimens --- */

static void print_heading(void) {
    printf("%-24s %-9s %-20s %-15s %-15s %8s %8s  %s\n", "specimen", "base", "class", "expected",
           "found by", "programs", "seconds", "after");
}

static void print_specimen(const struct ac_specimen *specimen,
                           const struct ac_matrix_result *result) {
    const char *first =
        result->report.found ? ac_oracle_info(result->report.finding.oracle)->id : "(survives)";
    printf("%-24s %-9s %-20s %-15s %-15s %8llu %8.2f  %s\n", specimen->name, specimen->base,
           specimen->bug_class, oracle_name(specimen->expected), first,
           (unsigned long long)result->programs, result->seconds, specimen->source);
    fflush(stdout);
}

/* What an oracle that is left out should find may survive, or die of another. */
static bool as_expected(const struct matrix *matrix, const struct ac_specimen *specimen,
                        const struct ac_matrix_result *result) {
    if (specimen->expected == AC_ORACLES) {
        return !result->report.found;
    }
    if (!is_on(matrix, specimen->expected)) {
        return true;
    }
    const enum ac_oracle first = result->report.finding.oracle;
    return result->report.found && (first == specimen->expected || first == specimen->instead);
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

static void hunt(struct matrix *matrix, const struct ac_specimen *specimen) {
    struct ac_matrix_options mine = matrix->options;
    struct ac_matrix_result result;
    if (specimen->expected == AC_ORACLES && mine.programs > TWIN_PROGRAMS) {
        mine.programs = TWIN_PROGRAMS;
    }
    ac_matrix_hunt(specimen, &mine, &result);
    add_judged(matrix, &result);
    print_specimen(specimen, &result);
    if (specimen->is_race && result.report.found) {
        printf("  shows again in %u of %d race runs\n", result.confirmed, AC_MATRIX_CONFIRMS);
    }
    if (!as_expected(matrix, specimen, &result)) {
        fail(matrix, specimen->name,
             specimen->expected == AC_ORACLES ? "no finding" : oracle_name(specimen->expected),
             &result);
    }
    uint64_t *longest = &matrix->longest[ac_matrix_way_of(specimen)];
    if (result.report.found && result.programs > *longest) {
        *longest = result.programs;
    }
    matrix->specimens++;
}

/* --- twins --- */

static uint64_t twin_programs(const struct matrix *matrix, uint64_t least, enum ac_matrix_way way) {
    const uint64_t factor = way >= AC_MATRIX_RACES ? RACE_FACTOR : TWIN_FACTOR;
    const uint64_t wanted = factor * matrix->longest[way];
    const uint64_t programs = wanted > least ? wanted : least;
    return programs < matrix->options.programs ? programs : matrix->options.programs;
}

static void run_twin(struct matrix *matrix, const struct ac_allocator *twin, uint64_t least,
                     enum ac_matrix_way way) {
    static const char *const ways[AC_MATRIX_WAYS] = {"runs", "runs and replays", "race runs",
                                                     "race runs with forks"};
    struct ac_matrix_result result;
    ac_matrix_twin(twin, &matrix->options, twin_programs(matrix, least, way), way, &result);
    add_judged(matrix, &result);
    printf("%-24s %-9s %-20s %-15s %-15s %8llu %8.2f\n", "(clean twin)", twin->name, ways[way],
           "clean",
           result.report.found ? ac_oracle_info(result.report.finding.oracle)->id : "clean",
           (unsigned long long)result.programs, result.seconds);
    fflush(stdout);
    if (result.report.found) {
        fail(matrix, twin->name, "no finding", &result);
    }
}

static void prove_base(struct matrix *matrix, const struct ac_allocator *twin) {
    size_t count;
    const struct ac_specimen *all = ac_specimens(&count);
    const size_t before = matrix->specimens;
    memset(matrix->longest, 0, sizeof matrix->longest);
    for (size_t i = 0; i < count; i++) {
        if (all[i].twin == twin && is_chosen(matrix, &all[i])) {
            hunt(matrix, &all[i]);
        }
    }
    if (matrix->specimens > before) {
        run_twin(matrix, twin, TWIN_PROGRAMS, AC_MATRIX_RUNS);
        run_twin(matrix, twin, TWIN_REPLAYS, AC_MATRIX_REPLAYS);
    }
    for (enum ac_matrix_way way = AC_MATRIX_RACES; way < AC_MATRIX_WAYS; way++) {
        if (matrix->longest[way] > 0) {
            run_twin(matrix, twin, TWIN_RACES, way);
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
    bool offered = oracle != AC_ORACLE_LENT_UNTOUCHED || ac_twins(&count)[0]->instrumented;
    return offered ? NULL : "a build with AddressSanitizer";
}

static void print_judged(struct matrix *matrix) {
    printf("\n%-24s judged\n", "oracle");
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
        printf("%-24s %llu\n", ac_oracle_info(oracle)->id, (unsigned long long)matrix->judged[i]);
        if (matrix->judged[i] == 0 && matrix->only == NULL) {
            matrix->failures++;
            printf("  FAILED: it never judged\n");
        }
    }
}

static int prove_all(struct matrix *matrix) {
    size_t count;
    const struct ac_allocator *const *twins = ac_twins(&count);
    print_heading();
    for (size_t i = 0; i < count; i++) {
        prove_base(matrix, twins[i]);
    }
    print_judged(matrix);
    printf("\n%zu specimens, %zu failures, random seed %llu\n", matrix->specimens, matrix->failures,
           (unsigned long long)matrix->options.seed);
    if (matrix->failures > 0) {
        return CLI_FINDING;
    }
    return matrix->trouble
               ? cli_trouble("a process for the specimens could not be started, or died")
               : CLI_CLEAN;
}

int ac_cmd_matrix(int argc, char **argv) {
    struct matrix matrix = {.options = {.seed = 1, .programs = PROGRAMS, .oracles = AC_ALL_ORACLES},
                            .jobs = 2};
    const struct argp argp = {options, parse, "", doc, NULL, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, &matrix);
    return matrix.shrink ? matrix_shrink(&matrix.options, matrix.only, matrix.jobs, matrix.out)
                         : prove_all(&matrix);
}
