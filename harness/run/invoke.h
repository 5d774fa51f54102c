// SPDX-License-Identifier: MIT
// Calls of the functions that allocate, whichever a request names.
#ifndef ALLOCHECK_INVOKE_H
#define ALLOCHECK_INVOKE_H

#include "allocheck/allocator.h"
#include "allocheck/op.h"
#include "allocheck/profile.h"

/* Each function uses those that it takes. */
struct ac_arguments {
    void *old; /* realloc, reallocarray */
    size_t alignment, count, size;
};

struct ac_invoked {
    void *block;      /* NULL: refused */
    int result;       /* of posix_memalign; else 0 */
    bool out_changed; /* posix_memalign failed, but wrote a pointer that is not NULL */
};

/* Calls a function, which the allocator must offer. */
struct ac_invoked ac_invoke(const struct ac_allocator *allocator, void *heap,
                            enum ac_function function, const struct ac_arguments *arguments);

/* True if the allocator has a function. */
bool ac_offers(const struct ac_allocator *allocator, enum ac_function function);

/* The function of an op that allocates; AC_FN_COUNT: of none. */
enum ac_function ac_function_of_op(enum ac_op_kind kind);

/* Its arguments: `a' and `b' are the op's operands. */
struct ac_arguments ac_arguments_of(enum ac_function function, size_t a, size_t b);

#endif
