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

static void put_word(FILE *to, const char *before, const char *word) {
    fputs(before, to);
    put_comment(to, word);
}

/* LD_PRELOAD and dlopen search other folders for a name without a slash. */
static void put_library(FILE *to, const char *before, const struct export_options *options) {
    const struct ac_library *library = options->target->library;
    const char *name = library != NULL ? library->typed : "ALLOCATOR.so";
    fprintf(to, "%s%s", before, strchr(name, '/') == NULL && library != NULL ? "./" : "");
    put_comment(to, name);
}

void put_library_literal(FILE *to, const struct export_options *options) {
    const struct ac_library *library = options->target->library;
    put_quoted(to, library != NULL ? library->path : "./ALLOCATOR.so");
}

static void put_run(FILE *to, const struct export_options *options, enum export_use use) {
    const bool preloads = use == EXPORT_PRELOADS || use == EXPORT_NEEDS_LIBRARY;
    fputs(" -o repro && ", to);
    if (options->same_addresses)
        fputs(preloads ? "setarch -R env " : "setarch -R ", to);
    if (preloads)
        put_library(to, "LD_PRELOAD=", options);
    fputs(preloads ? " ./repro" : "./repro", to);
    if (use == EXPORT_LOADS)
        put_library(to, " ", options);
    fputc('\n', to);
}

void put_build(FILE *to, const struct export_options *options, const struct exported *exported) {
    fprintf(to, "//\n// Compile and run:\n//     cc -std=c11 ");
    put_comment(to, options->file != NULL ? options->file : "FILE.c");
    fputs(exported->flags, to);
    if (exported->interface)
        put_word(to, " -I ", options->include != NULL ? options->include : "INCLUDE");
    if (options->prefix != NULL && options->target->library != NULL)
        put_library(to, " ", options);
    else if (options->prefix != NULL)
        put_word(to, " ", "ALLOCATOR.a");
    put_run(to, options, exported->use);
    if (exported->interface)
        fprintf(to, "// %s contains allocheck/allocator.h; the library exports ac_allocator.\n",
                options->include != NULL ? "The folder after -I" : "INCLUDE");
    else if (exported->use == EXPORT_NEEDS_LIBRARY && options->prefix == NULL)
        fputs("// ALLOCATOR.so exports the allocator under libc's names.\n", to);
    if (options->runs > 0)
        fprintf(to, "// It failed in %u of %u runs.\n", options->failed, options->runs);
    if (options->libc_deviates)
        fputs("// It fails without LD_PRELOAD, too: the C library deviates as well.\n", to);
    if (options->not_verified != NULL)
        put_labelled(to, "not verified:", options->not_verified);
}

static enum export_use use_of(const struct export_options *options, bool interface) {
    const struct ac_target *target = options->target;
    if (target->library == NULL) {
        const bool is_libc = target->allocator->open == NULL && options->prefix == NULL;
        return is_libc && !interface ? EXPORT_USES_LIBC : EXPORT_NEEDS_LIBRARY;
    }
    if (interface)
        return EXPORT_LOADS;
    if (options->prefix != NULL)
        return EXPORT_LINKS;
    return target->library->exports_interface ? EXPORT_NEEDS_LIBRARY : EXPORT_PRELOADS;
}

void export_note_use(struct exported *exported, const struct export_options *options,
                     bool interface, const char *flags) {
    exported->interface = interface;
    exported->use = use_of(options, interface);
    exported->flags = flags;
}

void write_banner(const struct plan *plan, const struct exported *exported, FILE *to) {
    if (plan->options->input != NULL)
        put_labelled(to, "program", plan->options->input);
    if (plan->finding != NULL)
        put_finding(plan, to);
    put_ops(plan, to);
    put_build(to, plan->options, exported);
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
