// SPDX-License-Identifier: MIT
#ifndef ALLOCHECK_CLI_TEST_BROKEN_H
#define ALLOCHECK_CLI_TEST_BROKEN_H

#include "allocheck/allocator.h"

extern const struct ac_profile broken_profile; /* of all of them */

void *broken_malloc(void *heap, size_t size); /* ends the process at some sizes */

/* broken_sometimes.c; their comments say when each fails. */
extern const struct ac_allocator broken_tired, broken_worn, broken_stuck, broken_halting,
    broken_weary, broken_rare, broken_once, broken_flaky, broken_thrice, broken_fickle;

#endif
