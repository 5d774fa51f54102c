// SPDX-License-Identifier: MIT
// Stacks as sanitizers print them: only the allocator's frames stay, without addresses and folders.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "explain/stack.h"

static struct stack read_text(const char *text) {
    struct stack stack;
    stack_read(text, strlen(text), &stack);
    return stack;
}

static void expect_frame(const struct stack *stack, size_t index, const char *function,
                         const char *place) {
    assert_true(index < stack->count);
    assert_string_equal(stack->frames[index].function, function);
    assert_string_equal(stack->frames[index].place, place);
}

static void drops_frames_of_the_harness(void **state) {
    (void)state;
    struct stack stack = read_text(
        "=================================================================\n"
        "==71==ERROR: AddressSanitizer: use-after-poison on address 0x7f01 at pc 0x55 bp 0x7f\n"
        "READ of size 8 at 0x7f0112 thread T0\n"
        "    #0 0x55d0c1 in chunk_foot /w/harness/planted/chunk.h:44:12\n"
        "    #1 0x55d0c2 in pb_free /w/harness/planted/front.c:190\n"
        "    #2 0x55d0c3 in call_free /w/harness/run/release.c:16:5\n"
        "    #3 0x55d0c4 in main /w/harness/cli/main.c:99:3\n"
        "\n"
        "0x7f0112 is located 0 bytes inside\n"
        "    #0 0x55d0c9 in other other.c:1\n");
    assert_int_equal(stack.count, 2);
    expect_frame(&stack, 0, "chunk_foot", "chunk.h:44");
    expect_frame(&stack, 1, "pb_free", "front.c:190");
}

static void names_the_library_without_line_numbers(void **state) {
    (void)state;
    struct stack stack =
        read_text("    #0 0x7fe2 in __asan_memcpy (/b/harness/cli/tool+0x9d1) (BuildId: 8f)\n"
                  "    #1 0x7fe3  (/opt/lib/libmine.so+0x1f0)\n"
                  "    #2 0x7fe4 in ns::Heap::take(unsigned long, int) /o/my heap.cc:7:1\n"
                  "    #3 0x7fe5 in ac_run_frames (/usr/bin/tool+0x12)\n");
    assert_int_equal(stack.count, 3);
    expect_frame(&stack, 0, "__asan_memcpy", "tool+0x9d1");
    expect_frame(&stack, 1, "", "libmine.so+0x1f0");
    assert_int_equal(strncmp(stack.frames[2].function, "ns::Heap::take(unsigned long, int)", 34),
                     0);
}

static void places_undefined_behaviour(void **state) {
    (void)state;
    const char *report = "/w/alloc/heap.c:7:9: runtime error: shift exponent 64 is too large\n"
                         "SUMMARY: UndefinedBehaviorSanitizer: undefined-behavior heap.c:7:9 in\n";
    struct stack stack = read_text(report);
    assert_int_equal(stack.count, 1);
    expect_frame(&stack, 0, "", "heap.c:7");
    stack = read_text("/w/alloc/heap.c:7:9: runtime error: shift exponent 64 is too large\n"
                      "    #0 0x55 in shift /w/alloc/heap.c:7:9\n"
                      "    #1 0x56 in ask /w/harness/run/allocate.c:52:1\n");
    assert_int_equal(stack.count, 1);
    expect_frame(&stack, 0, "shift", "heap.c:7");
}

static void drops_a_stack_of_the_harness(void **state) {
    (void)state;
    assert_int_equal(
        read_text("    #0 0x1 in fill /w/harness/model/pattern.c:84\n    #1 0x2 in malloc m.c:1\n")
            .count,
        0);
}

static void ignores_other_output(void **state) {
    (void)state;
    assert_int_equal(read_text("").count, 0);
    assert_int_equal(read_text("double free or corruption (out)\n# 0 is no frame\n").count, 0);
    assert_int_equal(read_text("#0").count, 0);
    assert_int_equal(read_text("#0 is nothing").count, 0);
}

static void truncates_long_names_and_stacks(void **state) {
    (void)state;
    char text[4096] = "    #0 0x55 in ";
    memset(text + strlen(text), 'n', 2000);
    struct stack stack = read_text(text);
    assert_int_equal(stack.count, 1);
    assert_int_equal(strlen(stack.frames[0].function), STACK_NAME - 1);
    char deep[4096] = "";
    for (int i = 0; i < 40; i++)
        strcat(deep, "#0 0x5 in f f.c:1\n");
    assert_int_equal(read_text(deep).count, STACK_FRAMES);
    stack_read("#0 0x5 in f f.c:12", 17, &stack); /* no zero byte after it */
    expect_frame(&stack, 0, "f", "f.c:1");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drops_frames_of_the_harness),
        cmocka_unit_test(names_the_library_without_line_numbers),
        cmocka_unit_test(places_undefined_behaviour),
        cmocka_unit_test(drops_a_stack_of_the_harness),
        cmocka_unit_test(ignores_other_output),
        cmocka_unit_test(truncates_long_names_and_stacks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
