// SPDX-License-Identifier: MIT
#include "target_options.h"

#include "interrupt.h"
#include "open_target.h"
#include "tool.h"
#include "usage.h"

#include "adapter/adapters.h"

#include "allocheck/measure.h"

#include <stdlib.h>

enum {
    KEY_MEMORY = 'm',
    KEY_PROFILE = 0x7001, /* above the keys of any command */
    KEY_TRAP,
    KEY_PROGRAM_TIME,
    GROUP = 10, /* after the options of any command */
};

static const struct argp_option options[] = {
    {NULL, 0, NULL, 0, "Allocator under test:", GROUP},
    {"allocator", 'a', "NAME", 0,
     "Allocator to test: a name of `allocheck list allocators' or the path of a shared object "
     "(default: the first of the list)",
     GROUP},
    {"oracles", 'O', "LIST", 0,
     "Oracles to check, comma-separated; prefix with `-' to exclude (default: all; see `allocheck "
     "list oracles')",
     GROUP},
    {"memory", KEY_MEMORY, "SIZE", 0,
     "Memory limit (RSS) of the allocator's process, 64M to 1T (default: 2G). Programs that reach "
     "it stop and are counted.",
     GROUP},
    {"program-time", KEY_PROGRAM_TIME, "SECONDS", 0,
     "Time limit (wall) of a program under the replay oracles, or of a race run; a run under the "
     "others may take a sixth of it (default: 60). Programs that reach it stop and are counted.",
     GROUP},
    {"profile", KEY_PROFILE, "FILE", 0,
     "Guarantees of the allocator, as written by `allocheck profile --json' (default: what it "
     "declares; a library that declares nothing is measured)",
     GROUP},
    {"trap", KEY_TRAP, NULL, 0,
     "Trap system calls for pages (mmap, mremap, brk, mprotect, madvise), so that `refuse' works "
     "on "
     "allocators that take no page source",
     GROUP},
    {NULL, 0, NULL, 0, NULL, 0},
};

static struct ac_target default_target(void) {
    size_t count;
    return ac_target_of(ac_allocators(&count)[0]);
}

bool target_suit(struct target_options *target_options, const struct ac_expect *expect) {
    struct ac_target *target = &target_options->target;
    const struct target_measured *measured = target_options->measured;
    if (measured != NULL)
        target->profile = expect->strict ? &measured->strict.profile : &measured->profile.profile;
    const bool wanted = (target_options->trap || expect->trapped) && !ac_target_takes_pages(target);
    target->trapped = wanted && ac_child_can_trap();
    return target->trapped == wanted;
}

struct ac_child_options target_child_options(const struct target_options *target_options,
                                             double call_seconds) {
    const double seconds =
        target_options->program_time > 0 ? target_options->program_time : PROGRAM_SECONDS;
    return (struct ac_child_options){.program_ms = option_call_ms(seconds),
                                     .target = target_options->target,
                                     .oracles = target_options->oracles,
                                     .free_at_end = true,
                                     .waits_for_decay = true,
                                     .memory = target_options->memory,
                                     .call_ms = option_call_ms(call_seconds)};
}

uint64_t target_measure_ms(const struct target_options *target_options) {
    enum { PARTS = 3 };
    const double part = target_options->seconds / PARTS;
    return part < AC_MEASURE_SECONDS ? (uint64_t)(part * 1000) : 0;
}

/* Runs after all options are known: --profile may come before --allocator. */
static void settle(struct target_options *target_options) {
    struct ac_target *target = &target_options->target;
    if (target_options->holds_signals)
        interrupt_hold();
    if (target_options->profile_file != NULL)
        target_read_profile(target, target_options->profile_file);
    else
        target_options->measured = target_measure(target, target_measure_ms(target_options));
    if (!target_suit(target_options, &(struct ac_expect){.given = false})) {
        exit(tool_error("%s: page requests cannot be trapped on this system",
                        ac_target_argument(target)));
    }
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct target_options *target_options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        *target_options = (struct target_options){.target = default_target(),
                                                  .oracles = AC_ALL_ORACLES,
                                                  .holds_signals = target_options->holds_signals};
        return 0;
    case 'a':
        target_options->target = target_open(argument);
        return 0;
    case 'O':
        target_options->oracles = option_oracles(state, argument);
        return 0;
    case KEY_MEMORY:
        target_options->memory = option_memory(state, argument);
        return 0;
    case KEY_PROGRAM_TIME:
        target_options->program_time = option_seconds(state, "--program-time", argument);
        return 0;
    case KEY_PROFILE:
        target_options->profile_file = argument;
        return 0;
    case KEY_TRAP:
        target_options->trap = true;
        return 0;
    case ARGP_KEY_END:
        settle(target_options);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp target_argp = {options, parse, NULL, NULL, NULL, NULL, NULL};
