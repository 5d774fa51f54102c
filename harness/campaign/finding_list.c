// SPDX-License-Identifier: MIT
#include "finding_list.h"

#include "tool/tool.h"

#include <stdlib.h>
#include <string.h>

struct campaign_finding *finding_list_by_name(const struct finding_list *list, const char *name) {
    struct campaign_finding *finding = list->first;
    while (finding != NULL && strcmp(finding->name, name) != 0)
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
    while (*end != NULL)
        end = &(*end)->next;
    *end = finding;
    list->count++;
    return finding;
}

void finding_list_destroy(struct finding_list *list) {
    while (list->first != NULL) {
        struct campaign_finding *first = list->first;
        list->first = first->next;
        free(first->folder);
        free(first->command);
        free(first->remarks);
        result_destroy(&first->result);
        free(first);
    }
}
