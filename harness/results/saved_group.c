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

static bool is_seen_at(const struct saved_finding *saved, const char *place) {
    char own[ALSO_SEEN_TEXT];
    const char *also = "";
    also_seen_put(own, saved->oracle, saved->op_kind, NULL);
    bool seen = also_seen_is_one_place(own, place);
    for (size_t i = 0; !seen && i < saved_finding_also_seen(saved, i, &also); i++)
        seen = also_seen_is_one_place(also, place);
    return seen;
}

struct grouping {
    const struct saved_finding *at;
    size_t count;
    struct known *known;
    size_t *groups; /* count: in none yet */
};

/* What was not confirmed is taken for the first cause that was seen at its place. */
static bool joins(const struct grouping *all, size_t leader, size_t own) {
    char place[ALSO_SEEN_TEXT];
    bool found = is_same(&all->at[leader], &all->known[leader], &all->at[own], &all->known[own]);
    if (all->known[own].comparable ||
        strcmp(all->at[leader].allocator, all->at[own].allocator) != 0)
        return found;
    also_seen_put(place, all->at[own].oracle, all->at[own].op_kind, NULL);
    for (size_t i = 0; !found && i < all->count; i++)
        found = all->groups[i] == leader && is_seen_at(&all->at[i], place);
    return found;
}

/* Among those that lead a group so far; its own index: none of them. */
static size_t leader_of(const struct grouping *all, size_t own) {
    for (size_t i = 0; i < all->count; i++) {
        if (i == own || all->groups[i] != i || !joins(all, i, own))
            continue;
        if (all->known[i].comparable && all->known[own].comparable)
            cause_learn(&all->known[i].cause, &all->known[own].cause);
        return i;
    }
    return own;
}

/* Those whose cause is known come first, so that they lead. */
static void group(struct grouping *all) {
    for (size_t i = 0; i < all->count; i++) {
        all->groups[i] = all->count;
        all->known[i].comparable =
            is_comparable(&all->at[i]) && read_cause(&all->at[i], &all->known[i].cause);
    }
    for (int comparable = 1; comparable >= 0; comparable--)
        for (size_t i = 0; i < all->count; i++)
            if (all->known[i].comparable == comparable)
                all->groups[i] = leader_of(all, i);
}

size_t *saved_findings_group(const struct saved_finding *at, size_t count) {
    struct grouping all = {at, count, calloc(count + 1, sizeof *all.known),
                           calloc(count + 1, sizeof *all.groups)};
    if (all.groups != NULL && all.known != NULL) {
        group(&all);
    } else {
        free(all.groups);
        all.groups = NULL;
    }
    free(all.known);
    return all.groups;
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
