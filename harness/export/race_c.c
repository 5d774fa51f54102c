// SPDX-License-Identifier: MIT
// A race as a C file: its threads run at the same time, round after round, until one shows it.
#define _GNU_SOURCE /* open_memstream */
#include "race_c.h"
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

static bool is_shown_by_a_heap(enum ac_oracle oracle) {
    return oracle == AC_ORACLE_INTEGRITY || oracle == AC_ORACLE_STATISTICS;
}

static bool is_of_a_sanitizer(const struct ac_finding *finding) {
    return strstr(finding->actual, "Sanitizer") != NULL;
}

/* What the race may hang on, and is not written. */
static bool is_beyond(const struct ac_op *op) {
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
        return race_takes(op) && op_is_left(op);
    }
}

static const struct ac_op *first_beyond(const struct ac_program *program) {
    size_t at = 0;
    while (at < program->count && !is_beyond(&program->ops[at])) {
        at++;
    }
    return at < program->count ? &program->ops[at] : NULL;
}

static bool refuse(char reason[EXPORT_REASON], const char *why, const char *what) {
    snprintf(reason, EXPORT_REASON, "%s%s", why, what);
    return false;
}

static bool can_be_written(const struct race_file *file, char reason[EXPORT_REASON]) {
    const struct ac_op *beyond = first_beyond(file->program);
    const enum ac_oracle oracle = file->finding->oracle;
    if ((shown & AC_ORACLE_BIT(oracle)) == 0) {
        return refuse(reason, "a C file whose threads race does not check ",
                      ac_oracle_info(oracle)->id);
    }
    if (is_of_a_sanitizer(file->finding)) {
        return refuse(reason, "only a sanitizer shows it", "");
    }
    if (beyond != NULL) {
        return refuse(reason, "a C file whose threads race has no word for ",
                      op_is_left(beyond) ? "what is left of the heap"
                                         : ac_op_info(op_kind(beyond))->name);
    }
    if (file->interface && file->options->prefix != NULL) {
        return refuse(reason, "names do not show it, and a prefix is given", "");
    }
    if (file->interface && file->allocator->sources != 0 &&
        (file->allocator->sources & AC_SOURCE_MMAP) == 0) {
        return refuse(reason, "a C file whose threads race has only mmap for a page source", "");
    }
    return true;
}

/* --- how much --- */

static uint64_t steps_of(const struct race_part *part) {
    uint64_t steps = 0;
    for (size_t i = 0; i < part->count; i++) {
        steps += part->steps[i].rounds;
    }
    return steps;
}

/* Some seconds' worth. */
static uint64_t rounds_of(const struct race_walk *walk) {
    uint64_t steps = 1;
    for (unsigned i = 0; i < walk->threads; i++) {
        steps += steps_of(&walk->parts[i]);
    }
    const uint64_t rounds = STEPS / steps;
    return rounds > ROUNDS ? ROUNDS : rounds > LEAST_ROUNDS ? rounds : LEAST_ROUNDS;
}

static uint64_t most_live(const struct race_walk *walk) {
    uint64_t most = 0;
    for (unsigned i = 0; i < walk->threads; i++) {
        const uint64_t live = steps_of(&walk->parts[i]);
        most = live > most ? live : most;
    }
    return most + 1;
}

/* --- what stands above all --- */

static void put_labelled(FILE *to, const char *label, const char *text) {
    fprintf(to, "// %-9s ", label);
    put_comment(to, text);
    fputc('\n', to);
}

static void put_compiling(FILE *to, const struct race_file *file) {
    const struct ac_library *library = file->options->target->library;
    const char *name = library != NULL ? library->typed : "ALLOCATOR.so";
    fputs("//\n// To compile and run:\n//     cc -std=c11 -O2 -pthread ", to);
    if (file->interface) {
        fputs("-I INCLUDE FILE.c ", to);
        put_comment(to, name);
        fputs(
            " -o repro && ./repro\n"
            "// where INCLUDE holds allocheck/allocator.h and the library exports ac_allocator.\n",
            to);
    } else if (file->options->prefix != NULL) {
        fputs("FILE.c ALLOCATOR.a -o repro && ./repro\n", to);
    } else if (library == NULL && file->allocator->open == NULL) {
        fputs("FILE.c -o repro && ./repro\n", to);
    } else {
        fputs("FILE.c -o repro && LD_PRELOAD=", to);
        put_comment(to, name);
        fputs(" ./repro\n", to);
    }
}

