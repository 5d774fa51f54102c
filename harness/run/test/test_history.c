// SPDX-License-Identifier: MIT
// The history of a process's inputs, written and read.
#define _GNU_SOURCE /* mkstemp, fork */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "allocheck/history.h"

static char path[] = "/tmp/history.XXXXXX";
static struct ac_history *history;
static struct ac_history_view view;

static void add(const char *input) {
    ac_history_add(history, (const uint8_t *)input, strlen(input));
}

static bool read_for(const char *last) {
    return ac_history_read(&view, path, (const uint8_t *)last, strlen(last));
}

static void assert_input(size_t index, const char *expected) {
    assert_in_range(index, 0, view.count - 1);
    assert_int_equal(view.inputs[index].size, strlen(expected));
    assert_memory_equal(view.inputs[index].bytes, expected, strlen(expected));
}

static void inputs_come_in_their_order(void **state) {
    (void)state;
    add("first");
    add("");
    add("third");
    assert_true(read_for("third"));
    assert_int_equal(view.count, 3);
    assert_input(0, "first");
    assert_input(1, "");
    assert_input(2, "third");
    assert_false(view.blamed);
    ac_history_close(&view);
    assert_false(read_for("first"));
    assert_false(read_for("fourth"));
    assert_int_equal(view.count, 0);
}

static void a_finding_belongs_to_the_last_input(void **state) {
    (void)state;
    const struct ac_finding finding = {.oracle = AC_ORACLE_ZEROED, .op = 7};
    add("shows it");
    ac_history_blame(history, &finding);
    assert_true(read_for("shows it"));
    assert_true(view.blamed);
    assert_int_equal(view.finding.oracle, AC_ORACLE_ZEROED);
    assert_int_equal(view.finding.op, 7);
    ac_history_close(&view);
}

/* Like a fork server: the parent runs nothing, each child starts anew. */
static void in_a_process_of_its_own(const char *first, const char *second) {
    pid_t pid = fork();
    if (pid == 0) {
        add(first);
        add(second);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

static void each_process_has_its_own(void **state) {
    (void)state;
    in_a_process_of_its_own("one", "end of one");
    in_a_process_of_its_own("two", "end of two");
    assert_true(read_for("end of one"));
    assert_int_equal(view.count, 2);
    assert_input(0, "one");
    ac_history_close(&view);
    assert_true(read_for("end of two"));
    assert_int_equal(view.count, 2);
    assert_input(0, "two");
    ac_history_close(&view);
}

enum { LARGE = 50000, MANY = 600 }; /* twice the capacity */

static void the_oldest_make_room(void **state) {
    (void)state;
    uint8_t *bytes = calloc(1, LARGE);
    assert_non_null(bytes);
    for (uint32_t i = 0; i < MANY; i++) {
        memcpy(bytes, &i, sizeof i);
        ac_history_add(history, bytes, LARGE);
    }
    assert_true(ac_history_read(&view, path, bytes, LARGE));
    assert_in_range(view.count, MANY / 4, MANY - 1);
    for (size_t i = 0; i < view.count; i++) {
        uint32_t number;
        memcpy(&number, view.inputs[i].bytes, sizeof number);
        assert_int_equal(number, MANY - view.count + i);
    }
    ac_history_close(&view);
    free(bytes);
}

static void one_that_is_too_large_ends_what_is_known(void **state) {
    (void)state;
    uint8_t *bytes = calloc(1, 100000);
    assert_non_null(bytes);
    add("before");
    ac_history_add(history, bytes, 100000);
    assert_false(ac_history_read(&view, path, bytes, 100000));
    add("after");
    assert_true(read_for("after"));
    assert_int_equal(view.count, 1);
    ac_history_close(&view);
    free(bytes);
}

static void a_damaged_file_is_refused(void **state) {
    (void)state;
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    for (int i = 0; i < 4096; i++)
        assert_int_equal(fputc(0xFF, file), 0xFF);
    fclose(file);
    assert_false(read_for("anything"));
    assert_int_equal(unlink(path), 0);
    assert_false(read_for("anything"));
}

static int open_history(void **state) {
    (void)state;
    strcpy(path, "/tmp/history.XXXXXX");
    int file = mkstemp(path);
    history = file >= 0 && close(file) == 0 ? ac_history_open(path) : NULL;
    return history == NULL;
}

static int remove_file(void **state) {
    (void)state;
    unlink(path);
    return 0;
}

#define HISTORY_TEST(test) cmocka_unit_test_setup_teardown(test, open_history, remove_file)

int main(void) {
    const struct CMUnitTest tests[] = {
        HISTORY_TEST(inputs_come_in_their_order),
        HISTORY_TEST(a_finding_belongs_to_the_last_input),
        HISTORY_TEST(each_process_has_its_own),
        HISTORY_TEST(the_oldest_make_room),
        HISTORY_TEST(one_that_is_too_large_ends_what_is_known),
        HISTORY_TEST(a_damaged_file_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
