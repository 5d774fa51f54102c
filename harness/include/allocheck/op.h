// SPDX-License-Identifier: MIT
// Ops and operands: what a program is made of. The table is ops.def.
#ifndef ALLOCHECK_OP_H
#define ALLOCHECK_OP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    AC_SLOTS_IN_BYTES = 4096, /* slots that the byte form can name */
    AC_SLOTS = 1 << 20,       /* slots that the text form can name */
    AC_MAX_CALLS = 200000,    /* calls of one program, repeats expanded */
    AC_MAX_THREADS = 8,       /* threads of a program, the main thread (0) included */
    AC_MAX_REPEAT = AC_MAX_CALLS,
    AC_MAX_OPERANDS = 4,
};

enum ac_op_kind {
#define AC_OP(kind, code, name, operands, group, weight, help) AC_OP_##kind,
#include "ops.def"
#undef AC_OP
    AC_OP_KINDS
};

/* Swarm groups: a program's head switches them on and off; bit numbers. */
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

/* What an operand's value is counted from. It is resolved when its op runs. */
enum ac_symbol {
    AC_ABSOLUTE, /* value */
    AC_MAX,      /* SIZE_MAX + value */
    AC_HALF,     /* SIZE_MAX / 2 (which is PTRDIFF_MAX) + value */
    AC_LEFT,     /* the program's memory limit less the bytes live now, + value */
    AC_PAGE,     /* scale pages + value */
    AC_SYMBOLS
};

/* A size, count, alignment or number. Canonical: scale is 0 unless symbol is AC_PAGE, where it is
 * at least 1. Arithmetic wraps modulo 2^64 by intent. */
struct ac_operand {
    uint64_t value; /* a signed delta in two's complement unless AC_ABSOLUTE */
    uint16_t scale;
    uint8_t symbol; /* enum ac_symbol */
};

/* One op. Fields that its kind does not use are 0. */
struct ac_op {
    uint8_t kind;        /* enum ac_op_kind */
    uint8_t thread;      /* that runs it; 0 is the main thread */
    uint32_t repeat;     /* how often, 1 or more, over consecutive slots */
    uint32_t slot;       /* D, or P where there is no D; T (1 or more) for exit */
    uint32_t from;       /* P where there is a D as well */
    struct ac_operand a; /* first of N, A, K */
    struct ac_operand b; /* S */
};

/* One row of ops.def. */
struct ac_op_info {
    const char *name;
    const char *operands;
    const char *help;
    uint8_t code;
    uint8_t group;  /* enum ac_group */
    uint8_t weight; /* 0: never drawn */
};

/* The row of a kind below AC_OP_KINDS; never NULL. */
const struct ac_op_info *ac_op_info(enum ac_op_kind kind);

/* The name of a group as text form and messages write it. */
const char *ac_group_name(enum ac_group group);

/* What is known when an operand is resolved. */
struct ac_resolve {
    size_t page_size;
    size_t left; /* bytes */
};

/* The value of an operand; the same on every machine with 64-bit size_t. */
size_t ac_operand_resolve(struct ac_operand operand, const struct ac_resolve *known);

/* True when both are the same operand, field by field. */
bool ac_operand_equal(struct ac_operand left, struct ac_operand right);
bool ac_op_equal(const struct ac_op *left, const struct ac_op *right);

/* True for an op as both parsers make it: every field in its range, fields that its kind does not
 * use 0, operands canonical. Encoding and printing ask for normal ops. */
bool ac_op_normal(const struct ac_op *op);

static inline struct ac_operand ac_absolute(uint64_t value) {
    struct ac_operand operand = {value, 0, AC_ABSOLUTE};
    return operand;
}

#ifdef __cplusplus
}
#endif
#endif
