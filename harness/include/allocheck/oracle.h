// SPDX-License-Identifier: MIT
// Oracles and findings. The table is oracles.def.
#ifndef ALLOCHECK_ORACLE_H
#define ALLOCHECK_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum ac_oracle {
#define AC_ORACLE(oracle, id, when, sentence, rule) AC_ORACLE_##oracle,
#include "oracles.def"
#undef AC_ORACLE
    AC_ORACLES
};

enum ac_oracle_when {
    AC_INLINE,  /* every execution */
    AC_REPLAY,  /* several runs, or a fresh process */
    AC_COMPARE, /* the answers of two allocators (answers.h); never those of one */
};

struct ac_oracle_info {
    const char *id;
    enum ac_oracle_when when;
    const char *sentence; /* what must hold */
    const char *rule;     /* where that is written */
};

/* Bits by enum ac_oracle. */
typedef uint64_t ac_oracle_set;
#define AC_ALL_ORACLES        ((ac_oracle_set)-1)
#define AC_ORACLE_BIT(oracle) ((ac_oracle_set)1 << (oracle))

/* The row of an oracle below AC_ORACLES; never NULL. */
const struct ac_oracle_info *ac_oracle_info(enum ac_oracle oracle);

/* The oracle of an id that is `length` bytes long, or -1. */
int ac_oracle_by_id(const char *id, size_t length);

enum { AC_NO_SLOT = -1, AC_EVIDENCE = 160 };

/* A broken property. Plain data: can be copied, and read by another process. */
struct ac_finding {
    enum ac_oracle oracle;
    uint32_t op;        /* index of the op; the program's count: at teardown */
    uint32_t round;     /* of its repeats, from 0 */
    uint32_t thread;    /* that ran; 0: the main one */
    int32_t slot;       /* of the block concerned, or AC_NO_SLOT */
    int32_t other_slot; /* of the other block of an overlap, or AC_NO_SLOT */
    uint32_t block;     /* the block's id: how many were allocated before it in this run */
    uint64_t size;      /* bytes asked for in it */
    uint64_t first_wrong, last_wrong; /* offsets of wrong bytes; UINT64_MAX: none */
    char expected[AC_EVIDENCE];
    char actual[AC_EVIDENCE];
};

#ifdef __cplusplus
}
#endif
#endif
