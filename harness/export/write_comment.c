// SPDX-License-Identifier: MIT
// What stands above the code: what broke, and how to see it.
#include "export_write.h"

#include "allocheck/codec.h"

#include <string.h>

enum { LINE = 160, SHOWN = 40 /* ops in the comment */ };

static void put_labelled(FILE *to, const char *label, const char *text) {
    fprintf(to, "// %-9s ", label);
    put_comment(to, text);
    fputc('\n', to);
}

static void write_finding(const struct plan *plan, FILE *to) {
    const struct ac_finding *finding = plan->finding;
    const struct ac_oracle_info *oracle = ac_oracle_info(finding->oracle);
    char text[LINE * 2];
    snprintf(text, sizeof text, "%s on %s", oracle->id, plan->options->target->name);
    put_labelled(to, "finding", text);
    snprintf(text, sizeof text, "%s (%s)", oracle->sentence, oracle->rule);
    put_labelled(to, "rule", text);
    put_labelled(to, "expected", finding->expected);
    put_labelled(to, "actual", finding->actual);
}

static void list_ops(const struct plan *plan, FILE *to) {
    const size_t shown = plan->ops < SHOWN ? plan->ops : SHOWN;
    char line[LINE];
    fputs("//\n", to);
    for (size_t i = plan->ops - shown; i < plan->ops; i++) {
        bool here = plan->finding != NULL && plan->finding->op == i;
        ac_print_op(&plan->program->ops[i], line, sizeof line);
        fprintf(to, "// %s%4zu  ", here ? "->" : "  ", i);
        put_comment(to, line);
        fputc('\n', to);
    }
    if (plan->finding != NULL && plan->teardown) {
        fputs("// -> end   every block is freed, then the heap is closed\n", to);
    }
}

/* The library of the target where it is one; else words for it. */
static const char *library_of(const struct plan *plan) {
    const struct ac_library *library = plan->options->target->library;
    return library != NULL ? library->typed : "ALLOCATOR.so";
}

static bool is_of_the_machine(const struct plan *plan) {
    return plan->options->target->library == NULL && plan->allocator->open == NULL;
}

static void write_how(const struct plan *plan, FILE *to) {
    const char *const libraries = plan_has(plan, EXPORT_c23)       ? " -pthread -ldl"
                                  : plan_has(plan, EXPORT_threads) ? " -pthread"
                                                                   : "";
    fputs("//\n// To compile and run:\n//     ", to);
    if (plan_has(plan, EXPORT_interface)) {
        fputs("cc -std=c11 -I INCLUDE FILE.c", to);
        fputs(libraries, to);
        fputc(' ', to);
        put_comment(to, library_of(plan));
        fputs(" -o repro && ./repro\n// where INCLUDE holds allocheck/allocator.h and the library "
              "exports ac_allocator.\n",
              to);
    } else if (plan_has(plan, EXPORT_prefix)) {
        fputs("cc -std=c11 FILE.c ALLOCATOR.a -o repro && ./repro\n", to);
    } else if (is_of_the_machine(plan)) {
        fprintf(to, "cc -std=c11 FILE.c%s -o repro && ./repro\n", libraries);
    } else if (plan->allocator->open != NULL) {
        fprintf(to,
                "cc -std=c11 FILE.c%s -o repro && LD_PRELOAD=ALLOCATOR.so ./repro\n"
                "// where ALLOCATOR.so has the allocator under the names of libc.\n",
                libraries);
    } else {
        fprintf(to, "cc -std=c11 FILE.c%s -o repro && LD_PRELOAD=", libraries);
        put_comment(to, library_of(plan));
        fputs(" ./repro\n", to);
    }
    fputs(plan->finding != NULL
              ? "// It ends with status 1 and a line that says what broke, or by a signal, as long "
                "as the\n// bug is there, and with 0 where it is not.\n"
              : "// It ends with status 0; with 1 and a line that says what broke, or by a signal, "
                "where\n// something does.\n",
          to);
}

void write_banner(const struct plan *plan, FILE *to) {
    if (plan->options->input != NULL) {
        put_labelled(to, "program", plan->options->input);
    }
    if (plan->finding != NULL) {
        write_finding(plan, to);
    }
    list_ops(plan, to);
    write_how(plan, to);
    if (plan->options->command != NULL) {
        fputs("// The same through allocheck:\n//     ", to);
        put_comment(to, plan->options->command);
        fputc('\n', to);
    }
}
