// SPDX-License-Identifier: MIT
// The byte form: any bytes decode, encoding is canonical and lossless, and records can be removed.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "allocheck/codec.h"
#include "test/random_program.h"
#include "test/valid.h"

enum { MOST_BYTES = 4096 };

static struct ac_program first, second;

static size_t random_bytes(uint8_t *bytes, size_t capacity, struct ac_random *random) {
    size_t size = (size_t)ac_random_below(random, capacity);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)ac_random_next(random);
    return size;
}

static void any_bytes_decode_and_encode_canonically(void **state) {
    (void)state;
    struct ac_random random = {1};
    uint8_t bytes[64], once[MOST_BYTES], twice[MOST_BYTES];
    for (int i = random_rounds("bytes", 1000000); i > 0; i--) {
        size_t size = random_bytes(bytes, sizeof bytes, &random);
        assert_true(ac_decode(&first, bytes, size));
        assert_true(program_valid(&first));
        size_t written = ac_encode(&first, once, sizeof once, NULL);
        assert_in_range(written, 2, sizeof once);
        assert_true(ac_decode(&second, once, written));
        assert_true(ac_program_equal(&first, &second));
        assert_int_equal(ac_encode(&second, twice, sizeof twice, NULL), written);
        assert_memory_equal(once, twice, written);
    }
}

static void any_program_survives_the_byte_form(void **state) {
    (void)state;
    struct ac_random random = {2};
    uint8_t bytes[MOST_BYTES];
    for (int i = random_rounds("programs", 300000); i > 0; i--) {
        random_program(&first, &random, AC_SLOTS_IN_BYTES);
        assert_true(program_valid(&first));
        size_t size = ac_encode(&first, bytes, sizeof bytes, NULL);
        assert_in_range(size, 2, sizeof bytes);
        assert_true(ac_decode(&second, bytes, size));
        assert_true(ac_program_equal(&first, &second));
    }
}

/* The offset in the canonical bytes of `first` after the head (index 0) and after each record. */
static void find_ends(size_t *ends) {
    struct ac_program part;
    ac_program_init(&part);
    part.head = first.head;
    ends[0] = ac_encode(&part, NULL, 0, NULL);
    for (size_t i = 0; i < first.count; i++) {
        assert_true(ac_program_append(&part, &first.ops[i]));
        ends[i + 1] = ac_encode(&part, NULL, 0, NULL);
    }
    ac_program_destroy(&part);
}

static void a_deleted_record_leaves_the_others(void **state) {
    (void)state;
    struct ac_random random = {3};
    uint8_t bytes[MOST_BYTES];
    size_t ends[17];
    for (int i = random_rounds("deletions", 20000); i > 0; i--) {
        random_program(&first, &random, AC_SLOTS_IN_BYTES);
        size_t size = ac_encode(&first, bytes, sizeof bytes, NULL);
        if (first.count == 0)
            continue;
        find_ends(ends);
        size_t gone = (size_t)ac_random_below(&random, first.count);
        memmove(bytes + ends[gone], bytes + ends[gone + 1], size - ends[gone + 1]);
        size -= ends[gone + 1] - ends[gone];
        ac_program_remove(&first, gone, 1);
        assert_true(ac_decode(&second, bytes, size));
        assert_true(ac_program_equal(&first, &second));
    }
}

static void a_doubled_record_is_a_doubled_op(void **state) {
    (void)state;
    const uint8_t bytes[] = {1, 0, 1, 0, 24, 65, 0, 1, 1, 48, 65, 0, 1, 1, 48, 5, 0};
    assert_true(ac_decode(&first, bytes, sizeof bytes));
    assert_int_equal(first.count, 4);
    assert_true(ac_op_equal(&first.ops[1], &first.ops[2]));
    assert_int_equal(first.ops[1].repeat, 2);
    assert_int_equal(first.ops[3].kind, AC_OP_FREE);
}

static void no_bytes_are_the_default_program(void **state) {
    (void)state;
    const uint8_t one[] = {2, 0};
    const struct ac_head plain = ac_default_head();
    uint8_t bytes[4];
    for (size_t size = 0; size <= sizeof one; size++) {
        assert_true(ac_decode(&first, one, size));
        assert_int_equal(first.count, 0);
        assert_true(ac_head_equal(&first.head, &plain));
    }
    assert_true(ac_decode(&first, NULL, 0));
    assert_int_equal(ac_encode(&first, bytes, sizeof bytes, NULL), sizeof one);
    assert_memory_equal(bytes, one, sizeof one);
}

static void unknown_versions_read_as_the_newest(void **state) {
    (void)state;
    uint8_t bytes[] = {2, 0, 1, 3, 24, 26, 3, 1};
    assert_true(ac_decode(&first, bytes, sizeof bytes));
    assert_int_equal(first.ops[1].kind, AC_OP_FREE_AT_EXIT);
    for (unsigned version = 0; version < 256; version++) {
        bytes[0] = (uint8_t)version;
        assert_true(ac_decode(&second, bytes, sizeof bytes));
        assert_true(ac_program_equal(&first, &second) == (version != 1));
    }
}

static void missing_bytes_read_as_zero(void **state) {
    (void)state;
    const uint8_t cut[] = {1, 0, 1, 3}, whole[] = {1, 0, 1, 3, 0}, prefix[] = {1, 0, 64, 3, 65};
    assert_true(ac_decode(&first, cut, sizeof cut));
    assert_true(ac_decode(&second, whole, sizeof whole));
    assert_true(ac_program_equal(&first, &second));
    assert_true(ac_decode(&first, prefix, sizeof prefix));
    assert_int_equal(first.count, 0);
}

