// SPDX-License-Identifier: MIT
// The byte form: what decode and encode share. Nothing here may change its meaning; the files in
// test/golden hold it down, with test_golden.c. Version 2 has the ops of codes 26 and 27, drawn
// too, and all eight bits of the quirks; bytes of version 1 mean what they meant.
//
//   program  version byte (1; any other: the newest), head, records
//   head     flag byte (enum head_flag), then the fields flagged, in the order of the flags
//   record   any number of prefixes, op byte, operands in the order of ops.def
//   op byte  a code of ops.def, a prefix (enum op_byte), or anything else: an op drawn among those
//            of the head's groups (drawn.c)
//   slot     0..31: itself; 32..239: its low 4 bits; 240..255: 4 high bits, one byte of low bits
//   thread   one byte, modulo AC_MAX_THREADS; of exit, where 0 is not to end, 0 counts as 1
//   operand  tag byte: 0..64 the value itself (alignments: 0..22 a power of two, 23..64 one up to
//            4096), a form of `ac_byte_forms`, or anything above: drawn, with one byte more
//            (drawn.c)
//
// Numbers are little endian. Bytes that are not there read as 0.
#ifndef ALLOCHECK_BYTES_H
#define ALLOCHECK_BYTES_H

#include "allocheck/program.h"

enum { BYTES_FIRST_VERSION = 1, BYTES_VERSION = 2 };

enum head_flag {
    HEAD_SNAPSHOT = 1u << 0, /* one byte: source 2 bits, frames 1 bit, threads less one 3 bits */
    HEAD_QUIRKS = 1u << 1,   /* one byte */
    HEAD_SIZES = 1u << 2,    /* one byte, modulo the mixes */
    HEAD_GROUPS = 1u << 3,   /* two bytes */
    HEAD_LIMIT = 1u << 4,    /* one byte: a shift of 4 KiB, or LIMIT_LITERAL and 5 bytes */
    HEAD_SEED = 1u << 5,     /* four bytes */
};

enum { QUIRKS_OF_VERSION_1 = 7 };

enum {
    LIMIT_SHIFTS = 29,        /* 4 KiB << 0..28; other bytes count modulo LIMIT_FOLDED_SHIFTS */
    LIMIT_FOLDED_SHIFTS = 17, /* 4 KiB .. 256 MiB */
    LIMIT_LITERAL = 255,
    LIMIT_LITERAL_BYTES = 5,
};

enum op_byte {
    BYTE_ON = 64,          /* prefix: thread */
    BYTE_REPEAT = 65,      /* prefix: one byte, less 2 */
    BYTE_REPEAT_LONG = 66, /* prefix: three bytes, less 1 */
};

enum {
    REPEAT_SHORT_MIN = 2,
    REPEAT_SHORT_MAX = REPEAT_SHORT_MIN + 255,
    REPEAT_LONG_BYTES = 3,
    REPEAT_FOLDED = 510, /* numbers above AC_MAX_REPEAT fold into this many, so noise stays cheap */
};

enum {
    SLOT_DIRECT = 32,
    SLOT_WIDE = 240,
    TAG_DENSE_LAST = 64,
    TAG_FORMS = 65,
    TAG_FALLBACK = 76,
    ALIGN_POWERS = 23,        /* tags that are powers of two: 1 .. 4 MiB */
    ALIGN_FOLDED_POWERS = 13, /* 1 .. 4096 */
};

/* How the operand after a tag is written: tag TAG_FORMS + index. The first that fits is canonical.
 * Values of AC_ABSOLUTE are unsigned, deltas of symbols signed. */
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
    for (unsigned i = 0; i < bytes; i++) {
        number |= (uint64_t)ac_take_byte(from) << (8 * i);
    }
    return number;
}

/* Counts what does not fit, so that the caller learns the length. */
struct byte_writer {
    uint8_t *bytes;
    size_t capacity;
    size_t length;
};

static inline void ac_put_byte(struct byte_writer *to, unsigned byte) {
    if (to->length < to->capacity) {
        to->bytes[to->length] = (uint8_t)byte;
    }
    to->length++;
}

static inline void ac_put_number(struct byte_writer *to, uint64_t number, unsigned bytes) {
    for (unsigned i = 0; i < bytes; i++) {
        ac_put_byte(to, (unsigned)(number >> (8 * i)) & 0xFF);
    }
}

/* bytes_head.c */
void ac_decode_head(struct ac_head *head, struct byte_reader *from, unsigned version);
void ac_encode_head(const struct ac_head *head, struct byte_writer *to);

/* bytes_operand.c; `letter` is N, S, A or K, `sizes` the head's mix for drawn ones. */
struct ac_operand ac_decode_operand(struct byte_reader *from, char letter, uint8_t sizes);
void ac_encode_operand(struct ac_operand operand, char letter, struct byte_writer *to);

/* drawn.c: frozen tables. `tag` is TAG_FALLBACK or above, `byte` the one after it. */
struct ac_operand ac_fallback_operand(uint8_t tag, uint8_t byte, char letter, uint8_t sizes);

/* The ops that drawn op bytes stand for under some groups. */
struct fallback_ops {
    uint8_t kinds[128]; /* enum ac_op_kind */
    size_t count;       /* never 0 once filled */
};
void ac_fallback_ops_fill(struct fallback_ops *ops, uint16_t groups, unsigned version);

#endif
