// SPDX-License-Identifier: MIT
// The kill matrix: every planted bug against every oracle.
#include "shrink.h"
#include "table.h"

#include "tool/tool.h"
#include "tool/usage.h"

#include <string.h>

enum { KEY_SHRINK = 256, MOST_JOBS = 256, PROGRAMS = 100000 };

struct matrix {
    struct ac_matrix_options options;
    const char *only; /* name of one planted-bug allocator; NULL: all */
    bool shrink;
    unsigned jobs;   /* with shrink */
    const char *out; /* folder, with shrink; NULL: none */
};

static const struct argp_option options[] = {
    {"seed", 's', "NUMBER", 0, "Random seed of the first program (default: 1)", 0},
    {"programs", 'n', "NUMBER", 0,
     "Run at most NUMBER programs on each allocator (default: 100000)", 0},
    {"oracles", 'O', "LIST", 0,
     "Oracles to check, comma-separated; prefix with `-' to exclude. Without an oracle, the bugs "
     "that only it finds survive",
     0},
    {"planted", 'S', "NAME", 0, "Only this planted-bug allocator and its clean build", 0},
    {"shrink", KEY_SHRINK, NULL, 0,
     "Instead, shrink the first program that finds each planted bug, and compare the result with "
     "the shortest known program",
     0},
    {"out", 'o', "DIR", 0, "With --shrink: write the programs into DIR as bytes, before shrinking",
     0},
    {"jobs", 'j', "N", 0, "With --shrink: run N candidates at the same time (default: 2)", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const char doc[] =
    "Checks the oracles: generated programs run on small allocators with one planted bug each "
    "until an oracle finds it, and on their clean builds, where no oracle may find anything.\v"
    "Prints, for each planted bug, the oracle that should find it first, the one that did, and the "
    "number of programs it took; for each oracle, how often it checked.\n"
    "\n"
    "Exit status: 0 each bug was found by its oracle, each oracle of this build checked, and each "
    "clean build is clean; 1 not so; 2 usage, or a child process could not be started.\n"
    "\n"
    "Example:\n"
    "  matrix --planted product-wraps --seed 7";

static const char *known_planted(struct argp_state *state, const char *name) {
    size_t count;
    const struct ac_planted_bug *all = ac_planted_bugs(&count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(all[i].name, name) == 0)
            return name;
    argp_error(state, "unknown planted-bug allocator '%s'; run without options to list them all",
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

int main(int argc, char **argv) {
    struct matrix matrix = {.options = {.seed = 1, .programs = PROGRAMS, .oracles = AC_ALL_ORACLES},
                            .jobs = 2};
    const struct argp argp = {options, parse, "", doc, NULL, NULL, NULL};
    tool_begin(argv);
    argp_parse(&argp, argc, argv, 0, NULL, &matrix);
    return tool_end(matrix.shrink
                        ? matrix_shrink(&matrix.options, matrix.only, matrix.jobs, matrix.out)
                        : matrix_table(&matrix.options, matrix.only));
}
