// SPDX-License-Identifier: MIT
#include "finding.h"

#include "json_members.h"
#include "provenance.h"

#include "explain/explain.h"

#include "allocheck/codec.h"

#include <stdio.h>
#include <string.h>

enum { LINE = 256 };

/* --- the search --- */

static void add_search(cJSON *to, const struct finding_facts *facts) {
    if (facts->how == NULL)
        return;
    cJSON *search = cJSON_AddObjectToObject(to, "search");
    json_add_text(search, "engine", facts->setup->engine);
    if (facts->setup->seeded)
        json_add_number(search, "random_seed", facts->setup->seed);
    json_add_text(search, "how", facts->how);
    json_add_number(search, "programs_joined", facts->joined > 1 ? facts->joined : 1);
    cJSON_AddBoolToObject(search, "confirmed", facts->confirmed);
    json_add_text(search, "not_confirmed", facts->why_not);
    if (facts->in_process)
        cJSON_AddBoolToObject(search, "in_process", true);
    json_add_number(search, "ops_before", facts->ops_before);
    json_add_number(search, "ops_after", facts->program->count);
    cJSON_AddBoolToObject(search, "minimal", facts->minimal);
    json_add_text(search, "shrink", facts->shrink);
}

/* --- the finding --- */

static void add_oracle(cJSON *to, const struct ac_finding *finding) {
    const struct ac_oracle_info *info = ac_oracle_info(finding->oracle);
    cJSON *oracle = cJSON_AddObjectToObject(to, "oracle");
    json_add_text(oracle, "id", info->id);
    json_add_text(oracle, "rule", info->sentence);
    json_add_text(oracle, "source", info->rule);
}

static void add_op(cJSON *to, const struct finding_facts *facts) {
    char line[LINE];
    const struct ac_finding *finding = facts->finding;
    cJSON *op = cJSON_AddObjectToObject(to, "op");
    json_add_number(op, "index", finding->op);
    json_add_text(op, "kind", finding_op_kind(facts->program, finding));
    if (finding->op < facts->program->count) {
        ac_print_op(&facts->program->ops[finding->op], line, sizeof line);
        json_add_text(op, "text", line);
        json_add_number(op, "thread", facts->program->ops[finding->op].thread);
        json_add_number(op, "round", finding->round);
    }
}

static void add_block(cJSON *to, const struct ac_finding *finding) {
    if (finding->block == UINT32_MAX)
        return;
    cJSON *block = cJSON_AddObjectToObject(to, "block");
    json_add_number(block, "number", finding->block);
    json_add_number(block, "size", finding->size);
    if (finding->slot != AC_NO_SLOT)
        cJSON_AddNumberToObject(block, "slot", finding->slot);
    if (finding->other_slot != AC_NO_SLOT)
        cJSON_AddNumberToObject(block, "other_slot", finding->other_slot);
}

static void add_evidence(cJSON *to, const struct ac_finding *finding) {
    json_add_text(to, "expected", finding->expected);
    json_add_text(to, "actual", finding->actual);
    if (finding->first_wrong != UINT64_MAX) {
        cJSON *wrong = cJSON_AddObjectToObject(to, "wrong");
        json_add_number(wrong, "first", finding->first_wrong);
        json_add_number(wrong, "last", finding->last_wrong);
    }
}

/* Its second line, without the word `with'; it has none if all is as by default. */
static void add_head(cJSON *to, const struct ac_program *program) {
    static const char before[] = "ops 1\nwith ";
    char text[LINE * 2];
    const struct ac_program empty = {.head = program->head};
    ac_print(&empty, text, sizeof text);
    if (strncmp(text, before, strlen(before)) != 0)
        return;
    text[strcspn(text + strlen(before), "\n") + strlen(before)] = '\0';
    json_add_text(to, "with", text + strlen(before));
}

