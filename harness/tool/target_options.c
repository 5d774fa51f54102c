// SPDX-License-Identifier: MIT
#include "target_options.h"

#include "tool.h"
#include "usage.h"
#include "profile_file.h"

#include "adapter/adapters.h"
#include "adapter/library.h"

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
     "What is checked: ids with commas between them; an id after `-' is left out of all "
     "(see `allocheck list oracles'; default: all)",
     0},
    {"memory", KEY_MEMORY, "SIZE", 0,
     "What the allocator's process may have resident, 64M to 1T (default 2G): a program that "
     "reaches it is cut there and counted",
     0},
    {"profile", KEY_PROFILE, "FILE", 0,
     "What the allocator guarantees, as `allocheck profile --json' writes it (default: its own "
     "profile, or what is measured)",
     0},
    {"trap", KEY_TRAP, NULL, 0,
     "Where the allocator takes no page source: trap its requests for pages (mmap, mremap, brk, "
     "mprotect, madvise), so that `refuse' refuses them",
     0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static struct ac_target default_target(void) {
    size_t count;
    return ac_target_of(ac_allocators(&count)[0]);
}

/* What a name alone does not tell is no matter of usage: a library is there, but is none. */
static struct ac_target named(struct argp_state *state, const char *name) {
    char error[AC_LIBRARY_ERROR];
    struct ac_target target;
    if (ac_is_library_path(name)) {
        ac_library_reserve_tls();
    }
    if (!ac_target_open(&target, name, error, sizeof error)) {
        argp_failure(state, STATUS_ERROR, 0, "%s", error);
    }
    return target;
}

/* A library that declares nothing is checked by what it does. */
static bool must_be_measured(const struct ac_target *target) {
    return target->library != NULL &&
           strcmp(target->allocator->profile->name, ac_standard_profile.name) == 0;
}

/* Last as long as the process, as the targets that point into them do. */
struct kept {
    struct kept *next;
    struct ac_profile_copy profile;
};
static struct kept *all_kept;

static struct ac_profile_copy *new_profile(void) {
    struct kept *kept = calloc(1, sizeof *kept);
    if (kept == NULL) {
        exit(tool_out_of_memory());
    }
    kept->next = all_kept;
    all_kept = kept;
    return &kept->profile;
}

static void measure(struct argp_state *state, struct ac_target *target) {
    char trouble[AC_LIBRARY_ERROR];
    struct ac_profile_copy *profile = new_profile();
    if (!ac_measure_profile(target, profile, trouble, sizeof trouble)) {
        argp_failure(state, STATUS_ERROR, 0, "%s: %s", ac_target_argument(target), trouble);
    }
    target->profile = &profile->profile;
}

struct ac_target target_named(struct argp_state *state, const char *name) {
    struct ac_target target = named(state, name);
    if (must_be_measured(&target)) {
        measure(state, &target);
    }
    return target;
}

static void take_profile(struct argp_state *state, struct target_options *target_options) {
    if (target_options->profile_file == NULL) {
        if (must_be_measured(&target_options->target)) {
            measure(state, &target_options->target);
        }
        return;
    }
    struct ac_profile_copy *profile = new_profile();
    if (!profile_read(target_options->profile_file, profile)) {
        exit(STATUS_ERROR);
    }
    target_options->target.profile = &profile->profile;
}

bool target_expect(struct target_options *target_options, const struct ac_expect *expect) {
    struct ac_target *target = &target_options->target;
    const bool wanted = (target_options->trap || expect->trapped) && !ac_target_takes_pages(target);
    target->trapped = wanted && ac_child_can_trap();
    return target->trapped == wanted;
}

static void take_trap(struct argp_state *state, struct target_options *target_options) {
    if (!target_expect(target_options, &(struct ac_expect){.given = false})) {
        argp_failure(state, STATUS_ERROR, 0, "%s: page requests cannot be trapped on this system",
                     ac_target_argument(&target_options->target));
    }
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct target_options *target_options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        *target_options =
            (struct target_options){.target = default_target(), .oracles = AC_ALL_ORACLES};
        return 0;
    case 'a':
        target_options->target = named(state, argument);
        return 0;
    case 'O':
        target_options->oracles = option_oracles(state, argument);
        return 0;
    case KEY_MEMORY:
        target_options->memory = option_memory(state, argument);
        return 0;
    case KEY_PROFILE:
        target_options->profile_file = argument;
        return 0;
    case KEY_TRAP:
        target_options->trap = true;
        return 0;
    case ARGP_KEY_END:
        take_profile(state, target_options);
        take_trap(state, target_options);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp target_argp = {options, parse, NULL, NULL, NULL, NULL, NULL};
