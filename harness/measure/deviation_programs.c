// SPDX-License-Identifier: MIT
// Programs of a few calls that show a deviation: the calls of the probe that saw it.
#include "allocheck/deviation.h"
#include "readings.h"

#include "probe/refused_requests.h"
#include "run/invoke.h"
#include "run/request.h"

enum { HUGE_BIT = 56, HUGE_SIZE = 464 }; /* of alignments beyond the address space */

static bool resizes(enum ac_function function) {
    return function == AC_FN_REALLOC || function == AC_FN_REALLOCARRAY;
}

/* --- ops --- */

static enum ac_op_kind op_kind(enum ac_function function) {
    int kind = 0;
    while (kind < AC_OP_KINDS && ac_function_of_op((enum ac_op_kind)kind) != function)
        kind++;
    return (enum ac_op_kind)kind;
}

static bool add_call(struct ac_program *program, enum ac_function function, struct ac_asked asked,
                     uint32_t slot) {
    struct ac_op op = {.kind = (uint8_t)op_kind(function),
                       .repeat = 1,
                       .slot = slot,
                       .from = resizes(function) ? slot : 0,
                       .b = ac_absolute(asked.size)};
    if (function == AC_FN_CALLOC || function == AC_FN_REALLOCARRAY)
        op.a = ac_absolute(asked.count);
    else if (ac_is_aligned_form(function))
        op.a = ac_absolute(asked.alignment);
    return ac_program_append(program, &op);
}

static bool add_malloc(struct ac_program *program, size_t size, uint32_t slot) {
    return add_call(program, AC_FN_MALLOC, (struct ac_asked){.size = size}, slot);
}

/* --- requests that must be refused --- */

/* A request has several variants: an aligned form takes it with each alignment, realloc with each
 * old block, and malloc also as realloc of NULL. */
static bool add_variant(struct ac_program *program, enum ac_function function,
                        struct ac_asked asked, unsigned variant) {
    if (resizes(function)) {
        return variant < AC_OLD_SIZES && add_malloc(program, ac_old_sizes[variant], 0) &&
               add_call(program, function, asked, 0);
    }
    if (ac_is_aligned_form(function) && variant < AC_REFUSED_ALIGNMENTS) {
        asked.alignment = ac_refused_alignments[variant];
        asked.size &= ~(asked.alignment - 1);
    }
    if (function == AC_FN_MALLOC && variant == 1)
        return add_call(program, AC_FN_REALLOC, asked, 0);
    return add_call(program, function, asked, 0);
}

static unsigned variants(enum ac_function function) {
    if (resizes(function))
        return AC_OLD_SIZES;
    return ac_is_aligned_form(function) ? AC_REFUSED_ALIGNMENTS : function == AC_FN_MALLOC ? 2 : 1;
}

static bool add_huge_alignment(struct ac_program *program, enum ac_function function,
                               unsigned index) {
    return ac_is_aligned_form(function) && HUGE_BIT + index < 64 &&
           add_call(
               program, function,
               (struct ac_asked){.size = HUGE_SIZE, .alignment = UINT64_C(1) << (HUGE_BIT + index)},
               0);
}

static bool add_refused(struct ac_program *program, enum ac_function function, unsigned cause,
                        unsigned index) {
    const unsigned of_one = variants(function);
    struct ac_asked asked;
    unsigned requests = 0;
    if (1u << cause == AC_CAUSE_ALIGNMENT)
        return ac_invalid_alignment_request(function, index, &asked) &&
               add_call(program, function, asked, 0);
    if (ac_refused_request(function, cause, index / of_one, &asked))
        return add_variant(program, function, asked, index % of_one);
    while (ac_refused_request(function, cause, requests, &asked))
        requests++;
    return 1u << cause == AC_CAUSE_EXHAUSTED &&
           add_huge_alignment(program, function, index - requests * of_one);
}

/* --- the rest --- */

/* As it was asked: its alignment is known. */
static bool add_asked(struct ac_program *program, enum ac_function function, struct ac_asked asked,
                      bool of_block, unsigned index) {
    if (of_block)
        return index < AC_OLD_SIZES && add_variant(program, function, asked, index);
    return index == 0 && add_call(program, function, asked, 0);
}

static bool add_fatal(struct ac_program *program, const struct ac_fatal_call *call,
                      unsigned index) {
    const struct ac_asked asked = {call->count, call->size, call->alignment};
    return call->function < AC_FN_COUNT && !call->limited &&
           add_asked(program, (enum ac_function)call->function, asked, call->resizes, index);
}

static bool add_shared(struct ac_program *program, enum ac_function function, unsigned index) {
    bool added = index == 0;
    for (uint32_t i = 0; i < 4 && added; i++)
        added = add_call(program, function, (struct ac_asked){.count = 1, .alignment = 16}, i);
    return added;
}

/* Blocks of one size, and of sizes whose multiples of 8 are odd. */
static bool add_misaligned(struct ac_program *program, unsigned index) {
    static const size_t sizes[] = {24,  40,  16,  32,   48,   56,     64,
                                   100, 200, 500, 1000, 5000, 100000, 8};
    bool added = index < sizeof sizes / sizeof *sizes;
    for (uint32_t i = 0; i < 4 && added; i++)
        added = add_malloc(program, sizes[index], i);
    return added;
}

static bool add_free(struct ac_program *program, unsigned index) {
    static const size_t sizes[] = {24, 1000, 5000, 40000, 300000, 2000000};
    const struct ac_op op = {.kind = AC_OP_FREE, .repeat = 1};
    return index < sizeof sizes / sizeof *sizes && add_malloc(program, sizes[index], 0) &&
           ac_program_append(program, &op);
}

static bool add_calls(const struct ac_deviation *deviation, unsigned index,
                      struct ac_program *program) {
    const enum ac_function function = deviation->function;
    switch (deviation->kind) {
    case AC_DEVIATION_ERRNO:
        return add_refused(program, function, deviation->cause, index);
    case AC_DEVIATION_ALIGNMENT:
        return add_refused(program, function, AC_CAUSES - 1, index);
    case AC_DEVIATION_GRANTED:
        return add_asked(program, function,
                         deviation->measured->granted[function][deviation->cause],
                         resizes(function), index);
    case AC_DEVIATION_SHARED:
        return add_shared(program, function, index);
    case AC_DEVIATION_MISALIGNED:
        return add_misaligned(program, index);
    case AC_DEVIATION_FREE:
        return add_free(program, index);
    default:
        return add_fatal(program, deviation->call, index);
    }
}

bool ac_deviation_program(const struct ac_deviation *deviation, unsigned index,
                          struct ac_program *program) {
    program->count = 0;
    return add_calls(deviation, index, program);
}
