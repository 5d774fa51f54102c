// SPDX-License-Identifier: MIT
// Oracles by name, as --oracles takes them.
#include "tool.h"

#include <string.h>

static void parse_oracle(struct argp_state *state, ac_oracle_set *set, const char *id,
                         size_t length) {
    bool without = length > 0 && id[0] == '-';
    int oracle = ac_oracle_by_id(id + without, length - without);
    if (oracle < 0) {
        argp_error(state, "no oracle is called '%.*s'; `allocheck list oracles' lists them",
                   (int)length, id);
    } else if (without) {
        *set &= ~AC_ORACLE_BIT(oracle);
    } else {
        *set |= AC_ORACLE_BIT(oracle);
    }
}

/* A list that starts with an id left out is taken from all, else from none. */
ac_oracle_set tool_oracles(struct argp_state *state, const char *list) {
    ac_oracle_set set = list[0] == '-' ? AC_ALL_ORACLES : 0;
    for (const char *id = list;;) {
        size_t length = strcspn(id, ",");
        parse_oracle(state, &set, id, length);
        if (id[length] == '\0') {
            return set;
        }
        id += length + 1;
    }
}
