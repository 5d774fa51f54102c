// SPDX-License-Identifier: MIT
// Remarks on a measurement: deviations, variations, fatal calls.
#include "readings.h"

#include "probe/probe.h"

#include <stddef.h>
#include <stdio.h>

enum { LINE = 320, WORDS = 160 };

struct remarks {
    const struct ac_measurement *measured;
    ac_remark_function *report;
    void *ctx;
};

static void remark(const struct remarks *remarks, enum ac_remark kind, const char *what,
                   unsigned seen, const char *rule) {
    char line[LINE], words[WORDS];
    snprintf(line, sizeof line, "%s: %s%s%s", what, ac_seen_text(seen, words, sizeof words),
             rule[0] != '\0' ? "; " : "", rule);
    remarks->report(remarks->ctx, kind, line);
}

static void remark_zero(const struct remarks *remarks, enum ac_function function) {
    const unsigned seen = remarks->measured->zero[function];
    const bool both = (seen & AC_SEEN_BLOCK) != 0 && (seen & AC_SEEN_REFUSALS) != 0;
    char what[WORDS];
    snprintf(what, sizeof what, "%s of 0 bytes", ac_function_name(function));
    if (function == AC_FN_MALLOC && both)
        remark(remarks, AC_REMARK_VARIATION, what, seen & ~(unsigned)AC_SEEN_SHARED, "");
    if ((seen & AC_SEEN_SHARED) != 0) {
        remark(remarks, AC_REMARK_DEVIATION, what, AC_SEEN_SHARED,
               "each block is unique (C17 7.22.3)");
    }
}

static void remark_resize_zero(const struct remarks *remarks, enum ac_function function) {
    const unsigned seen = remarks->measured->resize_zero[function];
    const unsigned fates = seen & (AC_SEEN_BLOCK | AC_SEEN_FREED | AC_SEEN_KEPT);
    const bool both = (seen & AC_SEEN_BLOCK) != 0 && (seen & AC_SEEN_REFUSALS) != 0;
    char what[WORDS];
    snprintf(what, sizeof what, "%s to 0 bytes", ac_function_name(function));
    if (both || (fates & (fates - 1)) != 0)
        remark(remarks, AC_REMARK_VARIATION, what, seen, "");
}

/* POSIX.1-2024 requires errno of all but memalign, which it does not cover. */
static void remark_error(const struct remarks *remarks, enum ac_function function, unsigned bit) {
    const unsigned seen = ac_seen_refusal(remarks->measured, function, bit);
    const unsigned right = ac_expected_error(bit);
    char what[WORDS];
    if (seen == 0 || seen == right)
        return;
    snprintf(what, sizeof what, "%s refuses (%s)", ac_function_name(function), ac_cause_name(bit));
    if ((seen & right) != 0) {
        remark(remarks, AC_REMARK_VARIATION, what, seen, "");
    } else if (function != AC_FN_MEMALIGN) {
        remark(remarks, AC_REMARK_DEVIATION, what, seen,
               right == AC_SEEN_EINVAL ? "POSIX.1-2024 requires EINVAL"
                                       : "POSIX.1-2024 requires ENOMEM");
    }
}

static void remark_granted(const struct remarks *remarks, enum ac_function function, unsigned bit) {
    static const char *const why[AC_CAUSES] = {"the product wraps", "more than PTRDIFF_MAX",
                                               "more than any address space", NULL};
    const struct ac_asked *asked = &remarks->measured->granted[function][bit];
    const bool resizes = function == AC_FN_REALLOC || function == AC_FN_REALLOCARRAY;
    char line[LINE], call[WORDS];
    if (why[bit] != NULL && asked->size != 0) {
        snprintf(line, sizeof line, "%s: a block; %s",
                 ac_asked_text(function, resizes, asked, call, sizeof call), why[bit]);
        remarks->report(remarks->ctx, AC_REMARK_GRANTED, line);
    }
}

