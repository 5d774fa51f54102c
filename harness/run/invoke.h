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

/* Inlined: the stack of a crash ends at the function that called ac_call_begin. */
#define AC_INLINED static inline __attribute__((always_inline))

AC_INLINED struct ac_invoked ac_invoke_posix_memalign(const struct ac_allocator *allocator,
                                                      void *heap, const struct ac_arguments *with) {
    static char untouched;
    void *out = &untouched;
    const int result = allocator->posix_memalign(heap, &out, with->alignment, with->size);
    return (struct ac_invoked){.block = result == 0 ? out : NULL,
                               .result = result,
                               .out_changed = result != 0 && out != &untouched && out != NULL};
}

AC_INLINED void *ac_invoke_other(const struct ac_allocator *allocator, void *heap,
                                 enum ac_function function, const struct ac_arguments *with) {
    switch (function) {
    case AC_FN_CALLOC:
        return allocator->calloc(heap, with->count, with->size);
    case AC_FN_REALLOC:
        return allocator->realloc(heap, with->old, with->size);
    case AC_FN_REALLOCARRAY:
        return allocator->reallocarray(heap, with->old, with->count, with->size);
    case AC_FN_ALIGNED_ALLOC:
        return allocator->aligned_alloc(heap, with->alignment, with->size);
    case AC_FN_MEMALIGN:
        return allocator->memalign(heap, with->alignment, with->size);
    default:
        return allocator->malloc(heap, with->size);
    }
}

/* Calls a function, which the allocator must offer. */
AC_INLINED struct ac_invoked ac_invoke(const struct ac_allocator *allocator, void *heap,
                                       enum ac_function function,
                                       const struct ac_arguments *arguments) {
    if (function == AC_FN_POSIX_MEMALIGN)
        return ac_invoke_posix_memalign(allocator, heap, arguments);
    return (struct ac_invoked){.block = ac_invoke_other(allocator, heap, function, arguments)};
}

/* True if the allocator has a function. */
bool ac_offers(const struct ac_allocator *allocator, enum ac_function function);

/* The function of an op that allocates; AC_FN_COUNT: of none. */
enum ac_function ac_function_of_op(enum ac_op_kind kind);

/* Its arguments: `a' and `b' are the op's operands. */
struct ac_arguments ac_arguments_of(enum ac_function function, size_t a, size_t b);

#endif
