// SPDX-License-Identifier: MIT
#include "data.h"

#include <string.h>

static void add_stack(cJSON *to, const struct stack *stack) {
    cJSON *list = cJSON_AddArrayToObject(to, "stack");
    for (size_t i = 0; i < stack->count; i++) {
        cJSON *frame = cJSON_CreateObject();
        cJSON_AddStringToObject(frame, "function", stack->frames[i].function);
        cJSON_AddStringToObject(frame, "place", stack->frames[i].place);
        cJSON_AddItemToArray(list, frame);
    }
}

cJSON *data_of_explained(const struct explained *explained) {
    struct explain_facts facts;
    const struct {
        const char *name, *text;
    } rows[] = {
        {"call", facts.call},       {"thread", facts.thread}, {"refused", facts.refused},
        {"history", facts.history}, {"wrong", facts.wrong},   {"owner", facts.owner},
        {"touched", facts.touched}, {"other", facts.other},   {"bounds", facts.bounds},
    };
    cJSON *data = cJSON_CreateObject();
    explain_learn(explained, &facts);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (rows[i].text[0] != '\0') {
            cJSON_AddStringToObject(data, rows[i].name, rows[i].text);
        }
    }
    add_stack(data, &facts.stack);
    return data;
}

struct explained explained_of(const struct report *report) {
    const char *output = report->output != NULL ? report->output : "";
    return (struct explained){.program = report->program,
                              .finding = &report->came->finding,
                              .allocator = report->allocator,
                              .journal = report->journal,
                              .output = output,
                              .output_length = strlen(output),
                              .command = report->command};
}
