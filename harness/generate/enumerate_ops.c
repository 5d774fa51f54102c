// SPDX-License-Identifier: MIT
// The ops of a scope, by their effect.
#include "enumerate_private.h"

static void add(struct ac_enumeration *enumeration, enum ac_effect effect, enum ac_op_kind kind,
                struct ac_operand a, struct ac_operand b) {
    const struct ac_op op = {.kind = (uint8_t)kind, .repeat = 1, .a = a, .b = b};
    enumeration->ops[effect][enumeration->count[effect]++] = op;
}

static const struct ac_operand none = {0, 0, AC_ABSOLUTE};

/* The effect of a request, given the profile's choice for 0 bytes. */
static enum ac_effect effect_of(const struct ac_scope *scope, uint64_t bytes,
                                enum ac_zero_size zero) {
    const bool null = bytes == 0 && (zero == AC_ZERO_NULL || zero == AC_ZERO_INVALID);
    return null || bytes > scope->head.limit ? AC_EFFECT_NONE : AC_EFFECT_ALLOCATES;
}

static void add_malloc(struct ac_enumeration *enumeration, const struct ac_scope *scope,
                       const struct ac_profile *profile) {
    for (uint32_t i = 0; i < scope->sizes; i++) {
        const struct ac_operand size = scope->size[i];
        add(enumeration, effect_of(scope, ac_scope_value(scope, size), profile->zero[AC_FN_MALLOC]),
            AC_OP_MALLOC, none, size);
    }
}

static void add_calloc(struct ac_enumeration *enumeration, const struct ac_scope *scope,
                       const struct ac_profile *profile) {
    static const struct ac_operand half_and_one = {1, 0, AC_HALF};
    for (uint32_t i = 0; i < scope->sizes; i++) {
        const struct ac_operand size = scope->size[i];
        add(enumeration, effect_of(scope, ac_scope_value(scope, size), profile->zero[AC_FN_CALLOC]),
            AC_OP_CALLOC, ac_absolute(1), size);
    }
    add(enumeration, AC_EFFECT_ALLOCATES, AC_OP_CALLOC, ac_absolute(3), ac_absolute(8));
    /* 2^64 and 2^64 + 16, which wrap to 0 and 16. */
    add(enumeration, AC_EFFECT_NONE, AC_OP_CALLOC, half_and_one, ac_absolute(2));
    add(enumeration, AC_EFFECT_NONE, AC_OP_CALLOC, ac_absolute((UINT64_C(1) << 61) + 2),
        ac_absolute(8));
}

static void add_aligned_alloc(struct ac_enumeration *enumeration, const struct ac_scope *scope,
                              const struct ac_profile *profile) {
    const enum ac_zero_size zero = profile->zero[AC_FN_ALIGNED_ALLOC];
    for (uint32_t i = 0; i < AC_SCOPE_ALIGNMENTS * scope->sizes; i++) {
        const struct ac_operand size = scope->size[i % scope->sizes];
        add(enumeration, effect_of(scope, ac_scope_value(scope, size), zero), AC_OP_ALIGNED_ALLOC,
            scope->alignment[i / scope->sizes], size);
    }
}

/* realloc of NULL is malloc; a failed realloc leaves the block live. */
static void add_realloc(struct ac_enumeration *enumeration, const struct ac_scope *scope,
                        const struct ac_profile *profile) {
    for (uint32_t i = 0; i < scope->sizes; i++) {
        const struct ac_operand size = scope->size[i];
        const uint64_t bytes = ac_scope_value(scope, size);
        const bool frees = bytes == 0 && profile->resize_zero[AC_FN_REALLOC] == AC_ZERO_FREES;
        add(enumeration, effect_of(scope, bytes, profile->zero[AC_FN_REALLOC]), AC_OP_REALLOC, none,
            size);
        add(enumeration, frees ? AC_EFFECT_FREES : AC_EFFECT_USES, AC_OP_REALLOC, none, size);
    }
}

/* Only ops that use or free a live block resize one. */
static void leave_out(struct ac_enumeration *enumeration, enum ac_effect effect,
                      const struct ac_without *without) {
    const bool of_null = effect != AC_EFFECT_USES && effect != AC_EFFECT_FREES;
    struct ac_op *const ops = enumeration->ops[effect];
    uint32_t kept = 0;
    for (uint32_t i = 0; i < enumeration->count[effect]; i++)
        if (!ac_leaves_out(without, &ops[i], of_null))
            ops[kept++] = ops[i];
    enumeration->count[effect] = kept;
}

void ac_enumerate_ops(struct ac_enumeration *enumeration, const struct ac_scope *scope,
                      const struct ac_target *target) {
    const struct ac_allocator *allocator = target->allocator;
    const struct ac_profile *profile = ac_target_profile(target);
    add_malloc(enumeration, scope, profile);
    if (allocator->calloc != NULL)
        add_calloc(enumeration, scope, profile);
    if (allocator->aligned_alloc != NULL)
        add_aligned_alloc(enumeration, scope, profile);
    if (allocator->realloc != NULL)
        add_realloc(enumeration, scope, profile);
    add(enumeration, AC_EFFECT_NONE, AC_OP_FREE, none, none);
    add(enumeration, AC_EFFECT_FREES, AC_OP_FREE, none, none);
    add(enumeration, AC_EFFECT_USES, AC_OP_FILL, none, none);
    if (allocator->usable_size != NULL) {
        add(enumeration, AC_EFFECT_NONE, AC_OP_USABLE, none, none);
        add(enumeration, AC_EFFECT_USES, AC_OP_USABLE, none, none);
    }
    for (int effect = 0; effect < AC_EFFECTS; effect++)
        leave_out(enumeration, (enum ac_effect)effect, &scope->without);
}
