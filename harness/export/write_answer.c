// SPDX-License-Identifier: MIT
// A request as an expression: the call, and around it what must be true of the answer.
#include "export_write.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

enum { PAGE = 4096 };

/* Puts a function around an expression: `format' holds it as %s. */
static void wrap(char text[TEXT], const char *format, ...) __attribute__((format(printf, 2, 3)));

static void wrap(char text[TEXT], const char *format, ...) {
    char after[TEXT], inner[TEXT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(after, sizeof after, format, arguments);
    va_end(arguments);
    snprintf(inner, sizeof inner, "%s", text);
    size_t name = strcspn(after, "(");
    snprintf(text, TEXT, "%.*s(%.300s%s", (int)name, after, inner, after + name + 1);
}

static void text_of_call(const struct ac_op *op, const struct wanted *wanted, const char *old,
                         char text[TEXT]) {
    char first[TEXT], size[TEXT];
    text_of_operand(op->a, first);
    text_of_operand(op->b, size);
    switch (wanted->function) {
    case AC_FN_CALLOC:
        if (op_kind(op) == AC_OP_VLA) {
            snprintf(text, TEXT, "own_vla(%.99s, %.99s)", wanted->count == 1 ? "1" : first, size);
        } else {
            snprintf(text, TEXT, "call_calloc(%.99s, %.99s)", first, size);
        }
        break;
    case AC_FN_REALLOC:
        snprintf(text, TEXT, "call_realloc(%.99s, %.99s)", old, size);
        break;
    case AC_FN_REALLOCARRAY:
        snprintf(text, TEXT, "call_reallocarray(%.99s, %.99s, %.99s)", old, first, size);
        break;
    case AC_FN_ALIGNED_ALLOC:
        snprintf(text, TEXT, "call_aligned_alloc(%.99s, %.99s)", first, size);
        break;
    case AC_FN_POSIX_MEMALIGN:
        snprintf(text, TEXT, "by_posix_memalign(%.99s, %.99s)", first, size);
        break;
    case AC_FN_MEMALIGN:
        snprintf(text, TEXT, "call_memalign(%.99s, %.99s)", first, size);
        break;
    default:
        snprintf(text, TEXT, "%s(%.99s)",
                 op_kind(op) == AC_OP_ALLOCA ? "own_alloca" : "call_malloc", size);
    }
}

/* --- errno --- */

static bool guarantees_errno(const struct plan *plan, const struct wanted *wanted) {
    unsigned guaranteed = plan->profile->errno_guaranteed[wanted->function];
    if (wanted->function == AC_FN_REALLOC || wanted->function == AC_FN_REALLOCARRAY) {
        guaranteed &= plan->profile->errno_guaranteed[AC_FN_MALLOC]; /* it may be one of NULL */
    }
    return (guaranteed & wanted_cause(wanted)) != 0;
}

/* The values of errno that may come with NULL: the second is as good as the first. */
static void text_of_errors(const struct plan *plan, const struct wanted *wanted,
                           const char *errors[2]) {
    bool valid = wanted_has_valid_alignment(wanted);
    errors[0] = errors[1] = valid ? "ENOMEM" : "EINVAL";
    if (!valid) {
        bool rounds = plan->profile->invalid_alignment[wanted->function] == AC_ALIGN_ROUNDS;
        errors[1] = rounds || wanted_is_impossible(plan, wanted) ? "ENOMEM" : errors[1];
        return;
    }
    bool bounded = wanted->function == AC_FN_ALIGNED_ALLOC || wanted->function == AC_FN_MEMALIGN;
    bool odd = wanted->function == AC_FN_ALIGNED_ALLOC && wanted->total % wanted->alignment != 0;
    errors[1] = odd || (bounded && wanted->alignment > PAGE) ? "EINVAL" : errors[1];
}

static void wrap_errno(const struct plan *plan, const struct wanted *wanted, char text[TEXT]) {
    const char *errors[2];
    bool valid = wanted_has_valid_alignment(wanted);
    if (!plan_checks(plan, AC_ORACLE_ERRNO)) {
        return;
    }
    if (guarantees_errno(plan, wanted) && !(valid && wanted_is_zero(wanted))) {
        text_of_errors(plan, wanted, errors);
        wrap(text, "with_error(, %s, %s)", errors[0], errors[1]);
    }
    if (!valid && plan->profile->invalid_alignment[wanted->function] == AC_ALIGN_EINVAL) {
        wrap(text, "no_block(, \"errno: EINVAL is due for an invalid alignment\")");
    }
}

/* --- NULL or not --- */

static enum ac_zero_size zero_reading(const struct plan *plan, const struct wanted *wanted) {
    switch (wanted->function) {
    case AC_FN_ALIGNED_ALLOC:
    case AC_FN_POSIX_MEMALIGN:
    case AC_FN_MEMALIGN:
        return plan->profile->aligned_zero[wanted->function];
    default:
        return plan->profile->malloc_zero;
    }
}

/* NULL may be due to what the page source refuses. */
static const char *a_block_of(const struct plan *plan) {
    return plan_has(plan, EXPORT_excuses) ? "a_block_unless_refused" : "a_block";
}

/* Whether realloc frees or allocates at 0 bytes depends on what it is given: `resize' checks that.
 */
static void wrap_zero(const struct plan *plan, const struct wanted *wanted, char text[TEXT]) {
    if (!plan_checks(plan, AC_ORACLE_ZERO_SIZE) || !wanted_is_zero(wanted) ||
        wanted_is_resize(wanted) || !wanted_has_valid_alignment(wanted)) {
        return;
    }
    enum ac_zero_size reading = zero_reading(plan, wanted);
    if (reading == AC_ZERO_BLOCK && wanted->alignment <= PAGE && plan->kind != AC_SOURCE_BUFFER) {
        wrap(text, "%s(, \"zero-size: a block is guaranteed for 0 bytes\")", a_block_of(plan));
    } else if (reading != AC_ZERO_BLOCK && reading != AC_ZERO_EITHER) {
        wrap(text, "no_block(, \"zero-size: NULL is guaranteed for 0 bytes\")");
    }
    wrap(text, "of_its_own()");
}

static void wrap_possible(const struct plan *plan, const struct ac_op *op,
                          const struct wanted *wanted, char text[TEXT]) {
    char total[TEXT];
    if (!plan_checks(plan, AC_ORACLE_MUST_FAIL)) {
        return;
    }
    if (wanted_is_impossible(plan, wanted)) {
        wrap(text, "no_block(, \"must-fail: this cannot be granted\")");
    } else if (wanted->dynamic) {
        text_of_total(op, wanted, total);
        wrap(text, "no_block_above_limit(, %s)", total);
    }
}

/* The block of the same size was freed by the call before: known only of the op that failed. */
static void wrap_must_succeed(const struct writer *writer, char text[TEXT]) {
    const struct ac_finding *finding = writer->plan->finding;
    if (finding != NULL && finding->oracle == AC_ORACLE_MUST_SUCCEED && finding->op == writer->at &&
        strstr(finding->expected, "same size") != NULL) {
        const bool strict = writer->plan->profile->reuses_when_refused;
        wrap(text, "%s(, \"must-succeed: as much was freed by the call before\")",
             strict ? "a_block" : a_block_of(writer->plan));
    }
}

/* --- what the block is like --- */

static uint64_t guaranteed_alignment(const struct writer *writer, const struct wanted *wanted) {
    const struct ac_profile *profile = writer->plan->profile;
    uint64_t guaranteed = 1, asked = wanted->alignment;
    while (guaranteed < _Alignof(max_align_t) && guaranteed * 2 <= wanted->total) {
        guaranteed *= 2;
    }
    if (wanted->total >= profile->min_alignment && profile->min_alignment > guaranteed) {
        guaranteed = profile->min_alignment;
    }
    if (wanted_is_resize(wanted) && profile->realloc_keeps_alignment) {
        asked = writer->known[writer->at].aligned;
    }
    return asked > guaranteed && (asked & (asked - 1)) == 0 ? asked : guaranteed;
}

static void wrap_block(const struct writer *writer, const struct ac_op *op,
                       const struct wanted *wanted, char text[TEXT]) {
    const struct plan *plan = writer->plan;
    char total[TEXT];
    if (wanted_is_impossible(plan, wanted) || wanted_is_zero(wanted) || wanted->dynamic ||
        !wanted_has_valid_alignment(wanted)) {
        return;
    }
    uint64_t alignment = guaranteed_alignment(writer, wanted);
    if (plan_checks(plan, AC_ORACLE_ALIGNED) && alignment > 1) {
        wrap(text, "aligned(, %" PRIu64 "%s)", alignment, alignment > INT64_MAX ? "u" : "");
    }
    if (plan_checks(plan, AC_ORACLE_ZEROED) && wanted->function == AC_FN_CALLOC) {
        text_of_total(op, wanted, total);
        wrap(text, "zeroed(, %s)", total);
    }
}

void text_of_answer(const struct writer *writer, const struct ac_op *op,
                    const struct wanted *wanted, const char *old, char text[TEXT]) {
    text_of_call(op, wanted, old, text);
    wrap_errno(writer->plan, wanted, text);
    wrap_zero(writer->plan, wanted, text);
    wrap_possible(writer->plan, op, wanted, text);
    wrap_must_succeed(writer, text);
    wrap_block(writer, op, wanted, text);
}
