// SPDX-License-Identifier: MIT
#include "print_finding.h"

#include "rerun.h"
#include "status.h"

#include "explain/explain.h"

#include <stdio.h>
#include <stdlib.h>

enum { FINDING_TEXT = 1 << 13, CHILD_TEXT = 1 << 16 };

static void print_label(const struct finding_to_print *to_print) {
    if (to_print->label != NULL)
        printf("%s: ", to_print->label);
}

/* Output of the child's process. */
struct output {
    char *text; /* the caller frees it; NULL: none */
    size_t length;
};

static struct output read_output(const struct ac_child *child) {
    struct output output = {.text = child != NULL ? malloc(CHILD_TEXT) : NULL};
    output.length = output.text != NULL ? ac_child_output(child, output.text, CHILD_TEXT) : 0;
    return output;
}

static void print_output(const struct finding_to_print *to_print, const struct output *output) {
    if (output->length > 0) {
        print_label(to_print);
        printf("the process wrote:\n%s%s", output->text,
               output->text[output->length - 1] == '\n' ? "" : "\n");
    }
}

static void print_stack(const struct ac_child *child) {
    struct stack stack;
    if (child != NULL) {
        stack_of_child(child, &stack);
        explain_print_stack(&stack, stdout);
    }
}

/* Without a journal, as after a race run. */
static void print_short(const struct finding_to_print *to_print, const struct ac_child *child) {
    char *text = malloc(FINDING_TEXT);
    print_label(to_print);
    if (text != NULL) {
        ac_print_finding(to_print->finding, to_print->program, to_print->allocator, NULL, text,
                         FINDING_TEXT);
        fputs(text, stdout);
    } else {
        printf("finding: %s\n", ac_oracle_info(to_print->finding->oracle)->id);
    }
    free(text);
    print_stack(child);
    if (to_print->command != NULL)
        printf("  reproduce %s\n", to_print->command);
}

static void print_explained(const struct finding_to_print *to_print, const struct ac_child *child) {
    struct rerun rerun;
    struct stack stack;
    stack_of_child(child, &stack);
    rerun_finding(&rerun, child, to_print->program, to_print->finding);
    const struct evidence evidence = {.program = to_print->program,
                                      .finding = to_print->finding,
                                      .allocator = to_print->allocator,
                                      .journal = ac_child_journal(child),
                                      .culprit = rerun.culprit,
                                      .first = rerun.first,
                                      .second = rerun.second,
                                      .stack = &stack,
                                      .command = to_print->command};
    print_label(to_print);
    explain_print(&evidence, stdout);
}

void print_finding(const struct finding_to_print *to_print, const struct ac_child *child) {
    struct output output = read_output(child);
    status_clear();
    if (child != NULL && ac_child_journal(child) != NULL) {
        print_explained(to_print, child);
        print_output(to_print, &output);
    } else {
        print_output(to_print, &output);
        print_short(to_print, child);
    }
    free(output.text);
}
