// SPDX-License-Identifier: MIT
#include "allocheck/oracle.h"

#include <string.h>

#define INLINE  AC_INLINE
#define REPLAY  AC_REPLAY
#define COMPARE AC_COMPARE

static const struct ac_oracle_info table[AC_ORACLES] = {
#define AC_ORACLE(oracle, id, when, sentence, rule)                                                \
    [AC_ORACLE_##oracle] = {id, when, sentence, rule},
#include "allocheck/oracles.def"
#undef AC_ORACLE
};

const struct ac_oracle_info *ac_oracle_info(enum ac_oracle oracle) {
    return &table[oracle];
}

int ac_oracle_by_id(const char *id, size_t length) {
    for (int i = 0; i < AC_ORACLES; i++)
        if (strlen(table[i].id) == length && memcmp(table[i].id, id, length) == 0)
            return i;
    return -1;
}