static void put_banner(FILE *to, const struct race_file *file) {
    const struct ac_oracle_info *oracle = ac_oracle_info(file->finding->oracle);
    char line[LINE * 2];
    if (file->options->input != NULL) {
        put_labelled(to, "program", file->options->input);
    }
    snprintf(line, sizeof line, "%s on %s, where threads race", oracle->id,
             file->options->target->name);
    put_labelled(to, "finding", line);
    snprintf(line, sizeof line, "%s (%s)", oracle->sentence, oracle->rule);
    put_labelled(to, "rule", line);
    put_labelled(to, "actual", file->finding->actual);
    put_compiling(to, file);
    fprintf(
        to,
        "// Its threads run at the same time, %" PRIu64
        " rounds; `./repro N' makes N of them. It ends "
        "with\n// status 1 and a line that says what broke, or by a signal, once a round shows "
        "it, and\n// with 0 where none does: a race that is rare takes more rounds. What it "
        "says first may be\n// another guarantee: of two owners of a byte one sees it changed.\n",
        rounds_of(&file->walk));
    if (file->options->command != NULL) {
        put_labelled(to, "found by", file->options->command);
    }
}

/* --- all --- */

static bool flag(const void *of, const char *name, size_t length) {
    const struct race_file *file = of;
    return file->interface && length == strlen("interface") &&
           memcmp(name, "interface", length) == 0;
}

static bool put_file(struct race_file *file, FILE *to) {
    const struct export_options *options = file->options;
    const uint64_t numbers[] = {file->walk.threads,
                                file->walk.slots != 0 ? file->walk.slots : 1,
                                most_live(&file->walk),
                                rounds_of(&file->walk),
                                options->call_seconds != 0 ? options->call_seconds : SECONDS,
                                file->program->head.limit,
                                file->program->head.seed};
    static const char *const labels[] = {"threads", "slots", "blocks", "rounds",
                                         "seconds", "limit", "seed"};
    enum { LABELS = sizeof labels / sizeof *labels, TEXTS = 4 };
    struct template_value values[LABELS + TEXTS] = {
        {"banner", file->banner},
        {"program", file->text},
        {"names", file->names},
        {"prefix", options->prefix != NULL ? options->prefix : ""}};
    for (size_t i = 0; i < LABELS; i++) {
        snprintf(file->numbers[i], RACE_NUMBER, "%" PRIu64, numbers[i]);
        values[TEXTS + i] = (struct template_value){labels[i], file->numbers[i]};
    }
    const struct template_use use = {flag, file, values, LABELS + TEXTS};
    return template_write((const char *)export_race_template, export_race_template_size, &use, to);
}

static bool write_parts(struct race_file *file) {
    size_t lengths[3];
    FILE *banner = open_memstream(&file->banner, &lengths[0]);
    FILE *text = open_memstream(&file->text, &lengths[1]);
    FILE *names = open_memstream(&file->names, &lengths[2]);
    bool done = banner != NULL && text != NULL && names != NULL;
    if (done) {
        put_banner(banner, file);
        race_put_threads(text, names, file);
    }
    done = (banner == NULL || fclose(banner) == 0) && done;
    done = (text == NULL || fclose(text) == 0) && done;
    return (names == NULL || fclose(names) == 0) && done;
}

static bool write_file(struct race_file *file, FILE *to, char reason[EXPORT_REASON]) {
    bool done = race_walk_make(&file->walk, file->program, race_takes);
    if (done && file->walk.threads < 2) {
        done =
            refuse(reason, "of its threads only one makes calls that a C file has words for", "");
    } else if (!done || !write_parts(file) || !put_file(file, to)) {
        done = refuse(reason, "out of memory", "");
    }
    race_walk_destroy(&file->walk);
    free(file->banner);
    free(file->text);
    free(file->names);
    return done;
}

bool export_race_c(const struct export_options *options, const struct ac_program *program,
                   const struct ac_finding *finding, FILE *to, struct exported *exported) {
    struct race_file file = {.options = options,
                             .program = program,
                             .finding = finding,
                             .allocator = options->target->allocator};
    *exported = (struct exported){.interface = false};
    file.interface = options->interface || is_shown_by_a_heap(finding->oracle);
    exported->interface = file.interface;
    return can_be_written(&file, exported->reason) && write_file(&file, to, exported->reason);
}
