// SPDX-License-Identifier: MIT
// The page of a folder of findings.
#define _GNU_SOURCE /* asprintf, open_memstream */
#include "findings.h"
#include "found.h"
#include "pages.h"

#include "tool/tool.h"

#include "report/report.h"
#include "results/json_members.h"
#include "results/saved_group.h"

#include <cjson/cJSON.h>
#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DEPTH = 4 }; /* levels of folders that are searched */

static const char described[] = "finding.json";

struct folder {
    const char *name;  /* as named by the user */
    const char *above; /* link prefix, from the page to the folder: "" or "a/b/" */
    struct found found;
    size_t entries; /* in it */
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

static int is_entry(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static void look_into(struct folder *folder, const char *path, int depth);

static void look_at(struct folder *folder, const char *path, const char *entry, int depth) {
    char *below = NULL;
    if (asprintf(&below, "%s/%s", path, entry) < 0)
        folder->found.troubles++;
    else if (path_is_real_folder(below))
        look_into(folder, below, depth);
    free(below);
}

/* Findings in order of their paths. */
static void look_into(struct folder *folder, const char *path, int depth) {
    struct dirent **entries = NULL;
    if (is_file(path, described)) {
        found_add(&folder->found, path);
        return;
    }
    int count = depth > 0 ? scandir(path, &entries, is_entry, alphasort) : 0;
    if (count < 0) {
        tool_cannot_read(path);
        folder->found.troubles++;
    }
    folder->entries += count > 0 ? (size_t)count : 0;
    for (int i = 0; i < count; i++) {
        look_at(folder, path, entries[i]->d_name, depth - 1);
        free(entries[i]);
    }
    free(entries);
}

/* --- as JSON --- */

/* From the page, which is above the folder. */
static void add_link(cJSON *to, const struct folder *folder, const struct saved_finding *saved) {
    char link[PATH_MAX];
    const char *relative = saved->folder + strlen(folder->name);
    relative += strspn(relative, "/");
    snprintf(link, sizeof link, "%s%s", folder->above, relative[0] != '\0' ? relative : ".");
    cJSON_AddStringToObject(to, "folder", link);
}

/* Takes the finding, with the command for the current folder. */
static void add_finding(cJSON *to, struct saved_finding *saved) {
    char *command = findings_command(saved);
    cJSON *finding = saved->finding;
    if (command != NULL) {
        cJSON_DeleteItemFromObjectCaseSensitive(finding, "reproduce");
        json_add_text(finding, "reproduce", command);
    }
    saved->finding = NULL;
    cJSON_AddItemToObject(to, "finding", finding);
    free(command);
}

/* The one that leads a group lists the places of all. */
static void add_places(struct found *found, const size_t *groups) {
    for (size_t i = 0; i < found->count; i++) {
        struct also_seen places;
        if (groups[i] != i)
            continue;
        saved_findings_also_seen(found->at, groups, found->count, i, &places);
        saved_finding_set_also_seen(&found->at[i], &places);
    }
}

/* NULL: out of memory. */
static cJSON *list_findings(struct folder *folder) {
    struct found *found = &folder->found;
    size_t *groups = saved_findings_group(found->at, found->count);
    cJSON *list = groups != NULL ? cJSON_CreateArray() : NULL;
    if (groups != NULL)
        add_places(found, groups);
    for (size_t i = 0; list != NULL && i < found->count; i++) {
        cJSON *entry = cJSON_CreateObject();
        add_link(entry, folder, &found->at[i]);
        cJSON_AddNumberToObject(entry, "group", (double)groups[i]);
        add_files(entry, found->at[i].folder);
        add_finding(entry, &found->at[i]);
        cJSON_AddItemToArray(list, entry);
    }
    free(groups);
    return list;
}

/* --- the page --- */

/* NULL: out of memory. */
static char *make_page(struct folder *folder, size_t *length) {
    char *page = NULL;
    cJSON *list = list_findings(folder);
    FILE *to = open_memstream(&page, length);
    bool whole = to != NULL && list != NULL && report_write_findings(list, folder->name, to);
    whole = to != NULL && fclose(to) == 0 && whole;
    cJSON_Delete(list);
    if (!whole) {
        free(page);
        page = NULL;
    }
    return page;
}

/* A campaign without findings leaves an empty folder; other files in it mean a wrong folder. */
static int write_folder(struct folder *folder, const char *to) {
    size_t length = 0;
    look_into(folder, folder->name, DEPTH);
    if (folder->found.troubles > 0)
        return STATUS_ERROR;
    if (folder->found.count == 0 && folder->entries > 0) {
        return tool_error("%s: expected folders with a %s, found none (%d deep)", folder->name,
                          described, DEPTH);
    }
    char *page = make_page(folder, &length);
    return findings_write_file(to, page, length,
                               folder->found.count > 0 ? STATUS_FINDING : STATUS_CLEAN);
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
    struct folder folder = {.name = name, .above = above};
    const int status = write_folder(&folder, to);
    found_close(&folder.found);
    free(above);
    return status;
}
