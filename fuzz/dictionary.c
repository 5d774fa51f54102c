// SPDX-License-Identifier: MIT
// Prints a dictionary for libFuzzer (-dict=) and AFL++ (-x): the records of every op with the
// operands that matter, and the prefixes. Generated from the op table.
#include "allocheck/codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD_BYTES = 2, MAX_BYTES = 64 };

/* Prints a program without its head: the engines insert the bytes anywhere. */
static void print_entry(const char *name, const char *variant, const struct ac_program *program) {
    uint8_t bytes[MAX_BYTES];
    size_t size = ac_encode(program, bytes, sizeof bytes, NULL);
    if (size <= HEAD_BYTES || size > sizeof bytes) {
        fprintf(stderr, "dictionary: %s%s does not fit an entry\n", name, variant);
        exit(2);
    }
    printf("%s%s=\"", name, variant);
    for (size_t i = HEAD_BYTES; i < size; i++)
        printf("\\x%02X", bytes[i]);
    printf("\"\n");
}

static void print_op(const char *variant, const char *line) {
    static char text[256];
    struct ac_text_error error;
    struct ac_program program;
    ac_program_init(&program);
    int length = snprintf(text, sizeof text, "ops 1\n%s\n", line);
    if (!ac_parse(&program, text, (size_t)length, &error, NULL)) {
        fprintf(stderr, "dictionary: expected %s in `%s`\n", error.expected, line);
        exit(2);
    }
    print_entry(ac_op_info((enum ac_op_kind)program.ops[0].kind)->name, variant, &program);
    ac_program_destroy(&program);
}

/* Prints the record of a kind with one size. */
static void print_size(enum ac_op_kind kind, const char *variant, struct ac_operand size) {
    struct ac_op op = {.kind = (uint8_t)kind, .repeat = 1, .b = size};
    const char *letters = ac_op_info(kind)->operands;
    char line[128];
    if (strpbrk(letters, "NAK") != NULL)
        op.a = ac_absolute(strchr(letters, 'A') != NULL ? 4096 : 1);
    ac_print_op(&op, line, sizeof line);
    print_op(variant, line);
}

static void print_sizes(enum ac_op_kind kind) {
    static const struct {
        const char *variant;
        struct ac_operand size;
    } sizes[] = {
        {"_zero", {0, 0, AC_ABSOLUTE}}, {"_class", {1024, 0, AC_ABSOLUTE}},
        {"_page", {0, 1, AC_PAGE}},     {"_mapping", {0, 32, AC_PAGE}},
        {"_left", {0, 0, AC_LEFT}},     {"_beyond", {1, 0, AC_HALF}},
        {"_max", {0, 0, AC_MAX}},
    };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        print_size(kind, sizes[i].variant, sizes[i].size);
}

static void print_kind(enum ac_op_kind kind) {
    char line[128], repeated[160];
    const char *letters = ac_op_info(kind)->operands;
    ac_print_grammar(kind, line, sizeof line);
    print_op("", line);
    if (strpbrk(letters, "DP") != NULL) {
        snprintf(repeated, sizeof repeated, "repeat 65: %s", line);
        print_op("_65", repeated);
    }
    if (strchr(letters, 'S') != NULL)
        print_sizes(kind);
}

int main(void) {
    for (unsigned kind = 0; kind < AC_OP_KINDS; kind++)
        print_kind((enum ac_op_kind)kind);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("dictionary: standard output");
        return 2;
    }
    return 0;
}
