// SPDX-License-Identifier: MIT
// Ops and operands, the elements of a program. The table of ops is ops.def.
#ifndef ALLOCHECK_OP_H
#define ALLOCHECK_OP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    AC_SLOTS_IN_BYTES = 4096, /* slots in the byte form */
    AC_SLOTS = 1 << 20,       /* slots in the text form */
    AC_MAX_CALLS = 200000,    /* allocator calls of a program, repeats expanded */
    AC_MAX_THREADS = 8,       /* threads of a program, including the main thread (0) */
    AC_MAX_REPEAT = AC_MAX_CALLS,
    AC_MAX_OPERANDS = 4,
};

enum ac_op_kind {
#define AC_OP(kind, code, name, operands, group, weight, help) AC_OP_##kind,
#include "ops.def"
#undef AC_OP
    AC_OP_KINDS
};

/* Swarm groups, as bit numbers. The head of a program enables or disables each. */
enum ac_group {
    AC_GROUP_BASIC,
    AC_GROUP_REALLOC,
    AC_GROUP_SIZED,
    AC_GROUP_ALIGNED,
    AC_GROUP_USABLE,
    AC_GROUP_FRAMES,
    AC_GROUP_BULK,
    AC_GROUP_SOURCE,
    AC_GROUP_THREADS,
    AC_GROUP_MISUSE,
    AC_GROUPS
};

/* What an operand's value is relative to. Operands are resolved when their op runs. */
enum ac_symbol {
    AC_ABSOLUTE, /* value */
    AC_MAX,      /* SIZE_MAX + value */
    AC_HALF,     /* SIZE_MAX / 2 (which is PTRDIFF_MAX) + value */
    AC_LEFT,     /* the program's memory limit - bytes live now + value */
    AC_PAGE,     /* scale * page size + value */
    AC_SYMBOLS
};

/* A size, count, alignment or number. Arithmetic wraps modulo 2^64 on purpose. In the canonical
 * form scale is at least 1 for AC_PAGE and 0 for all other symbols. */
struct ac_operand {
    uint64_t value; /* a signed delta in two's complement unless AC_ABSOLUTE */
    uint16_t scale;
    uint8_t symbol; /* enum ac_symbol */
};

/* One op. Valid ops have all fields in range, unused fields 0 and canonical operands: the decoder
 * and the parser return only such, the encoder and the printer require them. The letters are those
 * of ops.def. */
struct ac_op {
    uint8_t kind;        /* enum ac_op_kind */
    uint8_t thread;      /* runs the op; 0 is the main thread */
    uint32_t repeat;     /* 1 or more; each round uses the next slot */
    uint32_t slot;       /* D, else P; for exit: T (1 or more) */
    uint32_t from;       /* P of an op that has D and P */
    struct ac_operand a; /* N, A or K */
    struct ac_operand b; /* S */
};

/* One row of ops.def. */
struct ac_op_info {
    const char *name;
    const char *operands;
    const char *help;
    uint8_t code;
    uint8_t group;  /* enum ac_group */
    uint8_t weight; /* 0: never generated */
};

/* The row of a kind below AC_OP_KINDS. Never NULL. */
const struct ac_op_info *ac_op_info(enum ac_op_kind kind);

/* The name of a group in the text form and in messages. */
const char *ac_group_name(enum ac_group group);

/* The state that symbols depend on when an op runs. */
struct ac_resolve {
    size_t page_size;
    size_t left; /* bytes: the value of AC_LEFT with delta 0 */
};

/* The value of an operand. Deterministic on every machine with a 64-bit size_t. */
size_t ac_operand_resolve(struct ac_operand operand, const struct ac_resolve *known);

/* Compare field by field: max-1 differs from its value as AC_ABSOLUTE. */
bool ac_operand_equal(struct ac_operand left, struct ac_operand right);
bool ac_op_equal(const struct ac_op *left, const struct ac_op *right);

static inline struct ac_operand ac_absolute(uint64_t value) {
    struct ac_operand operand = {value, 0, AC_ABSOLUTE};
    return operand;
}

#ifdef __cplusplus
}
#endif
#endif
