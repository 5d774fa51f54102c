// SPDX-License-Identifier: MIT
// Where findings are kept: a folder for each.
#define _GNU_SOURCE /* asprintf */
#include "fuzz_hunt.h"

#include "clean_text.h"
#include "cli.h"
#include "folder.h"
#include "output.h"
#include "shell.h"

#include "allocheck/codec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { OUTPUT = 1 << 14 };

/* All files that a finding may have; the one that describes the others comes last. */
static const char *const files[] = {"input",   "input.ops",   "shrunk.ops",   "joined.ops",
                                    "repro.c", "report.html", "finding.json", NULL};

/* --- the folder of all --- */

static bool make_folder(const char *name) {
    if (mkdir(name, 0777) == 0 || errno == EEXIST) {
        return true;
    }
    cli_trouble("%s: %s", name, strerror(errno));
    return false;
}

bool hunt_make_folder(struct hunt *hunt) {
    if (asprintf(&hunt->folder, "%s/findings", hunt->options.out) < 0) {
        hunt->folder = NULL;
        cli_trouble("out of memory");
        return false;
    }
    return make_folder(hunt->options.out) && make_folder(hunt->folder) &&
           output_try_in(hunt->folder);
}

/* --- what is written --- */

/* One finding on its way into its folder. */
struct saving {
    struct hunt *hunt;
    const struct candidate *candidate;
    const struct confirmed *confirmed; /* of one that shows again */
    const struct ac_program *program;  /* that shows it, reduced where it shows again */
    const struct ac_finding *finding;
    bool again; /* it shows again */
    struct folder folder;
    cJSON *file_names; /* of what was written */
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
        cli_trouble("%s/%s: not written: out of memory", saving->folder.name, name);
        saving->folder.failed = true;
    }
    free(text);
}

static char *plain_text(const struct ac_program *program) {
    size_t length = ac_print(program, NULL, 0);
    char *text = malloc(length + 1);
    if (text != NULL) {
        ac_print(program, text, length + 1);
    }
    return text;
}

/* In bytes, as engines have them; as text where it has more slots than bytes can name. */
static void write_program(struct saving *saving, const struct ac_program *program) {
    const size_t size = ac_encode(program, NULL, 0, NULL);
    uint8_t *bytes = size > 0 ? malloc(size) : NULL;
    if (bytes != NULL) {
        ac_encode(program, bytes, size, NULL);
        write_file(saving, "input", bytes, size);
    } else {
        write_text(saving, "input.ops", plain_text(program));
    }
    free(bytes);
}

static void write_input(struct saving *saving) {
    const struct raw_input *raw = &saving->candidate->raw;
    const bool joined = saving->again && saving->confirmed->joined > 1;
    if (joined) {
        write_program(saving, &saving->confirmed->whole);
    } else if (raw->bytes != NULL) {
        write_file(saving, raw->text ? "input.ops" : "input", raw->bytes, raw->size);
    } else {
        write_program(saving, saving->candidate->program);
    }
}

static void write_programs(struct saving *saving) {
    const struct confirmed *confirmed = saving->confirmed;
    write_input(saving);
    if (saving->again) {
        write_text(saving, "shrunk.ops",
                   hunt_reduced_text(saving->hunt, saving->candidate, confirmed));
    } else if (confirmed->joined > 1) {
        write_text(saving, "joined.ops",
                   hunt_joined_text(saving->hunt, saving->candidate, confirmed->program));
    }
}

/* --- finding.json --- */

static cJSON *describe(const struct saving *saving, const char *command, const char *output) {
    const struct confirmed *confirmed = saving->confirmed;
    const struct finding_facts facts = {.setting = &saving->hunt->setting,
                                        .program = saving->program,
                                        .finding = saving->finding,
                                        .digest = saving->again ? confirmed->report.digest : 0,
                                        .confirmed = saving->again,
                                        .ops_before =
                                            saving->again ? confirmed->ops : saving->program->count,
                                        .minimal = saving->again && confirmed->minimal,
                                        .joined = confirmed->joined,
                                        .how = saving->candidate->how,
                                        .reproduce = command,
                                        .output = output};
    return finding_json(&facts);
}

static void write_description(struct saving *saving, const char *command) {
    char *output = calloc(1, OUTPUT);
    if (output != NULL && saving->again) {
        ac_child_output(saving->hunt->child, output, OUTPUT);
    }
    cJSON *object = describe(saving, command, output);
    cJSON_AddItemReferenceToObject(object, "files", saving->file_names);
    char *text = cJSON_Print(object);
    write_text(saving, "finding.json", text != NULL ? strdup(text) : NULL);
    cJSON_free(text);
    cJSON_Delete(object);
    free(output);
}

/* --- the folder of one --- */

/* The command that shows it again; to be freed. NULL: out of memory. */
static char *command_of(const struct hunt *hunt, const char *folder) {
    const struct session session = {.trial = hunt->options.trial,
                                    .call_time = hunt->options.call_time};
    char *file, *command = NULL;
    if (asprintf(&file, "%s/shrunk.ops", folder) >= 0) {
        const struct input input = {.name = file, .text = true};
        command = shell_run_command(&session, &input);
        free(file);
    }
    return command;
}

static void begin(struct saving *saving) {
    char name[FINDING_NAME], whole[FINDING_NAME + sizeof "unconfirmed-"];
    finding_name(saving->program, saving->finding, name);
    snprintf(whole, sizeof whole, "%s%s", saving->again ? "" : "unconfirmed-", name);
    folder_begin(&saving->folder, saving->hunt->folder, whole, files);
    saving->file_names = cJSON_CreateArray();
}

void hunt_save(struct hunt *hunt, const struct candidate *candidate,
               const struct confirmed *confirmed, struct hunt_finding *entry) {
    struct saving saving = {.hunt = hunt,
                            .candidate = candidate,
                            .confirmed = confirmed,
                            .again = entry->confirmed,
                            .program = entry->confirmed ? confirmed->program : candidate->program,
                            .finding =
                                entry->confirmed ? &confirmed->report.finding : candidate->finding};
    begin(&saving);
    char *name = saving.folder.name != NULL ? strdup(saving.folder.name) : NULL;
    char *command = name != NULL && saving.again ? command_of(hunt, name) : NULL;
    write_programs(&saving);
    write_description(&saving, command);
    cJSON_Delete(saving.file_names);
    bool done = folder_end(&saving.folder) && name != NULL;
    hunt->troubles += !done;
    free(entry->folder);
    free(entry->command);
    entry->folder = done ? name : (free(name), NULL);
    entry->command = done ? command : (free(command), NULL);
}
