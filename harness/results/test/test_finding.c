// SPDX-License-Identifier: MIT
// Names of findings, hashes of files, and locations of ops in bytes.
#define _DEFAULT_SOURCE /* mkstemp */
#include "results/finding.h"
#include "results/results.h"

#include "allocheck/codec.h"
#include "test/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* --- SHA-256: examples from FIPS 180-4 --- */

static void check_hash(const char *text, size_t times, const char *expected) {
    struct sha256 hash;
    char digest[SHA256_TEXT];
    sha256_begin(&hash);
    for (size_t i = 0; i < times; i++)
        sha256_add(&hash, text, strlen(text));
    sha256_end(&hash, digest);
    assert_string_equal(digest, expected);
}

static void hashes(void **state) {
    (void)state;
    check_hash("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    check_hash("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    check_hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
               "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    check_hash("a", 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void hashes_files(void **state) {
    (void)state;
    char name[] = "allocheck-hash-XXXXXX", digest[SHA256_TEXT];
    int file = mkstemp(name);
    assert_true(file >= 0);
    assert_int_equal(write(file, "abc", 3), 3);
    close(file);
    assert_true(sha256_of_file(name, digest));
    assert_string_equal(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    unlink(name);
    assert_false(sha256_of_file(name, digest));
    assert_false(sha256_of_file("/", digest));
}

/* --- names --- */

static void name_with(const char *text, uint32_t op, const struct stack *stack,
                      char name[FINDING_NAME]) {
    struct ac_program program;
    const struct ac_finding finding = {.oracle = AC_ORACLE_ZEROED, .op = op};
    parse(&program, text);
    finding_name(&program, &finding, stack, name);
    ac_program_destroy(&program);
}

static void name_of(const char *text, uint32_t op, char name[FINDING_NAME]) {
    name_with(text, op, NULL, name);
}

#define STACK(second, line)                                                                        \
    "    #0 0x1234 in take /src/heap.c:" line ":7\n"                                               \
    "    #1 0x5678 in " second " /src/heap.c:90:3\n"                                               \
    "    #2 0x9abc in heap_malloc /src/heap.c:120:12\n"

static struct stack stack_in(const char *output) {
    struct stack stack;
    stack_read(output, strlen(output), &stack);
    return stack;
}

static void names_by_stack(void **state) {
    (void)state;
    static const char program[] = "ops 1\np0 = malloc 8\n";
    const struct stack none = stack_in(""), text = stack_in("giving up\n");
    const struct stack stack = stack_in("==7==ERROR: AddressSanitizer: x\n" STACK("cut", "12"));
    const struct stack moved = stack_in("==9==ERROR: AddressSanitizer: x\n" STACK("cut", "34"));
    const struct stack other = stack_in("==9==ERROR: AddressSanitizer: x\n" STACK("join", "12"));
    const struct stack checked =
        stack_in("==9==ERROR: AddressSanitizer: x\n"
                 "    #0 0x1 in __asan::CheckUnwind() asan_rtl.cpp.o\n"
                 "    #1 0x2 in __asan_unpoison_memory_region (/build/allocheck+0x135c27)\n"
                 "    #2 0x1234 in take /src/heap.c:12:7\n"
                 "    #3 0x5678 in cut /src/heap.c:90:3\n"
                 "    #4 0xdef0 in api_malloc /src/api.c:9:1\n");
    char deep[FINDING_NAME], plain[FINDING_NAME], silent[FINDING_NAME], here[FINDING_NAME],
        there[FINDING_NAME], elsewhere[FINDING_NAME];
    assert_int_equal(none.count, 0);
    assert_int_equal(text.count, 0);
    assert_int_equal(stack.count, 3);
    name_with(program, 0, &none, plain);
    name_with(program, 0, &text, silent);
    name_with(program, 0, &stack, here);
    name_with(program, 0, &moved, there);
    name_with(program, 0, &checked, deep);
    name_with(program, 0, &other, elsewhere);
    assert_string_equal(plain, silent);
    assert_string_equal(here, there);
    assert_string_equal(here, deep);
    assert_string_not_equal(plain, here);
    assert_string_not_equal(here, elsewhere);
}

static void names_by_kinds(void **state) {
    (void)state;
    char one[FINDING_NAME], same[FINDING_NAME], other[FINDING_NAME], end[FINDING_NAME];
    name_of("ops 1\np0 = malloc 8\nfree p0\np1 = calloc 1 8\n", 2, one);
    name_of("ops 1\nwith source=brk\np7 = malloc 24\nfree p7\np7 = calloc 3 9\n", 2, same);
    name_of("ops 1\np0 = malloc 8\np1 = calloc 1 8\nfree p0\n", 1, other);
    name_of("ops 1\np0 = malloc 8\n", 1, end);
    assert_string_equal(one, same);
    assert_string_not_equal(one, other);
    assert_int_equal(strncmp(one, "zeroed-calloc-", strlen("zeroed-calloc-")), 0);
    assert_int_equal(strlen(one), strlen("zeroed-calloc-") + 8);
    assert_int_equal(strncmp(end, "zeroed-end-", strlen("zeroed-end-")), 0);
}

/* --- locations in bytes --- */

static void check_locations(const char *text) {
    struct ac_program program;
    uint8_t bytes[256];
    size_t offset, length, end;
    parse(&program, text);
    const size_t size = ac_encode(&program, bytes, sizeof bytes, NULL), count = program.count;
    assert_in_range(size, 1, sizeof bytes);
    for (size_t op = 0; op < count; op++) {
        struct ac_program shorter;
        ac_program_init(&shorter);
        assert_true(locate_op_bytes(bytes, size, op, &offset, &length));
        /* The offset holds the ops before it; one more byte begins it. */
        assert_true(ac_decode(&shorter, bytes, offset) && shorter.count == op);
        assert_true(ac_decode(&shorter, bytes, offset + 1) && shorter.count == op + 1);
        end = offset + length;
        assert_true(op + 1 < count ? end < size : end == size);
        ac_program_destroy(&shorter);
    }
    assert_false(locate_op_bytes(bytes, size, count, &offset, &length));
    ac_program_destroy(&program);
}

static void locates_ops(void **state) {
    (void)state;
    check_locations("ops 1\np0 = malloc 24\nfree p0\n");
    check_locations("ops 1\nwith source=brk quirks=gaps limit=16M seed=7\np0 = calloc 3 max-7\n"
                    "repeat 200: p10 = malloc 48\np300 = realloc p0 page-16\nfree p300\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes),         cmocka_unit_test(hashes_files),
        cmocka_unit_test(names_by_kinds), cmocka_unit_test(names_by_stack),
        cmocka_unit_test(locates_ops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
