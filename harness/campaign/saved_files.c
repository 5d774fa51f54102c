// SPDX-License-Identifier: MIT
// The files of a finding.
#define _GNU_SOURCE /* open_memstream */
#include "saving.h"

#include "report/report.h"
#include "results/json_members.h"
#include "tool/program_text.h"
#include "tool/rerun.h"
#include "tool/tool.h"

#include "allocheck/codec.h"

#include <stdlib.h>
#include <string.h>

/* --- one file --- */

void saving_write_file(struct saving *saving, const char *name, const void *bytes, size_t size) {
    if (folder_write(&saving->folder, name, bytes, size))
        cJSON_AddItemToArray(saving->file_names, cJSON_CreateString(name));
}

void saving_note_not_made(struct saving *saving, const char *file, const char *why) {
    cJSON *note = cJSON_CreateObject();
    json_add_text(note, "file", file);
    json_add_text(note, "why", why);
    cJSON_AddItemToArray(saving->not_made, note);
}

static void write_text(struct saving *saving, const char *name, char *text) {
    if (text != NULL) {
        saving_write_file(saving, name, text, strlen(text));
    } else {
        tool_error("%s/%s: not written: out of memory", saving->folder.name, name);
        saving->folder.failed = true;
    }
    free(text);
}

/* --- programs --- */

/* As bytes, like engines; as text if it has more slots than bytes can name. */
static void write_program(struct saving *saving, const struct ac_program *program) {
    const size_t size = ac_encode(program, NULL, 0, NULL);
    uint8_t *bytes = size > 0 ? malloc(size) : NULL;
    if (bytes != NULL) {
        ac_encode(program, bytes, size, NULL);
        saving_write_file(saving, "input", bytes, size);
    } else {
        write_text(saving, "input.ops", program_text(program));
    }
    free(bytes);
}

static void write_input(struct saving *saving) {
    const struct raw_input *raw = &saving->candidate->raw;
    const bool joined = saving->is_confirmed && saving->confirmed->joined > 1;
    if (joined)
        write_program(saving, &saving->confirmed->original);
    else if (raw->bytes != NULL)
        saving_write_file(saving, raw->text ? "input.ops" : "input", raw->bytes, raw->size);
    else
        write_program(saving, saving->candidate->program);
}

static void write_process(struct saving *saving) {
    const struct sequence *sequence = &saving->confirmed->sequence;
    char name[SEQUENCE_FILE];
    for (size_t i = 0; i < sequence->count; i++) {
        write_text(saving, sequence_file(i, name),
                   process_text(saving->campaign, saving->candidate, sequence, i));
    }
}

void saving_write_programs(struct saving *saving) {
    const struct confirmed *confirmed = saving->confirmed;
    write_input(saving);
    if (saving->is_confirmed) {
        write_text(saving, "shrunk.ops",
                   shrunk_text(saving->campaign, saving->candidate, confirmed));
    } else if (confirmed->sequence.count > 0) {
        write_process(saving);
    } else if (confirmed->joined > 1) {
        write_text(saving, "joined.ops",
                   joined_text(saving->campaign, saving->candidate, confirmed->program,
                               confirmed->in_process));
    }
}

/* --- page --- */

void saving_write_page(struct saving *saving) {
    if (saving->confirmed->racing.on) {
        saving_note_not_made(saving, "report.html", "a race run has no journal");
        return;
    }
    char verdict[VERDICT];
    const struct report report = {.input = "shrunk.ops",
                                  .program = saving->program,
                                  .allocator = saving->campaign->options.target_options.target.name,
                                  .outcome = &saving->confirmed->report,
                                  .journal = ac_child_journal(saving->campaign->confirm_child),
                                  .reproducer = saving_verdict_text(saving, verdict),
                                  .command = saving->command,
                                  .output = saving->output,
                                  .stack = &saving->stack};
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    bool done = to != NULL && report_write(&report, to);
    if (to != NULL && fclose(to) == 0 && done)
        saving_write_file(saving, "report.html", text, length);
    else
        saving_note_not_made(saving, "report.html", "out of memory");
    free(text);
}

/* --- finding.json --- */

static uint64_t ops_before(const struct saving *saving) {
    const struct confirmed *confirmed = saving->confirmed;
    if (saving->is_confirmed)
        return confirmed->original.count;
    return confirmed->sequence.count > 0 ? confirmed->sequence.ops_before : saving->program->count;
}

static cJSON *describe(const struct saving *saving) {
    const struct confirmed *confirmed = saving->confirmed;
    const bool is_certain = saving->is_confirmed || confirmed->in_process;
    struct rerun rerun = {.culprit = NULL};
    char why[CONFIRM_WHY];
    if (saving->is_confirmed)
        rerun_finding(&rerun, saving->campaign->confirm_child, saving->program, saving->finding);
    const struct finding_facts facts = {
        .setup = &saving->campaign->setup,
        .program = saving->program,
        .finding = saving->finding,
        .digest = saving->is_confirmed ? confirmed->report.digest : 0,
        .confirmed = is_certain,
        .why_not = is_certain ? NULL : confirm_why_not(saving->candidate, confirmed, why),
        .in_process = confirmed->in_process,
        .ops_before = ops_before(saving),
        .minimal = saving->is_confirmed ? confirmed->minimal : confirmed->sequence.minimal,
        .shrink = saving->shrink,
        .joined = confirmed->joined,
        .how = saving->candidate->how,
        .reproduce = saving->command,
        .arguments = saving->words,
        .output = saving->output,
        .stack = &saving->stack,
        .journal = saving->is_confirmed ? ac_child_journal(saving->campaign->confirm_child) : NULL,
        .culprit = rerun.culprit,
        .first = rerun.first,
        .second = rerun.second};
    return finding_json(&facts);
}

void saving_write_description(struct saving *saving) {
    cJSON *object = describe(saving);
    if (saving->has_c)
        cJSON_AddItemToObject(object, "reproducer", saving_verdict(&saving->verified));
    cJSON_AddItemReferenceToObject(object, "files", saving->file_names);
    cJSON_AddItemReferenceToObject(object, "not_made", saving->not_made);
    write_text(saving, "finding.json", json_text(object));
}
