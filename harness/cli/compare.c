// SPDX-License-Identifier: MIT
// `allocheck compare`: where allocators give different answers.
#include "commands.h"

#include "compare/compare.h"
#include "tool/tool.h"
#include "tool/usage.h"

enum { KEY_MEMORY = 'm', KEY_TIMEOUT = 256 };

static const struct argp_option options[] = {
    {"timeout", KEY_TIMEOUT, "SECONDS", 0, "Stop all programs after SECONDS (default: no limit)",
     0},
    {NULL, 0, NULL, 0, "Allocators under test:", 1},
    {"allocator", 'a', "NAME", 0,
     "Allocator to compare: a name of `allocheck list allocators' or the path of a shared object. "
     "Give two or more; each is compared with the first.",
     1},
    {"oracles", 'O', "LIST", 0,
     "Oracles to check, comma-separated; prefix with `-' to exclude (default: all). `agreement' "
     "alone reports only differences.",
     1},
    {"memory", KEY_MEMORY, "SIZE", 0,
     "Memory limit (RSS) of each allocator's process, 64M to 1T (default: 2G). Programs that reach "
     "it stop and are counted.",
     1},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const char doc[] =
    "Runs the same programs on several allocators and reports answers that differ although the "
    "standards allow only one.\v"
    "PATH is a file, a folder, or - for standard input, as for `allocheck run'. Each allocator "
    "runs "
    "in a separate process.\n"
    "\n"
    "For each request, allocheck compares whether it succeeds, errno on failure, and the "
    "guaranteed "
    "content of the block (zeros of calloc, bytes kept by realloc). It does not compare addresses, "
    "usable sizes, what a profile leaves open, success when memory may be short, and requests "
    "that differ because of an earlier difference; the summary counts these answers as not "
    "comparable. Findings of other oracles are reported as `allocheck run' does.\n"
    "\n"
    "A disagreement is a finding.\n"
    "\n" STATUS_HELP "\n"
    "Examples:\n"
    "  allocheck compare --allocator libc --allocator ./libmine.so corpus";

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct comparison *comparison = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &comparison->inputs;
        return 0;
    case 'a':
        targets_add(&comparison->targets, state, argument);
        return 0;
    case 'O':
        comparison->oracles = option_oracles(state, argument);
        return 0;
    case KEY_MEMORY:
        comparison->memory = option_memory(state, argument);
        return 0;
    case KEY_TIMEOUT:
        comparison->timeout = option_seconds(state, "--timeout", argument);
        return 0;
    case ARGP_KEY_ARGS:
        comparison->names = state->argv + state->next;
        return 0;
    case ARGP_KEY_END:
        if (comparison->targets.count < 2)
            usage_missing(state, "--allocator; give two or more");
        if (comparison->names == NULL)
            usage_missing(state, "PATH");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int ac_cmd_compare(int argc, char **argv) {
    struct comparison comparison = {.oracles = AC_ALL_ORACLES};
    const struct argp_child children[] = {{&input_argp, 0, NULL, 0}, {NULL, 0, NULL, 0}};
    const struct argp argp = {options, parse, "PATH...", doc, children, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, &comparison);
    return compare_run(&comparison);
}
