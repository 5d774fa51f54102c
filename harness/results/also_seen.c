// SPDX-License-Identifier: MIT
#include "also_seen.h"

#include <stdio.h>
#include <string.h>

void also_seen_put(char text[ALSO_SEEN_TEXT], const char *oracle, const char *kind,
                   const char *op) {
    snprintf(text, ALSO_SEEN_TEXT, "%s at %s%s%s", oracle, kind, op != NULL ? ": " : "",
             op != NULL ? op : "");
}

bool also_seen_is_one_place(const char *left, const char *right) {
    const size_t length = strcspn(left, ":");
    return length == strcspn(right, ":") && strncmp(left, right, length) == 0;
}

bool also_seen_add(struct also_seen *list, const char *own, const char *place) {
    if (list->count == ALSO_SEEN || also_seen_is_one_place(own, place))
        return false;
    for (size_t i = 0; i < list->count; i++)
        if (also_seen_is_one_place(list->at[i], place))
            return false;
    snprintf(list->at[list->count++], ALSO_SEEN_TEXT, "%s", place);
    return true;
}
