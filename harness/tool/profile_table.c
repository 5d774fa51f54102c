// SPDX-License-Identifier: MIT
#include "profile_table.h"

enum { WORDS = 200 };

static void row(FILE *out, const char *trait, const char *value, const char *how) {
    fprintf(out, "  %-38s %-44s %s\n", trait, value, how);
}

static void seen_row(FILE *out, const char *trait, unsigned seen, const char *how) {
    char words[WORDS];
    if (seen != 0)
        row(out, trait, ac_seen_text(seen, words, sizeof words), how);
}

static bool is_aligned_form(int function) {
    return function == AC_FN_ALIGNED_ALLOC || function == AC_FN_POSIX_MEMALIGN ||
           function == AC_FN_MEMALIGN;
}

static void print_zero(FILE *out, const struct ac_measurement *measured) {
    static const char how[] = "24, 3000 and 200000 bytes, a process each";
    char trait[64];
    for (int i = 0; i < AC_FN_COUNT; i++) {
        const char *of_null = i == AC_FN_REALLOC || i == AC_FN_REALLOCARRAY ? " of NULL" : "";
        snprintf(trait, sizeof trait, "%s%s, 0 bytes", ac_function_name((enum ac_function)i),
                 of_null);
        if ((measured->offered >> i & 1) == 0)
            row(out, ac_function_name((enum ac_function)i), "not offered", "");
        else
            seen_row(out, trait, measured->zero[i], "on a fresh heap, and after frees");
    }
    seen_row(out, "realloc of a block to 0 bytes", measured->resize_zero[AC_FN_REALLOC], how);
    seen_row(out, "reallocarray of a block, 0 bytes", measured->resize_zero[AC_FN_REALLOCARRAY],
             how);
}

static void print_null(FILE *out, const struct ac_measurement *measured) {
    static const char *const calls[] = {"free(NULL)", "realloc(NULL, 24)",
                                        "malloc_usable_size(NULL)"};
    for (unsigned i = 0; i < sizeof calls / sizeof *calls; i++)
        if ((measured->null_tried >> i & 1) != 0)
            row(out, calls[i], measured->null_taken >> i & 1 ? "returns" : "ends the process", "");
}

static void print_refusals(FILE *out, const struct ac_measurement *measured) {
    static const char *const how[AC_CAUSES] = {"products beyond SIZE_MAX", "up to SIZE_MAX",
                                               "2^57 bytes up to PTRDIFF_MAX, 2^56 of alignment",
                                               "0, 3, 24, 5000 ..."};
    char trait[64];
    for (int i = 0; i < AC_FN_COUNT; i++) {
        for (unsigned cause = 0; cause < AC_CAUSES; cause++) {
            snprintf(trait, sizeof trait, "%s, %s", ac_function_name((enum ac_function)i),
                     ac_cause_name(cause));
            const bool alignment = 1u << cause == AC_CAUSE_ALIGNMENT;
            if (!alignment)
                seen_row(out, trait, measured->refusal[i][cause], how[cause]);
            else if (is_aligned_form(i))
                seen_row(out, trait, measured->invalid_alignment[i], how[cause]);
        }
    }
}

static const char *holds(unsigned holds) {
    static const char *const words[] = {[AC_HOLDS_UNKNOWN] = "unknown",
                                        [AC_HOLDS_ALWAYS] = "always",
                                        [AC_HOLDS_NOT] = "not guaranteed"};
    return words[holds];
}

static void size_row(FILE *out, const char *trait, size_t size, const char *how) {
    char text[32];
    snprintf(text, sizeof text, "%zu", size);
    row(out, trait, text, how);
}

static void print_refused_sizes(FILE *out, const struct ac_measurement *measured) {
    char text[WORDS];
    row(out, "the size just freed is granted", holds(measured->freed_size),
        "with a live neighbour; 2 GiB in all");
    if (measured->shrinks != AC_HOLDS_UNKNOWN)
        row(out, "realloc to fewer bytes is granted", holds(measured->shrinks),
            "24 bytes to 2 MiB");
    snprintf(text, sizeof text, "fixed: full at %zu bytes", measured->pool_bytes);
    if (measured->fixed_pool != AC_HOLDS_UNKNOWN) {
        row(out, "memory", measured->fixed_pool == AC_HOLDS_ALWAYS ? text : "of the system",
            "8192 blocks, or 128 MiB");
    }
}

