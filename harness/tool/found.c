// SPDX-License-Identifier: MIT
#include "found.h"

#include "explain/explain.h"

#include <stdio.h>
#include <stdlib.h>

enum { FINDING_TEXT = 1 << 13, CHILD_TEXT = 1 << 16 };

static void print_label(const struct found *found) {
    if (found->label != NULL) {
        printf("%s: ", found->label);
    }
}

/* What the child's process wrote. */
struct wrote {
    char *text; /* to be freed */
    size_t length;
};

static struct wrote read_wrote(const struct ac_child *child) {
    struct wrote wrote = {.text = child != NULL ? malloc(CHILD_TEXT) : NULL};
    wrote.length = wrote.text != NULL ? ac_child_output(child, wrote.text, CHILD_TEXT) : 0;
    return wrote;
}

static void print_wrote(const struct found *found, const struct wrote *wrote) {
    if (wrote->length > 0) {
        print_label(found);
        printf("the process wrote:\n%s%s", wrote->text,
               wrote->text[wrote->length - 1] == '\n' ? "" : "\n");
    }
}

static void print_short(const struct found *found) {
    char *text = malloc(FINDING_TEXT);
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

void found_run_again(struct found_again *again, const struct ac_child *child,
                     const struct ac_program *program, const struct ac_finding *finding) {
    const bool changed = ac_child_culprit(child, program, finding, &again->changed_by);
    const bool differs = finding->oracle == AC_ORACLE_DETERMINISTIC &&
                         ac_child_difference(child, program, &again->first, &again->second);
    again->culprit = changed ? &again->changed_by : NULL;
    again->answer = differs ? &again->first : NULL;
    again->other_answer = differs ? &again->second : NULL;
}

static void print_explained(const struct found *found, const struct ac_child *child,
                            const struct wrote *wrote) {
    struct found_again again;
    found_run_again(&again, child, found->program, found->finding);
    const struct evidence evidence = {.program = found->program,
                                      .finding = found->finding,
                                      .allocator = found->allocator,
                                      .journal = ac_child_journal(child),
                                      .culprit = again.culprit,
                                      .first = again.answer,
                                      .second = again.other_answer,
                                      .output = wrote->text,
                                      .output_length = wrote->length,
                                      .command = found->command};
    print_label(found);
    explain_print(&evidence, stdout);
}

void found_print(const struct found *found, const struct ac_child *child) {
    struct wrote wrote = read_wrote(child);
    if (child != NULL && ac_child_journal(child) != NULL) {
        print_explained(found, child, &wrote);
        print_wrote(found, &wrote);
    } else {
        print_wrote(found, &wrote);
        print_short(found);
    }
    free(wrote.text);
}
