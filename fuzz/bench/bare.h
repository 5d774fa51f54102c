// SPDX-License-Identifier: MIT
// Runs programs without checks, to measure what the allocator itself costs.
#ifndef FUZZ_BENCH_BARE_H
#define FUZZ_BENCH_BARE_H

#include "allocheck/allocator.h"
#include "allocheck/program.h"
#include "allocheck/source.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bare;

/* `touch`: writes each byte of a block once after its allocation and reads it once before its free.
 * `source` gives pages to an allocator with instances; NULL: it finds its own. Allocator and source
 * must outlive the result. Ends the process if out of memory. */
struct bare *bare_new(const struct ac_allocator *allocator, struct ac_source *source, bool touch);
void bare_delete(struct bare *bare);

/* Peak of the requested live bytes in the last program. */
size_t bare_peak(const struct bare *bare);

/* Calls `look` after each STEP calls of a program and before the last frees; NULL: never. */
enum { BARE_STEP = 64 };
void bare_watch(struct bare *bare, void (*look)(void *context), void *context);

/* Runs the calls of a program on a fresh instance, then frees the live blocks. Returns the number
 * of calls without these frees. Skips ops that are no calls of the malloc family; frees a slot
 * before its reuse. */
uint64_t bare_run(struct bare *bare, const struct ac_program *program);

#endif
