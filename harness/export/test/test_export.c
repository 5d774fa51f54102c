// SPDX-License-Identifier: MIT
// Which findings become C files, by names or by the interface; which parts of templates are
// included.
#define _GNU_SOURCE /* open_memstream, strsep */
#include "export/export.h"
#include "export/template.h"
#include "model/evidence.h"

#include "allocheck/codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- findings --- */

/* Never called: an export only checks which functions exist. */
static void *some_malloc(void *heap, size_t size) {
    (void)heap;
    (void)size;
    return NULL;
}

static void some_free(void *heap, void *block) {
    (void)heap;
    (void)block;
}

static const struct ac_allocator allocator = {.struct_size = sizeof allocator,
                                              .name = "some",
                                              .profile = &ac_standard_profile,
                                              .malloc = some_malloc,
                                              .free = some_free};

/* A finding at the second op of a program on an allocator. */
struct tried {
    const struct ac_allocator *allocator;
    const char *program, *prefix;
};

/* The caller frees the text. */
static bool try_export(struct tried tried, const struct ac_finding *finding, char **text,
                       struct exported *exported) {
    const struct ac_target target = ac_target_of(tried.allocator);
    const struct export_options options = {.target = &target, .prefix = tried.prefix};
    struct ac_program program;
    struct ac_text_error error;
    size_t length;
    FILE *to = open_memstream(text, &length);
    ac_program_init(&program);
    assert_non_null(to);
    assert_true(ac_parse(&program, tried.program, strlen(tried.program), &error, NULL));
    bool done = export_c(&options, &program, finding, to, exported);
    fclose(to);
    ac_program_destroy(&program);
    return done;
}

static const char plain[] = "ops 1\np0 = malloc 24\nfree p0\n";

static bool export(const struct ac_finding *finding, char **text, struct exported *exported) {
    return try_export((struct tried){&allocator, plain, NULL}, finding, text, exported);
}

static void refuses(enum ac_oracle oracle, const char *actual) {
    struct ac_finding finding = {.oracle = oracle, .op = 1, .slot = AC_NO_SLOT};
    struct exported exported;
    char *text;
    strcpy(finding.actual, actual);
    assert_false(export(&finding, &text, &exported));
    assert_string_equal(text, "");
    assert_non_null(strstr(exported.reason, ac_oracle_info(oracle)->id));
    free(text);
}

static void refuses_findings_beyond_one_process(void **state) {
    (void)state;
    refuses(AC_ORACLE_DETERMINISTIC, "digest 1, not 2");
    refuses(AC_ORACLE_AGREEMENT, "NULL");
    refuses(AC_ORACLE_LIVE_UNTOUCHED, "AddressSanitizer: use-after-poison in the call");
    refuses(AC_ORACLE_SURVIVES, "AddressSanitizer: heap-buffer-overflow in the call");
    refuses(AC_ORACLE_SURVIVES, "UndefinedBehaviorSanitizer: a report in the call");
}

static void writes_all_other_findings(void **state) {
    (void)state;
    for (int oracle = 0; oracle < AC_ORACLES; oracle++) {
        struct ac_finding finding = {.oracle = (enum ac_oracle)oracle, .op = 1, .slot = AC_NO_SLOT};
        struct exported exported;
        char *text;
        const bool refused = oracle == AC_ORACLE_DETERMINISTIC || oracle == AC_ORACLE_AGREEMENT ||
                             oracle == AC_ORACLE_LIVE_UNTOUCHED;
        assert_int_equal(export(&finding, &text, &exported), !refused);
        assert_int_equal(strstr(text, "call_malloc(24)") != NULL, !refused);
        free(text);
    }
}

/* --- names or interface --- */

static void *some_open(const struct ac_open_options *options) {
    (void)options;
    return NULL;
}

static const struct ac_allocator placed = {.struct_size = sizeof placed,
                                           .name = "placed",
                                           .profile = &ac_standard_profile,
                                           .sources = AC_SOURCE_MMAP,
                                           .open = some_open,
                                           .malloc = some_malloc,
                                           .free = some_free};

