// SPDX-License-Identifier: MIT
#include "fork_ops.h"

#include "check.h"
#include "ops.h"

#include "allocheck/codec.h"

#include <stdio.h>

enum { FIRST = 1000 }; /* above the slots that most programs use */

#define SIZE(bytes)                                                                                \
    { (bytes), 0, AC_ABSOLUTE }
#define PAGES(n, more)                                                                             \
    { (uint64_t)(more), (n), AC_PAGE }
#define ONE_BLOCK(op_kind, number) .kind = AC_OP_##op_kind, .repeat = 1, .slot = FIRST + (number)
#define ALLOCATE(number, ...)                                                                      \
    { ONE_BLOCK(MALLOC, number), .b = __VA_ARGS__ }
#define CLEAR(number, times, ...)                                                                  \
    { ONE_BLOCK(CALLOC, number), .a = SIZE(times), .b = __VA_ARGS__ }
#define ALIGN(number, to, ...)                                                                     \
    { ONE_BLOCK(ALIGNED_ALLOC, number), .a = to, .b = __VA_ARGS__ }
#define RESIZE(number, ...)                                                                        \
    { ONE_BLOCK(REALLOC, number), .from = FIRST + (number), .b = __VA_ARGS__ }
#define FREE(number)                                                                               \
    { ONE_BLOCK(FREE, number) }

/* Every size range has its own locks and lists: small classes, pages, blocks with a mapping of
 * their own. Then come reused blocks: half of all that was inherited, then all of it. */
static const struct ac_op ops[] = {
    {.kind = AC_OP_CHECK_ALL, .repeat = 1},
    ALLOCATE(0, SIZE(24)),
    ALLOCATE(1, SIZE(24)),
    ALLOCATE(2, SIZE(100)),
    CLEAR(3, 3, SIZE(40)),
    ALLOCATE(4, SIZE(1000)),
    ALLOCATE(5, PAGES(1, -16)),
    CLEAR(6, 1, PAGES(2, 1)),
    ALLOCATE(7, SIZE(40000)),
    ALLOCATE(8, SIZE(200000)),
    ALIGN(9, SIZE(64), SIZE(192)),
    ALIGN(10, PAGES(1, 0), PAGES(1, 0)),
    RESIZE(0, SIZE(3000)),
    RESIZE(8, SIZE(300000)),
    RESIZE(4, SIZE(10)),
    FREE(1),
    FREE(3),
    CLEAR(3, 3, SIZE(40)),
    FREE(8),
    CLEAR(8, 1, SIZE(200000)),
    {.kind = AC_OP_FREE_EVERY, .repeat = 1, .a = SIZE(2)},
    ALLOCATE(11, SIZE(24)),
    ALLOCATE(12, SIZE(5000)),
    {.kind = AC_OP_CHECK_ALL, .repeat = 1},
    {.kind = AC_OP_FREE_EVERY, .repeat = 1, .a = SIZE(1)},
    ALLOCATE(13, SIZE(24)),
    CLEAR(14, 7, SIZE(9)),
    ALLOCATE(15, SIZE(5000)),
};
enum { OPS = sizeof ops / sizeof ops[0] };

void ac_fork_ops(struct ac_runner *runner, volatile uint32_t *at) {
    for (uint32_t i = 0; i < OPS && !runner->ended; i++) {
        *at = i + 1;
        runner->instead = &ops[i];
        ac_do_op(runner);
    }
    runner->instead = NULL;
    if (runner->ended)
        return;
    *at = OPS + 1;
    ac_free_all(runner);
    if (!runner->ended)
        ac_check_heap(runner, "its last free");
}

void ac_fork_place(uint32_t at, char *text, size_t capacity) {
    if (at == 0)
        snprintf(text, capacity, "the handlers of the fork");
    else if (at <= OPS)
        ac_print_op(&ops[at - 1], text, capacity);
    else
        snprintf(text, capacity, "the frees at its end");
}
