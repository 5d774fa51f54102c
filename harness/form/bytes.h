// SPDX-License-Identifier: MIT
// The byte form, shared by decode.c and encode.c. It never changes: test_golden.c compares it with
// the files in test/golden. Version 2 adds the ops with codes 26 and 27 and the eighth quirk; bytes
// of version 1 keep their meaning.
//
//   program  version byte (1: version 1; any other: the newest), head, records
//   head     flag byte (enum head_flag), then the flagged fields in the order of their flags
//   record   any number of prefixes, op byte, operands in the order of ops.def
//   op byte  a code of ops.def, or a prefix (enum op_byte); any other byte stands for an op of the
//            head's groups (fallback.c)
//   slot     0..31: itself; 32..239: its low 4 bits; 240..255: 4 high bits, one byte of low bits
//   thread   one byte, modulo AC_MAX_THREADS; for exit, 0 counts as 1
//   operand  tag byte: 0..64 the value itself (alignments: 0..22 a power of two, 23..64 one up to
//            4096); then a form of `ac_byte_forms`; any higher tag, with one more byte, stands for
//            a value (fallback.c)
//
// Numbers are little endian. Missing bytes read as 0.
#ifndef ALLOCHECK_BYTES_H
#define ALLOCHECK_BYTES_H

#include "allocheck/program.h"

enum { BYTES_FIRST_VERSION = 1, BYTES_VERSION = 2 };

enum head_flag {
    HEAD_SNAPSHOT = 1u << 0, /* one byte: source 2 bits, frames 1 bit, threads - 1: 3 bits */
    HEAD_QUIRKS = 1u << 1,   /* one byte */
    HEAD_SIZES = 1u << 2,    /* one byte, modulo AC_SIZE_MIXES */
    HEAD_GROUPS = 1u << 3,   /* two bytes */
    HEAD_LIMIT = 1u << 4,    /* one byte: a shift of 4 KiB, or LIMIT_LITERAL and 5 bytes */
    HEAD_SEED = 1u << 5,     /* four bytes */
};

enum { QUIRKS_OF_VERSION_1 = 7 };

enum {
    LIMIT_SHIFTS = 29,        /* 4 KiB << 0..28; higher shifts wrap modulo LIMIT_FOLDED_SHIFTS */
    LIMIT_FOLDED_SHIFTS = 17, /* 4 KiB .. 256 MiB */
    LIMIT_LITERAL = 255,
    LIMIT_LITERAL_BYTES = 5,
};

enum op_byte {
    BYTE_ON = 64,          /* prefix: thread */
    BYTE_REPEAT = 65,      /* prefix: one byte, repeat - 2 */
    BYTE_REPEAT_LONG = 66, /* prefix: three bytes, repeat - 1 */
};

enum {
    REPEAT_SHORT_MIN = 2,
    REPEAT_SHORT_MAX = REPEAT_SHORT_MIN + 255,
    REPEAT_LONG_BYTES = 3,
    REPEAT_FOLDED = 510, /* repeats above AC_MAX_REPEAT wrap modulo this, to keep noise cheap */
};

enum {
    SLOT_DIRECT = 32,
    SLOT_WIDE = 240,
    TAG_DENSE_LAST = 64,
    TAG_FORMS = 65,
    TAG_FALLBACK = 76,
    ALIGN_POWERS = 23,        /* tags for powers of two, 1 .. 4 MiB */
    ALIGN_FOLDED_POWERS = 13, /* higher tags wrap to 1 .. 4096 */
};

/* The form of an operand with tag TAG_FORMS + index. The first form that fits is canonical. Values
 * of AC_ABSOLUTE are unsigned, deltas of symbols signed. */
struct byte_form {
    uint8_t symbol;
    uint8_t scale_bytes;
    uint8_t value_bytes;
};
enum { BYTE_FORMS = TAG_FALLBACK - TAG_FORMS };
extern const struct byte_form ac_byte_forms[BYTE_FORMS];

struct byte_reader {
    const uint8_t *next;
    const uint8_t *end;
};

static inline uint8_t ac_take_byte(struct byte_reader *from) {
    return from->next < from->end ? *from->next++ : 0;
}

static inline uint64_t ac_take_number(struct byte_reader *from, unsigned bytes) {
    uint64_t number = 0;
    for (unsigned i = 0; i < bytes; i++)
        number |= (uint64_t)ac_take_byte(from) << (8 * i);
    return number;
}

/* `length` counts also the bytes that do not fit. */
struct byte_writer {
    uint8_t *bytes;
    size_t capacity;
    size_t length;
};

static inline void ac_put_byte(struct byte_writer *to, unsigned byte) {
    if (to->length < to->capacity)
        to->bytes[to->length] = (uint8_t)byte;
    to->length++;
}

static inline void ac_put_number(struct byte_writer *to, uint64_t number, unsigned bytes) {
    for (unsigned i = 0; i < bytes; i++)
        ac_put_byte(to, (unsigned)(number >> (8 * i)) & 0xFF);
}

/* bytes_head.c */
void ac_decode_head(struct ac_head *head, struct byte_reader *from, unsigned version);
void ac_encode_head(const struct ac_head *head, struct byte_writer *to);

/* bytes_operand.c; `letter` is N, S, A or K; fallback operands depend on the head's size mix. */
struct ac_operand ac_decode_operand(struct byte_reader *from, char letter, uint8_t sizes);
void ac_encode_operand(struct ac_operand operand, char letter, struct byte_writer *to);

/* fallback.c; `tag` is TAG_FALLBACK or above, `byte` follows it. */
struct ac_operand ac_fallback_operand(uint8_t tag, uint8_t byte, char letter, uint8_t sizes);

/* The ops that fallback bytes stand for, under the groups of a head. */
struct fallback_ops {
    uint8_t kinds[128]; /* enum ac_op_kind */
    size_t count;       /* above 0 once filled */
};
void ac_fallback_ops_fill(struct fallback_ops *ops, uint16_t groups, unsigned version);

#endif