static void remark_invalid_alignment(const struct remarks *remarks, enum ac_function function) {
    const unsigned seen = remarks->measured->invalid_alignment[function];
    char what[WORDS];
    if ((seen & AC_SEEN_BLOCK) != 0 && function != AC_FN_MEMALIGN) {
        snprintf(what, sizeof what, "%s with an invalid alignment", ac_function_name(function));
        remark(remarks, AC_REMARK_DEVIATION, what, seen,
               function == AC_FN_ALIGNED_ALLOC ? "it shall fail (C17 7.22.3.1)"
                                               : "it shall fail with EINVAL (POSIX.1-2024)");
    }
}

static void remark_alignment(const struct remarks *remarks) {
    const size_t least = remarks->measured->min_alignment;
    char line[LINE];
    if (least != 0 && least < _Alignof(max_align_t)) {
        snprintf(
            line, sizeof line,
            "blocks are aligned to %zu bytes only; those of %zu bytes and more must be aligned to "
            "%zu (C17 7.22.3, C23 7.24.3)",
            least, _Alignof(max_align_t), _Alignof(max_align_t));
        remarks->report(remarks->ctx, AC_REMARK_DEVIATION, line);
    }
}

static void remark_free(const struct remarks *remarks) {
    if (remarks->measured->free_errno == AC_HOLDS_NOT) {
        remarks->report(remarks->ctx, AC_REMARK_DEVIATION,
                        "free changes errno; POSIX.1-2024 (free) forbids that");
    }
}

static void remark_fatal_call(const struct remarks *remarks, const struct ac_fatal_call *call) {
    const struct ac_asked asked = {call->count, call->size, call->alignment};
    static const enum ac_remark remarks_on[] = {[AC_FATAL_BUG] = AC_REMARK_FATAL_CALL,
                                                [AC_FATAL_EXHAUSTION] = AC_REMARK_POLICY,
                                                [AC_FATAL_IMPOSSIBLE] = AC_REMARK_IMPOSSIBLE};
    char line[LINE], text[WORDS];
    ac_asked_text((enum ac_function)call->function, call->resizes, &asked, text, sizeof text);
    snprintf(line, sizeof line, "%s%s: %s", text, call->limited ? ", with memory exhausted" : "",
             call->how);
    remarks->report(remarks->ctx, remarks_on[ac_fatal_kind_of(call)], line);
}

bool ac_remark_is_bug(enum ac_remark remark, const struct ac_profile *declared) {
    const bool accepted = declared != NULL && declared->impossible_ends_process;
    return remark == AC_REMARK_GRANTED || remark == AC_REMARK_FATAL_CALL ||
           (remark == AC_REMARK_IMPOSSIBLE && !accepted);
}

/* Questions of one kind in a row are one line. */
static void remark_cuts(const struct remarks *remarks) {
    const char *last = NULL;
    for (uint32_t i = 0; i < ac_probe_count(); i++) {
        const char *name = ac_probe_name(i);
        if (remarks->measured->cut[i] && name != last)
            remarks->report(remarks->ctx, AC_REMARK_CUT, name);
        last = remarks->measured->cut[i] ? name : last;
    }
}

void ac_measurement_remarks(const struct ac_measurement *measured, ac_remark_function *report,
                            void *ctx) {
    const struct remarks remarks = {measured, report, ctx};
    for (int i = 0; i < AC_FN_COUNT; i++) {
        remark_zero(&remarks, (enum ac_function)i);
        remark_resize_zero(&remarks, (enum ac_function)i);
        for (unsigned bit = 0; bit < AC_CAUSES; bit++) {
            const bool has_product = i == AC_FN_CALLOC || i == AC_FN_REALLOCARRAY;
            if (1u << bit != AC_CAUSE_WRAP || has_product) {
                remark_error(&remarks, (enum ac_function)i, bit);
                remark_granted(&remarks, (enum ac_function)i, bit);
            }
        }
        remark_invalid_alignment(&remarks, (enum ac_function)i);
    }
    remark_alignment(&remarks);
    remark_free(&remarks);
    for (size_t i = 0; i < measured->fatal_calls && i < AC_FATAL_CALLS; i++)
        remark_fatal_call(&remarks, &measured->fatal_call[i]);
    remark_cuts(&remarks);
}