/* Whether names or the interface show a finding at the second op, and by which words. */
static void shows(bool interface, enum ac_oracle oracle, const char *expected, const char *actual,
                  const char *program, const char *words) {
    struct ac_finding finding = {.oracle = oracle, .op = 1, .slot = AC_NO_SLOT};
    struct exported exported;
    char *text;
    strcpy(finding.expected, expected);
    strcpy(finding.actual, actual);
    assert_true(try_export((struct tried){&placed, program, NULL}, &finding, &text, &exported));
    assert_int_equal(exported.interface, interface);
    assert_int_equal(strstr(text, "allocheck/allocator.h\"") != NULL, interface);
    assert_non_null(strstr(text, words));
    free(text);
}

static void names_show_with_system_limits(void **state) {
    (void)state;
    static const char refused[] = "ops 1\nrefuse 1\np0 = malloc 24\n";
    static const char small[] = "ops 1\nwith limit=64K\nfree p1\np0 = malloc 24\n";
    static const char kept[] = "ops 1\nwith quirks=no_unmap\np0 = malloc 24\nfree p0\n";
    shows(false, AC_ORACLE_ZEROED, "zero", "", plain, "call_malloc(24)");
    shows(false, AC_ORACLE_ERRNO, "ENOMEM", "", refused, "    refuse_pages();");
    shows(false, AC_ORACLE_ERRNO, "errno unchanged by free", "", kept, "    exhaust_mappings();");
    shows(false, AC_ORACLE_MUST_SUCCEED, EVIDENCE_SHRINKS, "", small, "exhaust_memory();\n");
    shows(false, AC_ORACLE_MUST_SUCCEED, EVIDENCE_SAME_SIZE, "", small,
          "    exhaust_memory();\n    call_free(");
    shows(false, AC_ORACLE_MUST_SUCCEED, EVIDENCE_SAME_SIZE, "", plain, "call_malloc(24)");
    shows(false, AC_ORACLE_IN_BOUNDS, "", "", plain, "is_mapped(start, size)");
    shows(false, AC_ORACLE_NO_GROWTH, "", "", plain, "size_t after = mapped();");
    shows(false, AC_ORACLE_NO_LEAK, "all but what is guaranteed given back", "", plain, "run(16);");
    shows(false, AC_ORACLE_MISUSE_CAUGHT, "text", EVIDENCE_RETURNED, plain, "call_malloc(24)");
}

static void interface_shows_the_rest(void **state) {
    (void)state;
    static const char refused[] = "ops 1\nrefuse 1\np0 = malloc 24\n";
    static const char second[] = "ops 1\nrefuse 2\np0 = malloc 24\n";
    static const char dirty[] = "ops 1\nwith quirks=dirty\np0 = malloc 24\nfree p0\n";
    static const char small[] = "ops 1\nwith limit=64K\np0 = malloc 24\np0 = largest\n";
    static const char largest[] =
        "a block: as large a one was allocated before, and nothing is live now";
    shows(true, AC_ORACLE_INTEGRITY, "", "", plain, "");
    shows(true, AC_ORACLE_STATISTICS, "", "", plain, "");
    shows(true, AC_ORACLE_PAGE_LOG, "", "", plain, "");
    shows(true, AC_ORACLE_NO_LEAK, EVIDENCE_NO_LIVE, "", plain, "");
    shows(true, AC_ORACLE_FAILURE_KEEPS, EVIDENCE_LIVE_BLOCKS, "", plain, "");
    shows(true, AC_ORACLE_MISUSE_CAUGHT, "text", "caught as: other text", plain, "");
    shows(true, AC_ORACLE_MUST_SUCCEED, largest, "", small, "");
    shows(true, AC_ORACLE_ERRNO, "ENOMEM", "", second, "    refuse(2);");
    shows(true, AC_ORACLE_ZERO_SIZE, "a block", "", "ops 1\nrefuse 1\np0 = malloc 0\n", "");
    shows(true, AC_ORACLE_ALIGNED, "16", "", refused, "    refuse(1);");
    shows(true, AC_ORACLE_ZEROED, "zero", "", dirty, "memset(start, dirt");
}

