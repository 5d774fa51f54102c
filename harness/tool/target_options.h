// SPDX-License-Identifier: MIT
// Options of the allocator under test, the same in every command that tests one.
#ifndef ALLOCHECK_TOOL_TARGET_OPTIONS_H
#define ALLOCHECK_TOOL_TARGET_OPTIONS_H

#include "allocheck/child.h"
#include "allocheck/codec.h"
#include "allocheck/oracle.h"
#include "allocheck/target.h"

#include <argp.h>

enum { PROGRAM_SECONDS = 60 };
struct target_measured;

struct target_options {
    struct ac_target target;
    ac_oracle_set oracles;
    double program_time;      /* seconds for a program; 0: PROGRAM_SECONDS */
    uint64_t memory;          /* limit of the process in bytes, resident; 0: AC_MEMORY */
    const char *profile_file; /* from which target.profile was read; NULL: none */
    const struct target_measured *measured; /* NULL: the profile was declared */
    bool trap;          /* trap page requests of an allocator that takes no page source */
    double seconds;     /* for all that the command does, measuring included; 0: no limit */
    bool holds_signals; /* by interrupt_hold(), before the profile is measured */
};

/* Parses --allocator, --oracles, --memory, --program-time, --profile and --trap. Used as a child of
 * a command's own argp, whose child_inputs name the struct target_options. Defaults: the first
 * allocator of the list, all oracles. A library that declares no profile is measured. */
extern const struct argp target_argp;

/* Makes the target what an input with those comments asks for: traps page requests or not, and
 * accepts measured deviations or not. False: the options or the input need the trap, and this
 * system has none. */
bool target_suit(struct target_options *target_options, const struct ac_expect *expect);

/* STATUS_CLEAN if the allocator grants one of a few small requests at least. If not, programs that
 * were clean tested nothing: prints that, and returns STATUS_UNTESTED. Runs its own program.
 */
int target_check_grants(const struct target_options *target_options);

/* The time for one measurement, in ms: a part of `seconds`; 0: AC_MEASURE_SECONDS. */
uint64_t target_measure_ms(const struct target_options *target_options);

/* Options of a child that tests the target: its oracles, its memory limit, and `call_seconds` for a
 * call (--call-time; 0: the default). Blocks that a program leaves are freed at its end. */
struct ac_child_options target_child_options(const struct target_options *target_options,
                                             double call_seconds);

#endif
