// SPDX-License-Identifier: MIT
// The bodies of the fuzz targets of allocators.
#ifndef FUZZ_ENGINE_PROGRAMS_H
#define FUZZ_ENGINE_PROGRAMS_H

#include "allocheck/allocator.h"

#include <stddef.h>
#include <stdint.h>

/* Runs the program of an input on an allocator with all inline oracles. Prints a finding on
 * standard error and aborts; a report of a sanitizer is printed with the running op. `command`
 * reproduces an input whose file name is appended. Allocator and command must be the same in every
 * call. Returns 0. */
int engine_program(const struct ac_allocator *allocator, const char *command, const uint8_t *bytes,
                   size_t size);

/* The same as a race run of a few rounds (race.h). Threads and schedules follow from the input; the
 * result may differ from run to run. */
int engine_race(const struct ac_allocator *allocator, const char *command, const uint8_t *bytes,
                size_t size);

#endif
