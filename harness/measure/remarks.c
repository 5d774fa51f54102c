// SPDX-License-Identifier: MIT
// Remarks on a measurement: variations, deviations, policies.
#include "allocheck/deviation.h"
#include "readings.h"

#include "probe/probe.h"

#include <stdio.h>

enum { LINE = 320, WORDS = 160 };

struct remarks {
    const struct ac_measurement *measured;
    ac_remark_function *report;
    void *ctx;
};

static void remark(const struct remarks *remarks, const char *what, unsigned seen) {
    char line[LINE], words[WORDS];
    snprintf(line, sizeof line, "%s: %s", what, ac_seen_text(seen, words, sizeof words));
    remarks->report(remarks->ctx, AC_REMARK_VARIATION, line);
}

static void remark_zero(const struct remarks *remarks, enum ac_function function) {
    const unsigned seen = remarks->measured->zero[function];
    const bool both = (seen & AC_SEEN_BLOCK) != 0 && (seen & AC_SEEN_REFUSALS) != 0;
    char what[WORDS];
    snprintf(what, sizeof what, "%s of 0 bytes", ac_function_name(function));
    if (function == AC_FN_MALLOC && both)
        remark(remarks, what, seen & ~(unsigned)AC_SEEN_SHARED);
}

static void remark_resize_zero(const struct remarks *remarks, enum ac_function function) {
    const unsigned seen = remarks->measured->resize_zero[function];
    const unsigned fates = seen & (AC_SEEN_BLOCK | AC_SEEN_FREED | AC_SEEN_KEPT);
    const bool both = (seen & AC_SEEN_BLOCK) != 0 && (seen & AC_SEEN_REFUSALS) != 0;
    char what[WORDS];
    snprintf(what, sizeof what, "%s to 0 bytes", ac_function_name(function));
    if (both || (fates & (fates - 1)) != 0)
        remark(remarks, what, seen);
}

static void remark_errors(const struct remarks *remarks, enum ac_function function, unsigned bit) {
    const unsigned seen = ac_seen_refusal(remarks->measured, function, bit);
    const unsigned right = ac_expected_error(bit);
    char what[WORDS];
    snprintf(what, sizeof what, "%s refuses (%s)", ac_function_name(function), ac_cause_name(bit));
    if ((seen & right) != 0 && seen != right)
        remark(remarks, what, seen);
}

/* --- deviations --- */

static enum ac_remark remark_on(const struct ac_deviation *deviation) {
    if (deviation->kind == AC_DEVIATION_GRANTED)
        return AC_REMARK_GRANTED;
    if (deviation->kind != AC_DEVIATION_FATAL)
        return AC_REMARK_DEVIATION;
    return ac_fatal_kind_of(deviation->call) == AC_FATAL_IMPOSSIBLE ? AC_REMARK_IMPOSSIBLE
                                                                    : AC_REMARK_FATAL_CALL;
}

static bool remark_deviation(void *ctx, const struct ac_deviation *deviation) {
    const struct remarks *remarks = ctx;
    char line[AC_DEVIATION_LINE];
    remarks->report(remarks->ctx, remark_on(deviation), ac_deviation_text(deviation, line));
    return true;
}

static void remark_policies(const struct remarks *remarks) {
    const struct ac_measurement *measured = remarks->measured;
    char line[AC_DEVIATION_LINE];
    for (size_t i = 0; i < measured->fatal_calls && i < AC_FATAL_CALLS; i++) {
        if (ac_fatal_kind_of(&measured->fatal_call[i]) == AC_FATAL_EXHAUSTION) {
            ac_fatal_call_text(&measured->fatal_call[i], line, sizeof line);
            remarks->report(remarks->ctx, AC_REMARK_POLICY, line);
        }
    }
}

/* Questions of one kind in a row are one line. */
static void remark_cuts(const struct remarks *remarks) {
    const char *last = NULL;
    for (uint32_t i = 0; i < ac_probe_count(); i++) {
        const char *name = ac_probe_name(i);
        if (remarks->measured->unmeasured[i] && name != last)
            remarks->report(remarks->ctx, AC_REMARK_UNMEASURED, name);
        last = remarks->measured->unmeasured[i] ? name : last;
    }
}

void ac_measurement_remarks(const struct ac_measurement *measured, ac_remark_function *report,
                            void *ctx) {
    struct remarks remarks = {measured, report, ctx};
    for (int i = 0; i < AC_FN_COUNT; i++) {
        const enum ac_function function = (enum ac_function)i;
        const bool has_product = function == AC_FN_CALLOC || function == AC_FN_REALLOCARRAY;
        remark_zero(&remarks, function);
        remark_resize_zero(&remarks, function);
        for (unsigned bit = 0; bit < AC_CAUSES; bit++)
            if (1u << bit != AC_CAUSE_WRAP || has_product)
                remark_errors(&remarks, function, bit);
    }
    ac_measurement_deviations(measured, remark_deviation, &remarks);
    remark_policies(&remarks);
    remark_cuts(&remarks);
}
