// SPDX-License-Identifier: MIT
#include "outputs.h"

#include "tool/tool.h"
#include "tool/usage.h"

#include <string.h>

enum { KEY = 0x7100 }; /* + an output_form */

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "Result files:", 1},
    {"junit", KEY + OUTPUT_JUNIT, "FILE", 0, "Write results as JUnit XML", 1},
    {"sarif", KEY + OUTPUT_SARIF, "FILE", 0, "Write results as SARIF 2.1.0", 1},
    {"json", KEY + OUTPUT_JSON, "FILE", 0,
     "Write results as JSON, with full details of each finding", 1},
    {NULL, 0, NULL, 0, NULL, 0},
};

bool outputs_wanted(const struct outputs *outputs) {
    for (int i = 0; i < OUTPUT_FORMS; i++)
        if (outputs->names[i] != NULL)
            return true;
    return false;
}

static void take(struct outputs *outputs, int form, const char *name,
                 const struct argp_state *state) {
    static const char *const options_of[] = {"--junit", "--sarif", "--json"};
    const bool plain = strcmp(name, "-") == 0;
    for (int i = 0; i < OUTPUT_FORMS; i++) {
        const char *other = outputs->names[i];
        if (other != NULL && (i == form || (plain && strcmp(other, "-") == 0))) {
            argp_error(state, plain ? "only one of --junit, --sarif and --json can be `-'"
                                    : "--junit, --sarif and --json can be given once each");
        }
    }
    outputs->names[form] = option_name(state, options_of[form], "file", name);
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    if (key < KEY || key >= KEY + OUTPUT_FORMS)
        return ARGP_ERR_UNKNOWN;
    take(state->input, key - KEY, argument, state);
    return 0;
}

const struct argp outputs_argp = {options, parse, NULL, NULL, NULL, NULL, NULL};
