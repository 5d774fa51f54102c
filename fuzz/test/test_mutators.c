// SPDX-License-Identifier: MIT
// Both engines' mutators, called as the engines call them, and the dictionary.
#define _GNU_SOURCE /* popen, mkstemp, setenv */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "allocheck/codec.h"
#include "allocheck/generate.h"
#include "allocheck/known.h"

struct afl_state;
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *left, size_t left_size, const uint8_t *right,
                                 size_t right_size, uint8_t *out, size_t max_size, unsigned seed);
void *afl_custom_init(struct afl_state *afl, unsigned seed);
size_t afl_custom_fuzz(void *mutator, uint8_t *bytes, size_t size, uint8_t **out, uint8_t *other,
                       size_t other_size, size_t max_size);
int32_t afl_custom_init_trim(void *mutator, uint8_t *bytes, size_t size);
size_t afl_custom_trim(void *mutator, uint8_t **out);
int32_t afl_custom_post_trim(void *mutator, uint8_t success);
void afl_custom_deinit(void *mutator);
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t max_size);

enum { MAX_BYTES = 512, TRIES = 3000, MARK = 0xF7 };

static struct ac_program program;
static unsigned byte_mutations;
static struct ac_known *known; /* of the mutators too */

/* Replaces libFuzzer's function. */
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t max_size) {
    (void)size;
    byte_mutations++;
    bytes[0] = MARK;
    return max_size < 3 ? max_size : 3;
}

static size_t some_input(uint8_t *bytes, uint64_t seed) {
    const struct ac_generate_options options = {.groups = 0x3F, .max_ops = 12};
    assert_true(ac_generate(&program, seed, &options));
    size_t size = ac_encode(&program, bytes, MAX_BYTES, NULL);
    assert_in_range(size, 2, MAX_BYTES);
    return size;
}

/* The same with ops on several threads. */
static size_t some_threaded_input(uint8_t *bytes, uint64_t seed) {
    some_input(bytes, seed);
    for (size_t i = 0; i < program.count; i++)
        program.ops[i].thread = (uint8_t)((seed + i) % 3);
    size_t size = ac_encode(&program, bytes, MAX_BYTES, NULL);
    assert_in_range(size, 2, MAX_BYTES);
    return size;
}

static bool is_all_main(void) {
    for (size_t i = 0; i < program.count; i++)
        if (program.ops[i].thread != 0)
            return false;
    return true;
}

static void assert_canonical(const uint8_t *bytes, size_t size) {
    uint8_t again[MAX_BYTES];
    assert_true(ac_decode(&program, bytes, size));
    assert_int_equal(ac_encode(&program, again, sizeof again, NULL), size);
    assert_memory_equal(again, bytes, size);
}

static void libfuzzer_gets_programs_that_fit(void **state) {
    (void)state;
    unsigned changed = 0;
    byte_mutations = 0;
    for (unsigned seed = 0; seed < TRIES; seed++) {
        uint8_t input[MAX_BYTES], bytes[MAX_BYTES + 1], again[MAX_BYTES];
        size_t size = some_input(input, seed);
        size_t most = seed % 3 == 0 ? size : MAX_BYTES;
        memcpy(bytes, input, size);
        memcpy(again, input, size);
        bytes[most] = 0x5A;
        size_t written = LLVMFuzzerCustomMutator(bytes, size, most, seed);
        assert_in_range(written, 1, most);
        assert_int_equal(bytes[most], 0x5A);
        assert_int_equal(LLVMFuzzerCustomMutator(again, size, most, seed), written);
        assert_memory_equal(bytes, again, written);
        changed += written != size || memcmp(bytes, input, size) != 0;
        if (bytes[0] != MARK)
            assert_canonical(bytes, written);
    }
    assert_in_range(changed, TRIES * 8 / 10, TRIES);
    assert_in_range(byte_mutations, 2 * TRIES / 20, 2 * TRIES / 5);
}

static void libfuzzer_may_start_from_nothing(void **state) {
    (void)state;
    uint8_t bytes[MAX_BYTES] = {0};
    for (unsigned seed = 0; seed < 100; seed++) {
        assert_in_range(LLVMFuzzerCustomMutator(bytes, 0, MAX_BYTES, seed), 1, MAX_BYTES);
        assert_in_range(LLVMFuzzerCustomMutator(bytes, 1, 1, seed), 1, 1);
    }
}

