// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* open_memstream */
#include "scorecard.h"

#include "tool/tool.h"
#include "tool/output.h"

#include "report/report.h"

#include <cjson/cJSON.h>
#include <stdlib.h>

bool scorecard_write_page(const struct scorecard *card) {
    char *text = NULL;
    size_t length = 0;
    cJSON *json = scorecard_json(card);
    FILE *to = open_memstream(&text, &length);
    bool made = to != NULL && report_write_scorecard(json, to);
    made = to != NULL && fclose(to) == 0 && made;
    if (!made)
        tool_out_of_memory();
    const bool written = made && output_write(card->page, text, length);
    free(text);
    cJSON_Delete(json);
    return written;
}