static void print_blocks(FILE *out, const struct ac_measurement *measured) {
    char text[WORDS];
    size_row(out, "minimum alignment", measured->min_alignment, "blocks of 1 byte to 1 MiB");
    row(out, "alignment kept by realloc", holds(measured->keeps_alignment),
        "32 to 4096, grown and shrunk ten times");
    if (measured->usable_offered) {
        row(out, "usable size is the size asked for", holds(measured->usable_exact),
            "blocks of 1 byte to 1 MiB");
        snprintf(text, sizeof text, "%zu bytes, for %zu", measured->most_slack, measured->slack_at);
        row(out, "usable size beyond it, at most", text, "");
        row(out, "usable size stays while live", holds(measured->usable_stable), "asked twice");
    } else {
        row(out, "usable size", "not offered", "");
    }
    row(out, "errno kept by free", holds(measured->free_errno), "in every call above");
    print_refused_sizes(out, measured);
    size_row(out, "largest request granted, about", measured->largest_request,
             "doubled, then bit by bit; never touched");
    snprintf(text, sizeof text, "%zu", measured->boundaries.count);
    row(out, "size-class boundaries", text, "where the usable size jumps");
}

static void print_boundaries(FILE *out, const struct ac_boundaries *boundaries) {
    for (size_t i = 0; i < boundaries->count; i++) {
        fprintf(out, "%s%llu%s", i % 14 == 0 ? "    " : " ", (unsigned long long)boundaries->at[i],
                i % 14 == 13 || i + 1 == boundaries->count ? "\n" : "");
    }
}

static void print_misuse(FILE *out, const struct ac_measurement *measured) {
    char trait[64], value[WORDS];
    for (int i = 0; i < AC_MISUSE_COUNT; i++) {
        const struct ac_measured_misuse *misuse = &measured->misuse[i];
        snprintf(trait, sizeof trait, "misuse %s", ac_misuse_name((enum ac_misuse)i));
        if (misuse->tried == 0) {
            row(out, trait, "cannot be tried", "");
            continue;
        }
        const bool always = misuse->caught == misuse->tried;
        const bool silent = misuse->silent == misuse->tried;
        snprintf(value, sizeof value, "%s",
                 always   ? "always caught"
                 : silent ? "always ends the process without a message"
                          : "not guaranteed");
        snprintf(trait + 0, sizeof trait, "misuse %s", ac_misuse_name((enum ac_misuse)i));
        fprintf(out, "  %-38s %-44s caught %u of %u%s%s\n", trait, value, misuse->caught,
                misuse->tried, misuse->text[0] != '\0' ? ": " : "", misuse->text);
    }
}

/* --- remarks --- */

struct section {
    FILE *out;
    enum ac_remark remark;
    size_t lines;
};

static void print_remark(void *ctx, enum ac_remark remark, const char *line) {
    static const char *const titles[AC_REMARKS] = {
        [AC_REMARK_DEVIATION] = "deviations from the standards",
        [AC_REMARK_GRANTED] = "granted, though no memory can satisfy it",
        [AC_REMARK_VARIATION] = "variations of what must not vary",
        [AC_REMARK_FATAL_CALL] = "calls that end the process, or do not return",
        [AC_REMARK_IMPOSSIBLE] = "impossible requests that end the process, with a message",
        [AC_REMARK_POLICY] = "how exhausted memory ends the process",
        [AC_REMARK_UNMEASURED] = "not measured: out of time"};
    struct section *section = ctx;
    if (remark != section->remark)
        return;
    if (section->lines++ == 0)
        fprintf(section->out, "%s:\n", titles[remark]);
    fprintf(section->out, "  %s\n", line);
}

static void print_remarks(FILE *out, const struct ac_measurement *measured) {
    for (int i = AC_REMARK_DEVIATION; i < AC_REMARKS; i++) {
        struct section section = {out, (enum ac_remark)i, 0};
        ac_measurement_remarks(measured, print_remark, &section);
    }
}

void profile_print_table(FILE *out, const char *name, const struct ac_measurement *measured) {
    fprintf(out, "%s, as measured:\n", name);
    print_zero(out, measured);
    print_null(out, measured);
    print_refusals(out, measured);
    print_blocks(out, measured);
    print_boundaries(out, &measured->boundaries);
    print_misuse(out, measured);
    print_remarks(out, measured);
}
