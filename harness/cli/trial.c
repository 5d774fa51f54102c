// SPDX-License-Identifier: MIT
#include "trial.h"

#include "cli.h"
#include "profile_file.h"

#include "adapters.h"
#include "library.h"

#include "allocheck/child.h"

#include <stdlib.h>
#include <string.h>

enum {
    KEY_MEMORY = 'm',
    KEY_PROFILE = 0x7001, /* none that a command uses for itself */
    KEY_TRAP
};

static const struct argp_option options[] = {
    {"allocator", 'a', "NAME", 0,
     "The allocator to test: a name of `allocheck list allocators', or the path of a shared object",
     0},
    {"oracles", 'O', "LIST", 0,
     "What is judged: ids with commas between them; an id after `-' is left out of all "
     "(see `allocheck list oracles'; default: all)",
     0},
    {"memory", KEY_MEMORY, "SIZE", 0,
     "What the allocator's process may have resident, 64M to 1T (default 2G): a program that "
     "reaches it is cut there and counted",
     0},
    {"profile", KEY_PROFILE, "FILE", 0,
     "What the allocator promises, as `allocheck profile --json' writes it (default: its own "
     "profile, or what is measured)",
     0},
    {"trap", KEY_TRAP, NULL, 0,
     "Where the allocator takes no page source: trap its requests for pages (mmap, mremap, brk, "
     "mprotect, madvise), so that `refuse' refuses them",
     0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static struct ac_subject default_subject(void) {
    size_t count;
    return ac_subject_of(ac_allocators(&count)[0]);
}

/* What a name alone does not tell is no matter of usage: a library is there, but is none. */
static struct ac_subject named(struct argp_state *state, const char *name) {
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

/* A library that declares nothing is judged by what it does. */
static bool must_be_measured(const struct ac_subject *subject) {
    return subject->library != NULL &&
           strcmp(subject->allocator->profile->name, ac_standard_profile.name) == 0;
}

/* Last as long as the process, as the subjects that point into them do. */
struct kept {
    struct kept *next;
    struct ac_profile_copy profile;
};
static struct kept *all_kept;

static struct ac_profile_copy *new_profile(struct argp_state *state) {
    struct kept *kept = calloc(1, sizeof *kept);
    if (kept == NULL) {
        argp_failure(state, CLI_TROUBLE, 0, "out of memory");
        return NULL;
    }
    kept->next = all_kept;
    all_kept = kept;
    return &kept->profile;
}

static void measure(struct argp_state *state, struct ac_subject *subject) {
    char trouble[AC_LIBRARY_ERROR];
    struct ac_profile_copy *profile = new_profile(state);
    if (!ac_measure_profile(subject, profile, trouble, sizeof trouble)) {
        argp_failure(state, CLI_TROUBLE, 0, "%s: %s", ac_subject_argument(subject), trouble);
    }
    subject->profile = &profile->profile;
}

struct ac_subject trial_subject(struct argp_state *state, const char *name) {
    struct ac_subject subject = named(state, name);
    if (must_be_measured(&subject)) {
        measure(state, &subject);
    }
    return subject;
}

static void take_profile(struct argp_state *state, struct trial *trial) {
    if (trial->profile_file == NULL) {
        if (must_be_measured(&trial->subject)) {
            measure(state, &trial->subject);
        }
        return;
    }
    struct ac_profile_copy *profile = new_profile(state);
    if (!profile_read(trial->profile_file, profile)) {
        exit(CLI_TROUBLE);
    }
    trial->subject.profile = &profile->profile;
}

bool trial_expect(struct trial *trial, const struct ac_expect *expect) {
    struct ac_subject *subject = &trial->subject;
    const bool wanted = (trial->trap || expect->trapped) && !ac_subject_takes_pages(subject);
    subject->trapped = wanted && ac_child_can_trap();
    return subject->trapped == wanted;
}

static void take_trap(struct argp_state *state, struct trial *trial) {
    if (!trial_expect(trial, &(struct ac_expect){.given = false})) {
        argp_failure(state, CLI_TROUBLE, 0, "%s: requests for pages cannot be trapped here",
                     ac_subject_argument(&trial->subject));
    }
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct trial *trial = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        *trial = (struct trial){.subject = default_subject(), .oracles = AC_ALL_ORACLES};
        return 0;
    case 'a':
        trial->subject = named(state, argument);
        return 0;
    case 'O':
        trial->oracles = cli_oracles(state, argument);
        return 0;
    case KEY_MEMORY:
        trial->memory = cli_memory(state, argument);
        return 0;
    case KEY_PROFILE:
        trial->profile_file = argument;
        return 0;
    case KEY_TRAP:
        trial->trap = true;
        return 0;
    case ARGP_KEY_END:
        take_profile(state, trial);
        take_trap(state, trial);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp trial_argp = {options, parse, NULL, NULL, NULL, NULL, NULL};