static void refuses_a_prefix_for_interface_findings(void **state) {
    struct ac_finding finding = {.oracle = AC_ORACLE_INTEGRITY, .op = 1, .slot = AC_NO_SLOT};
    const struct tried tried = {&placed, plain, "my_"};
    struct exported exported;
    char *text;
    (void)state;
    assert_false(try_export(tried, &finding, &text, &exported));
    assert_string_equal(text, "");
    assert_non_null(strstr(exported.reason, "integrity"));
    free(text);
    finding.oracle = AC_ORACLE_ZEROED;
    assert_true(try_export(tried, &finding, &text, &exported));
    assert_non_null(strstr(text, "void *my_malloc(size_t size);"));
    free(text);
}

/* Foreign text must not end a comment or become code. */
static void comments_stay_comments(void **state) {
    struct ac_finding finding = {.oracle = AC_ORACLE_SURVIVES, .op = 1, .slot = AC_NO_SLOT};
    struct exported exported;
    char *text;
    (void)state;
    strcpy(finding.actual, "a\nint b;\\");
    strcpy(finding.expected, "what?"
                             "?/");
    assert_true(export(&finding, &text, &exported));
    assert_non_null(strstr(text, "// actual    a.int b;.\n"));
    assert_non_null(strstr(text, "// expected  what.?/\n"));
    free(text);
}

/* --- templates --- */

static bool flag(const void *of, const char *name, size_t length) {
    return strlen(of) == length && memcmp(of, name, length) == 0;
}

static void expect(const char *on, const char *text, const char *wanted) {
    static const struct template_value values[] = {{"two", "2"}, {"body", "use();\n"}};
    const struct template_use use = {flag, on, values, 2};
    char *written;
    size_t length;
    FILE *to = open_memstream(&written, &length);
    assert_non_null(to);
    assert_true(template_write(text, strlen(text), &use, to));
    fclose(to);
    assert_string_equal(written, wanted);
    free(written);
}

static void flags_choose(void **state) {
    (void)state;
    expect("a", "1\n//? a\nx@two@\n//.\n//? !a\n3\n//.\n4\n", "1\nx2\n4\n");
    expect("b", "//? a b\n1\n//? !b\n2\n//.\n3\n//.\n", "1\n3\n");
}

static void uses_choose(void **state) {
    (void)state;
    expect("", "//+ use\nvoid use(void);\n//.\n@body@\n", "void use(void);\nuse();\n");
    expect("", "//+ f\nf\n//.\n//+ g\ng f\n//.\nmain g\n", "f\ng f\nmain g\n");
    /* Not in a comment, a string, a member, or as part of a word. */
    expect("", "//+ f\nf\n//.\na.f b->f \"f\" ff @f@ // f\n", "a.f b->f \"f\" ff @f@ // f\n");
    /* A part does not use itself. */
    expect("", "//+ f\nf f\n//.\n1\n", "1\n");
    /* A value counts only on an included line. */
    expect("", "//+ use\nuse\n//.\n//? a\n@body@\n//.\n1\n", "1\n");
}

static bool is_flag(const char *name) {
    static const char *const flags[] = {
#define EXPORT_FLAG(name) #name,
#include "export/flags.def"
#undef EXPORT_FLAG
    };
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if (strcmp(flags[i], name) == 0)
            return true;
    return false;
}

static void templates_name_known_flags(void **state) {
    char *text = strndup((const char *)export_template, export_template_size), *rest = text, *line;
    size_t names = 0;
    (void)state;
    assert_non_null(text);
    while ((line = strsep(&rest, "\n")) != NULL) {
        if (strncmp(line, "//? ", 4) != 0)
            continue;
        for (char *name = strtok(line + 4, " "); name != NULL; name = strtok(NULL, " "), names++)
            assert_true(is_flag(name + (*name == '!')));
    }
    assert_true(names > 100);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_findings_beyond_one_process),
        cmocka_unit_test(writes_all_other_findings),
        cmocka_unit_test(names_show_with_system_limits),
        cmocka_unit_test(interface_shows_the_rest),
        cmocka_unit_test(refuses_a_prefix_for_interface_findings),
        cmocka_unit_test(comments_stay_comments),
        cmocka_unit_test(flags_choose),
        cmocka_unit_test(uses_choose),
        cmocka_unit_test(templates_name_known_flags),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
