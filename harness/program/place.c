// SPDX-License-Identifier: MIT
#include "allocheck/place.h"

static const struct {
    const char *name, *sentence;
} stages[AC_STAGES] = {
    [AC_STAGE_PROGRAM] = {"end", "every block is checked and freed"},
    [AC_STAGE_OPEN] = {"open", "the heap is opened"},
    [AC_STAGE_THREAD_END] = {"thread-end", "a thread leaves the heap"},
    [AC_STAGE_CLOSE] = {"close", "the heap is closed"},
};

unsigned ac_place_of(const struct ac_program *program, const struct ac_finding *finding) {
    return finding->op < program->count ? program->ops[finding->op].kind
                                        : (unsigned)AC_OP_KINDS + finding->stage;
}

const char *ac_place_name(unsigned place) {
    return place < AC_OP_KINDS ? ac_op_info((enum ac_op_kind)place)->name
                               : stages[place - AC_OP_KINDS].name;
}

const char *ac_stage_sentence(enum ac_stage stage) {
    return stages[stage].sentence;
}
