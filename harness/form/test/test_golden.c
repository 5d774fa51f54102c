// SPDX-License-Identifier: MIT
// Versions of the byte form never change: compares with golden/version*.txt and with digests.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "allocheck/codec.h"
#include "form/bytes.h"

enum { MOST_FILE = 1 << 17, MOST_BYTES = 512, MOST_TEXT = 4096 };

static char file[MOST_FILE];
static struct ac_program decoded, parsed;

struct block {
    uint8_t bytes[MOST_BYTES], canon[MOST_BYTES];
    size_t size, canon_size;
    char *text; /* ends exactly at the end of its block */
};

static size_t read_hex(char *line, uint8_t *bytes) {
    size_t size = 0;
    for (char *word = strtok(line, " "); word != NULL; word = strtok(NULL, " ")) {
        assert_true(size < MOST_BYTES);
        bytes[size++] = (uint8_t)strtoul(word, NULL, 16);
    }
    return size;
}

/* Splits off the next line, or returns NULL. */
static char *next_line(char **at) {
    char *line = *at;
    char *end = strchr(line, '\n');
    if (end == NULL)
        return NULL;
    *end = '\0';
    *at = end + 1;
    return line;
}

static bool next_block(char **at, struct block *block) {
    char *line;
    do {
        line = next_line(at);
    } while (line != NULL && strncmp(line, "bytes", 5) != 0);
    if (line == NULL)
        return false;
    block->size = read_hex(line + 5, block->bytes);
    memcpy(block->canon, block->bytes, sizeof block->canon);
    block->canon_size = block->size;
    if (strncmp(*at, "canon", 5) == 0)
        block->canon_size = read_hex(next_line(at) + 5, block->canon);
    block->canon[0] = BYTES_VERSION; /* canonical bytes have the newest version */
    block->text = *at;
    char *end = strstr(*at, "\n\n");
    assert_non_null(end);
    end[1] = '\0';
    *at = end + 2;
    return true;
}

static char *open_golden(const char *path) {
    FILE *from = fopen(path, "rb");
    assert_non_null(from);
    size_t size = fread(file, 1, sizeof file - 1, from);
    assert_int_equal(fclose(from), 0);
    assert_true(size < sizeof file - 1);
    file[size] = '\0';
    return file;
}

static void check_block(const struct block *block) {
    struct ac_text_error error;
    uint8_t bytes[MOST_BYTES];
    assert_true(ac_decode(&decoded, block->bytes, block->size));
    if (!ac_parse(&parsed, block->text, strlen(block->text), &error, NULL)) {
        fail_msg("%zu:%zu: expected %s in:\n%s", error.line, error.column, error.expected,
                 block->text);
    }
    if (!ac_program_equal(&decoded, &parsed))
        fail_msg("the bytes do not mean:\n%s", block->text);
    size_t size = ac_encode(&parsed, bytes, sizeof bytes, NULL);
    if (size != block->canon_size || memcmp(bytes, block->canon, size) != 0)
        fail_msg("not the canonical bytes of:\n%s", block->text);
}

struct seen {
    bool kinds[AC_OP_KINDS];
    bool symbols[AC_SYMBOLS];
    unsigned head_flags;
    unsigned blocks;
};

static void note(struct seen *seen, const struct block *block) {
    seen->blocks++;
    seen->head_flags |= block->size > 1 ? block->bytes[1] : 0u;
    for (size_t i = 0; i < decoded.count; i++) {
        seen->kinds[decoded.ops[i].kind] = true;
        seen->symbols[decoded.ops[i].b.symbol] = true;
    }
}

static struct seen check_golden(const char *path) {
    static struct block block;
    struct seen seen = {.blocks = 0};
    char *at = open_golden(path);
    while (next_block(&at, &block)) {
        check_block(&block);
        note(&seen, &block);
    }
    return seen;
}

static void version_1_is_unchanged(void **state) {
    (void)state;
    struct seen seen = check_golden(GOLDEN_FOLDER "/version1.txt");
    assert_in_range(seen.blocks, 280, 10000);
    assert_int_equal(seen.head_flags & 0x3F, 0x3F);
    for (unsigned kind = 0; kind < AC_OP_KINDS; kind++) {
        const bool is_new = kind == AC_OP_FREE_AT_EXIT || kind == AC_OP_REFUSE_FROM;
        assert_true(seen.kinds[kind] != is_new);
    }
    for (unsigned symbol = 0; symbol < AC_SYMBOLS; symbol++)
        assert_true(seen.symbols[symbol]);
}

