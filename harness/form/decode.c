// SPDX-License-Identifier: MIT
#include "allocheck/codec.h"
#include "bytes.h"

struct decoder {
    struct byte_reader from;
    const struct ac_head *head;
    unsigned version;
    struct fallback_ops fallback; /* filled on first use */
};

/* 1 + the op kind of each code; 0: not a code. */
static const uint8_t kind_by_code[256] = {
#define AC_OP(kind, code, name, operands, group, weight, help) [code] = AC_OP_##kind + 1,
#include "allocheck/ops.def"
#undef AC_OP
};

static bool is_since_version_2(uint8_t byte) {
    return kind_by_code[byte] == AC_OP_FREE_AT_EXIT + 1 ||
           kind_by_code[byte] == AC_OP_REFUSE_FROM + 1;
}

/* In version 1, the codes of version 2 are fallback bytes. */
static bool is_code(const struct decoder *decoder, uint8_t byte) {
    return kind_by_code[byte] != 0 &&
           !(decoder->version == BYTES_FIRST_VERSION && is_since_version_2(byte));
}

static uint8_t kind_of(struct decoder *decoder, uint8_t byte) {
    if (is_code(decoder, byte))
        return (uint8_t)(kind_by_code[byte] - 1);
    if (decoder->fallback.count == 0)
        ac_fallback_ops_fill(&decoder->fallback, decoder->head->groups, decoder->version);
    return decoder->fallback.kinds[byte % decoder->fallback.count];
}

static uint32_t decode_slot(struct byte_reader *from) {
    uint8_t first = ac_take_byte(from);
    if (first < SLOT_DIRECT)
        return first;
    if (first < SLOT_WIDE)
        return first % 16u;
    return (uint32_t)(first - SLOT_WIDE) << 8 | ac_take_byte(from);
}

static uint8_t decode_thread(struct byte_reader *from) {
    return ac_take_byte(from) % AC_MAX_THREADS;
}

/* The main thread cannot exit. */
static uint32_t decode_exit(struct byte_reader *from) {
    uint32_t thread = decode_thread(from);
    return thread != 0 ? thread : 1;
}

static uint32_t decode_long_repeat(struct byte_reader *from) {
    uint32_t repeat = (uint32_t)ac_take_number(from, REPEAT_LONG_BYTES);
    return repeat < AC_MAX_REPEAT ? 1 + repeat : REPEAT_SHORT_MIN + repeat % REPEAT_FOLDED;
}

static bool decode_prefix(struct byte_reader *from, uint8_t byte, struct ac_op *op) {
    switch (byte) {
    case BYTE_ON:
        op->thread = decode_thread(from);
        return true;
    case BYTE_REPEAT:
        op->repeat = REPEAT_SHORT_MIN + (uint32_t)ac_take_byte(from);
        return true;
    case BYTE_REPEAT_LONG:
        op->repeat = decode_long_repeat(from);
        return true;
    default:
        return false;
    }
}

static void decode_operands(struct decoder *decoder, struct ac_op *op) {
    const char *letters = ac_op_info((enum ac_op_kind)op->kind)->operands;
    uint32_t *slot = &op->slot; /* then `from`, for the P after a D */
    for (; *letters != '\0'; letters++) {
        switch (*letters) {
        case 'D':
        case 'P':
            *slot = decode_slot(&decoder->from);
            slot = &op->from;
            break;
        case 'T':
            op->slot = decode_exit(&decoder->from);
            break;
        case 'S':
            op->b = ac_decode_operand(&decoder->from, 'S', decoder->head->sizes);
            break;
        default:
            op->a = ac_decode_operand(&decoder->from, *letters, decoder->head->sizes);
        }
    }
}

/* False: no op is left, at most prefixes. */
static bool decode_op(struct decoder *decoder, struct ac_op *op) {
    *op = (struct ac_op){.repeat = 1};
    while (decoder->from.next < decoder->from.end) {
        uint8_t byte = ac_take_byte(&decoder->from);
        if (!decode_prefix(&decoder->from, byte, op)) {
            op->kind = kind_of(decoder, byte);
            decode_operands(decoder, op);
            return true;
        }
    }
    return false;
}

bool ac_decode(struct ac_program *program, const uint8_t *bytes, size_t size) {
    static const uint8_t none[1];
    const uint8_t *start = size > 0 ? bytes : none; /* NULL has no end */
    struct decoder decoder = {.from = {start, start + size}, .head = &program->head};
    ac_program_clear(program);
    decoder.version =
        ac_take_byte(&decoder.from) == BYTES_FIRST_VERSION ? BYTES_FIRST_VERSION : BYTES_VERSION;
    ac_decode_head(&program->head, &decoder.from, decoder.version);
    struct ac_op op;
    while (decode_op(&decoder, &op)) {
        if (!ac_program_append(program, &op)) {
            ac_program_clear(program);
            return false;
        }
    }
    return true;
}
