// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* open_memstream */
#include "saved_group.h"

#include "cause.h"

#include "allocheck/codec.h"
#include "allocheck/place.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- what finding.json says of the cause --- */

static const char *text_of(const cJSON *object, const char *name) {
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    return text != NULL ? text : "";
}

static bool read_program(const cJSON *finding, struct ac_program *program) {
    struct ac_text_error error;
    const cJSON *op;
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    ac_program_init(program);
    if (to == NULL)
        return false;
    const char *head = text_of(finding, "with");
    fprintf(to, "ops 1\n%s%s%s", head[0] != '\0' ? "with " : "", head, head[0] != '\0' ? "\n" : "");
    cJSON_ArrayForEach(op, cJSON_GetObjectItemCaseSensitive(finding, "ops")) {
        const char *line = cJSON_GetStringValue(op);
        fprintf(to, "%s\n", line != NULL ? line : "");
    }
    const bool done = fclose(to) == 0 && ac_parse(program, text, length, &error, NULL);
    free(text);
    return done;
}

static void read_stack(const cJSON *finding, struct stack *stack) {
    const cJSON *item;
    stack->count = 0;
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(finding, "stack")) {
        struct stack_frame *frame = &stack->frames[stack->count];
        *frame = (struct stack_frame){.function = ""};
        snprintf(frame->function, sizeof frame->function, "%s", text_of(item, "function"));
        snprintf(frame->place, sizeof frame->place, "%s", text_of(item, "place"));
        if (++stack->count == STACK_FRAMES)
            return;
    }
}

static enum ac_stage stage_of(const char *kind) {
    int stage = AC_STAGES - 1;
    while (stage > AC_STAGE_PROGRAM &&
           strcmp(ac_place_name((unsigned)AC_OP_KINDS + (unsigned)stage), kind) != 0)
        stage--;
    return (enum ac_stage)stage;
}

static bool read_finding(const struct saved_finding *saved, const struct ac_program *program,
                         struct ac_finding *finding) {
    const cJSON *op = cJSON_GetObjectItemCaseSensitive(saved->finding, "op");
    const double index = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(op, "index"));
    const int oracle = ac_oracle_by_id(saved->oracle, strlen(saved->oracle));
    if (oracle < 0 || !(index >= 0 && index <= (double)program->count))
        return false;
    ac_finding_at(finding, (enum ac_oracle)oracle, (uint32_t)index);
    finding->stage = stage_of(saved->op_kind);
    snprintf(finding->expected, sizeof finding->expected, "%s",
             text_of(saved->finding, "expected"));
    snprintf(finding->actual, sizeof finding->actual, "%s", text_of(saved->finding, "actual"));
    return true;
}

/* The rules of this version decide, not those of the one that wrote the file. */
static bool read_cause(const struct saved_finding *saved, struct cause *cause) {
    struct ac_program program;
    struct ac_finding finding;
    struct stack stack;
    read_stack(saved->finding, &stack);
    const bool done = read_program(saved->finding, &program) &&
                      read_finding(saved, &program, &finding) &&
                      cause_of(&program, &finding, &stack, cause);
    ac_program_destroy(&program);
    return done;
}

/* --- grouped --- */

/* The causes of programs that were not shrunk say nothing. */
static bool is_comparable(const struct saved_finding *saved) {
    return saved->confirmed && !saved->in_process;
}

struct known {
    bool comparable; /* `cause' is valid */
    struct cause cause;
};

static bool is_same(const struct saved_finding *left, const struct known *left_known,
                    const struct saved_finding *right, const struct known *right_known) {
    if (strcmp(left->allocator, right->allocator) != 0)
        return false;
    return strcmp(left->name, right->name) == 0 ||
           (left_known->comparable && right_known->comparable &&
            cause_is_same(&left_known->cause, &right_known->cause));
}

/* Among those that lead a group so far; its own index: none of them. */
static size_t leader_of(const struct saved_finding *at, const struct known *known,
                        const size_t *groups, size_t count, size_t own) {
    for (size_t i = 0; i < count; i++)
        if (i != own && groups[i] == i && is_same(&at[i], &known[i], &at[own], &known[own]))
            return i;
    return own;
}

/* Those whose cause is known come first, so that they lead. */
static void group(const struct saved_finding *at, struct known *known, size_t *groups,
                  size_t count) {
    for (size_t i = 0; i < count; i++) {
        groups[i] = count; /* none yet */
        known[i].comparable = is_comparable(&at[i]) && read_cause(&at[i], &known[i].cause);
    }
    for (int comparable = 1; comparable >= 0; comparable--)
        for (size_t i = 0; i < count; i++)
            if (known[i].comparable == comparable)
                groups[i] = leader_of(at, known, groups, count, i);
}

size_t *saved_findings_group(const struct saved_finding *at, size_t count) {
    size_t *groups = calloc(count + 1, sizeof *groups);
    struct known *known = calloc(count + 1, sizeof *known);
    if (groups != NULL && known != NULL) {
        group(at, known, groups, count);
    } else {
        free(groups);
        groups = NULL;
    }
    free(known);
    return groups;
}

/* --- also seen --- */

static void add_own(const struct saved_finding *saved, const char *own, struct also_seen *places) {
    char place[ALSO_SEEN_TEXT];
    const char *also = "";
    also_seen_put(place, saved->oracle, saved->op_kind, saved->op);
    also_seen_add(places, own, place);
    for (size_t i = 0; i < saved_finding_also_seen(saved, i, &also); i++)
        also_seen_add(places, own, also);
}

void saved_findings_also_seen(const struct saved_finding *at, const size_t *groups, size_t count,
                              size_t leader, struct also_seen *places) {
    char own[ALSO_SEEN_TEXT];
    places->count = 0;
    also_seen_put(own, at[leader].oracle, at[leader].op_kind, at[leader].op);
    for (size_t i = 0; i < count; i++)
        if (groups[i] == leader)
            add_own(&at[i], own, places);
}
