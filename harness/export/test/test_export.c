// SPDX-License-Identifier: MIT
// What cannot be shown is refused by name, and templates hold what is asked for and no more.
#define _GNU_SOURCE /* open_memstream */
#include "export.h"
#include "template.h"

#include "allocheck/codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- findings --- */

/* Never called: an export looks only at what is offered. */
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

/* Exports `p0 = malloc 24', `free p0' with a finding at its second op; the text is to be freed. */
static bool export(const struct ac_finding *finding, char **text, struct exported *exported) {
    static const char source[] = "ops 1\np0 = malloc 24\nfree p0\n";
    const struct ac_subject subject = ac_subject_of(&allocator);
    const struct export_options options = {.subject = &subject};
    struct ac_program program;
    struct ac_text_error error;
    size_t length;
    FILE *to = open_memstream(text, &length);
    ac_program_init(&program);
    assert_non_null(to);
    assert_true(ac_parse(&program, source, strlen(source), &error, NULL));
    bool done = export_c(&options, &program, finding, to, exported);
    fclose(to);
    ac_program_destroy(&program);
    return done;
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

static void what_one_process_cannot_show(void **state) {
    (void)state;
    refuses(AC_ORACLE_DETERMINISTIC, "digest 1, not 2");
    refuses(AC_ORACLE_AGREEMENT, "NULL");
    refuses(AC_ORACLE_LENT_UNTOUCHED, "AddressSanitizer: use-after-poison in the call");
    refuses(AC_ORACLE_SURVIVES, "AddressSanitizer: heap-buffer-overflow in the call");
    refuses(AC_ORACLE_SURVIVES, "UndefinedBehaviorSanitizer: a report in the call");
}

static void the_rest_is_written(void **state) {
    (void)state;
    for (int oracle = 0; oracle < AC_ORACLES; oracle++) {
        struct ac_finding finding = {.oracle = (enum ac_oracle)oracle, .op = 1, .slot = AC_NO_SLOT};
        struct exported exported;
        char *text;
        const bool refused = oracle == AC_ORACLE_DETERMINISTIC || oracle == AC_ORACLE_AGREEMENT ||
                             oracle == AC_ORACLE_LENT_UNTOUCHED;
        assert_int_equal(export(&finding, &text, &exported), !refused);
        assert_int_equal(strstr(text, "call_malloc(24)") != NULL, !refused);
        free(text);
    }
}

/* What others write must not end a comment's line, or become code. */
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
    /* Not in a comment, a text, a member's name, nor where it is only a part of a word. */
    expect("", "//+ f\nf\n//.\na.f b->f \"f\" ff @f@ // f\n", "a.f b->f \"f\" ff @f@ // f\n");
    /* What a part says of itself does not ask for it. */
    expect("", "//+ f\nf f\n//.\n1\n", "1\n");
    /* A value asks only where it stands. */
    expect("", "//+ use\nuse\n//.\n//? a\n@body@\n//.\n1\n", "1\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_one_process_cannot_show),
        cmocka_unit_test(the_rest_is_written),
        cmocka_unit_test(comments_stay_comments),
        cmocka_unit_test(flags_choose),
        cmocka_unit_test(uses_choose),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
