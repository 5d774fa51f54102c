// SPDX-License-Identifier: MIT
// Names that are equal for programs that show the same bug.
#include "finding.h"

#include "allocheck/place.h"

#include <stdio.h>
#include <string.h>

enum { HASH_DIGITS = 8, FRAMES = 3 };

const char *finding_op_kind(const struct ac_program *program, const struct ac_finding *finding) {
    return ac_place_name(ac_place_of(program, finding));
}

/* With its zero byte, so that different lists of words never make the same bytes. */
static void add_word(struct sha256 *hash, const char *word) {
    sha256_add(hash, word, strlen(word) + 1);
}

/* Frames of the sanitizer itself say nothing about the bug. */
static bool is_of_sanitizer(const struct stack_frame *frame) {
    static const char *const prefixes[] = {"__asan", "__ubsan", "__sanitizer", "__interceptor"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(frame->function, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

/* Functions, not lines: line numbers change with every edit. */
static void add_stack(struct sha256 *hash, const struct stack *stack) {
    size_t added = 0;
    for (size_t i = 0; i < stack->count && added < FRAMES; i++) {
        const struct stack_frame *frame = &stack->frames[i];
        if (!is_of_sanitizer(frame)) {
            add_word(hash, frame->function[0] != '\0' ? frame->function : frame->place);
            added++;
        }
    }
}

void finding_name(const struct ac_program *program, const struct ac_finding *finding,
                  const struct stack *stack, char name[FINDING_NAME]) {
    struct sha256 hash;
    char digest[SHA256_TEXT];
    const char *oracle = ac_oracle_info(finding->oracle)->id;
    const char *kind = finding_op_kind(program, finding);
    sha256_begin(&hash);
    add_word(&hash, oracle);
    add_word(&hash, kind);
    for (size_t i = 0; i < program->count; i++)
        add_word(&hash, ac_op_info((enum ac_op_kind)program->ops[i].kind)->name);
    if (stack != NULL)
        add_stack(&hash, stack);
    sha256_end(&hash, digest);
    snprintf(name, FINDING_NAME, "%s-%s-%.*s", oracle, kind, HASH_DIGITS, digest);
}

struct stack finding_stack(const char *output) {
    struct stack stack = {.count = 0};
    if (output != NULL)
        stack_read(output, strlen(output), &stack);
    return stack;
}
