// SPDX-License-Identifier: MIT
// What each op does.
#ifndef ALLOCHECK_OPS_H
#define ALLOCHECK_OPS_H

#include "runner.h"

/* dispatch.c: any op but those of frames. */
void ac_do_op(struct ac_runner *runner);

/* allocate.c */
void ac_do_allocate(struct ac_runner *runner); /* malloc, calloc and the aligned forms */
void ac_do_resize(struct ac_runner *runner);   /* realloc, reallocarray */
void ac_do_largest(struct ac_runner *runner);

/* release.c */
void ac_do_free(struct ac_runner *runner);
void ac_do_free_every(struct ac_runner *runner);
void ac_free_block(struct ac_runner *runner, struct ac_block *block, enum ac_op_kind with);
void ac_free_all(struct ac_runner *runner);
/* A block that is not in the model. */
void ac_free_unknown(struct ac_runner *runner, void *start);

/* block_ops.c */
void ac_do_block_op(struct ac_runner *runner); /* malloc_usable_size, fill, check */
void ac_do_check_all(struct ac_runner *runner);

/* page_ops.c */
void ac_do_refuse(struct ac_runner *runner); /* and refuse_from */
void ac_do_trim(struct ac_runner *runner);
void ac_do_foreign_brk(struct ac_runner *runner);

/* misuse.c */
void ac_do_misuse(struct ac_runner *runner);

/* thread_end.c */
void ac_do_exit(struct ac_runner *runner);
void ac_do_free_at_exit(struct ac_runner *runner);

/* fork_op.c */
void ac_do_fork(struct ac_runner *runner);

/* frames.c: the loop over all ops, from the first one; over those of the calling thread. */
void ac_run_frames(struct ac_runner *runner);
void ac_run_own_ops(struct ac_runner *runner);

#endif
