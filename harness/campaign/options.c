// SPDX-License-Identifier: MIT
// The options of every campaign: of fuzz, triage and sweep.
#define _GNU_SOURCE /* strndupa */
#include "options.h"

#include "tool/call_time.h"
#include "tool/clock.h"
#include "tool/usage.h"

#include <string.h>

enum {
    KEY_SECONDS = 256,
    KEY_SHRINK_SECONDS,
    KEY_WITHOUT,
    DEFAULT_SHRINK_SECONDS = 30,
};

static const struct argp_option shared_options[] = {
    {"seconds", KEY_SECONDS, "N", 0,
     "Stop after N seconds, which count what is measured, confirmed, shrunk and saved too: at most "
     "5 s or "
     "10 % more (default: no limit)",
     0},
    {"shrink-seconds", KEY_SHRINK_SECONDS, "N", 0,
     "Shrink each finding for at most N seconds, within the campaign's time (default: 30)", 0},
    {"without", KEY_WITHOUT, "LIST", 0,
     "Leave functions and other ops (free_sized, ...) and the traits realloc-null, size-zero and "
     "huge out of all programs, comma-separated, so that a known bug hides no others",
     0},
    {"jobs", 'j', "N", 0, "Run programs in N processes in parallel (1 to 256; default: 1)", 0},
    {"out", 'o', "DIR", 0, "Shrink findings and save them in DIR/findings (default: allocheck-out)",
     0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static void parse_without(struct argp_state *state, struct ac_without *without, const char *list) {
    const char *unknown = ac_without_add_names(without, list);
    if (unknown != NULL)
        usage_unknown(state, "function or trait", strndupa(unknown, strcspn(unknown, ",")),
                      ac_without_name);
}

static error_t parse_shared(int key, char *argument, struct argp_state *state) {
    struct campaign_options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->outputs;
        state->child_inputs[1] = &options->target_options;
        state->child_inputs[2] = &options->inputs;
        state->child_inputs[3] = &options->call_time;
        state->child_inputs[4] = &options->c_names;
        options->arguments = state->argv + 1;
        options->jobs = 1;
        options->start_ms = clock_ms();
        options->target_options.holds_signals = true;
        options->shrink_seconds = DEFAULT_SHRINK_SECONDS;
        return 0;
    case KEY_SECONDS:
        options->seconds = option_seconds(state, "--seconds", argument);
        options->target_options.seconds = options->seconds;
        return 0;
    case KEY_SHRINK_SECONDS:
        options->shrink_seconds = option_seconds(state, "--shrink-seconds", argument);
        return 0;
    case KEY_WITHOUT:
        parse_without(state, &options->without, argument);
        return 0;
    case 'j':
        options->jobs = option_jobs(state, argument);
        return 0;
    case 'o':
        options->out = option_name(state, "--out", "folder", argument);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* A sweep does not save findings by default. argp frees the result. */
static char *with_default(int key, const char *text, void *input) {
    const struct campaign_options *options = input;
    const bool saves = options == NULL || options->out != NULL;
    return key != 'o' || saves
               ? (char *)(uintptr_t)text
               : strdup("Shrink findings and save them in DIR/findings (default: do not save)");
}

static const struct argp_child shared_children[] = {
    {&outputs_argp, 0, NULL, 0},   {&target_argp, 0, NULL, 0},  {&input_argp, 0, NULL, 0},
    {&call_time_argp, 0, NULL, 0}, {&c_names_argp, 0, NULL, 0}, {NULL, 0, NULL, 0}};
const struct argp campaign_argp = {shared_options,  parse_shared, NULL, NULL,
                                   shared_children, with_default, NULL};
