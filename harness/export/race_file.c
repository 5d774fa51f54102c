// SPDX-License-Identifier: MIT
// A race as a C file: its threads run concurrently, round after round, until a check fails.
#define _GNU_SOURCE /* open_memstream */
#include "race_file.h"
#include "template.h"

#include "allocheck/codec.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_ROUNDS = 500, ROUNDS = 20000, STEPS = 500000, SECONDS = 5, LINE = 160 };

/* --- what can be written --- */

static const ac_oracle_set shown =
    AC_ORACLE_BIT(AC_ORACLE_ZEROED) | AC_ORACLE_BIT(AC_ORACLE_PRESERVED) |
    AC_ORACLE_BIT(AC_ORACLE_INTACT) | AC_ORACLE_BIT(AC_ORACLE_DISJOINT) |
    AC_ORACLE_BIT(AC_ORACLE_USABLE) | AC_ORACLE_BIT(AC_ORACLE_SURVIVES) |
    AC_ORACLE_BIT(AC_ORACLE_ALIGNED) | AC_ORACLE_BIT(AC_ORACLE_MUST_FAIL) |
    AC_ORACLE_BIT(AC_ORACLE_LIVENESS) | AC_ORACLE_BIT(AC_ORACLE_INTEGRITY) |
    AC_ORACLE_BIT(AC_ORACLE_STATISTICS) | AC_ORACLE_BIT(AC_ORACLE_NO_FALSE_ALARM);

static bool needs_interface(enum ac_oracle oracle) {
    return oracle == AC_ORACLE_INTEGRITY || oracle == AC_ORACLE_STATISTICS;
}

/* A library has libc's names or the interface; what is part of the tool has both. */
static bool calls_interface(const struct export_options *options, enum ac_oracle oracle) {
    const struct ac_library *library = options->target->library;
    if (library != NULL && !options->names && options->prefix == NULL)
        return library->exports_interface;
    return options->interface || needs_interface(oracle);
}

static bool needs_sanitizer(const struct ac_finding *finding) {
    return strstr(finding->actual, "Sanitizer") != NULL;
}

/* The race may depend on such an op, so it cannot be skipped. */
static bool is_unsupported(const struct ac_op *op) {
    switch (op_kind(op)) {
    case AC_OP_FREE_EVERY:
    case AC_OP_LARGEST:
    case AC_OP_REFUSE:
    case AC_OP_REFUSE_FROM:
    case AC_OP_TRIM:
    case AC_OP_EXIT:
    case AC_OP_FORK:
    case AC_OP_FREE_AT_EXIT:
        return true;
    default:
        return race_supports(op) && op_is_left(op);
    }
}

static const struct ac_op *first_unsupported(const struct ac_program *program) {
    size_t at = 0;
    while (at < program->count && !is_unsupported(&program->ops[at]))
        at++;
    return at < program->count ? &program->ops[at] : NULL;
}

static bool refuse(char reason[EXPORT_REASON], const char *why, const char *what) {
    snprintf(reason, EXPORT_REASON, "%s%s", why, what);
    return false;
}

static bool can_be_written(const struct race_file *file, char reason[EXPORT_REASON]) {
    const struct ac_op *unsupported = first_unsupported(file->program);
    const enum ac_oracle oracle = file->finding->oracle;
    if ((shown & AC_ORACLE_BIT(oracle)) == 0)
        return refuse(reason, "a racing C file does not check ", ac_oracle_info(oracle)->id);
    if (needs_sanitizer(file->finding))
        return refuse(reason, "a C file cannot reproduce it: only a sanitizer detects it", "");
    if (unsupported != NULL) {
        return refuse(reason, "a racing C file does not support ",
                      op_is_left(unsupported) ? "the operand left"
                                              : ac_op_info(op_kind(unsupported))->name);
    }
    if (file->interface && file->options->prefix != NULL)
        return refuse(reason, "it needs the interface of the allocator; omit --prefix", "");
    if (file->interface && file->allocator->sources != 0 &&
        (file->allocator->sources & AC_SOURCE_MMAP) == 0)
        return refuse(reason, "a racing C file has no page source other than mmap", "");
    return true;
}

/* --- rounds and blocks --- */

static uint64_t steps_of(const struct race_part *part) {
    uint64_t steps = 0;
    for (size_t i = 0; i < part->count; i++)
        steps += part->steps[i].rounds;
    return steps;
}

/* Enough for some seconds. */
static uint64_t rounds_of(const struct race_plan *plan) {
    uint64_t steps = 1;
    for (unsigned i = 0; i < plan->threads; i++)
        steps += steps_of(&plan->parts[i]);
    const uint64_t rounds = STEPS / steps;
    return rounds > ROUNDS ? ROUNDS : rounds > LEAST_ROUNDS ? rounds : LEAST_ROUNDS;
}

