// SPDX-License-Identifier: MIT
#include "finding_list.h"

#include "tool/tool.h"

#include "allocheck/codec.h"

#include <stdlib.h>

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

bool finding_also_seen(struct campaign_finding *known, const struct ac_program *program,
                       const struct ac_finding *finding) {
    char own[ALSO_SEEN_TEXT], place[ALSO_SEEN_TEXT], op[ALSO_SEEN_TEXT];
    const bool at_op = finding->op < program->count;
    if (at_op)
        ac_print_op(&program->ops[finding->op], op, sizeof op);
    also_seen_put(own, ac_oracle_info(known->oracle)->id, ac_place_name(known->place), NULL);
    also_seen_put(place, ac_oracle_info(finding->oracle)->id, finding_op_kind(program, finding),
                  at_op ? op : NULL);
    return also_seen_add(&known->also_seen, own, place);
}

static void destroy(struct campaign_finding *finding) {
    ac_program_destroy(&finding->program);
    free(finding->folder);
    free(finding->command);
    free(finding->shrink);
    free(finding->remarks);
    free(finding->verdict);
    result_destroy(&finding->result);
    free(finding);
}

void finding_list_remove(struct finding_list *list, struct campaign_finding *finding) {
    struct campaign_finding **at = &list->first;
    while (*at != finding)
        at = &(*at)->next;
    *at = finding->next;
    list->count--;
    destroy(finding);
}

void finding_list_destroy(struct finding_list *list) {
    while (list->first != NULL)
        finding_list_remove(list, list->first);
}
