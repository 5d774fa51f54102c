// SPDX-License-Identifier: MIT
// A saved finding, updated when its cause was seen elsewhere.
#define _GNU_SOURCE /* open_memstream */
#include "folder.h"

#include "report/report.h"
#include "results/json_members.h"
#include "results/saved_finding.h"
#include "tool/folder.h"
#include "tool/tool.h"

#include <stdlib.h>
#include <string.h>

/* The whole finding.json with `also_seen'; to be freed. NULL: a message has been printed. Takes the
 * object of `saved'. */
static char *updated_json(const struct campaign_finding *finding, struct saved_finding *saved) {
    saved_finding_set_also_seen(saved, &finding->also_seen);
    struct cJSON *whole = saved->finding;
    saved->finding = NULL; /* json_text deletes it */
    char *text = json_text(whole);
    if (text == NULL)
        tool_out_of_memory();
    return text;
}

/* Its program runs again for the picture. A hang would take long; races have no page. NULL: the
 * page stays as it is. */
static char *updated_page(const struct campaign *campaign, const struct campaign_finding *finding,
                          const char *command, size_t *length) {
    const char *also[ALSO_SEEN];
    struct stack stack;
    struct ac_report outcome;
    if (campaign->options.racing.on || finding->oracle == AC_ORACLE_LIVENESS ||
        !confirm_run(campaign->confirm_child, &finding->program, finding->replay, &outcome))
        return NULL;
    for (size_t i = 0; i < finding->also_seen.count; i++)
        also[i] = finding->also_seen.at[i];
    char *output = campaign_output(campaign);
    stack_of_child(campaign->confirm_child, &stack);
    const struct report report = {.input = "shrunk.ops",
                                  .program = &finding->program,
                                  .allocator = campaign->options.target_options.target.name,
                                  .outcome = &outcome,
                                  .journal = ac_child_journal(campaign->confirm_child),
                                  .reproducer = finding->verdict,
                                  .command = command,
                                  .output = output,
                                  .stack = &stack,
                                  .also_seen = also,
                                  .also_seen_count = finding->also_seen.count};
    char *text = NULL;
    FILE *to = open_memstream(&text, length);
    const bool done = to != NULL && report_write(&report, to);
    free(output);
    if (to != NULL && fclose(to) == 0 && done)
        return text;
    free(text);
    return NULL;
}

void campaign_update(struct campaign *campaign, const struct campaign_finding *finding) {
    static const char *const both[] = {"report.html", "finding.json", NULL};
    char error[SAVED_FINDING_ERROR];
    size_t length = 0;
    struct folder folder;
    struct saved_finding saved;
    if (finding->folder == NULL)
        return;
    if (!saved_finding_read(&saved, finding->folder, error)) {
        tool_error("%s/finding.json: %s", finding->folder, error);
        return;
    }
    char *page = updated_page(campaign, finding, saved.reproduce, &length);
    char *json = updated_json(finding, &saved);
    folder_begin(&folder, campaign->folder, finding->name, page != NULL ? both : both + 1);
    if (page != NULL)
        folder_write(&folder, "report.html", page, length);
    if (json != NULL)
        folder_write(&folder, "finding.json", json, strlen(json));
    campaign->errors += !folder_end(&folder);
    saved_finding_close(&saved);
    free(page);
    free(json);
}
