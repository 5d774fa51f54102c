// SPDX-License-Identifier: MIT
// The content of live blocks.
#ifndef ALLOCHECK_CONTENT_H
#define ALLOCHECK_CONTENT_H

#include "runner.h"

/* Adds a block to the model and fills it with its pattern. Closes it to the allocator, unless it
 * lives in a frame. NULL: the model is full, counted as over a limit. */
struct ac_block *ac_add_block(struct ac_runner *runner, void *start, size_t size, uint32_t frame);

/* Writes the pattern from `from' on. */
void ac_fill_block(struct ac_runner *runner, struct ac_block *block, size_t from);

/* Opens a block to the allocator for a call with it, and closes it: an instrumented allocator that
 * touches a closed block is reported by AddressSanitizer. */
void ac_open_block(const struct ac_runner *runner, struct ac_block *block);
void ac_close_block(struct ac_runner *runner, struct ac_block *block);

/* The bytes from the start of a block that realloc to `total' bytes must keep: the lesser size,
 * where the old one is what was asked for (C17 7.22.3.5), or also what the caller filled beyond it.
 */
size_t ac_kept_bytes(const struct ac_runner *runner, const struct ac_block *old, size_t total);

#endif
