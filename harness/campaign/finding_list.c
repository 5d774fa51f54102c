// SPDX-License-Identifier: MIT
#include "finding_list.h"

#include "tool/tool.h"

#include "allocheck/codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct campaign_finding *finding_list_by_cause(const struct finding_list *list,
                                               const struct cause *cause) {
    struct campaign_finding *finding = list->first;
    while (finding != NULL && !(finding->confirmed && cause_is_same(&finding->cause, cause)))
        finding = finding->next;
    return finding;
}

struct campaign_finding *finding_list_by_group(const struct finding_list *list,
                                               enum ac_oracle oracle, unsigned place) {
    struct campaign_finding *finding = list->first;
    while (finding != NULL && (finding->oracle != oracle || finding->place != place))
        finding = finding->next;
    return finding;
}

struct campaign_finding *finding_list_add(struct finding_list *list, enum ac_oracle oracle,
                                          unsigned place) {
    struct campaign_finding **end = &list->first, *finding = calloc(1, sizeof *finding);
    if (finding == NULL) {
        tool_out_of_memory();
        return NULL;
    }
    finding->oracle = oracle;
    finding->place = place;
    ac_program_init(&finding->program);
    while (*end != NULL)
        end = &(*end)->next;
    *end = finding;
    list->count++;
    return finding;
}

/* `ORACLE at KIND'. */
static int put_place(char text[ALSO_SEEN_TEXT], enum ac_oracle oracle, const char *kind) {
    return snprintf(text, ALSO_SEEN_TEXT, "%s at %s", ac_oracle_info(oracle)->id, kind);
}

static bool is_noted(const struct campaign_finding *known, const char *place) {
    for (size_t i = 0; i < known->also_seen_count; i++)
        if (strncmp(known->also_seen[i], place, strlen(place)) == 0)
            return true;
    return false;
}

/* The place is noted with its op: `must-fail at memalign: p0 = memalign 32 max'. */
bool finding_also_seen(struct campaign_finding *known, const struct ac_program *program,
                       const struct ac_finding *finding) {
    char own[ALSO_SEEN_TEXT], place[ALSO_SEEN_TEXT], op[ALSO_SEEN_TEXT];
    put_place(own, known->oracle, ac_place_name(known->place));
    const int length = put_place(place, finding->oracle, finding_op_kind(program, finding));
    if (known->also_seen_count == ALSO_SEEN || strcmp(own, place) == 0 || is_noted(known, place))
        return false;
    if (finding->op < program->count) {
        ac_print_op(&program->ops[finding->op], op, sizeof op);
        snprintf(place + length, sizeof place - (size_t)length, ": %s", op);
    }
    memcpy(known->also_seen[known->also_seen_count++], place, sizeof place);
    return true;
}

void finding_list_destroy(struct finding_list *list) {
    while (list->first != NULL) {
        struct campaign_finding *first = list->first;
        list->first = first->next;
        ac_program_destroy(&first->program);
        free(first->folder);
        free(first->command);
        free(first->shrink);
        free(first->remarks);
        free(first->verdict);
        result_destroy(&first->result);
        free(first);
    }
}
