// SPDX-License-Identifier: MIT
// The files of a finding.
#define _GNU_SOURCE /* open_memstream */
#include "saving.h"

#include "export/export.h"
#include "report/report.h"
#include "results/json_members.h"
#include "tool/program_text.h"
#include "tool/rerun.h"
#include "tool/tool.h"

#include "allocheck/codec.h"

#include <stdlib.h>
#include <string.h>

/* --- programs --- */

static void write_file(struct saving *saving, const char *name, const void *bytes, size_t size) {
    if (folder_write(&saving->folder, name, bytes, size))
        cJSON_AddItemToArray(saving->file_names, cJSON_CreateString(name));
}

static void write_text(struct saving *saving, const char *name, char *text) {
    if (text != NULL) {
        write_file(saving, name, text, strlen(text));
    } else {
        tool_error("%s/%s: not written: out of memory", saving->folder.name, name);
        saving->folder.failed = true;
    }
    free(text);
}

/* As bytes, like engines; as text if it has more slots than bytes can name. */
static void write_program(struct saving *saving, const struct ac_program *program) {
    const size_t size = ac_encode(program, NULL, 0, NULL);
    uint8_t *bytes = size > 0 ? malloc(size) : NULL;
    if (bytes != NULL) {
        ac_encode(program, bytes, size, NULL);
        write_file(saving, "input", bytes, size);
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
        write_file(saving, raw->text ? "input.ops" : "input", raw->bytes, raw->size);
    else
        write_program(saving, saving->candidate->program);
}

void saving_write_programs(struct saving *saving) {
    const struct confirmed *confirmed = saving->confirmed;
    write_input(saving);
    if (saving->is_confirmed) {
        write_text(saving, "shrunk.ops",
                   shrunk_text(saving->campaign, saving->candidate, confirmed));
    } else if (confirmed->joined > 1) {
        write_text(saving, "joined.ops",
                   joined_text(saving->campaign, saving->candidate, confirmed->program));
    }
}

/* --- C file and page --- */

/* A file that cannot be made is no error, but is listed. */
static void note_not_made(struct saving *saving, const char *file, const char *why) {
    cJSON *note = cJSON_CreateObject();
    json_add_text(note, "file", file);
    json_add_text(note, "why", why);
    cJSON_AddItemToArray(saving->not_made, note);
}

void saving_write_c(struct saving *saving) {
    const double call_time = saving->campaign->options.call_time;
    const struct export_options options = {.target =
                                               &saving->campaign->options.target_options.target,
                                           .input = "shrunk.ops",
                                           .command = saving->command,
                                           .call_seconds = (unsigned)(call_time + 0.999)};
    struct exported exported = {.reason = "out of memory"};
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    const bool races = saving->confirmed->racing.on;
    const bool done = to != NULL && (races ? export_race_c : export_c)(
                                        &options, saving->program, saving->finding, to, &exported);
    if (to != NULL && fclose(to) == 0 && done)
        write_file(saving, "repro.c", text, length);
    else
        note_not_made(saving, "repro.c", exported.reason);
    free(text);
}

void saving_write_page(struct saving *saving) {
    if (saving->confirmed->racing.on) {
        note_not_made(saving, "report.html", "a race run has no journal");
        return;
    }
    const struct report report = {.input = "shrunk.ops",
                                  .program = saving->program,
                                  .allocator = saving->campaign->options.target_options.target.name,
                                  .outcome = &saving->confirmed->report,
                                  .journal = ac_child_journal(saving->campaign->confirm_child),
                                  .command = saving->command,
                                  .output = saving->output,
                                  .stack = &saving->stack};
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    bool done = to != NULL && report_write(&report, to);
    if (to != NULL && fclose(to) == 0 && done)
        write_file(saving, "report.html", text, length);
    else
        note_not_made(saving, "report.html", "out of memory");
    free(text);
}

/* --- finding.json --- */

static cJSON *describe(const struct saving *saving) {
    const struct confirmed *confirmed = saving->confirmed;
    struct rerun rerun = {.culprit = NULL};
    if (saving->is_confirmed)
        rerun_finding(&rerun, saving->campaign->confirm_child, saving->program, saving->finding);
    const struct finding_facts facts = {
        .setup = &saving->campaign->setup,
        .program = saving->program,
        .finding = saving->finding,
        .digest = saving->is_confirmed ? confirmed->report.digest : 0,
        .confirmed = saving->is_confirmed,
        .ops_before = saving->is_confirmed ? confirmed->original.count : saving->program->count,
        .minimal = saving->is_confirmed && confirmed->minimal,
        .joined = confirmed->joined,
        .how = saving->candidate->how,
        .reproduce = saving->command,
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
    cJSON_AddItemReferenceToObject(object, "files", saving->file_names);
    cJSON_AddItemReferenceToObject(object, "not_made", saving->not_made);
    write_text(saving, "finding.json", json_text(object));
}
