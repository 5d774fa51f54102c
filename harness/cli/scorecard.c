// SPDX-License-Identifier: MIT
// `allocheck scorecard`: allocators side by side.
#include "commands.h"

#include "scorecard/scorecard.h"
#include "tool/tool.h"
#include "tool/usage.h"

enum { KEY_JSON = 256, KEY_HTML };

static const struct argp_option options[] = {
    {"corpus", 'c', "FOLDER", 0,
     "Check the programs in FOLDER; those in a folder named `trace' are also measured for memory "
     "and time. Can be repeated up to 16 times (default: the installed programs)",
     0},
    {"json", KEY_JSON, NULL, 0, "Print JSON instead of a table", 0},
    {"html", KEY_HTML, "FILE", 0, "Also write the card as an HTML page to FILE", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const char doc[] =
    "Compares correctness, memory and speed of allocators in one table.\v"
    "ALLOCATOR is a name of `allocheck list allocators' or the path of a shared object. Every "
    "program of the corpus runs on every allocator.\n"
    "\n"
    "Oracles: `pass': checked, no finding; `FINDING 2': findings in two programs, the first of "
    "which the command below the table reproduces; `n/a': never checked; `not offered': the "
    "allocator or this build lacks what the oracle checks.\n"
    "Misuse: `caught': reported by the allocator on every try; `crashes': a signal without a "
    "report; `missed': misuse not detected.\n"
    "Memory: peak of held bytes for the peak of live bytes, with every block written. Held bytes "
    "are "
    "what the allocator took from allocheck's page source, or its resident anonymous memory if it "
    "takes no page source. `short': the allocator refused calls, so its memory figure is too low.\n"
    "Time: processor time of the calls alone, relative to the C library. No block is written.\n"
    "An allocator of the list is measured as it is tested here: slate in many small regions. To "
    "measure the library that programs use, name its path.\n"
    "\n" STATUS_HELP "\n"
    "Examples:\n"
    "  allocheck scorecard libc ./libmine.so\n"
    "  allocheck scorecard --corpus corpus --html card.html slate ./libmine.so";

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct scorecard *card = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &card->inputs;
        return 0;
    case 'c':
        if (card->corpora == CORPORA)
            argp_error(state, "more than %d folders with --corpus", CORPORA);
        card->corpus[card->corpora++] = argument;
        return 0;
    case KEY_JSON:
        card->json = true;
        return 0;
    case KEY_HTML:
        card->page = argument;
        return 0;
    case ARGP_KEY_ARG:
        targets_add(&card->targets, state, argument);
        return 0;
    case ARGP_KEY_NO_ARGS:
        return usage_missing(state, "ALLOCATOR");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

int ac_cmd_scorecard(int argc, char **argv) {
    struct scorecard card = {.json = false};
    const struct argp_child children[] = {{&input_argp, 0, NULL, 0}, {NULL, 0, NULL, 0}};
    const struct argp argp = {options, parse, "ALLOCATOR...", doc, children, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, &card);
    return scorecard_run(&card);
}
