// SPDX-License-Identifier: MIT
// What a fuzz target offers to its engine, and what the engines share.
#ifndef FUZZ_ENGINE_H
#define FUZZ_ENGINE_H

#include <stddef.h>
#include <stdint.h>

/* A fuzz target: checks one input. Returns 0 always, never exits, aborts on a finding, and leaves
 * nothing after that a later input could see. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Called once, before the first input and before an engine forks (engine_start.c has one). Returns
 * 0. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* Replays files, and the files of folders in the order of their names, each copied into a block of
 * exactly its size. Returns the exit status: 0 when at least one input ran and every path was read
 * whole, else 2 with a message on standard error. */
int engine_replay(int count, char **paths);

#endif
