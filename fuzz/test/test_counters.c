// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* mkstemp, setenv */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "allocheck/codec.h"
#include "engine.h"
#include "engine_counters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct record {
    char name[24];
    uint64_t value;
};

enum { RECORDS = 256 };

static char path[] = "/tmp/counters.XXXXXX";
static struct record records[RECORDS];

static size_t read_records(void) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t count = fread(records, sizeof records[0], RECORDS, file);
    assert_true(feof(file));
    fclose(file);
    return count;
}

static uint64_t value_of(const char *name) {
    size_t count = read_records();
    for (size_t i = 0; i < count; i++)
        if (strcmp(records[i].name, name) == 0)
            return records[i].value;
    fail_msg("no counter %s", name);
    return 0;
}

/* A program with one setting in its head, under the name of the text form. */
static void parse_setting(const char *setting, struct ac_program *program) {
    char text[64];
    struct ac_text_error error;
    int length = snprintf(text, sizeof text, "ops 1\nwith %s\n", setting);
    if (!ac_parse(program, text, (size_t)length, &error, NULL))
        fail_msg("%s: expected %s", setting, error.expected);
}

/* The counters use the names of the text form. */
static void settings_are_those_of_the_text_form(void **state) {
    (void)state;
    size_t settings = 0, count = read_records();
    struct ac_report report = {.found = false};
    struct ac_program program;
    ac_program_init(&program);
    for (size_t i = 0; i < count; i++) {
        char name[sizeof records[i].name];
        memcpy(name, records[i].name, sizeof name);
        if (strchr(name, '=') != NULL) {
            parse_setting(name, &program);
            uint64_t before = value_of(name);
            counters_program(&program, &report);
            assert_int_equal(value_of(name), before + 1);
            settings++;
        }
    }
    ac_program_destroy(&program);
    assert_int_equal(settings,
                     4 + AC_QUIRKS + AC_SIZE_MIXES + AC_FRAME_KINDS + AC_MAX_THREADS + AC_GROUPS);
}

static void other_settings_are_left_alone(void **state) {
    (void)state;
    struct ac_report report = {.counts = {.calls = 3, .ops = 5, .refused = 2}};
    struct ac_program program;
    ac_program_init(&program);
    parse_setting("source=brk", &program);
    uint64_t mmap = value_of("source=mmap"), brk = value_of("source=brk");
    uint64_t calls = value_of("calls"), ops = value_of("ops"), none = value_of("no call");
    report.checked[AC_ORACLE_ZEROED] = 7;
    counters_program(&program, &report);
    assert_int_equal(value_of("source=mmap"), mmap);
    assert_int_equal(value_of("source=brk"), brk + 1);
    assert_int_equal(value_of("calls"), calls + 3);
    assert_int_equal(value_of("ops"), ops + 5);
    assert_int_equal(value_of("no call"), none);
    assert_int_equal(value_of("checked zeroed"), 7);
    ac_program_destroy(&program);
}

static void inputs_are_counted(void **state) {
    (void)state;
    uint64_t before = value_of("inputs");
    counters_input();
    counters_input();
    assert_int_equal(value_of("inputs"), before + 2);
}

static int map_file(void **state) {
    (void)state;
    int file = mkstemp(path);
    return file < 0 || close(file) != 0 || setenv("ALLOCHECK_COUNTERS", path, 1) != 0 ||
           LLVMFuzzerInitialize(NULL, NULL) != 0;
}

static int remove_file(void **state) {
    (void)state;
    return unlink(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_those_of_the_text_form),
        cmocka_unit_test(other_settings_are_left_alone),
        cmocka_unit_test(inputs_are_counted),
    };
    return cmocka_run_group_tests(tests, map_file, remove_file);
}
