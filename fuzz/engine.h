// SPDX-License-Identifier: MIT
// The interface between fuzz targets and engines.
#ifndef FUZZ_ENGINE_H
#define FUZZ_ENGINE_H

#include <stddef.h>
#include <stdint.h>

/* A fuzz target: checks one input. Always returns 0, never exits, aborts on a finding, and keeps no
 * state between inputs. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Called once, before the first input and before an engine forks (default: engine_start.c). Returns
 * 0. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* Replays files and the files of folders, sorted by name. Copies each input into a block of exactly
 * its size. Returns the exit status: 0 if at least one input ran and every path was readable, else
 * 2 with a message on standard error. */
int engine_replay(int count, char **paths);

#endif
