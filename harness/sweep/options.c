// SPDX-License-Identifier: MIT
// The command line of `allocheck sweep`.
#include "sweep.h"

#include "tool/tool.h"
#include "tool/usage.h"

static const char doc[] =
    "Refuses every page request of every program, one run each, and checks each run.\v"
    "PATH is a program, a folder of programs, or - for standard input. A program that makes n page "
    "requests runs with the first one refused, then the second, ... the nth; then with all refused "
    "from the first on, from the second on, ...; and, if it grows memory in place, with growth "
    "refused too. A `refuse' op of the program still applies. A program that shows a finding "
    "without any refusal is reported and skipped.\n"
    "\n"
    "A finding is printed with the refused request. If an op of the program can refuse it, the "
    "program is printed with that op.\n"
    "\n" OUTPUTS_HELP "\n" STATUS_HELP "\n"
    "Examples:\n"
    "  allocheck sweep --allocator ./libmine.so corpus/seed\n"
    "  allocheck sweep --allocator slate --jobs 4 -o swept program.ops";

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct sweep_options *sweep = state->input;
    (void)argument;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &sweep->campaign;
        sweep->campaign.keep_going = true;
        return 0;
    case ARGP_KEY_ARGS:
        sweep->campaign.names = state->argv + state->next;
        return 0;
    case ARGP_KEY_NO_ARGS:
        return usage_missing(state, "PATH");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

void sweep_parse(struct sweep_options *sweep, int argc, char **argv) {
    const struct argp_child children[] = {{&campaign_argp, 0, NULL, 0}, {NULL, 0, NULL, 0}};
    const struct argp argp = {NULL, parse, "PATH...", doc, children, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, sweep);
}
