// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* asprintf, open_memstream */
#include "folder.h"

#include "export/export.h"
#include "report/report.h"
#include "results/clean_text.h"
#include "session/shell.h"
#include "tool/folder.h"
#include "tool/output.h"
#include "tool/program_text.h"
#include "tool/rerun.h"
#include "tool/tool.h"

#include "allocheck/codec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { OUTPUT = 1 << 14 };

/* All files that a finding may have; the one that describes the others is last. */
static const char *const files[] = {"input",   "input.ops",   "shrunk.ops",   "joined.ops",
                                    "repro.c", "report.html", "finding.json", NULL};

/* --- the folder of all findings --- */

static bool make_folder(const char *name) {
    if (mkdir(name, 0777) == 0 || errno == EEXIST) {
        return true;
    }
    tool_cannot_write(name);
    return false;
}

bool campaign_make_folder(struct campaign *campaign) {
    if (asprintf(&campaign->folder, "%s/findings", campaign->options.out) < 0) {
        campaign->folder = NULL;
        tool_out_of_memory();
        return false;
    }
    return make_folder(campaign->options.out) && make_folder(campaign->folder) &&
           output_try_in(campaign->folder);
}

/* --- programs --- */

/* A finding that is being saved. */
struct saving {
    struct campaign *campaign;
    const struct candidate *candidate;
    const struct confirmed *confirmed;
    const struct ac_program *program; /* that shows it: shrunk, or the candidate's */
    const struct ac_finding *finding;
    bool is_confirmed;
    struct folder folder;
    char *command;     /* that reproduces it; NULL: none does */
    char *output;      /* of its process; NULL: nothing */
    cJSON *file_names; /* written */
    cJSON *not_made;   /* files that could not be made, and why */
};

static void write_file(struct saving *saving, const char *name, const void *bytes, size_t size) {
    if (folder_write(&saving->folder, name, bytes, size)) {
        cJSON_AddItemToArray(saving->file_names, cJSON_CreateString(name));
    }
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
    if (joined) {
        write_program(saving, &saving->confirmed->original);
    } else if (raw->bytes != NULL) {
        write_file(saving, raw->text ? "input.ops" : "input", raw->bytes, raw->size);
    } else {
        write_program(saving, saving->candidate->program);
    }
}

