// SPDX-License-Identifier: MIT
#include "text.h"

#include <string.h>

static const char end_expected[] = "a space or the end of the line";

/* A word or operand must be followed by a blank, a comment or the end of the line. */
static bool end_word(struct text_cursor *from) {
    const char *end = from->next;
    ac_skip_blanks(from);
    return from->next > end || ac_at_content_end(from) || ac_expected(from, end, end_expected);
}

static bool at_slot(const struct text_cursor *from) {
    return from->end - from->next >= 2 && from->next[0] == 'p' && from->next[1] >= '0' &&
           from->next[1] <= '9';
}

static bool parse_slot(struct text_cursor *from, uint32_t *slot) {
    static const char what[] = "a slot, p0 to p1048575";
    const char *start = from->next;
    uint64_t number = 0;
    if (!at_slot(from))
        return ac_expected(from, start, what);
    for (const char *at = start; at < start + ac_word_length(from); at++)
        if (at > start && (*at < '0' || *at > '9'))
            return ac_expected(from, start, what);
    from->next++;
    if (!ac_take_text_number(from, AC_SLOTS - 1, what, &number))
        return ac_expected(from, start, what);
    *slot = (uint32_t)number;
    return true;
}

static bool parse_thread(struct text_cursor *from, uint64_t *thread) {
    return ac_take_text_number(from, AC_MAX_THREADS - 1, "a thread number, 0 to 7", thread);
}

static bool parse_colon(struct text_cursor *from) {
    ac_skip_blanks(from);
    if (!ac_take_char(from, ':'))
        return ac_expected(from, from->next, "`:`");
    ac_skip_blanks(from);
    return true;
}

static bool parse_repeat(struct text_cursor *from, struct ac_op *op) {
    static const char what[] = "a repeat count, 1 to 200000";
    const char *start = from->next;
    uint64_t number;
    if (!ac_take_text_number(from, AC_MAX_REPEAT, what, &number))
        return false;
    op->repeat = (uint32_t)number;
    return number >= 1 ? parse_colon(from) : ac_expected(from, start, what);
}

static bool parse_on(struct text_cursor *from, struct ac_op *op) {
    uint64_t thread;
    if (!parse_thread(from, &thread))
        return false;
    op->thread = (uint8_t)thread;
    return parse_colon(from);
}

/* Optional `repeat N:`, then optional `on T:`. */
static bool parse_prefixes(struct text_cursor *from, struct ac_op *op) {
    if (ac_take_word(from, "repeat")) {
        ac_skip_blanks(from);
        if (!parse_repeat(from, op))
            return false;
    }
    if (ac_take_word(from, "on")) {
        ac_skip_blanks(from);
        return parse_on(from, op);
    }
    return true;
}

/* Optional `pN =`. */
static bool parse_target(struct text_cursor *from, struct ac_op *op, bool *given) {
    *given = at_slot(from);
    if (!*given)
        return true;
    if (!parse_slot(from, &op->slot))
        return false;
    ac_skip_blanks(from);
    if (!ac_take_char(from, '='))
        return ac_expected(from, from->next, "`=`");
    ac_skip_blanks(from);
    return true;
}

static bool parse_kind(struct text_cursor *from, struct ac_op *op, bool target_given) {
    const char *start = from->next;
    for (unsigned kind = 0; kind < AC_OP_KINDS; kind++) {
        const struct ac_op_info *info = ac_op_info((enum ac_op_kind)kind);
        if (!ac_take_word(from, info->name))
            continue;
        op->kind = (uint8_t)kind;
        if ((info->operands[0] == 'D') == target_given)
            return end_word(from);
        return ac_expected(from, start,
                           target_given ? "an op that allocates a block" : "`pN =` before this op");
    }
    return ac_expected(from, start, "an op");
}

static bool parse_exit_thread(struct text_cursor *from, struct ac_op *op) {
    static const char what[] = "a thread that can exit, 1 to 7";
    const char *start = from->next;
    uint64_t thread;
    if (!ac_take_text_number(from, AC_MAX_THREADS - 1, what, &thread))
        return false;
    op->slot = (uint32_t)thread;
    return thread != 0 || ac_expected(from, start, what);
}

static bool parse_letter(struct text_cursor *from, char letter, bool has_target, struct ac_op *op) {
    switch (letter) {
    case 'P':
        return parse_slot(from, has_target ? &op->from : &op->slot);
    case 'T':
        return parse_exit_thread(from, op);
    case 'S':
        return ac_parse_operand(from, letter, &op->b);
    default:
        return ac_parse_operand(from, letter, &op->a);
    }
}

static bool parse_operands(struct text_cursor *from, struct ac_op *op) {
    const char *letters = ac_op_info((enum ac_op_kind)op->kind)->operands;
    bool has_target = letters[0] == 'D';
    for (letters += has_target; *letters != '\0'; letters++)
        if (!parse_letter(from, *letters, has_target, op) || !end_word(from))
            return false;
    return ac_at_content_end(from) || ac_expected(from, from->next, "the end of the line");
}

bool ac_parse_op(struct text_cursor *from, struct ac_op *op) {
    bool target_given;
    *op = (struct ac_op){.repeat = 1};
    return parse_prefixes(from, op) && parse_target(from, op, &target_given) &&
           parse_kind(from, op, target_given) && parse_operands(from, op);
}
