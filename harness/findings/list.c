// SPDX-License-Identifier: MIT
// The distinct findings in folders.
#define _DEFAULT_SOURCE /* strdup */
#include "findings.h"
#include "found.h"
#include "pages.h"

#include "session/shell.h"
#include "tool/tool.h"

#include "results/saved_group.h"

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- reading --- */

static void add_entry(struct found *found, const FTSENT *entry) {
    switch (entry->fts_info) {
    case FTS_DNR:
    case FTS_ERR:
    case FTS_NS:
        errno = entry->fts_errno;
        tool_cannot_read(entry->fts_path);
        found->troubles++;
        break;
    case FTS_F:
        if (entry->fts_level == 0) {
            errno = ENOTDIR;
            tool_cannot_read(entry->fts_path);
            found->troubles++;
        } else if (strcmp(entry->fts_name, "finding.json") == 0) {
            entry->fts_path[entry->fts_pathlen - entry->fts_namelen - 1] = '\0';
            found_add(found, entry->fts_path);
            entry->fts_path[entry->fts_pathlen - entry->fts_namelen - 1] = '/';
        }
        break;
    default:
        break;
    }
}

static int by_name(const FTSENT **left, const FTSENT **right) {
    return strcmp((*left)->fts_name, (*right)->fts_name);
}

/* A folder that is being written has a name with a dot in front. */
static bool is_hidden(const FTSENT *entry) {
    return entry->fts_info == FTS_D && entry->fts_level > 0 && entry->fts_name[0] == '.';
}

static void read_all(struct found *found, char **folders) {
    FTS *walk = fts_open(folders, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, by_name);
    FTSENT *entry;
    if (walk == NULL) {
        tool_cannot_read(folders[0]);
        found->troubles++;
        return;
    }
    while ((entry = fts_read(walk)) != NULL)
        if (is_hidden(entry))
            fts_set(walk, entry, FTS_SKIP);
        else
            add_entry(found, entry);
    fts_close(walk);
}

/* --- printing --- */

static void print_line(const char *name, const char *text) {
    if (text != NULL)
        printf("  %-9s %s\n", name, text);
}

static void print_also_seen(const struct found *found, const size_t *groups, size_t leader) {
    struct also_seen places;
    saved_findings_also_seen(found->at, groups, found->count, leader, &places);
    for (size_t i = 0; i < places.count; i++)
        print_line(i == 0 ? "also at" : "", places.at[i]);
}

char *findings_command(const struct saved_finding *saved) {
    if (saved->arguments != NULL)
        return shell_moved_command(saved->arguments, saved->folder);
    return saved->reproduce != NULL ? strdup(saved->reproduce) : NULL;
}

static size_t times_seen(const struct found *found, const size_t *groups, size_t leader) {
    size_t times = 0;
    for (size_t i = 0; i < found->count; i++)
        times += groups[i] == leader;
    return times;
}

static void print_distinct(const struct found *found, const size_t *groups, size_t leader) {
    const struct saved_finding *finding = &found->at[leader];
    const size_t times = times_seen(found, groups, leader);
    printf("%s: %s at %s on %s%s", finding->name, finding->oracle, finding->op_kind,
           finding->allocator, finding->confirmed ? "" : " (seen once)");
    if (times > 1)
        printf(", %zu times", times);
    printf("\n");
    print_line("op", finding->op);
    print_line("actual", finding->actual);
    print_also_seen(found, groups, leader);
    for (size_t i = 0; i < found->count; i++)
        if (groups[i] == leader)
            print_line("saved in", found->at[i].folder);
    char *command = findings_command(finding);
    print_line("reproduce", command);
    free(command);
    printf("\n");
}

static int print_all(const struct found *found) {
    size_t distinct = 0;
    size_t *groups = saved_findings_group(found->at, found->count);
    if (groups == NULL)
        return tool_out_of_memory();
    for (size_t i = 0; i < found->count; i++) {
        if (groups[i] == i) {
            print_distinct(found, groups, i);
            distinct++;
        }
    }
    printf("%zu distinct of %zu finding%s\n", distinct, found->count, found->count == 1 ? "" : "s");
    free(groups);
    return found->count > 0 ? STATUS_FINDING : STATUS_CLEAN;
}

int findings_list(char **folders) {
    struct found found = {.at = NULL};
    read_all(&found, folders);
    const int status = print_all(&found);
    const bool troubled = found.troubles > 0;
    found_close(&found);
    return status == STATUS_CLEAN && troubled ? STATUS_ERROR : status;
}
