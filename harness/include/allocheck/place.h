// SPDX-License-Identifier: MIT
// Where in a run a finding is.
#ifndef ALLOCHECK_PLACE_H
#define ALLOCHECK_PLACE_H

#include "oracle.h"
#include "program.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { AC_PLACES = (int)AC_OP_KINDS + (int)AC_STAGES };

/* The place of a finding, below AC_PLACES: the kind of its op (enum ac_op_kind); if it has none,
 * AC_OP_KINDS plus its stage. Findings of one cause are at the same place, whatever ops their
 * programs have besides. */
unsigned ac_place_of(const struct ac_program *program, const struct ac_finding *finding);

/* The op's name, or `end', `open', `thread-end', `close'. Never NULL. */
const char *ac_place_name(unsigned place);

/* What happens in a stage: `the heap is opened'. For the teardown, AC_STAGE_PROGRAM. Never NULL. */
const char *ac_stage_sentence(enum ac_stage stage);

#ifdef __cplusplus
}
#endif
#endif
