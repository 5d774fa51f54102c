// SPDX-License-Identifier: MIT
#include "found.h"

#include <stdio.h>
#include <stdlib.h>

enum { FINDING_TEXT = 1 << 13, CHILD_TEXT = 1 << 14 };

static void print_label(const struct found *found) {
    if (found->label != NULL) {
        printf("%s: ", found->label);
    }
}

static void print_child_output(const struct found *found, const struct ac_child *child) {
    char *text = malloc(CHILD_TEXT);
    size_t length = text ? ac_child_output(child, text, CHILD_TEXT) : 0;
    if (length > 0) {
        print_label(found);
        printf("the process wrote:\n%s%s", text, text[length - 1] == '\n' ? "" : "\n");
    }
    free(text);
}

void found_print(const struct found *found, const struct ac_child *child) {
    char *text = malloc(FINDING_TEXT);
    if (child != NULL) {
        print_child_output(found, child);
    }
    print_label(found);
    if (text != NULL) {
        ac_print_finding(found->finding, found->program, found->allocator, found->command, text,
                         FINDING_TEXT);
        fputs(text, stdout);
    } else {
        printf("finding: %s\n", ac_oracle_info(found->finding->oracle)->id);
    }
    free(text);
}
