// SPDX-License-Identifier: MIT
// Functions and lines of an instruction, from debug information of every kind.
#define _GNU_SOURCE /* dlinfo */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "explain/symbols.h"

static uintptr_t called_from;

__attribute__((noinline)) static void back(void) {
    called_from = (uintptr_t)__builtin_return_address(0) - 1;
}

/* The frames of the call in a fixture. */
static size_t frames_of(const char *path, const char *debug_folder, struct stack_frame *frames,
                        size_t most) {
    struct link_map *map;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        fail_msg("%s", dlerror());
    void (*call)(void (*)(void)) = (void (*)(void (*)(void)))dlsym(library, "fixture_call");
    assert_non_null(call);
    assert_int_equal(dlinfo(library, RTLD_DI_LINKMAP, &map), 0);
    call(back);
    const size_t count = symbols_at(path, called_from - map->l_addr, debug_folder, frames, most);
    dlclose(library);
    return count;
}

static void expect_frame(const struct stack_frame *frame, const char *function, unsigned line,
                         bool inlined) {
    const size_t length = strlen(frame->file);
    assert_string_equal(frame->function, function);
    assert_int_equal(frame->line, line);
    assert_true(length > 9);
    assert_string_equal(frame->file + length - 9, "fixture.c");
    assert_int_equal(frame->file[0], '/');
    assert_int_equal(frame->inlined, inlined);
}

static void expect_lines(const char *path, const char *debug_folder) {
    struct stack_frame frames[4];
    assert_int_equal(frames_of(path, debug_folder, frames, 4), 2);
    expect_frame(&frames[0], "inner", 8, true);
    expect_frame(&frames[1], "fixture_call", 14, false);
    assert_int_equal(frames_of(path, debug_folder, frames, 1), 1);
    expect_frame(&frames[0], "inner", 8, true);
}

static void debug_information_may_be_in_the_file(void **state) {
    (void)state;
    expect_lines(FIXTURES "/fixture_dwarf4.so", NULL);
    expect_lines(FIXTURES "/fixture_dwarf5.so", NULL);
}

static void or_in_dwo_files(void **state) {
    (void)state;
    expect_lines(FIXTURES "/fixture_split4.so", NULL);
    expect_lines(FIXTURES "/fixture_split5.so", NULL);
}

static void or_in_a_separate_file(void **state) {
    (void)state;
    expect_lines(FIXTURES "/separate/by_id.so", FIXTURES "/separate");
    expect_lines(FIXTURES "/separate/by_link.so", NULL);
}

static void without_it_there_are_names(void **state) {
    (void)state;
    struct stack_frame frames[4];
    assert_int_equal(frames_of(FIXTURES "/separate/by_id.so", NULL, frames, 4), 1);
    assert_string_equal(frames[0].function, "fixture_call"); /* it is exported */
    assert_int_equal(frames[0].line, 0);
    assert_int_equal(frames_of(FIXTURES "/separate/no_debug.so", NULL, frames, 4), 1);
    assert_string_equal(frames[0].function, "fixture_call");
    assert_int_equal(symbols_at(FIXTURES "/separate/by_id.so", 0, NULL, frames, 4), 0);
}

/* --- files that cannot be read --- */

static void write_file(char path[32], const void *bytes, size_t size) {
    strcpy(path, "symbols-XXXXXX");
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, bytes, size), size);
    close(file);
}

static void what_is_no_elf_file_names_nothing(void **state) {
    (void)state;
    struct stack_frame frame;
    char path[32], text[4096] = "\177ELF\2\1\1";
    assert_int_equal(symbols_at("/nonexistent", 1, NULL, &frame, 1), 0);
    assert_int_equal(symbols_at("/", 1, NULL, &frame, 1), 0);
    for (size_t size = 0; size < sizeof text; size = 2 * size + 1) {
        memset(text + 7, 0xFF, sizeof text - 7);
        write_file(path, text, size);
        assert_int_equal(symbols_at(path, 1, NULL, &frame, 1), 0);
        unlink(path);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(debug_information_may_be_in_the_file),
        cmocka_unit_test(or_in_dwo_files),
        cmocka_unit_test(or_in_a_separate_file),
        cmocka_unit_test(without_it_there_are_names),
        cmocka_unit_test(what_is_no_elf_file_names_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
