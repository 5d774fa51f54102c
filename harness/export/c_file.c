// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* open_memstream */
#include "write.h"
#include "template.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { WARM_ROUNDS = 2, FACTOR = 10, CALL_SECONDS = 5, NUMBER = 32, TEXTS = 1 << 12 };

#define MISUSE(kind) (1u << AC_MISUSE_##kind)

/* The values of one file. */
struct values {
    struct template_value at[48];
    size_t count;
    char numbers[48][NUMBER];
    char misuse_texts[TEXTS];
    char library[TEXTS];
};

static void add(struct values *values, const char *name, const char *text) {
    values->at[values->count++] = (struct template_value){name, text};
}

static void add_number(struct values *values, const char *name, uint64_t number) {
    char *text = values->numbers[values->count];
    snprintf(text, NUMBER, "%" PRIu64 "%s", number, number > INT64_MAX ? "u" : "");
    add(values, name, text);
}

/* The texts that a misuse may be reported with, as one more argument; libc names report none. */
static void add_argument(struct values *values, const struct plan *plan, const char *name,
                         uint64_t number) {
    char *text = values->numbers[values->count];
    snprintf(text, NUMBER, ", %" PRIu64 "u", number);
    add(values, name, plan_has(plan, EXPORT_interface) ? text : "");
}

static void add_texts(struct values *values, const struct plan *plan) {
    const unsigned freed = MISUSE(DOUBLE_FREE) | MISUSE(FREE_FOREIGN) | MISUSE(FREE_WILD);
    const unsigned foreign = MISUSE(FREE_FOREIGN) | MISUSE(FREE_WILD) | MISUSE(FREE_MISALIGNED);
    const unsigned interior = MISUSE(FREE_INTERIOR) | MISUSE(FREE_MISALIGNED);
    add_argument(values, plan, "texts_any", (1u << AC_MISUSE_COUNT) - 1);
    add_argument(values, plan, "texts_freed", freed);
    add_argument(values, plan, "texts_interior", interior);
    add_argument(values, plan, "texts_foreign", foreign);
    add_argument(values, plan, "texts_frame", MISUSE(FREE_FRAME));
    add_argument(values, plan, "texts_overflow", MISUSE(OVERFLOW));
    add_argument(values, plan, "texts_write_freed", MISUSE(WRITE_FREED));
    add_argument(values, plan, "texts_wrong_alignment", MISUSE(WRONG_ALIGNMENT));
    add_argument(values, plan, "texts_wrong_size", MISUSE(WRONG_SIZE));
}

static void add_misuses(struct values *values, const struct plan *plan) {
    FILE *to = fmemopen(values->misuse_texts, TEXTS, "w");
    for (int i = 0; to != NULL && i < AC_MISUSE_COUNT; i++) {
        const char *text = plan->profile->misuse[i];
        fputs("    ", to);
        if (text != NULL)
            put_quoted(to, text);
        else
            fputs("NULL", to);
        fputs(",\n", to);
    }
    if (to != NULL)
        fclose(to);
    add(values, "misuse_texts", values->misuse_texts);
}

static void add_library(struct values *values, const struct export_options *options) {
    FILE *to = fmemopen(values->library, TEXTS, "w");
    if (to != NULL) {
        put_library_literal(to, options);
        fclose(to);
    }
    add(values, "library", values->library);
}

static const char *kind_name(enum ac_source_kind kind) {
    switch (kind) {
    case AC_SOURCE_BRK:
        return "AC_SOURCE_BRK";
    case AC_SOURCE_BOTH:
        return "AC_SOURCE_BOTH";
    case AC_SOURCE_BUFFER:
        return "AC_SOURCE_BUFFER";
    default:
        return "AC_SOURCE_MMAP";
    }
}

static const char *intact_name(const struct plan *plan) {
    const enum ac_oracle oracle = plan_oracle(plan);
    const bool other = oracle == AC_ORACLE_FAILURE_KEEPS || oracle == AC_ORACLE_FRAME;
    return ac_oracle_info(other ? oracle : AC_ORACLE_INTACT)->id;
}

