// SPDX-License-Identifier: MIT
// The text of a status line: what fits, in which order, and how numbers read.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tool/status_line.h"

#include <string.h>

static void check(const struct status_line *line, size_t columns, const char *expected) {
    char text[STATUS_TEXT];
    assert_string_equal(status_print(line, columns, false, text), expected);
    assert_true(strlen(text) <= columns);
}

static void test_parts_are_left_out_from_the_end(void **state) {
    (void)state;
    struct status_line line = {.count = 0};
    status_add(&line, STATUS_PLAIN, "0:12");
    status_add_count(&line, STATUS_PLAIN, 12345, "program");
    status_add_count(&line, STATUS_BAD, 1, "finding");
    status_add(&line, STATUS_PLAIN, "%s", "");
    check(&line, 40, "0:12  12,345 programs  1 finding");
    check(&line, 32, "0:12  12,345 programs  1 finding");
    check(&line, 31, "0:12  12,345 programs");
    check(&line, 20, "0:12");
    check(&line, 3, "");
}

static void test_bar_takes_what_is_left(void **state) {
    (void)state;
    struct status_line line = {.count = 0};
    status_add(&line, STATUS_PLAIN, "0:10");
    status_add_steps(&line, 25, 100, 10);
    check(&line, 80, "0:10  [======>.................]  25 %  0:30 left  25 of 100");
    check(&line, 40, "0:10  [==>.......]  0:30 left  25 of 100");
    check(&line, 28, "0:10  [==>......]  0:30 left");
    check(&line, 20, "0:10  [=>....]  25 %");
    check(&line, 17, "0:10  [==>......]");
}

static void test_bar_without_end(void **state) {
    (void)state;
    struct status_line line = {.count = 0};
    status_add_steps(&line, 7, 0, 10);
    check(&line, 80, "");
    status_add_steps(&line, 9, 7, 10); /* more than planned */
    check(&line, 80, "[========================] 100 %  9 of 7");
}

static void test_name_is_shortened_at_its_beginning(void **state) {
    (void)state;
    struct status_line line = {.count = 0};
    status_add(&line, STATUS_PLAIN, "0:01");
    status_add_name(&line, "corpus/seed/calloc-on-dirty\nmemory.ops");
    check(&line, 80, "0:01  corpus/seed/calloc-on-dirty?memory.ops");
    check(&line, 30, "0:01  ...c-on-dirty?memory.ops");
    check(&line, 22, "0:01  ...ty?memory.ops");
    check(&line, 21, "0:01");
}

/* No character is cut in two. */
static void test_name_in_utf8(void **state) {
    (void)state;
    struct status_line line = {.count = 0};
    status_add_name(&line,
                    "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4");
    check(&line, 16, "...\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4");
}

static void test_colour(void **state) {
    (void)state;
    char text[STATUS_TEXT];
    struct status_line line = {.count = 0};
    status_add(&line, STATUS_PLAIN, "0:01");
    status_add_count(&line, STATUS_BAD, 2, "finding");
    assert_string_equal(status_print(&line, 80, true, text), "0:01  \033[1;31m2 findings\033[0m");
}

static void test_numbers(void **state) {
    (void)state;
    char text[STATUS_NUMBER];
    assert_string_equal(status_number(0, text), "0");
    assert_string_equal(status_number(999, text), "999");
    assert_string_equal(status_number(1000, text), "1,000");
    assert_string_equal(status_number(UINT64_MAX, text), "18,446,744,073,709,551,615");
    assert_string_equal(status_duration(-1, text), "0:00");
    assert_string_equal(status_duration(67.9, text), "1:07");
    assert_string_equal(status_duration(3 * 3600 + 300, text), "3 h 05 min");
    assert_string_equal(status_duration(86400 * 2.5, text), "2 days");
    assert_string_equal(status_duration(1e300, text), "999 days");
}

static void test_time_left(void **state) {
    (void)state;
    struct status_line line = {.count = 0};
    status_add_left(&line, 39232, true);
    check(&line, 80, "at least 10 h 53 min left");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts_are_left_out_from_the_end),
        cmocka_unit_test(test_bar_takes_what_is_left),
        cmocka_unit_test(test_bar_without_end),
        cmocka_unit_test(test_name_is_shortened_at_its_beginning),
        cmocka_unit_test(test_name_in_utf8),
        cmocka_unit_test(test_colour),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_time_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
