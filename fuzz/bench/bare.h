// SPDX-License-Identifier: MIT
// Runs programs without checking anything: what an allocator costs by itself.
#ifndef FUZZ_BENCH_BARE_H
#define FUZZ_BENCH_BARE_H

#include "allocheck/allocator.h"
#include "allocheck/program.h"
#include "allocheck/source.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bare;

/* `touch`: each byte of a block is written once when it is live and read once before it is freed.
 * `source` gives the pages of an allocator with instances; NULL: it finds its own. Both outlive
 * what is returned. Ends the process where there is no memory. */
struct bare *bare_new(const struct ac_allocator *allocator, struct ac_source *source, bool touch);
void bare_delete(struct bare *bare);

/* Most bytes live at once, of those asked for, in the last program that was run. */
size_t bare_peak(const struct bare *bare);

/* `look` is called after each STEP calls of a program, and before the last frees; NULL: not. */
enum { BARE_STEP = 64 };
void bare_watch(struct bare *bare, void (*look)(void *context), void *context);

/* Runs the calls of a program on a fresh instance, then frees what is live; the number of calls,
 * that teardown left out. Ops that are no calls of malloc's family do nothing; a slot that is used
 * again is freed first. */
uint64_t bare_run(struct bare *bare, const struct ac_program *program);

#endif
