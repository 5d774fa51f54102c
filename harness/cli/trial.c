// SPDX-License-Identifier: MIT
#include "trial.h"

#include "cli.h"

#include "adapters.h"
#include "library.h"

enum { KEY_MEMORY = 'm' };

static const struct argp_option options[] = {
    {"allocator", 'a', "NAME", 0,
     "The allocator to test: a name of `allocheck list allocators', or the path of a shared object",
     0},
    {"oracles", 'o', "LIST", 0,
     "What is judged: ids with commas between them; an id after `-' is left out of all "
     "(see `allocheck list oracles'; default: all)",
     0},
    {"memory", KEY_MEMORY, "SIZE", 0,
     "What the allocator's process may have resident, 64M to 1T (default 2G): a program that "
     "reaches it is cut there and counted",
     0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static struct ac_subject default_subject(void) {
    size_t count;
    return ac_subject_of(ac_allocators(&count)[0]);
}

/* What a name alone does not tell is no matter of usage: a library is there, but is none. */
struct ac_subject trial_subject(struct argp_state *state, const char *name) {
    char error[AC_LIBRARY_ERROR];
    struct ac_subject subject;
    if (ac_is_library_path(name)) {
        ac_library_make_room();
    }
    if (!ac_subject_open(&subject, name, error, sizeof error)) {
        argp_failure(state, CLI_TROUBLE, 0, "%s", error);
    }
    return subject;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct trial *trial = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        *trial = (struct trial){default_subject(), AC_ALL_ORACLES, 0};
        return 0;
    case 'a':
        trial->subject = trial_subject(state, argument);
        return 0;
    case 'o':
        trial->oracles = cli_oracles(state, argument);
        return 0;
    case KEY_MEMORY:
        trial->memory = cli_memory(state, argument);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp trial_argp = {options, parse, NULL, NULL, NULL, NULL, NULL};