static void libfuzzer_gets_children_that_fit(void **state) {
    (void)state;
    for (unsigned seed = 0; seed < TRIES; seed++) {
        uint8_t left[MAX_BYTES], right[MAX_BYTES], out[MAX_BYTES], again[MAX_BYTES];
        size_t left_size = some_input(left, seed);
        size_t right_size = some_input(right, seed + 1);
        size_t most = seed % 2 == 0 ? 60 : MAX_BYTES;
        size_t written =
            LLVMFuzzerCustomCrossOver(left, left_size, right, right_size, out, most, seed);
        assert_in_range(written, 2, most);
        assert_canonical(out, written);
        assert_int_equal(
            LLVMFuzzerCustomCrossOver(left, left_size, right, right_size, again, most, seed),
            written);
        assert_memory_equal(out, again, written);
    }
}

static void afl_gets_programs_that_fit(void **state) {
    (void)state;
    void *mutator = afl_custom_init(NULL, 1), *clean_build = afl_custom_init(NULL, 1);
    assert_non_null(mutator);
    assert_non_null(clean_build);
    unsigned changed = 0;
    for (unsigned seed = 0; seed < TRIES; seed++) {
        uint8_t input[MAX_BYTES], other[MAX_BYTES], *out = NULL, *same = NULL;
        size_t size = some_input(input, seed), other_size = some_input(other, seed + 1);
        size_t most = seed % 3 == 0 ? 40 : MAX_BYTES;
        size_t left = seed % 2 == 0 ? other_size : 0;
        size_t written = afl_custom_fuzz(mutator, input, size, &out, other, left, most);
        assert_in_range(written, 2, most);
        assert_canonical(out, written);
        assert_int_equal(afl_custom_fuzz(clean_build, input, size, &same, other, left, most),
                         written);
        assert_memory_equal(out, same, written);
        changed += written != size || memcmp(out, input, size) != 0;
    }
    assert_in_range(changed, TRIES * 8 / 10, TRIES);
    afl_custom_deinit(mutator);
    afl_custom_deinit(clean_build);
}

/* Stands for the coverage of an input: how many of its ops allocate at least 100 bytes. */
static unsigned large_ops(const uint8_t *bytes, size_t size) {
    unsigned large = 0;
    assert_true(ac_decode(&program, bytes, size));
    for (size_t i = 0; i < program.count; i++)
        large += program.ops[i].kind == AC_OP_MALLOC && program.ops[i].b.value >= 100;
    return large;
}

/* Trims an input in place, as afl-fuzz does. Returns its new size. */
static size_t trim(void *mutator, uint8_t *bytes, size_t size, unsigned *steps) {
    const unsigned wanted = large_ops(bytes, size);
    const int32_t most = afl_custom_init_trim(mutator, bytes, size);
    const size_t original = size;
    *steps = 0;
    for (int32_t step = 0; step < most; ++*steps) {
        uint8_t *out = NULL;
        const size_t trimmed = afl_custom_trim(mutator, &out);
        assert_in_range(trimmed, 1, original);
        assert_canonical(out, trimmed);
        const bool same = large_ops(out, trimmed) == wanted;
        if (same) {
            memcpy(bytes, out, trimmed);
            size = trimmed;
        }
        const int32_t next = afl_custom_post_trim(mutator, same);
        assert_true(next > step);
        step = next;
    }
    return size;
}

static void afl_trims_to_the_ops_that_matter(void **state) {
    (void)state;
    void *mutator = afl_custom_init(NULL, 1);
    unsigned most_steps = 0, kept = 0;
    assert_non_null(mutator);
    for (unsigned seed = 0; seed < TRIES; seed++) {
        uint8_t input[MAX_BYTES];
        const size_t size = some_threaded_input(input, seed);
        const unsigned wanted = large_ops(input, size);
        unsigned steps;
        const size_t trimmed = trim(mutator, input, size, &steps);
        assert_int_equal(large_ops(input, trimmed), wanted);
        assert_int_equal(program.count, wanted);
        assert_true(is_all_main());
        most_steps = steps > most_steps ? steps : most_steps;
        kept += wanted > 0;
    }
    assert_in_range(most_steps, 4, 255);
    assert_in_range(kept, TRIES / 20, TRIES);
    afl_custom_deinit(mutator);
}

