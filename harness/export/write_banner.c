// SPDX-License-Identifier: MIT
// The comment at the top: the finding, the program, how to compile and run.
#include "write.h"

#include "allocheck/codec.h"
#include "allocheck/place.h"

#include <string.h>

enum { LINE = 160, SHOWN = 40 /* ops */ };

void put_labelled(FILE *to, const char *label, const char *text) {
    fprintf(to, "// %-9s ", label);
    put_comment(to, text);
    fputc('\n', to);
}

static void put_finding(const struct plan *plan, FILE *to) {
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

static void put_ops(const struct plan *plan, FILE *to) {
    const size_t shown = plan->ops < SHOWN ? plan->ops : SHOWN;
    char line[LINE];
    fputs("//\n", to);
    for (size_t i = plan->ops - shown; i < plan->ops; i++) {
        bool fails = plan->finding != NULL && plan->finding->op == i;
        ac_print_op(&plan->program->ops[i], line, sizeof line);
        fprintf(to, "// %s%4zu  ", fails ? "->" : "  ", i);
        put_comment(to, line);
        fputc('\n', to);
    }
    if (plan->finding != NULL && plan->teardown)
        fprintf(to, "// -> %-5s %s\n", ac_place_name(ac_place_of(plan->program, plan->finding)),
                ac_stage_sentence(plan->finding->stage));
}

void put_build(FILE *to, const struct build *build) {
    const struct ac_library *library = build->options->target->library;
    const char *name = library != NULL ? library->typed : "ALLOCATOR.so";
    const bool has_heaps = build->options->target->allocator->open != NULL;
    fprintf(to, "//\n// Compile and run:\n//     cc -std=c11 FILE.c%s ", build->flags);
    if (build->interface) {
        fputs("-I INCLUDE ", to);
        put_comment(to, name);
        fputs(" -o repro && ./repro\n"
              "// INCLUDE contains allocheck/allocator.h; the library exports ac_allocator.\n",
              to);
    } else if (build->options->prefix != NULL) {
        fputs("ALLOCATOR.a -o repro && ./repro\n", to);
    } else if (library == NULL && !has_heaps) {
        fputs("-o repro && ./repro\n", to);
    } else {
        fputs("-o repro && LD_PRELOAD=", to);
        put_comment(to, has_heaps ? "ALLOCATOR.so" : name);
        fputs(" ./repro\n", to);
        fputs(has_heaps ? "// ALLOCATOR.so exports the allocator under libc's names.\n" : "", to);
    }
}

void write_banner(const struct plan *plan, FILE *to) {
    const char *flags = plan_has(plan, EXPORT_c23)       ? " -pthread -ldl"
                        : plan_has(plan, EXPORT_threads) ? " -pthread"
                                                         : "";
    if (plan->options->input != NULL)
        put_labelled(to, "program", plan->options->input);
    if (plan->finding != NULL)
        put_finding(plan, to);
    put_ops(plan, to);
    put_build(to, &(struct build){plan->options, plan_has(plan, EXPORT_interface), flags});
    fputs(
        plan->finding != NULL
            ? "// It exits with 1 and a message, or dies by a signal, while the bug is present.\n"
              "// It exits with 0 once the bug is fixed.\n"
            : "// It exits with 0 if all checks pass, else with 1 and a message or by a signal.\n",
        to);
    if (plan->options->command != NULL) {
        fputs("// The same with allocheck:\n//     ", to);
        put_comment(to, plan->options->command);
        fputc('\n', to);
    }
}
