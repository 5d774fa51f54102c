// SPDX-License-Identifier: MIT
#ifndef ALLOCHECK_NO_GROWTH_H
#define ALLOCHECK_NO_GROWTH_H

#include "runner.h"

/* Returns the loop that checks a program for growth, if it ran once with the report `first'. NULL:
 * it is not checked. */
ac_body *ac_growth_loop(const struct ac_runner *runner, const struct ac_program *program,
                        const struct ac_report *first);

/* True if a round of the program leaves nothing behind that makes memory unusable. */
bool ac_is_closed_loop(const struct ac_program *program);

#endif
