// SPDX-License-Identifier: MIT
// What there is to say about an allocator: deviations, variations, ends.
#include "measured.h"

#include <stddef.h>
#include <stdio.h>

enum { LINE = 320, WORDS = 160 };

struct remarks {
    const struct ac_measured *measured;
    ac_remark_function *say;
    void *ctx;
};

static void remark(const struct remarks *remarks, enum ac_remark kind, const char *what,
                   unsigned seen, const char *rule) {
    char line[LINE], words[WORDS];
    snprintf(line, sizeof line, "%s: %s%s%s", what, ac_seen_text(seen, words, sizeof words),
             rule[0] != '\0' ? "; " : "", rule);
    remarks->say(remarks->ctx, kind, line);
}

static void remark_zero(const struct remarks *remarks) {
    const unsigned zero = ac_seen_malloc_zero(remarks->measured);
    if ((zero & AC_SEEN_BLOCK) != 0 && (zero & AC_SEEN_REFUSALS) != 0) {
        remark(remarks, AC_REMARK_VARIATION, "malloc, calloc, realloc of NULL: 0 bytes",
               zero & ~(unsigned)AC_SEEN_SHARED, "");
    }
    for (int i = 0; i < AC_FN_COUNT; i++) {
        if (remarks->measured->zero[i] & AC_SEEN_SHARED) {
            char what[WORDS];
            snprintf(what, sizeof what, "%s of 0 bytes", ac_function_name((enum ac_function)i));
            remark(remarks, AC_REMARK_DEVIATION, what, AC_SEEN_SHARED,
                   "each block is unique (C17 7.22.3)");
        }
    }
    const unsigned resized = remarks->measured->realloc_zero;
    const unsigned fates = resized & (AC_SEEN_BLOCK | AC_SEEN_FREED | AC_SEEN_KEPT);
    const bool both = (resized & AC_SEEN_BLOCK) != 0 && (resized & AC_SEEN_REFUSALS) != 0;
    if (both || (fates & (fates - 1)) != 0) {
        remark(remarks, AC_REMARK_VARIATION, "realloc to 0 bytes", resized, "");
    }
}

/* POSIX.1-2024 demands errno of all but memalign, which is nobody's. */
static void remark_error(const struct remarks *remarks, enum ac_function function, unsigned bit) {
    const unsigned seen = ac_seen_refusal(remarks->measured, function, bit);
    const unsigned right = ac_right_error(bit);
    char what[WORDS];
    if (seen == 0 || seen == right) {
        return;
    }
    snprintf(what, sizeof what, "%s refuses (%s)", ac_function_name(function), ac_cause_name(bit));
    if ((seen & right) != 0) {
        remark(remarks, AC_REMARK_VARIATION, what, seen, "");
    } else if (function != AC_FN_MEMALIGN) {
        remark(remarks, AC_REMARK_DEVIATION, what, seen,
               right == AC_SEEN_EINVAL ? "POSIX.1-2024 demands EINVAL"
                                       : "POSIX.1-2024 demands ENOMEM");
    }
}

static void remark_granted(const struct remarks *remarks, enum ac_function function, unsigned bit) {
    char what[WORDS];
    const bool impossible = ((1u << bit) & (AC_CAUSE_WRAP | AC_CAUSE_PTRDIFF)) != 0;
    if (impossible && (remarks->measured->refusal[function][bit] & AC_SEEN_BLOCK) != 0) {
        snprintf(what, sizeof what, "%s (%s)", ac_function_name(function), ac_cause_name(bit));
        remark(remarks, AC_REMARK_DEVIATION, what, AC_SEEN_BLOCK, "this cannot be granted");
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
        snprintf(line, sizeof line,
                 "blocks are aligned to %zu bytes only; %zu for those of at least that size (C17 "
                 "7.22.3, C23 7.24.3)",
                 least, _Alignof(max_align_t));
        remarks->say(remarks->ctx, AC_REMARK_DEVIATION, line);
    }
}

static void remark_end(const struct remarks *remarks, const struct ac_measured_end *end) {
    char line[LINE], alignment[64] = "";
    if (end->alignment != 0) {
        snprintf(alignment, sizeof alignment, " aligned to %llu",
                 (unsigned long long)end->alignment);
    }
    snprintf(line, sizeof line, "%s, %llu bytes%s%s: %s",
             ac_function_name((enum ac_function)end->function), (unsigned long long)end->size,
             alignment, end->limited ? ", when all memory is used" : "", end->how);
    remarks->say(remarks->ctx, AC_REMARK_END, line);
}

void ac_measured_remarks(const struct ac_measured *measured, ac_remark_function *say, void *ctx) {
    const struct remarks remarks = {measured, say, ctx};
    remark_zero(&remarks);
    for (int i = 0; i < AC_FN_COUNT; i++) {
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
    for (size_t i = 0; i < measured->ends && i < AC_MEASURED_ENDS; i++) {
        remark_end(&remarks, &measured->end[i]);
    }
}