static void write_programs(struct saving *saving) {
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

static void write_c(struct saving *saving) {
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
    if (to != NULL && fclose(to) == 0 && done) {
        write_file(saving, "repro.c", text, length);
    } else {
        note_not_made(saving, "repro.c", exported.reason);
    }
    free(text);
}

static void write_page(struct saving *saving) {
    if (saving->confirmed->racing.on) {
        note_not_made(saving, "report.html", "a race run has no journal");
        return;
    }
    const struct report report = {.input = "shrunk.ops",
                                  .program = saving->program,
                                  .allocator = saving->campaign->options.target_options.target.name,
                                  .came = &saving->confirmed->report,
                                  .journal = ac_child_journal(saving->campaign->confirm_child),
                                  .command = saving->command,
                                  .output = saving->output};
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    bool done = to != NULL && report_write(&report, to);
    if (to != NULL && fclose(to) == 0 && done) {
        write_file(saving, "report.html", text, length);
    } else {
        note_not_made(saving, "report.html", "out of memory");
    }
    free(text);
}

/* --- finding.json --- */

static cJSON *describe(const struct saving *saving) {
    const struct confirmed *confirmed = saving->confirmed;
    struct rerun rerun = {.culprit = NULL};
    if (saving->is_confirmed) {
        rerun_finding(&rerun, saving->campaign->confirm_child, saving->program, saving->finding);
    }
    const struct finding_facts facts = {
        .setting = &saving->campaign->setting,
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
        .journal = saving->is_confirmed ? ac_child_journal(saving->campaign->confirm_child) : NULL,
        .culprit = rerun.culprit,
        .first = rerun.first,
        .second = rerun.second};
    return finding_json(&facts);
}

static void write_description(struct saving *saving) {
    cJSON *object = describe(saving);
    cJSON_AddItemReferenceToObject(object, "files", saving->file_names);
    cJSON_AddItemReferenceToObject(object, "not_made", saving->not_made);
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    bool whole = to != NULL && json_put(object, to);
    whole = to != NULL && fclose(to) == 0 && whole;
    write_text(saving, "finding.json", whole ? text : (free(text), NULL));
}

/* --- the folder of one finding --- */

/* The command that reproduces it; to be freed. NULL: out of memory. */
static char *command_of(const struct campaign *campaign, const struct racing *racing,
                        const char *folder) {
    const struct session session = {.target_options = campaign->options.target_options,
                                    .call_time = campaign->options.call_time,
                                    .racing = *racing};
    char *file, *command = NULL;
    if (asprintf(&file, "%s/shrunk.ops", folder) >= 0) {
        const struct input input = {.name = file, .text = true};
        command = shell_run_command(&session, &input);
        free(file);
    }
    return command;
}

/* What the process wrote; NULL: nothing. */
static char *output_of(const struct campaign *campaign) {
    char *output = malloc(OUTPUT);
    if (output != NULL && ac_child_output(campaign->confirm_child, output, OUTPUT) == 0) {
        free(output);
        output = NULL;
    }
    return output;
}

void campaign_name(const struct campaign *campaign, const struct confirmed *confirmed,
                   char name[FINDING_NAME]) {
    char *output = output_of(campaign);
    const struct stack stack = finding_stack(output);
    finding_name(confirmed->program, &confirmed->report.finding, &stack, name);
    free(output);
}

/* An unconfirmed finding has no stack: its name comes from the candidate's program. */
static void begin(struct saving *saving, const char *name) {
    char own[FINDING_NAME], whole[FINDING_NAME + sizeof "unconfirmed-"];
    if (!saving->is_confirmed) {
        finding_name(saving->program, saving->finding, NULL, own);
        snprintf(whole, sizeof whole, "unconfirmed-%s", own);
        name = whole;
    }
    folder_begin(&saving->folder, saving->campaign->folder, name, files);
    saving->file_names = cJSON_CreateArray();
    saving->not_made = cJSON_CreateArray();
    if (saving->is_confirmed && saving->folder.name != NULL) {
        saving->output = output_of(saving->campaign);
        saving->command =
            command_of(saving->campaign, &saving->confirmed->racing, saving->folder.name);
    }
}

/* The lines to print about files that could not be made. NULL: none, or out of memory. */
static char *remarks_of(const struct saving *saving) {
    char *text = NULL;
    size_t length;
    FILE *to = cJSON_GetArraySize(saving->not_made) > 0 ? open_memstream(&text, &length) : NULL;
    if (to == NULL) {
        return NULL;
    }
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
    char *name = saving->folder.name != NULL ? strdup(saving->folder.name) : NULL;
    free(finding->folder);
    free(finding->command);
    free(finding->remarks);
    finding->remarks = remarks_of(saving);
    bool done = folder_end(&saving->folder) && name != NULL;
    finding->folder = done ? name : (free(name), NULL);
    finding->command = done ? saving->command : (free(saving->command), NULL);
    saving->campaign->errors += !done;
}

void campaign_save(struct campaign *campaign, const struct candidate *candidate,
                   const struct confirmed *confirmed, struct campaign_finding *finding) {
    struct saving saving = {.campaign = campaign,
                            .candidate = candidate,
                            .confirmed = confirmed,
                            .is_confirmed = finding->confirmed,
                            .program = finding->confirmed ? confirmed->program : candidate->program,
                            .finding = finding->confirmed ? &confirmed->report.finding
                                                          : candidate->finding};
    begin(&saving, finding->name);
    write_programs(&saving);
    if (finding->confirmed) {
        write_c(&saving);
        write_page(&saving);
    }
    write_description(&saving);
    finish(&saving, finding);
    cJSON_Delete(saving.file_names);
    cJSON_Delete(saving.not_made);
    free(saving.output);
}
