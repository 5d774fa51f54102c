// SPDX-License-Identifier: MIT
// The page of a folder of findings.
#define _GNU_SOURCE /* asprintf, open_memstream */
#include "report_page.h"

#include "tool/tool.h"

#include "report/report.h"

#include <cjson/cJSON.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DEPTH = 4 }; /* folders within folders that are looked into */

static const char described[] = "finding.json";

struct folder {
    const char *name;  /* as named by the user */
    const char *above; /* what links begin with, from the page to the folder: `' or `a/b/' */
    cJSON *findings;
    size_t entries; /* in it */
    size_t troubles;
};

static bool is_file(const char *folder, const char *file) {
    char *name;
    struct stat status;
    if (asprintf(&name, "%s/%s", folder, file) < 0) {
        return false;
    }
    bool is = stat(name, &status) == 0 && S_ISREG(status.st_mode);
    free(name);
    return is;
}

static void add_files(cJSON *to, const char *folder) {
    static const char *const files[] = {"report.html", "repro.c",   "shrunk.ops", "joined.ops",
                                        "input",       "input.ops", described};
    cJSON *list = cJSON_AddArrayToObject(to, "files");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (is_file(folder, files[i])) {
            cJSON_AddItemToArray(list, cJSON_CreateString(files[i]));
        }
    }
}

/* A file's JSON; NULL: a message has been printed. */
static cJSON *read_json(struct folder *folder, const char *name) {
    char *text = NULL;
    size_t capacity = 0;
    FILE *from = fopen(name, "re");
    ssize_t length = from != NULL ? getdelim(&text, &capacity, '\0', from) : -1;
    cJSON *json = length > 0 ? cJSON_ParseWithLength(text, (size_t)length) : NULL;
    if (from == NULL || ferror(from)) {
        tool_cannot_read(name);
    } else if (!cJSON_IsObject(json)) {
        tool_error("%s: expected the JSON object of a finding", name);
        cJSON_Delete(json);
        json = NULL;
    }
    if (from != NULL) {
        fclose(from);
    }
    free(text);
    folder->troubles += json == NULL;
    return json;
}

static void add_finding(struct folder *folder, const char *path, const char *relative) {
    char *name;
    if (asprintf(&name, "%s/%s", path, described) < 0) {
        folder->troubles++;
        return;
    }
    cJSON *finding = read_json(folder, name);
    if (finding != NULL) {
        cJSON *entry = cJSON_CreateObject();
        char link[PATH_MAX];
        snprintf(link, sizeof link, "%s%s", folder->above, relative[0] != '\0' ? relative : ".");
        cJSON_AddStringToObject(entry, "folder", link);
        add_files(entry, path);
        cJSON_AddItemToObject(entry, "finding", finding);
        cJSON_AddItemToArray(folder->findings, entry);
    }
    free(name);
}

static int is_entry(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static bool is_real_folder(const char *name) {
    struct stat status;
    return lstat(name, &status) == 0 && S_ISDIR(status.st_mode);
}

static void look_into(struct folder *folder, const char *path, const char *relative, int depth);

static void look_at(struct folder *folder, const char *path, const char *relative,
                    const char *entry, int depth) {
    char *below = NULL, *inside = NULL;
    if (asprintf(&below, "%s/%s", path, entry) < 0 ||
        asprintf(&inside, "%s%s%s", relative, relative[0] != '\0' ? "/" : "", entry) < 0) {
        folder->troubles++;
    } else if (is_real_folder(below)) {
        look_into(folder, below, inside, depth);
    }
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

static int make_page(const struct folder *folder, struct report_text *page) {
    FILE *to = open_memstream(&page->text, &page->length);
    bool written = to != NULL && report_write_findings(folder->findings, folder->name, to);
    written = to != NULL && fclose(to) == 0 && written;
    if (!written) {
        free(page->text);
        page->text = NULL;
        return tool_out_of_memory();
    }
    return cJSON_GetArraySize(folder->findings) > 0 ? STATUS_FINDING : STATUS_CLEAN;
}

/* A campaign without a finding leaves an empty folder; one that holds other things is no folder of
 * findings. */
static int check_folder(struct folder *folder, struct report_text *page) {
    look_into(folder, folder->name, "", DEPTH);
    if (folder->troubles > 0) {
        return STATUS_ERROR;
    }
    if (cJSON_GetArraySize(folder->findings) == 0 && folder->entries > 0) {
        return tool_error("%s: expected folders with a %s, found none (%d deep)", folder->name,
                          described, DEPTH);
    }
    return make_page(folder, page);
}

/* What leads from the folder of the page to a folder, both absolute, with a slash after; to be
 * freed. */
static char *way_between(const char *from, const char *to) {
    size_t common = 0, ups = 0;
    for (size_t i = 0; from[i] == to[i] && from[i] != '\0'; i++) {
        common = from[i] == '/' ? i + 1 : common;
    }
    for (size_t i = common; from[i] != '\0'; i++) {
        ups += from[i] == '/';
    }
    char *way = calloc(1, 3 * ups + strlen(to + common) + 1);
    for (size_t i = 0; way != NULL && i < ups; i++) {
        strcat(way, "../");
    }
    return way != NULL ? strcat(way, to + common) : NULL;
}

/* An absolute path with a slash after; to be freed. NULL: there is no such folder. */
static char *absolute_folder(const char *name) {
    char *path = realpath(name, NULL), *slashed = NULL;
    if (path != NULL && asprintf(&slashed, "%s%s", path, path[1] != '\0' ? "/" : "") < 0) {
        slashed = NULL;
    }
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

/* Where a page lies is where its links start; one on standard output is taken to lie here. */
static char *links_to(const struct report_job *job) {
    char *from = folder_of_file(job->to), *to = absolute_folder(job->from);
    char *way = from != NULL && to != NULL ? way_between(from, to) : NULL;
    free(from);
    free(to);
    return way;
}

int report_of_folder(const struct report_job *job, struct report_text *page) {
    char *above = links_to(job);
    struct folder folder = {job->from, above, cJSON_CreateArray(), 0, 0};
    int status = STATUS_ERROR;
    if (above == NULL) {
        status = tool_cannot_read(job->to != NULL ? job->to : job->from);
    } else {
        status = check_folder(&folder, page);
    }
    cJSON_Delete(folder.findings);
    free(above);
    return status;
}
