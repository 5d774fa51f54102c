// SPDX-License-Identifier: MIT
// The table of ops and the functions that run them.
#include "ops.h"
#include "step.h"

static void not_offered(struct ac_runner *runner) {
    runner->report->counts.not_offered++;
}

static void (*const actions[AC_OP_KINDS])(struct ac_runner *) = {
    [AC_OP_MALLOC] = ac_do_allocate,
    [AC_OP_CALLOC] = ac_do_allocate,
    [AC_OP_REALLOC] = ac_do_resize,
    [AC_OP_REALLOCARRAY] = ac_do_resize,
    [AC_OP_FREE] = ac_do_free,
    [AC_OP_FREE_SIZED] = ac_do_free,
    [AC_OP_FREE_ALIGNED_SIZED] = ac_do_free,
    [AC_OP_ALIGNED_ALLOC] = ac_do_allocate,
    [AC_OP_POSIX_MEMALIGN] = ac_do_allocate,
    [AC_OP_MEMALIGN] = ac_do_allocate,
    [AC_OP_USABLE] = ac_do_block_op,
    [AC_OP_FILL] = ac_do_block_op,
    [AC_OP_CHECK] = ac_do_block_op,
    [AC_OP_CHECK_ALL] = ac_do_check_all,
    [AC_OP_FREE_EVERY] = ac_do_free_every,
    [AC_OP_LARGEST] = ac_do_largest,
    [AC_OP_REFUSE] = ac_do_refuse,
    [AC_OP_REFUSE_FROM] = ac_do_refuse,
    [AC_OP_TRIM] = ac_do_trim,
    [AC_OP_FOREIGN_BRK] = ac_do_foreign_brk,
    [AC_OP_EXIT] = ac_do_exit,
    [AC_OP_FORK] = ac_do_fork,
    [AC_OP_FREE_AT_EXIT] = ac_do_free_at_exit,
    [AC_OP_DOUBLE_FREE] = ac_do_misuse,
    [AC_OP_FREE_INTERIOR] = ac_do_misuse,
    [AC_OP_FREE_FOREIGN] = ac_do_misuse,
    [AC_OP_FREE_WILD] = ac_do_misuse,
    [AC_OP_OVERFLOW] = ac_do_misuse,
    [AC_OP_WRITE_FREED] = ac_do_misuse,
    [AC_OP_REALLOC_FREED] = ac_do_misuse,
    [AC_OP_USABLE_FREED] = ac_do_misuse,
    [AC_OP_WRONG_SIZE] = ac_do_misuse,
};

void ac_do_op(struct ac_runner *runner) {
    const struct ac_op *op = ac_this_op(runner);
    if (actions[op->kind] == NULL) {
        not_offered(runner);
        return;
    }
    actions[op->kind](runner);
}
