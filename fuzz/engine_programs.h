// SPDX-License-Identifier: MIT
// Fuzz targets of allocators: one line each.
#ifndef FUZZ_ENGINE_PROGRAMS_H
#define FUZZ_ENGINE_PROGRAMS_H

#include "allocheck/allocator.h"

#include <stddef.h>
#include <stdint.h>

/* Runs the program of an input on an allocator, all inline oracles on. A finding is printed on
 * standard error and aborts; so does a sanitizer's report, with the op that was running. `command`
 * runs an input on it again when a file is put after it. Always called with the same allocator and
 * command. Returns 0. */
int engine_program(const struct ac_allocator *allocator, const char *command, const uint8_t *bytes,
                   size_t size);

/* The same as a race run of a few rounds (race.h); the program's threads and their schedules follow
 * from the input, what comes of it does not always. */
int engine_race(const struct ac_allocator *allocator, const char *command, const uint8_t *bytes,
                size_t size);

#endif
