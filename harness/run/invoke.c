// SPDX-License-Identifier: MIT
#include "invoke.h"

bool ac_offers(const struct ac_allocator *allocator, enum ac_function function) {
    const bool offered[AC_FN_COUNT] = {
        [AC_FN_MALLOC] = allocator->malloc != NULL,
        [AC_FN_CALLOC] = allocator->calloc != NULL,
        [AC_FN_REALLOC] = allocator->realloc != NULL,
        [AC_FN_REALLOCARRAY] = allocator->reallocarray != NULL,
        [AC_FN_ALIGNED_ALLOC] = allocator->aligned_alloc != NULL,
        [AC_FN_POSIX_MEMALIGN] = allocator->posix_memalign != NULL,
        [AC_FN_MEMALIGN] = allocator->memalign != NULL,
    };
    return offered[function];
}

enum ac_function ac_function_of_op(enum ac_op_kind kind) {
    static const uint8_t functions[AC_OP_KINDS] = {
        /* plus 1; 0: none */
        [AC_OP_MALLOC] = 1 + AC_FN_MALLOC,
        [AC_OP_CALLOC] = 1 + AC_FN_CALLOC,
        [AC_OP_REALLOC] = 1 + AC_FN_REALLOC,
        [AC_OP_REALLOCARRAY] = 1 + AC_FN_REALLOCARRAY,
        [AC_OP_ALIGNED_ALLOC] = 1 + AC_FN_ALIGNED_ALLOC,
        [AC_OP_POSIX_MEMALIGN] = 1 + AC_FN_POSIX_MEMALIGN,
        [AC_OP_MEMALIGN] = 1 + AC_FN_MEMALIGN,
    };
    return functions[kind] != 0 ? (enum ac_function)(functions[kind] - 1) : AC_FN_COUNT;
}

struct ac_arguments ac_arguments_of(enum ac_function function, size_t a, size_t b) {
    switch (function) {
    case AC_FN_MALLOC:
    case AC_FN_REALLOC:
        return (struct ac_arguments){.count = 1, .size = b};
    case AC_FN_CALLOC:
    case AC_FN_REALLOCARRAY:
        return (struct ac_arguments){.count = a, .size = b};
    default:
        return (struct ac_arguments){.alignment = a, .count = 1, .size = b};
    }
}
