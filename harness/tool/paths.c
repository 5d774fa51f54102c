// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include "paths.h"

#include "tool.h"
#include "input.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void complain(struct paths *paths, const char *name, const char *what) {
    tool_error("%s: %s", name, what);
    paths->troubles++;
    if (paths->trouble != NULL)
        paths->trouble(paths->ctx, name, what);
}

static void append(struct paths *paths, const char *name) {
    if (paths->count == paths->capacity) {
        size_t capacity = paths->capacity * 2 + 16;
        char **names = realloc(paths->names, capacity * sizeof *names);
        if (names == NULL) {
            complain(paths, name, "out of memory");
            return;
        }
        paths->names = names;
        paths->capacity = capacity;
    }
    char *copy = strdup(name);
    if (copy == NULL) {
        complain(paths, name, "out of memory");
        return;
    }
    paths->names[paths->count++] = copy;
}

static bool is_self_or_parent(const char *name) {
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static bool is_skipped(const char *name) {
    return name[0] == '.' || strncmp(name, "README", 6) == 0;
}

/* --- folders of findings --- */

static bool has_file(const char *folder, const char *file) {
    char *path;
    if (asprintf(&path, "%s/%s", folder, file) < 0)
        return false;
    bool there = access(path, F_OK) == 0;
    free(path);
    return there;
}

/* True for a file of a finding's folder other than its program. */
static bool is_no_program(const char *folder, const char *name) {
    if (!has_file(folder, "finding.json"))
        return false;
    if (has_file(folder, "shrunk.ops"))
        return strcmp(name, "shrunk.ops") != 0;
    return strcmp(name, "input") != 0 && !input_is_text(name);
}

/* --- adding --- */

bool path_is_folder(const char *name) {
    struct stat status;
    return stat(name, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Links could form a cycle. */
bool path_is_real_folder(const char *name) {
    struct stat status;
    return lstat(name, &status) == 0 && S_ISDIR(status.st_mode);
}

static void add_folder(struct paths *paths, const char *folder);

static void add_entry(struct paths *paths, const char *folder, const char *entry) {
    char *name;
    const char *slash = folder[strlen(folder) - 1] == '/' ? "" : "/";
    if (is_self_or_parent(entry))
        return;
    if (asprintf(&name, "%s%s%s", folder, slash, entry) < 0) {
        complain(paths, entry, "out of memory");
        return;
    }
    if (is_skipped(entry) || is_no_program(folder, entry))
        fprintf(paths->notes != NULL ? paths->notes : stdout, "skipped: %s\n", name);
    else if (path_is_real_folder(name))
        add_folder(paths, name);
    else
        append(paths, name);
    free(name);
}

static int by_name(const struct dirent **left, const struct dirent **right) {
    return strcmp((*left)->d_name, (*right)->d_name);
}

static void add_folder(struct paths *paths, const char *folder) {
    struct dirent **entries;
    int count = scandir(folder, &entries, NULL, by_name);
    if (count < 0) {
        char why[128];
        snprintf(why, sizeof why, "cannot read: %s", strerror(errno));
        complain(paths, folder, why);
        return;
    }
    for (int i = 0; i < count; i++) {
        add_entry(paths, folder, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
}

void paths_add(struct paths *paths, const char *name) {
    size_t before = paths->count, troubles = paths->troubles;
    if (!path_is_folder(name)) {
        append(paths, name);
        return;
    }
    add_folder(paths, name);
    if (paths->count == before && paths->troubles == troubles)
        complain(paths, name, "no programs in this folder");
}

void paths_destroy(struct paths *paths) {
    for (size_t i = 0; i < paths->count; i++)
        free(paths->names[i]);
    free(paths->names);
    *paths = (struct paths){.names = NULL};
}