/* The bytes of `name="\xHH..."`, after a default head. */
static size_t read_entry(const char *line, uint8_t *bytes) {
    const char *at = strstr(line, "=\"");
    assert_non_null(at);
    size_t size = 2;
    bytes[0] = 2; /* the newest version */
    bytes[1] = 0;
    unsigned byte;
    for (at += 2; sscanf(at, "\\x%2X", &byte) == 1; at += 4)
        bytes[size++] = (uint8_t)byte;
    assert_string_equal(at, "\"\n");
    return size;
}

static void every_entry_of_the_dictionary_is_a_record(void **state) {
    (void)state;
    bool seen[AC_OP_KINDS] = {false};
    char line[512];
    uint8_t bytes[MAX_BYTES];
    unsigned entries = 0;
    FILE *from = popen(DICTIONARY, "r");
    assert_non_null(from);
    while (fgets(line, sizeof line, from) != NULL) {
        size_t size = read_entry(line, bytes);
        assert_canonical(bytes, size);
        assert_int_equal(program.count, 1);
        const char *name = ac_op_info((enum ac_op_kind)program.ops[0].kind)->name;
        assert_int_equal(strncmp(line, name, strlen(name)), 0);
        seen[program.ops[0].kind] = true;
        entries++;
    }
    assert_int_equal(pclose(from), 0);
    assert_in_range(entries, 2 * AC_OP_KINDS, 400);
    for (unsigned kind = 0; kind < AC_OP_KINDS; kind++)
        assert_true(seen[kind]);
}

/* --- what is known --- */

static bool frees_sized(const uint8_t *bytes, size_t size) {
    assert_true(ac_decode(&program, bytes, size));
    for (size_t i = 0; i < program.count; i++)
        if (program.ops[i].kind == AC_OP_FREE_SIZED)
            return true;
    return false;
}

/* Inputs with free_sized that the mutators make of inputs with it; byte mutations apart. */
static unsigned count_of_libfuzzer(void) {
    unsigned count = 0;
    for (unsigned seed = 0; seed < TRIES; seed++) {
        uint8_t bytes[MAX_BYTES];
        const size_t size = some_input(bytes, seed);
        const size_t made = LLVMFuzzerCustomMutator(bytes, size, MAX_BYTES, seed);
        count += bytes[0] != MARK && frees_sized(bytes, made);
    }
    return count;
}

static unsigned count_of_afl(void) {
    void *mutator = afl_custom_init(NULL, 1);
    unsigned count = 0;
    for (unsigned seed = 0; seed < TRIES; seed++) {
        uint8_t one[MAX_BYTES], other[MAX_BYTES], *out;
        const size_t size = some_input(one, seed), other_size = some_input(other, seed + 1);
        const size_t made = afl_custom_fuzz(mutator, one, size, &out, other, other_size, MAX_BYTES);
        count += made > 0 && frees_sized(out, made);
    }
    afl_custom_deinit(mutator);
    return count;
}

/* They learn of it while they run. */
static void mutators_avoid_what_leads_to_known_findings(void **state) {
    (void)state;
    assert_true(count_of_libfuzzer() > 0 && count_of_afl() > 0);
    known->avoid.kinds = UINT64_C(1) << AC_OP_FREE_SIZED;
    assert_int_equal(count_of_libfuzzer() + count_of_afl(), 0);
    known->avoid.kinds = 0;
    assert_true(count_of_libfuzzer() > 0 && count_of_afl() > 0);
}

static int setup(void **state) {
    static char path[] = "/tmp/known.XXXXXX";
    (void)state;
    const int file = mkstemp(path);
    known = file >= 0 && close(file) == 0 ? ac_known_open(path) : NULL;
    return known == NULL || setenv("ALLOCHECK_KNOWN", path, 1) != 0;
}

static int teardown(void **state) {
    (void)state;
    ac_program_destroy(&program);
    return unlink(getenv("ALLOCHECK_KNOWN"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(libfuzzer_gets_programs_that_fit),
        cmocka_unit_test(libfuzzer_may_start_from_nothing),
        cmocka_unit_test(libfuzzer_gets_children_that_fit),
        cmocka_unit_test(afl_gets_programs_that_fit),
        cmocka_unit_test(afl_trims_to_the_ops_that_matter),
        cmocka_unit_test(every_entry_of_the_dictionary_is_a_record),
        cmocka_unit_test(mutators_avoid_what_leads_to_known_findings),
    };
    ac_program_init(&program);
    return cmocka_run_group_tests(tests, setup, teardown);
}