static void add_all(struct values *values, const struct plan *plan) {
    const struct export_options *options = plan->options;
    const uint64_t warm = WARM_ROUNDS + plan->profile->quarantine;
    const bool zeroed = plan->kind != AC_SOURCE_BUFFER && !plan_has(plan, EXPORT_dirty);
    add(values, "call", plan_has(plan, EXPORT_trapped) ? "plain_" : "call_");
    add(values, "prefix", options->prefix != NULL ? options->prefix : "");
    add(values, "must_succeed",
        plan_has(plan, EXPORT_excuses) ? "must_succeed_unless_refused" : "must_succeed");
    add(values, "intact", intact_name(plan));
    add(values, "source_kind", kind_name(plan->kind));
    add(values, "zeroed", zeroed ? "true" : "false");
    const bool keeps = plan_has(plan, EXPORT_owned) && plan->profile->realloc_keeps_usable;
    add(values, "owned", plan_has(plan, EXPORT_owned) ? "owned" : "size");
    add(values, "kept", keeps ? "owned" : "size");
    add(values, "changed", plan->profile->usable_may_grow ? "<" : "!=");
    add(values, "next", plan_has(plan, EXPORT_large) ? "at = step(at, size)" : "at++");
    add(values, "from",
        plan_has(plan, EXPORT_large) ? "size > (size_t)1 << 20 ? 0 : from" : "from");
    add(values, "most", plan_has(plan, EXPORT_source) ? "LIMIT" : "PTRDIFF_MAX");
    add_number(values, "limit", plan->program->head.limit);
    add_number(values, "seed", plan->program->head.seed);
    add_number(values, "blocks", plan->blocks);
    add_number(values, "slots", plan->slots);
    add_number(values, "seconds",
               options->call_seconds != 0 ? options->call_seconds : CALL_SECONDS);
    add(values, "held", plan_has(plan, EXPORT_source) ? "held" : "mapped()");
    add_number(values, "moves", plan->moves);
    add_number(values, "rounds_of_leak", PLAN_LEAK_ROUNDS);
    add_number(values, "warm_resident", plan->warm_resident);
    add_number(values, "rounds_resident", 30 * plan->warm_resident);
    const size_t least = plan->profile->min_alignment;
    add_number(values, "min_alignment", least != 0 ? least : _Alignof(max_align_t));
    add_number(values, "warm", warm);
    add_number(values, "more", warm * FACTOR);
    add_number(values, "slack", plan->profile->growth_slack);
    add_number(values, "held_when_empty", plan->profile->held_when_empty);
    add_library(values, options);
    add_texts(values, plan);
    add_misuses(values, plan);
}

static bool flag(const void *of, const char *name, size_t length) {
    const struct plan *plan = of;
    for (int i = 0; i < EXPORT_FLAGS; i++) {
        const char *known = plan_flag_name((enum export_flag)i);
        if (strlen(known) == length && memcmp(known, name, length) == 0)
            return plan->flags[i];
    }
    return false;
}

/* Text written ahead of its place in the file. */
struct part {
    FILE *to;
    char *text;
    size_t length;
};

static bool part_open(struct part *part) {
    part->to = open_memstream(&part->text, &part->length);
    return part->to != NULL;
}

static void part_close(struct part *part) {
    if (part->to != NULL) {
        fclose(part->to);
        part->to = NULL;
    }
}

/* Live bytes are counted if the program or a check needs them. */
static void note_counting(struct plan *plan, const char *program) {
    plan->flags[EXPORT_count_bytes] = plan_has(plan, EXPORT_statistics) ||
                                      strstr(program, "left()") != NULL ||
                                      strstr(program, "fits(") != NULL;
}

static bool write_file(struct plan *plan, const struct exported *exported, struct part *banner,
                       struct part *frames, struct part *program, FILE *to) {
    struct values *values = calloc(1, sizeof *values);
    bool done = values != NULL && write_program(plan, program->to, frames->to);
    write_banner(plan, exported, banner->to);
    part_close(banner);
    part_close(frames);
    part_close(program);
    if (done) {
        add_all(values, plan);
        add(values, "banner", banner->text);
        add(values, "frames", frames->text);
        add(values, "program", program->text);
        note_counting(plan, program->text);
        const struct template_use use = {flag, plan, values->at, values->count};
        done = template_write((const char *)export_template, export_template_size, &use, to);
    }
    free(values);
    return done;
}

static const char *flags_of(const struct plan *plan) {
    const bool loads = plan_has(plan, EXPORT_c23) || plan_has(plan, EXPORT_interface);
    if (plan_has(plan, EXPORT_threads))
        return loads ? " -pthread -ldl" : " -pthread";
    return loads ? " -ldl" : "";
}

bool export_c(const struct export_options *options, const struct ac_program *program,
              const struct ac_finding *finding, FILE *to, struct exported *exported) {
    struct plan plan = {.options = options,
                        .program = program,
                        .finding = finding,
                        .allocator = options->target->allocator,
                        .profile = ac_target_profile(options->target)};
    struct part banner = {.text = NULL}, frames = {.text = NULL}, body = {.text = NULL};
    *exported = (struct exported){.interface = false};
    if (!plan_make(&plan, exported->reason))
        return false;
    export_note_use(exported, options, plan_has(&plan, EXPORT_interface), flags_of(&plan));
    bool done = part_open(&banner) && part_open(&frames) && part_open(&body);
    done = done && write_file(&plan, exported, &banner, &frames, &body, to);
    part_close(&banner);
    part_close(&frames);
    part_close(&body);
    free(banner.text);
    free(frames.text);
    free(body.text);
    if (!done)
        snprintf(exported->reason, EXPORT_REASON, "out of memory");
    return done;
}
