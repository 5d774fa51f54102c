// SPDX-License-Identifier: MIT
// Oracles and findings. The table of oracles is oracles.def.
#ifndef ALLOCHECK_ORACLE_H
#define ALLOCHECK_ORACLE_H

#include "progress.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

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
    AC_INLINE,  /* checks every execution */
    AC_REPLAY,  /* needs several runs, or a fresh process */
    AC_COMPARE, /* compares the answers of two allocators (answers.h) */
};

struct ac_oracle_info {
    const char *id;
    enum ac_oracle_when when;
    const char *sentence; /* the property that must hold */
    const char *rule;     /* the source of the rule */
};

/* One bit for each enum ac_oracle. */
typedef uint64_t ac_oracle_set;
#define AC_ALL_ORACLES        ((ac_oracle_set)-1)
#define AC_ORACLE_BIT(oracle) ((ac_oracle_set)1 << (oracle))

/* The row of an oracle below AC_ORACLES. Never NULL. */
const struct ac_oracle_info *ac_oracle_info(enum ac_oracle oracle);

/* The oracle with an id of `length` bytes, or -1. */
int ac_oracle_by_id(const char *id, size_t length);

enum { AC_NO_SLOT = -1, AC_EVIDENCE = 160 };

/* A broken property. Holds no pointers, so processes can share it. */
struct ac_finding {
    enum ac_oracle oracle;
    uint32_t op;         /* index of the op; the number of ops: none, before or after all of them */
    enum ac_stage stage; /* with the number of ops: AC_STAGE_PROGRAM is the teardown */
    uint32_t round;      /* of its repeat, from 0 */
    uint32_t thread;     /* that ran the op; 0: the main thread */
    int32_t slot;        /* of the block, or AC_NO_SLOT */
    int32_t other_slot;  /* of the block that it overlaps, or AC_NO_SLOT */
    uint32_t block;      /* the block's id: the number of blocks allocated before it in the run */
    uint64_t size;       /* its requested bytes */
    uint64_t first_wrong, last_wrong; /* offsets of wrong bytes, or UINT64_MAX */
    char expected[AC_EVIDENCE];
    char actual[AC_EVIDENCE];
};

/* Begins a finding at an op that is about no block, with empty texts; padding is zero. */
static inline void ac_finding_at(struct ac_finding *finding, enum ac_oracle oracle, uint32_t op) {
    memset(finding, 0, sizeof *finding);
    finding->oracle = oracle;
    finding->op = op;
    finding->slot = finding->other_slot = AC_NO_SLOT;
    finding->block = UINT32_MAX;
    finding->first_wrong = finding->last_wrong = UINT64_MAX;
}

#ifdef __cplusplus
}
#endif
#endif