static void add_program(cJSON *to, const struct ac_program *program) {
    char line[LINE];
    add_head(to, program);
    cJSON *ops = cJSON_AddArrayToObject(to, "ops");
    for (size_t i = 0; i < program->count; i++) {
        ac_print_op(&program->ops[i], line, sizeof line);
        cJSON_AddItemToArray(ops, cJSON_CreateString(line));
    }
    cJSON *kinds = cJSON_AddArrayToObject(to, "op_kinds");
    for (size_t i = 0; i < program->count; i++) {
        const char *name = ac_op_info((enum ac_op_kind)program->ops[i].kind)->name;
        cJSON_AddItemToArray(kinds, cJSON_CreateString(name));
    }
}

/* --- facts from the journal and the output of the process --- */

static void add_text_if_any(cJSON *to, const char *name, const char *text) {
    if (text[0] != '\0')
        json_add_text(to, name, text);
}

static void add_frame_members(cJSON *to, const struct stack_frame *frame) {
    add_text_if_any(to, "function", frame->function);
    add_text_if_any(to, "file", frame->file);
    if (frame->line != 0)
        json_add_number(to, "line", frame->line);
}

static void add_stack(cJSON *to, const struct stack *stack) {
    if (stack == NULL || stack->count == 0)
        return;
    cJSON *frames = cJSON_AddArrayToObject(to, "stack");
    for (size_t i = 0; i < stack->count; i++) {
        cJSON *frame = cJSON_CreateObject();
        cJSON_AddItemToArray(frames, frame);
        add_frame_members(frame, &stack->frames[i]);
        add_text_if_any(frame, "place", stack->frames[i].place);
        if (stack->frames[i].inlined)
            cJSON_AddTrueToObject(frame, "inlined");
    }
}

/* The allocator's innermost source line. */
static void add_source(cJSON *to, const struct stack *stack) {
    const struct stack_frame *frame = stack != NULL ? stack_source(stack) : NULL;
    if (frame != NULL)
        add_frame_members(cJSON_AddObjectToObject(to, "source"), frame);
}

static void add_explanation(cJSON *to, const struct finding_facts *facts) {
    const struct evidence evidence = {.program = facts->program,
                                      .finding = facts->finding,
                                      .allocator = facts->setup->target->name,
                                      .journal = facts->journal,
                                      .culprit = facts->culprit,
                                      .first = facts->first,
                                      .second = facts->second};
    struct explanation known;
    explain_collect(&evidence, &known);
    cJSON *explanation = cJSON_AddObjectToObject(to, "explanation");
    for (int i = 0; i < EXPLAIN_FACTS; i++)
        add_text_if_any(explanation, explain_fact_name((enum explain_fact)i), known.fact[i]);
    add_source(to, facts->stack);
    add_stack(to, facts->stack);
}

static void add_digest(cJSON *to, uint64_t digest) {
    char text[20];
    snprintf(text, sizeof text, "%016llx", (unsigned long long)digest);
    json_add_text(to, "digest", digest != 0 ? text : NULL);
}

static void add_arguments(cJSON *to, char *const *arguments) {
    cJSON *list = arguments != NULL ? cJSON_AddArrayToObject(to, "arguments") : NULL;
    for (; arguments != NULL && *arguments != NULL; arguments++)
        json_append_text(list, *arguments);
}

cJSON *finding_json(const struct finding_facts *facts) {
    char name[FINDING_NAME];
    cJSON *root = cJSON_CreateObject();
    finding_name(facts->program, facts->finding, facts->stack, name);
    cJSON_AddNumberToObject(root, "finding", FINDING_FORMAT);
    json_add_text(root, "name", name);
    add_oracle(root, facts->finding);
    add_op(root, facts);
    add_block(root, facts->finding);
    add_evidence(root, facts->finding);
    add_explanation(root, facts);
    add_program(root, facts->program);
    add_digest(root, facts->digest);
    json_add_text(root, "reproduce", facts->reproduce);
    add_arguments(root, facts->arguments);
    if (facts->output != NULL && facts->output[0] != '\0')
        json_add_text(root, "output", facts->output);
    add_search(root, facts);
    provenance_add_allocator(root, facts->setup);
    provenance_add_options(root, facts->setup);
    provenance_add_versions(root);
    return root;
}
