// SPDX-License-Identifier: MIT
// A request as an expression: the call inside the checks of its answer.
#include "write.h"

#include "model/evidence.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

enum { PAGE = 4096 };

/* Puts a call, as in `format', around the expression in `text', which becomes its first argument.
 */
static void wrap(char text[TEXT], const char *format, ...) __attribute__((format(printf, 2, 3)));

static void wrap(char text[TEXT], const char *format, ...) {
    char after[TEXT], inner[TEXT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(after, sizeof after, format, arguments);
    va_end(arguments);
    snprintf(inner, sizeof inner, "%s", text);
    size_t name = strcspn(after, "(");
    snprintf(text, TEXT, "%.*s(%.340s%s", (int)name, after, inner, after + name + 1);
}

static void text_of_plain_call(const struct ac_op *op, const struct request *request,
                               const char *old, char text[TEXT]) {
    char first[TEXT], size[TEXT];
    text_of_operand(op->a, first);
    text_of_operand(op->b, size);
    switch (request->function) {
    case AC_FN_CALLOC:
        if (op_kind(op) == AC_OP_VLA)
            snprintf(text, TEXT, "own_vla(%.99s, %.99s)", request->count == 1 ? "1" : first, size);
        else
            snprintf(text, TEXT, "call_calloc(%.99s, %.99s)", first, size);
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
        snprintf(text, TEXT, "posix_memalign_or_null(%.99s, %.99s)", first, size);
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

static bool guarantees_errno(const struct plan *plan, const struct request *request) {
    unsigned guaranteed = plan->profile->errno_guaranteed[request->function];
    if (request->function == AC_FN_REALLOC || request->function == AC_FN_REALLOCARRAY)
        guaranteed &= plan->profile->errno_guaranteed[AC_FN_MALLOC]; /* its block may be NULL */
    return (guaranteed & request_cause(request)) != 0;
}

/* The two values that errno may have after NULL. */
static void text_of_errors(const struct plan *plan, const struct request *request,
                           const char *errors[2]) {
    bool valid = request_has_valid_alignment(request);
    errors[0] = errors[1] = valid ? "ENOMEM" : "EINVAL";
    if (!valid) {
        bool rounds = plan->profile->invalid_alignment[request->function] == AC_ALIGN_ROUNDS;
        errors[1] = rounds || request_is_impossible(plan, request) ? "ENOMEM" : errors[1];
        return;
    }
    bool bounded = request->function == AC_FN_ALIGNED_ALLOC || request->function == AC_FN_MEMALIGN;
    bool odd = request->function == AC_FN_ALIGNED_ALLOC && request->total % request->alignment != 0;
    errors[1] = odd || (bounded && request->alignment > PAGE) ? "EINVAL" : errors[1];
}

static void wrap_errno(const struct plan *plan, const struct request *request, char text[TEXT]) {
    const char *errors[2];
    bool valid = request_has_valid_alignment(request);
    if (!plan_checks(plan, AC_ORACLE_ERRNO))
        return;
    if (guarantees_errno(plan, request) && !(valid && request_is_zero(request))) {
        text_of_errors(plan, request, errors);
        wrap(text, "with_errno(, %s, %s)", errors[0], errors[1]);
    }
    if (!valid && plan->profile->invalid_alignment[request->function] == AC_ALIGN_EINVAL)
        wrap(text, "must_fail(, \"errno: an invalid alignment must fail with EINVAL\")");
}

/* --- NULL or not --- */

/* A refused page request excuses NULL. */
static const char *must_succeed_of(const struct plan *plan) {
    return plan_has(plan, EXPORT_excuses) ? "must_succeed_unless_refused" : "must_succeed";
}

/* `resize' checks realloc to 0 bytes, because the result depends on the old block. */
static void wrap_zero(const struct plan *plan, const struct request *request, char text[TEXT]) {
    if (!plan_checks(plan, AC_ORACLE_ZERO_SIZE) || !request_is_zero(request) ||
        request_is_resize(request) || !request_has_valid_alignment(request))
        return;
    enum ac_zero_size reading = plan->profile->zero[request->function];
    const bool may_be_full = plan->kind == AC_SOURCE_BUFFER || plan->profile->fixed_pool;
    if (reading == AC_ZERO_BLOCK && request->alignment <= PAGE && !may_be_full)
        wrap(text, "%s(, \"zero-size: 0 bytes must give a block\")", must_succeed_of(plan));
    else if (reading != AC_ZERO_BLOCK && reading != AC_ZERO_EITHER)
        wrap(text, "must_fail(, \"zero-size: 0 bytes must give NULL\")");
    wrap(text, "unique()");
}

static void wrap_possible(const struct plan *plan, const struct ac_op *op,
                          const struct request *request, char text[TEXT]) {
    char total[TEXT];
    if (!plan_checks(plan, AC_ORACLE_MUST_FAIL))
        return;
    if (request_is_impossible(plan, request)) {
        wrap(text, "must_fail(, \"must-fail: the request is too large\")");
    } else if (request->dynamic) {
        text_of_total(op, request, total);
        wrap(text, "must_fail_above_limit(, %s)", total);
    }
}

/* The previous call freed the same size; this is known for the failing op only. */
static void wrap_must_succeed(const struct writer *writer, char text[TEXT]) {
    const struct ac_finding *finding = writer->plan->finding;
    if (finding != NULL && finding->oracle == AC_ORACLE_MUST_SUCCEED && finding->op == writer->at &&
        strcmp(finding->expected, EVIDENCE_SAME_SIZE) == 0) {
        const bool strict = writer->plan->profile->reuses_when_refused;
        wrap(text, "%s(, \"must-succeed: the previous call freed this size\")",
             strict ? "must_succeed" : must_succeed_of(writer->plan));
    }
}

/* --- the block --- */

static uint64_t guaranteed_alignment(const struct writer *writer, const struct request *request) {
    const struct ac_profile *profile = writer->plan->profile;
    const size_t declared = profile->min_alignment, strictest = _Alignof(max_align_t);
    const size_t most = declared != 0 && declared < strictest ? declared : strictest;
    uint64_t guaranteed = 1, asked = request->alignment;
    while (guaranteed * 2 <= most && guaranteed * 2 <= request->total)
        guaranteed *= 2;
    if (request->total >= profile->min_alignment && profile->min_alignment > guaranteed)
        guaranteed = profile->min_alignment;
    if (request_is_resize(request) && profile->realloc_keeps_alignment)
        asked = writer->facts[writer->at].alignment;
    return asked > guaranteed && (asked & (asked - 1)) == 0 ? asked : guaranteed;
}

static void wrap_block(const struct writer *writer, const struct ac_op *op,
                       const struct request *request, char text[TEXT]) {
    const struct plan *plan = writer->plan;
    char total[TEXT];
    if (request_is_impossible(plan, request) || request_is_zero(request) || request->dynamic ||
        !request_has_valid_alignment(request))
        return;
    uint64_t alignment = guaranteed_alignment(writer, request);
    if (plan_checks(plan, AC_ORACLE_ALIGNED) && alignment > 1)
        wrap(text, "aligned(, %" PRIu64 "%s)", alignment, alignment > INT64_MAX ? "u" : "");
    if (plan_checks(plan, AC_ORACLE_ZEROED) && request->function == AC_FN_CALLOC) {
        text_of_total(op, request, total);
        wrap(text, "zeroed(, %s)", total);
    }
}

void text_of_call(const struct writer *writer, const struct ac_op *op,
                  const struct request *request, const char *old, char text[TEXT]) {
    text_of_plain_call(op, request, old, text);
    wrap_errno(writer->plan, request, text);
    wrap_zero(writer->plan, request, text);
    wrap_possible(writer->plan, op, request, text);
    wrap_must_succeed(writer, text);
    wrap_block(writer, op, request, text);
}
