// SPDX-License-Identifier: MIT
#include "text.h"

static void print_slot(struct text_writer *to, uint32_t slot) {
    ac_put_char(to, 'p');
    ac_put_decimal(to, slot);
}

static void print_prefixes(struct text_writer *to, const struct ac_op *op) {
    if (op->repeat != 1) {
        ac_put_text(to, "repeat ");
        ac_put_decimal(to, op->repeat);
        ac_put_text(to, ": ");
    }
    if (op->thread != 0) {
        ac_put_text(to, "on ");
        ac_put_decimal(to, op->thread);
        ac_put_text(to, ": ");
    }
}

static void print_letter(struct text_writer *to, char letter, bool has_target,
                         const struct ac_op *op) {
    ac_put_char(to, ' ');
    switch (letter) {
    case 'P':
        print_slot(to, has_target ? op->from : op->slot);
        break;
    case 'T':
        ac_put_decimal(to, op->slot);
        break;
    default:
        ac_print_operand_to(to, letter == 'S' ? op->b : op->a);
    }
}

static void print_op(struct text_writer *to, const struct ac_op *op) {
    const struct ac_op_info *info = ac_op_info((enum ac_op_kind)op->kind);
    const char *letters = info->operands;
    bool has_target = letters[0] == 'D';
    print_prefixes(to, op);
    if (has_target) {
        print_slot(to, op->slot);
        ac_put_text(to, " = ");
        letters++;
    }
    ac_put_text(to, info->name);
    for (; *letters != '\0'; letters++)
        print_letter(to, *letters, has_target, op);
}

static void print_with(struct text_writer *to, const struct ac_head *head) {
    const struct ac_head plain = ac_default_head();
    if (!ac_head_equal(head, &plain)) {
        ac_put_text(to, "with");
        ac_print_head(to, head);
        ac_put_char(to, '\n');
    }
}

size_t ac_print(const struct ac_program *program, char *text, size_t capacity) {
    struct text_writer to = {text, capacity, 0};
    ac_put_text(&to, "ops 1\n");
    print_with(&to, &program->head);
    for (size_t i = 0; i < program->count; i++) {
        print_op(&to, &program->ops[i]);
        ac_put_char(&to, '\n');
    }
    return ac_end_text(&to);
}

size_t ac_print_op(const struct ac_op *op, char *text, size_t capacity) {
    struct text_writer to = {text, capacity, 0};
    print_op(&to, op);
    return ac_end_text(&to);
}

size_t ac_print_operand(struct ac_operand operand, char *text, size_t capacity) {
    struct text_writer to = {text, capacity, 0};
    ac_print_operand_to(&to, operand);
    return ac_end_text(&to);
}

size_t ac_print_grammar(enum ac_op_kind kind, char *text, size_t capacity) {
    struct ac_op op = {.kind = (uint8_t)kind, .repeat = 1};
    const char *letters = ac_op_info(kind)->operands;
    for (; *letters != '\0'; letters++) {
        switch (*letters) {
        case 'N':
            op.a = ac_absolute(3);
            break;
        case 'A':
            op.a = ac_absolute(64);
            break;
        case 'K':
            op.a = ac_absolute(2);
            break;
        case 'T':
            op.slot = 1;
            break;
        case 'S':
            op.b = ac_absolute(24);
            break;
        default: /* a slot: p0 */
            break;
        }
    }
    return ac_print_op(&op, text, capacity);
}
