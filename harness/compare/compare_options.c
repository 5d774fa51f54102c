// SPDX-License-Identifier: MIT
// The command line of `allocheck compare`.
#include "compare.h"

#include "tool/tool.h"
#include "tool/usage.h"

enum { KEY_MEMORY = 'm', KEY_TEXT = 256, KEY_TIMEOUT };

static const struct argp_option options[] = {
    {"allocator", 'a', "NAME", 0,
     "An allocator to compare, given twice or more: each of the others is compared with the first "
     "(a name of `allocheck list allocators', or the path of a shared object)",
     0},
    {"oracles", 'O', "LIST", 0,
     "What is checked, as for `allocheck run' (default: all); `agreement' alone reports only where "
     "two allocators differ",
     0},
    {"memory", KEY_MEMORY, "SIZE", 0, "What each process may have resident, as for `allocheck run'",
     0},
    {"text", KEY_TEXT, NULL, 0, "Standard input is text, not bytes", 0},
    {"timeout", KEY_TIMEOUT, "SECONDS", 0, "Stop after so many seconds in all", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const char doc[] =
    "Runs the same programs on several allocators and reports where they give different answers, "
    "though both are bound to the same one.\v"
    "PATH is a file, a folder or - for standard input, as for `allocheck run'. Each allocator has "
    "a process of its own.\n"
    "\n"
    "Compared is the answer to each request: a block or NULL, what errno says of NULL, and whether "
    "the block holds what it must (zeros of calloc, what realloc keeps). Addresses and usable "
    "sizes are not; nor what a profile leaves open, nor NULL or not where so much is asked for or "
    "live that memory may be short, nor a request that the other allocator was not asked the same "
    "way because an earlier answer differed. The summary counts what is "
    "not comparable. What any other oracle "
    "finds on the way is reported as `allocheck run' does.\n"
    "\n"
    "Exit status: 0 answers of every pair were compared and nothing is wrong; 1 a disagreement, or "
    "another finding; 2 usage, unreadable input, or nothing compared; 3 the time of --timeout was "
    "over.";

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct comparison *comparison = state->input;
    switch (key) {
    case 'a':
        targets_add(&comparison->targets, state, argument);
        return 0;
    case 'O':
        comparison->oracles = option_oracles(state, argument);
        return 0;
    case KEY_MEMORY:
        comparison->memory = option_memory(state, argument);
        return 0;
    case KEY_TEXT:
        comparison->form = INPUT_STDIN_TEXT;
        return 0;
    case KEY_TIMEOUT:
        comparison->timeout = option_seconds(state, "--timeout", argument);
        return 0;
    case ARGP_KEY_ARGS:
        comparison->names = state->argv + state->next;
        return 0;
    case ARGP_KEY_END:
        if (comparison->targets.count < 2) {
            usage_missing(state, "--allocator; give two or more");
        }
        if (comparison->names == NULL) {
            usage_missing(state, "PATH");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

void compare_parse(struct comparison *comparison, int argc, char **argv) {
    const struct argp argp = {options, parse, "PATH...", doc, NULL, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, comparison);
}