static void version_2_is_unchanged(void **state) {
    (void)state;
    struct seen seen = check_golden(GOLDEN_FOLDER "/version2.txt");
    assert_in_range(seen.blocks, 9, 10000);
    assert_true(seen.kinds[AC_OP_FREE_AT_EXIT] && seen.kinds[AC_OP_REFUSE_FROM]);
}

/* FNV-1a (Fowler, Noll, Vo) of the text of the decoded program. */
static void digest_program(uint64_t *digest, const uint8_t *bytes, size_t size) {
    char text[MOST_TEXT];
    assert_true(ac_decode(&decoded, bytes, size));
    ac_print(&decoded, text, sizeof text);
    for (const char *at = text; *at != '\0'; at++)
        *digest = (*digest ^ (uint8_t)*at) * UINT64_C(0x100000001B3);
}

static const uint64_t empty_digest = UINT64_C(0xCBF29CE484222325);

static void fallback_operands_are_unchanged(void **state) {
    (void)state;
    static const uint64_t sizes[AC_SIZE_MIXES] = {
        UINT64_C(0xf6de69c5167cde2e), UINT64_C(0x929f8e69ba4597bf), UINT64_C(0x816b613040d74391),
        UINT64_C(0xc93e959cb431ea22), UINT64_C(0x002c06bf2c16cb6b), UINT64_C(0x4b6a25eedc302c98),
    };
    static const uint64_t alignments = UINT64_C(0xa1c6538d7585685d);
    static const uint64_t numbers = UINT64_C(0x8ee9cef0ed733565);
    uint64_t by_alignment = empty_digest, by_number = empty_digest;
    for (unsigned mix = 0; mix < AC_SIZE_MIXES; mix++) {
        uint64_t by_size = empty_digest;
        for (unsigned both = TAG_FALLBACK << 8; both < 256 << 8; both++) {
            const uint8_t tag = (uint8_t)(both >> 8), byte = (uint8_t)both;
            const uint8_t size[] = {1, HEAD_SIZES, (uint8_t)mix, 1, 0, tag, byte};
            const uint8_t alignment[] = {1, 0, 8, 0, tag, byte, 8},
                          number[] = {1, 0, 21, tag, byte};
            digest_program(&by_size, size, sizeof size);
            if (mix == 0) {
                digest_program(&by_alignment, alignment, sizeof alignment);
                digest_program(&by_number, number, sizeof number);
            }
        }
        assert_true(by_size == sizes[mix]);
    }
    assert_true(by_alignment == alignments);
    assert_true(by_number == numbers);
}

static uint64_t digest_of_drawn(uint8_t version) {
    uint64_t digest = empty_digest;
    for (unsigned groups = 0; groups < 1u << AC_GROUPS; groups++) {
        for (unsigned byte = 0; byte < 256; byte++) {
            const uint8_t bytes[] = {version,
                                     HEAD_GROUPS,
                                     (uint8_t)groups,
                                     (uint8_t)(groups >> 8),
                                     (uint8_t)byte,
                                     1,
                                     1,
                                     1,
                                     1};
            digest_program(&digest, bytes, sizeof bytes);
        }
    }
    return digest;
}

static void fallback_ops_are_unchanged(void **state) {
    (void)state;
    static const uint64_t by_version[] = {
        [1] = UINT64_C(0xd01a5804102d78bb), [2] = UINT64_C(0x56f89b92016a38fb)};
    for (uint8_t version = 1; version <= BYTES_VERSION; version++)
        assert_true(digest_of_drawn(version) == by_version[version]);
}

static int teardown(void **state) {
    (void)state;
    ac_program_destroy(&decoded);
    ac_program_destroy(&parsed);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_1_is_unchanged),
        cmocka_unit_test(version_2_is_unchanged),
        cmocka_unit_test(fallback_operands_are_unchanged),
        cmocka_unit_test(fallback_ops_are_unchanged),
    };
    ac_program_init(&decoded);
    ac_program_init(&parsed);
    return cmocka_run_group_tests(tests, NULL, teardown);
}