static void fallback_ops_respect_the_groups(void **state) {
    (void)state;
    bool seen[AC_OP_KINDS] = {false};
    for (unsigned group = 0; group < AC_GROUPS; group++) {
        const unsigned groups = 1u << group | 1u << AC_GROUP_BASIC;
        for (unsigned byte = 128; byte < 256; byte++) {
            const uint8_t bytes[] = {2, 8, (uint8_t)groups, (uint8_t)(groups >> 8), (uint8_t)byte};
            assert_true(ac_decode(&first, bytes, sizeof bytes));
            assert_int_equal(first.count, 1);
            unsigned kind = first.ops[0].kind;
            assert_true((groups >> ac_op_info((enum ac_op_kind)kind)->group & 1) == 1);
            seen[kind] = true;
        }
    }
    for (unsigned kind = 0; kind < AC_OP_KINDS; kind++)
        assert_true(seen[kind]);
}

static void random_bytes_use_few_slots(void **state) {
    (void)state;
    unsigned low = 0;
    for (unsigned byte = 0; byte < 256; byte++) {
        const uint8_t bytes[] = {1, 0, 5, (uint8_t)byte, 0};
        assert_true(ac_decode(&first, bytes, sizeof bytes));
        low += first.ops[0].slot < 32;
    }
    assert_in_range(low, 240, 255);
}

static void slots_beyond_the_byte_form_are_refused(void **state) {
    (void)state;
    uint8_t bytes[64];
    size_t bad = 99;
    struct ac_op op = {.kind = AC_OP_FREE, .repeat = 1, .slot = AC_SLOTS_IN_BYTES - 1};
    ac_program_clear(&first);
    assert_true(ac_program_append(&first, &op));
    assert_int_not_equal(ac_encode(&first, bytes, sizeof bytes, &bad), 0);
    op.slot++;
    assert_true(ac_program_append(&first, &op));
    assert_int_equal(ac_encode(&first, bytes, sizeof bytes, &bad), 0);
    assert_int_equal(bad, 1);
    struct ac_op resize = {.kind = AC_OP_REALLOC, .repeat = 1, .from = AC_SLOTS_IN_BYTES};
    first.ops[1] = resize;
    bad = 99;
    assert_int_equal(ac_encode(&first, bytes, sizeof bytes, &bad), 0);
    assert_int_equal(bad, 1);
    assert_int_equal(ac_encode(&first, bytes, sizeof bytes, NULL), 0);
}

static void encode_stays_within_its_capacity(void **state) {
    (void)state;
    const struct ac_op op = {.kind = AC_OP_MALLOC, .repeat = 1, .b = {300, 0, AC_ABSOLUTE}};
    uint8_t bytes[8];
    ac_program_clear(&first);
    assert_true(ac_program_append(&first, &op));
    size_t size = ac_encode(&first, bytes, sizeof bytes, NULL);
    assert_int_equal(size, 7);
    for (size_t capacity = 0; capacity < size; capacity++) {
        memset(bytes, 0xAA, sizeof bytes);
        assert_int_equal(ac_encode(&first, bytes, capacity, NULL), size);
        assert_int_equal(bytes[capacity], 0xAA);
    }
}

static void invalid_programs_are_detected(void **state) {
    (void)state;
    const struct ac_op good = {.kind = AC_OP_REALLOC, .repeat = 1, .slot = 1, .from = 2};
    struct ac_op op = good;
    assert_true(op_valid(&op));
    op.repeat = 0;
    assert_false(op_valid(&op));
    op = good, op.slot = AC_SLOTS;
    assert_false(op_valid(&op));
    op = good, op.a = ac_absolute(1);
    assert_false(op_valid(&op));
    op = good, op.b.symbol = AC_PAGE;
    assert_false(op_valid(&op));
    op = good, op.kind = AC_OP_FREE;
    assert_false(op_valid(&op));
    op = good, op.thread = AC_MAX_THREADS;
    assert_false(op_valid(&op));
    op = (struct ac_op){.kind = AC_OP_EXIT, .repeat = 1, .slot = 1};
    assert_true(op_valid(&op));
    op.slot = 0;
    assert_false(op_valid(&op));
    struct ac_head head = ac_default_head();
    assert_true(head_valid(&head));
    head.groups = 0;
    assert_false(head_valid(&head));
}

static int teardown(void **state) {
    (void)state;
    ac_program_destroy(&first);
    ac_program_destroy(&second);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_bytes_decode_and_encode_canonically),
        cmocka_unit_test(any_program_survives_the_byte_form),
        cmocka_unit_test(a_deleted_record_leaves_the_others),
        cmocka_unit_test(a_doubled_record_is_a_doubled_op),
        cmocka_unit_test(no_bytes_are_the_default_program),
        cmocka_unit_test(unknown_versions_read_as_the_newest),
        cmocka_unit_test(missing_bytes_read_as_zero),
        cmocka_unit_test(fallback_ops_respect_the_groups),
        cmocka_unit_test(random_bytes_use_few_slots),
        cmocka_unit_test(slots_beyond_the_byte_form_are_refused),
        cmocka_unit_test(encode_stays_within_its_capacity),
        cmocka_unit_test(invalid_programs_are_detected),
    };
    ac_program_init(&first);
    ac_program_init(&second);
    return cmocka_run_group_tests(tests, NULL, teardown);
}
