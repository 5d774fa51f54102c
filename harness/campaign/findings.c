// SPDX-License-Identifier: MIT
#include "findings.h"

#include "tool/tool.h"

#include <stdlib.h>
#include <string.h>

struct campaign_finding *findings_by_name(const struct campaign_findings *findings,
                                          const char *name) {
    struct campaign_finding *finding = findings->first;
    while (finding != NULL && strcmp(finding->name, name) != 0) {
        finding = finding->next;
    }
    return finding;
}

struct campaign_finding *findings_by_group(const struct campaign_findings *findings,
                                           enum ac_oracle oracle, unsigned op_kind) {
    struct campaign_finding *finding = findings->first;
    while (finding != NULL && (finding->oracle != oracle || finding->op_kind != op_kind)) {
        finding = finding->next;
    }
    return finding;
}

struct campaign_finding *findings_add(struct campaign_findings *findings, enum ac_oracle oracle,
                                      unsigned op_kind) {
    struct campaign_finding **end = &findings->first, *finding = calloc(1, sizeof *finding);
    if (finding == NULL) {
        tool_out_of_memory();
        return NULL;
    }
    finding->oracle = oracle;
    finding->op_kind = op_kind;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = finding;
    findings->count++;
    return finding;
}

void findings_destroy(struct campaign_findings *findings) {
    while (findings->first != NULL) {
        struct campaign_finding *first = findings->first;
        findings->first = first->next;
        free(first->folder);
        free(first->command);
        free(first->remarks);
        free(first);
    }
}
