// SPDX-License-Identifier: MIT
#include "trial.h"

#include "cli.h"

#include "adapters.h"

static const struct argp_option options[] = {
    {"allocator", 'a', "NAME", 0, "The allocator to test (see `allocheck list allocators')", 0},
    {"oracles", 'o', "LIST", 0,
     "What is judged: ids with commas between them; an id after `-' is left out of all "
     "(see `allocheck list oracles'; default: all)",
     0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static struct ac_subject default_subject(void) {
    size_t count;
    return ac_subject_of(ac_allocators(&count)[0]);
}

static struct ac_subject named(struct argp_state *state, const char *name) {
    const struct ac_allocator *allocator = ac_allocator_by_name(name);
    if (allocator == NULL) {
        argp_error(state, "no allocator is called '%s'; `allocheck list allocators' lists them",
                   name);
    }
    return ac_subject_of(allocator);
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct trial *trial = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        *trial = (struct trial){default_subject(), AC_ALL_ORACLES};
        return 0;
    case 'a':
        trial->subject = named(state, argument);
        return 0;
    case 'o':
        trial->oracles = cli_oracles(state, argument);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp trial_argp = {options, parse, NULL, NULL, NULL, NULL, NULL};
