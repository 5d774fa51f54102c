// SPDX-License-Identifier: MIT
#include "data.h"

static void add_stack(cJSON *to, const struct stack *stack) {
    cJSON *list = cJSON_AddArrayToObject(to, "stack");
    for (size_t i = 0; stack != NULL && i < stack->count; i++) {
        cJSON *frame = cJSON_CreateObject();
        cJSON_AddStringToObject(frame, "function", stack->frames[i].function);
        cJSON_AddStringToObject(frame, "place", stack->frames[i].place);
        cJSON_AddItemToArray(list, frame);
    }
}

cJSON *data_of_explanation(const struct evidence *evidence) {
    struct explanation known;
    cJSON *data = cJSON_CreateObject();
    explain_collect(evidence, &known);
    for (int i = 0; i < EXPLAIN_FACTS; i++) {
        if (known.fact[i][0] != '\0') {
            const char *name = explain_fact_name((enum explain_fact)i);
            cJSON_AddStringToObject(data, name, known.fact[i]);
        }
    }
    add_stack(data, evidence->stack);
    return data;
}

struct evidence evidence_of(const struct report *report) {
    return (struct evidence){.program = report->program,
                             .finding = &report->outcome->finding,
                             .allocator = report->allocator,
                             .journal = report->journal,
                             .stack = report->stack,
                             .command = report->command};
}