static uint64_t most_live(const struct race_plan *plan) {
    uint64_t most = 0;
    for (unsigned i = 0; i < plan->threads; i++) {
        const uint64_t live = steps_of(&plan->parts[i]);
        most = live > most ? live : most;
    }
    return most + 1;
}

/* --- the comment at the top --- */

static void put_banner(FILE *to, const struct race_file *file) {
    const struct ac_oracle_info *oracle = ac_oracle_info(file->finding->oracle);
    char line[LINE * 2];
    if (file->options->input != NULL)
        put_labelled(to, "program", file->options->input);
    snprintf(line, sizeof line, "%s on %s, in a race of threads", oracle->id,
             file->options->target->name);
    put_labelled(to, "finding", line);
    snprintf(line, sizeof line, "%s (%s)", oracle->sentence, oracle->rule);
    put_labelled(to, "rule", line);
    put_labelled(to, "actual", file->finding->actual);
    put_build(to, file->options, file->exported);
    fprintf(to,
            "// The threads run concurrently for %" PRIu64
            " rounds; `./repro %sN' runs N. It exits with 1 and a\n"
            "// message, or dies by a signal, in the first round that shows the bug, else exits "
            "with 0:\n"
            "// a rare race needs more rounds. Another check may fail first: of two owners of a "
            "byte, one\n"
            "// sees it changed.\n",
            rounds_of(&file->plan), file->interface ? "LIBRARY " : "");
    if (file->options->command != NULL)
        put_labelled(to, "found by", file->options->command);
}

/* --- the file --- */

static bool flag(const void *of, const char *name, size_t length) {
    const struct race_file *file = of;
    return file->interface && length == strlen("interface") &&
           memcmp(name, "interface", length) == 0;
}

static bool put_file(struct race_file *file, FILE *to) {
    const struct export_options *options = file->options;
    const uint64_t numbers[] = {file->plan.threads,
                                file->plan.slots != 0 ? file->plan.slots : 1,
                                most_live(&file->plan),
                                rounds_of(&file->plan),
                                options->call_seconds != 0 ? options->call_seconds : SECONDS,
                                file->program->head.limit,
                                file->program->head.seed};
    static const char *const labels[] = {"threads", "slots", "blocks", "rounds",
                                         "seconds", "limit", "seed"};
    enum { LABELS = sizeof labels / sizeof *labels, TEXTS = 5 };
    struct template_value values[LABELS + TEXTS] = {
        {"banner", file->banner},
        {"program", file->text},
        {"names", file->names},
        {"library", file->library},
        {"prefix", options->prefix != NULL ? options->prefix : ""}};
    for (size_t i = 0; i < LABELS; i++) {
        snprintf(file->numbers[i], RACE_NUMBER, "%" PRIu64, numbers[i]);
        values[TEXTS + i] = (struct template_value){labels[i], file->numbers[i]};
    }
    const struct template_use use = {flag, file, values, LABELS + TEXTS};
    return template_write((const char *)export_race_template, export_race_template_size, &use, to);
}

static bool write_parts(struct race_file *file) {
    size_t lengths[4];
    FILE *banner = open_memstream(&file->banner, &lengths[0]);
    FILE *text = open_memstream(&file->text, &lengths[1]);
    FILE *names = open_memstream(&file->names, &lengths[2]);
    FILE *library = open_memstream(&file->library, &lengths[3]);
    bool done = banner != NULL && text != NULL && names != NULL && library != NULL;
    if (done) {
        put_library_literal(library, file->options);
        put_banner(banner, file);
        race_put_threads(text, names, file);
    }
    done = (banner == NULL || fclose(banner) == 0) && done;
    done = (text == NULL || fclose(text) == 0) && done;
    done = (library == NULL || fclose(library) == 0) && done;
    return (names == NULL || fclose(names) == 0) && done;
}

static bool write_file(struct race_file *file, FILE *to, char reason[EXPORT_REASON]) {
    bool done = race_plan_make(&file->plan, file->program, race_supports);
    if (done && file->plan.threads < 2)
        done = refuse(reason, "only one thread makes calls that a racing C file supports", "");
    else if (!done || !write_parts(file) || !put_file(file, to))
        done = refuse(reason, "out of memory", "");
    race_plan_destroy(&file->plan);
    free(file->banner);
    free(file->text);
    free(file->names);
    free(file->library);
    return done;
}

bool export_race_c(const struct export_options *options, const struct ac_program *program,
                   const struct ac_finding *finding, FILE *to, struct exported *exported) {
    struct race_file file = {.options = options,
                             .program = program,
                             .finding = finding,
                             .allocator = options->target->allocator};
    *exported = (struct exported){.interface = false};
    file.interface = calls_interface(options, finding->oracle);
    file.exported = exported;
    export_note_use(exported, options, file.interface,
                    file.interface ? " -O2 -pthread -ldl" : " -O2 -pthread");
    return can_be_written(&file, exported->reason) && write_file(&file, to, exported->reason);
}
