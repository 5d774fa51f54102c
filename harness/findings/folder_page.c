// SPDX-License-Identifier: MIT
// The page of a folder of findings.
#define _GNU_SOURCE /* asprintf, open_memstream */
#include "findings.h"
#include "pages.h"

#include "tool/tool.h"

#include "report/report.h"
#include "results/json_members.h"

#include <cjson/cJSON.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DEPTH = 4 }; /* levels of folders that are searched */

static const char described[] = "finding.json";

struct folder {
    const char *name;  /* as named by the user */
    const char *above; /* link prefix, from the page to the folder: "" or "a/b/" */
    cJSON *findings;
    size_t entries; /* in it */
    size_t troubles;
};

static bool is_file(const char *folder, const char *file) {
    char *name;
    struct stat status;
    if (asprintf(&name, "%s/%s", folder, file) < 0)
        return false;
    bool is = stat(name, &status) == 0 && S_ISREG(status.st_mode);
    free(name);
    return is;
}

static void add_files(cJSON *to, const char *folder) {
    static const char *const files[] = {"report.html", "repro.c",   "shrunk.ops", "joined.ops",
                                        "input",       "input.ops", described};
    cJSON *list = cJSON_AddArrayToObject(to, "files");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (is_file(folder, files[i]))
            cJSON_AddItemToArray(list, cJSON_CreateString(files[i]));
}

/* Takes the finding, with the command for the current folder. */
static void add_entry(struct folder *folder, struct saved_finding *saved, const char *relative) {
    char link[PATH_MAX];
    char *command = findings_command(saved);
    cJSON *entry = cJSON_CreateObject(), *finding = saved->finding;
    snprintf(link, sizeof link, "%s%s", folder->above, relative[0] != '\0' ? relative : ".");
    cJSON_AddStringToObject(entry, "folder", link);
    add_files(entry, saved->folder);
    if (command != NULL) {
        cJSON_DeleteItemFromObjectCaseSensitive(finding, "reproduce");
        json_add_text(finding, "reproduce", command);
    }
    saved->finding = NULL;
    cJSON_AddItemToObject(entry, "finding", finding);
    cJSON_AddItemToArray(folder->findings, entry);
    free(command);
}

static void add_finding(struct folder *folder, const char *path, const char *relative) {
    char error[SAVED_FINDING_ERROR];
    struct saved_finding saved;
    if (saved_finding_read(&saved, path, error)) {
        add_entry(folder, &saved, relative);
        saved_finding_close(&saved);
    } else {
        tool_error("%s/%s: %s", path, described, error);
        folder->troubles++;
    }
}

static int is_entry(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static void look_into(struct folder *folder, const char *path, const char *relative, int depth);

static void look_at(struct folder *folder, const char *path, const char *relative,
                    const char *entry, int depth) {
    char *below = NULL, *inside = NULL;
    if (asprintf(&below, "%s/%s", path, entry) < 0 ||
        asprintf(&inside, "%s%s%s", relative, relative[0] != '\0' ? "/" : "", entry) < 0)
        folder->troubles++;
    else if (path_is_real_folder(below))
        look_into(folder, below, inside, depth);
    free(below);
    free(inside);
}

/* Findings in order of their paths. */
static void look_into(struct folder *folder, const char *path, const char *relative, int depth) {
    struct dirent **entries = NULL;
    if (is_file(path, described)) {
        add_finding(folder, path, relative);
        return;
    }
    int count = depth > 0 ? scandir(path, &entries, is_entry, alphasort) : 0;
    if (count < 0) {
        tool_cannot_read(path);
        folder->troubles++;
    }
    folder->entries += count > 0 ? (size_t)count : 0;
    for (int i = 0; i < count; i++) {
        look_at(folder, path, relative, entries[i]->d_name, depth - 1);
        free(entries[i]);
    }
    free(entries);
}

/* NULL: out of memory. */
static char *make_page(const struct folder *folder, size_t *length) {
    char *page = NULL;
    FILE *to = open_memstream(&page, length);
    bool whole = to != NULL && report_write_findings(folder->findings, folder->name, to);
    whole = to != NULL && fclose(to) == 0 && whole;
    if (!whole) {
        free(page);
        page = NULL;
    }
    return page;
}

/* A campaign without findings leaves an empty folder; other files in it mean a wrong folder. */
static int write_folder(struct folder *folder, const char *to) {
    size_t length = 0;
    look_into(folder, folder->name, "", DEPTH);
    if (folder->troubles > 0)
        return STATUS_ERROR;
    const int count = cJSON_GetArraySize(folder->findings);
    if (count == 0 && folder->entries > 0) {
        return tool_error("%s: expected folders with a %s, found none (%d deep)", folder->name,
                          described, DEPTH);
    }
    char *page = make_page(folder, &length);
    return findings_write_file(to, page, length, count > 0 ? STATUS_FINDING : STATUS_CLEAN);
}

/* The relative path from one folder to another; all three end in a slash, `from` and `to` are
 * absolute. To be freed. */
static char *relative_path(const char *from, const char *to) {
    size_t common = 0, ups = 0;
    for (size_t i = 0; from[i] == to[i] && from[i] != '\0'; i++)
        common = from[i] == '/' ? i + 1 : common;
    for (size_t i = common; from[i] != '\0'; i++)
        ups += from[i] == '/';
    char *path = calloc(1, 3 * ups + strlen(to + common) + 1);
    for (size_t i = 0; path != NULL && i < ups; i++)
        strcat(path, "../");
    return path != NULL ? strcat(path, to + common) : NULL;
}

/* The absolute path, with a slash at its end; to be freed. NULL: no such folder. */
static char *absolute_folder(const char *name) {
    char *path = realpath(name, NULL), *slashed = NULL;
    if (path != NULL && asprintf(&slashed, "%s%s", path, path[1] != '\0' ? "/" : "") < 0)
        slashed = NULL;
    free(path);
    return slashed;
}

static char *folder_of_file(const char *file) {
    const char *slash = file != NULL ? strrchr(file, '/') : NULL;
    char *name = slash == NULL ? strdup(".") : strndup(file, (size_t)(slash - file) + 1);
    char *folder = name != NULL ? absolute_folder(name) : NULL;
    free(name);
    return folder;
}

/* Links start in the folder of the page; on standard output, in the current folder. */
static char *link_prefix(const char *folder, const char *page) {
    char *from = folder_of_file(page), *to = absolute_folder(folder);
    char *prefix = from != NULL && to != NULL ? relative_path(from, to) : NULL;
    free(from);
    free(to);
    return prefix;
}

int findings_page(const char *name, const char *to) {
    char *above = link_prefix(name, to);
    if (above == NULL)
        return tool_cannot_read(to != NULL ? to : name);
    struct folder folder = {name, above, cJSON_CreateArray(), 0, 0};
    const int status = write_folder(&folder, to);
    cJSON_Delete(folder.findings);
    free(above);
    return status;
}
