// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* asprintf, open_memstream */
#include "folder.h"

#include "saving.h"

#include "results/json_members.h"
#include "session/shell.h"
#include "tool/folder.h"
#include "tool/output.h"
#include "tool/program_text.h"
#include "tool/rerun.h"
#include "tool/tool.h"

#include "allocheck/codec.h"

#include <stdlib.h>
#include <string.h>

enum { OUTPUT = 1 << 14 };

/* All files that a finding may have; the one that describes the others is last. */
static const char *const files[] = {
    "input",         "input.ops",     "shrunk.ops",    "joined.ops",
    "process-1.ops", "process-2.ops", "process-3.ops", "process-4.ops",
    "process-5.ops", "process-6.ops", "process-7.ops", "process-8.ops",
    "repro.c",       "report.html",   "finding.json",  NULL};
_Static_assert(SEQUENCE_MOST == 8, "each program of a sequence has a file");

/* --- the folder of all findings --- */

bool campaign_make_folder(struct campaign *campaign) {
    if (asprintf(&campaign->folder, "%s/findings", campaign->options.out) < 0) {
        campaign->folder = NULL;
        tool_out_of_memory();
        return false;
    }
    return output_make_folder(campaign->folder) && output_try_in(campaign->folder);
}

/* --- the folder of one finding --- */

/* The words of the command that reproduces it. NULL: out of memory. */
static char **words_of(const struct campaign *campaign, const struct confirmed *confirmed) {
    struct session session = {.target_options = campaign->options.target_options,
                              .call_time = campaign->options.call_time,
                              .racing = confirmed->racing};
    const char *names[SEQUENCE_MOST + 1] = {"shrunk.ops"};
    char text[SEQUENCE_MOST][SEQUENCE_FILE];
    if (confirmed->racing.on)
        session.racing.attempts = race_attempts(&confirmed->shown);
    session.one_process = confirmed->in_process;
    for (size_t i = 0; i < confirmed->sequence.count && confirmed->in_process; i++)
        names[i] = sequence_file(i, text[i]);
    return shell_kept_words(&session, names);
}

/* The same for `allocheck shrink', which goes on where the campaign stopped; in the current folder,
 * or if `folder' is NULL in that of the finding. To be freed. NULL: out of memory. */
static char *shrink_command(char **words, const char *folder) {
    if (words == NULL)
        return NULL;
    char *const run = words[0];
    words[0] = (char *)(uintptr_t) "shrink";
    char *command = folder != NULL ? shell_moved_command(words, folder) : shell_kept_command(words);
    words[0] = run;
    return command;
}

char *campaign_output(const struct campaign *campaign) {
    char *output = malloc(OUTPUT);
    if (output != NULL && ac_child_output(campaign->confirm_child, output, OUTPUT) == 0) {
        free(output);
        output = NULL;
    }
    return output;
}

void campaign_name(const struct campaign *campaign, const struct confirmed *confirmed,
                   char name[FINDING_NAME]) {
    struct stack stack;
    stack_of_child(campaign->confirm_child, &stack);
    finding_name(confirmed->program, &confirmed->report.finding, &stack, name);
}

void campaign_cause(const struct campaign *campaign, const struct confirmed *confirmed,
                    struct cause *cause) {
    struct stack stack;
    stack_of_child(campaign->confirm_child, &stack);
    cause_of(confirmed->program, &confirmed->report.finding, &stack, cause);
}

/* An unconfirmed finding has no stack: its name comes from the candidate's program. */
static void begin(struct saving *saving, const char *name) {
    char own[FINDING_NAME], whole[FINDING_NAME + sizeof "unconfirmed-"];
    if (!saving->is_confirmed) {
        finding_name(saving->program, saving->finding, NULL, own);
        snprintf(whole, sizeof whole, "%s-%s",
                 saving->confirmed->in_process ? "in-process" : "unconfirmed", own);
        name = whole;
    }
    folder_begin(&saving->folder, saving->campaign->folder, name, files);
    saving->file_names = cJSON_CreateArray();
    saving->not_made = cJSON_CreateArray();
    if (saving->folder.name == NULL)
        return;
    if (saving->is_confirmed || saving->confirmed->sequence.count > 0) {
        saving->words = words_of(saving->campaign, saving->confirmed);
        saving->command = saving->words != NULL ? shell_kept_command(saving->words) : NULL;
    }
    if (saving->is_confirmed) {
        saving->output = campaign_output(saving->campaign);
        stack_of_child(saving->campaign->confirm_child, &saving->stack);
        if (!saving->confirmed->minimal)
            saving->shrink = shrink_command(saving->words, NULL);
    }
}

void campaign_remove_folder(const struct campaign_finding *finding) {
    if (finding->folder != NULL)
        folder_remove(finding->folder, files);
}

/* The lines to print about the C file, and files that could not be made. NULL: out of memory. */
static char *remarks_of(const struct saving *saving) {
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    if (to == NULL)
        return NULL;
    saving_put_verdict(saving, to);
    const cJSON *note;
    cJSON_ArrayForEach(note, saving->not_made) {
        fprintf(to, "  not made  %s: %s\n",
                cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(note, "file")),
                cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(note, "why")));
    }
    fclose(to);
    return text;
}

/* Records in the finding what was saved. */
static void finish(struct saving *saving, struct campaign_finding *finding) {
    char verdict[VERDICT];
    char *name = saving->folder.name != NULL ? strdup(saving->folder.name) : NULL;
    if (finding->folder != NULL && name != NULL && strcmp(finding->folder, name) != 0)
        campaign_remove_folder(finding); /* it was not confirmed */
    free(finding->folder);
    free(finding->shrink);
    free(finding->remarks);
    free(finding->verdict);
    finding->remarks = remarks_of(saving);
    finding->verdict = saving_verdict_text(saving, verdict) != NULL ? strdup(verdict) : NULL;
    bool done = folder_end(&saving->folder) && name != NULL;
    finding->folder = done ? name : (free(name), NULL);
    if (saving->words != NULL || !saving->confirmed->in_process) {
        free(finding->command);
        finding->command = done && saving->words != NULL
                               ? shell_moved_command(saving->words, finding->folder)
                               : NULL;
    }
    finding->shrink =
        done && saving->shrink != NULL ? shrink_command(saving->words, finding->folder) : NULL;
    saving->campaign->errors += !done;
}

void campaign_save(struct campaign *campaign, const struct candidate *candidate,
                   const struct confirmed *confirmed, struct campaign_finding *finding) {
    struct saving saving = {
        .campaign = campaign,
        .candidate = candidate,
        .confirmed = confirmed,
        .is_confirmed = finding->confirmed,
        .program =
            finding->confirmed ? confirmed->program : unconfirmed_program(candidate, confirmed),
        .finding = finding->confirmed ? &confirmed->report.finding
                                      : unconfirmed_finding(candidate, confirmed)};
    campaign->phase = (struct campaign_phase){.what = "saving a finding"};
    begin(&saving, finding->name);
    if (saving.words == NULL && confirmed->in_process && finding->command != NULL)
        saving.command = strdup(finding->command);
    saving_write_programs(&saving);
    if (finding->confirmed) {
        saving_write_c(&saving);
        saving_write_page(&saving);
    }
    saving_write_description(&saving);
    finish(&saving, finding);
    cJSON_Delete(saving.file_names);
    cJSON_Delete(saving.not_made);
    shell_free_words(saving.words);
    free(saving.command);
    free(saving.shrink);
    free(saving.output);
}
