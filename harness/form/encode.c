// SPDX-License-Identifier: MIT
#include "allocheck/codec.h"
#include "bytes.h"

static void encode_slot(uint32_t slot, struct byte_writer *to) {
    if (slot < SLOT_DIRECT) {
        ac_put_byte(to, slot);
        return;
    }
    ac_put_byte(to, SLOT_WIDE + (slot >> 8));
    ac_put_byte(to, slot & 0xFF);
}

static void encode_prefixes(const struct ac_op *op, struct byte_writer *to) {
    if (op->repeat > REPEAT_SHORT_MAX) {
        ac_put_byte(to, BYTE_REPEAT_LONG);
        ac_put_number(to, op->repeat - 1, REPEAT_LONG_BYTES);
    } else if (op->repeat >= REPEAT_SHORT_MIN) {
        ac_put_byte(to, BYTE_REPEAT);
        ac_put_byte(to, op->repeat - REPEAT_SHORT_MIN);
    }
    if (op->thread != 0) {
        ac_put_byte(to, BYTE_ON);
        ac_put_byte(to, op->thread);
    }
}

static void encode_operands(const struct ac_op *op, struct byte_writer *to) {
    const char *letters = ac_op_info((enum ac_op_kind)op->kind)->operands;
    const uint32_t *slot = &op->slot;
    for (; *letters != '\0'; letters++) {
        switch (*letters) {
        case 'D':
        case 'P':
            encode_slot(*slot, to);
            slot = &op->from;
            break;
        case 'T':
            ac_put_byte(to, op->slot);
            break;
        case 'S':
            ac_encode_operand(op->b, 'S', to);
            break;
        default:
            ac_encode_operand(op->a, *letters, to);
        }
    }
}

static void encode_op(const struct ac_op *op, struct byte_writer *to) {
    encode_prefixes(op, to);
    ac_put_byte(to, ac_op_info((enum ac_op_kind)op->kind)->code);
    encode_operands(op, to);
}

static bool find_unencodable(const struct ac_program *program, size_t *bad_op) {
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        if (op->slot >= AC_SLOTS_IN_BYTES || op->from >= AC_SLOTS_IN_BYTES) {
            *bad_op = i;
            return true;
        }
    }
    return false;
}

size_t ac_encode(const struct ac_program *program, uint8_t *bytes, size_t capacity,
                 size_t *bad_op) {
    size_t ignored;
    if (find_unencodable(program, bad_op != NULL ? bad_op : &ignored))
        return 0;
    struct byte_writer to = {bytes, capacity, 0};
    ac_put_byte(&to, BYTES_VERSION);
    ac_encode_head(&program->head, &to);
    for (size_t i = 0; i < program->count; i++)
        encode_op(&program->ops[i], &to);
    return to.length;
}
