// SPDX-License-Identifier: MIT
#ifndef ALLOCHECK_VERIFY_C_LIBRARY_H
#define ALLOCHECK_VERIFY_C_LIBRARY_H

#include "allocheck/oracle.h"
#include "allocheck/program.h"
#include "allocheck/target.h"

/* True if the C library has the finding as well, at the same op, checked against the profile of the
 * target. Takes at most `most_ms` milliseconds, and never more than 10 s. */
bool c_library_deviates(const struct ac_target *target, const struct ac_program *program,
                        const struct ac_finding *finding, uint64_t most_ms);

#endif
