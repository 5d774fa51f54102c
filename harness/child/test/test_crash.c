// SPDX-License-Identifier: MIT
// The stack that a process leaves when a signal ends it, and function names from files.
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include <limits.h>

#include "adapter/adapters.h"
#include "allocheck/child.h"
#include "allocheck/profile.h"
#include "child/crash.h"
#include "test/toy.h"

static const struct ac_allocator fragile = TOY("fragile", &toy_profile, toy_fails, toy_free);

/* The output of the process that a request of this size ended, with its stack. */
static void run(uint64_t size, char *output, size_t capacity) {
    const struct ac_child_options options = {
        .target = ac_target_of(&fragile), .oracles = AC_ALL_ORACLES, .free_at_end = true};
    struct ac_child *child = ac_child_new(&options);
    const struct ac_op op = {.kind = AC_OP_MALLOC, .repeat = 1, .b = ac_absolute(size)};
    struct ac_program program;
    struct ac_report report;
    assert_non_null(child);
    ac_program_init(&program);
    assert_true(ac_program_append(&program, &op));
    assert_int_equal(ac_child_run(child, &program, &report), AC_CHILD_RAN);
    assert_true(report.found);
    assert_int_equal(report.finding.oracle, AC_ORACLE_SURVIVES);
    ac_child_output(child, output, capacity);
    ac_program_destroy(&program);
    ac_child_delete(child);
}

static void assert_frames(uint64_t size, const char *first, const char *second) {
    char output[8192], frame[100];
    run(size, output, sizeof output);
    snprintf(frame, sizeof frame, "#0 0x");
    const char *at = strstr(output, frame);
    assert_non_null(at);
    snprintf(frame, sizeof frame, " in %s (/", first);
    at = strstr(at, frame);
    assert_non_null(at);
    assert_true(at < strstr(output, "#1 0x"));
    snprintf(frame, sizeof frame, " in %s (/", second);
    assert_non_null(strstr(at, frame));
    /* Without the harness, which calls the allocator. */
    assert_null(strstr(output, " in ac_"));
    assert_null(strstr(output, " in main"));
}

static void a_crash_leaves_its_stack(void **state) {
    (void)state;
    assert_frames(TOY_WRITES_NULL, "write_through_null", "toy_fails");
}

static void what_abort_calls_is_left_out(void **state) {
    (void)state;
    assert_frames(TOY_ABORTS, "give_up", "toy_fails");
}

static void a_stack_that_is_used_up_is_reported_by_its_innermost_frames(void **state) {
    (void)state;
    assert_frames(TOY_OVERFLOWS_STACK, "recurse", "recurse");
}

/* The crash is in the harness, which writes to the block, not in a call. */
static void outside_of_calls_there_are_no_frames(void **state) {
    (void)state;
    char output[8192];
    run(TOY_RETURNS_WILD, output, sizeof output);
    assert_null(strstr(output, "#0 0x"));
}

/* --- files --- */

static void write_file(char path[32], const void *bytes, size_t size) {
    strcpy(path, "crash-XXXXXX");
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, bytes, size), size);
    close(file);
}

static void what_is_no_file_of_functions_names_none(void **state) {
    (void)state;
    char name[64], path[32], text[4096] = "\177ELF\2\1\1";
    assert_false(ac_crash_name("/nonexistent", 1, name, sizeof name));
    assert_false(ac_crash_name("/", 1, name, sizeof name));
    for (size_t size = 0; size < sizeof text; size = 2 * size + 1) {
        memset(text + 7, 0xFF, sizeof text - 7);
        write_file(path, text, size);
        assert_false(ac_crash_name(path, 1, name, sizeof name));
        unlink(path);
    }
}

/* A real file with flipped bits: no offset is followed out of it. */
static void a_broken_file_is_read_within_its_bounds(void **state) {
    (void)state;
    enum { HEAD = 64 };
    static uint8_t bytes[4 << 20];
    char name[64], path[32];
    FILE *self = fopen("/proc/self/exe", "rb");
    assert_non_null(self);
    const size_t size = fread(bytes, 1, sizeof bytes, self);
    fclose(self);
    assert_true(size > HEAD);
    for (size_t at = 16; at < HEAD; at++) {
        bytes[at] ^= 0xFF;
        write_file(path, bytes, size);
        ac_crash_name(path, 0x1234, name, sizeof name);
        unlink(path);
        bytes[at] ^= 0xFF;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crash_leaves_its_stack),
        cmocka_unit_test(what_abort_calls_is_left_out),
        cmocka_unit_test(a_stack_that_is_used_up_is_reported_by_its_innermost_frames),
        cmocka_unit_test(outside_of_calls_there_are_no_frames),
        cmocka_unit_test(what_is_no_file_of_functions_names_none),
        cmocka_unit_test(a_broken_file_is_read_within_its_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
