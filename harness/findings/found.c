// SPDX-License-Identifier: MIT
#include "found.h"

#include "tool/tool.h"

#include <stdlib.h>

static bool reserve(struct found *found) {
    if (found->count < found->capacity)
        return true;
    const size_t capacity = found->capacity * 2 + 16;
    struct saved_finding *grown = realloc(found->at, capacity * sizeof *grown);
    if (grown == NULL)
        return false;
    found->at = grown;
    found->capacity = capacity;
    return true;
}

void found_add(struct found *found, const char *folder) {
    char error[SAVED_FINDING_ERROR];
    if (!reserve(found)) {
        tool_out_of_memory();
        found->troubles++;
    } else if (saved_finding_read(&found->at[found->count], folder, error)) {
        found->count++;
    } else {
        tool_error("%s/finding.json: %s", folder, error);
        found->troubles++;
    }
}

void found_close(struct found *found) {
    for (size_t i = 0; i < found->count; i++)
        saved_finding_close(&found->at[i]);
    free(found->at);
}
