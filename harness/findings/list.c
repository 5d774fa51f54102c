// SPDX-License-Identifier: MIT
// The distinct findings in folders.
#define _DEFAULT_SOURCE /* strdup */
#include "findings.h"
#include "pages.h"

#include "session/shell.h"
#include "tool/tool.h"

#include "results/saved_finding.h"

#include <errno.h>
#include <fts.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct findings {
    char **names; /* folders, NULL at the end */
    struct saved_finding *at;
    size_t count, capacity;
    size_t troubles; /* messages printed */
};

/* --- reading --- */

static bool reserve(struct findings *findings) {
    if (findings->count < findings->capacity)
        return true;
    size_t capacity = findings->capacity * 2 + 16;
    struct saved_finding *grown = realloc(findings->at, capacity * sizeof *grown);
    if (grown == NULL) {
        tool_out_of_memory();
        findings->troubles++;
        return false;
    }
    findings->at = grown;
    findings->capacity = capacity;
    return true;
}

static void add_finding(struct findings *findings, const char *folder) {
    char trouble[SAVED_FINDING_ERROR];
    if (!reserve(findings))
        return;
    if (saved_finding_read(&findings->at[findings->count], folder, trouble)) {
        findings->count++;
    } else {
        tool_error("%s/finding.json: %s", folder, trouble);
        findings->troubles++;
    }
}

static void add_entry(struct findings *findings, const FTSENT *entry) {
    switch (entry->fts_info) {
    case FTS_DNR:
    case FTS_ERR:
    case FTS_NS:
        errno = entry->fts_errno;
        tool_cannot_read(entry->fts_path);
        findings->troubles++;
        break;
    case FTS_F:
        if (entry->fts_level == 0) {
            errno = ENOTDIR;
            tool_cannot_read(entry->fts_path);
            findings->troubles++;
        } else if (strcmp(entry->fts_name, "finding.json") == 0) {
            entry->fts_path[entry->fts_pathlen - entry->fts_namelen - 1] = '\0';
            add_finding(findings, entry->fts_path);
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

static void read_all(struct findings *findings) {
    FTS *walk = fts_open(findings->names, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, by_name);
    FTSENT *entry;
    if (walk == NULL) {
        tool_cannot_read(findings->names[0]);
        findings->troubles++;
        return;
    }
    while ((entry = fts_read(walk)) != NULL)
        if (is_hidden(entry))
            fts_set(walk, entry, FTS_SKIP);
        else
            add_entry(findings, entry);
    fts_close(walk);
}

/* --- printing --- */

static void print_line(const char *name, const char *text) {
    if (text != NULL)
        printf("  %-9s %s\n", name, text);
}

static void print_also_seen(const struct saved_finding *finding) {
    for (size_t i = 0; i < saved_finding_also_seen(finding, SIZE_MAX, NULL); i++) {
        const char *place = "";
        saved_finding_also_seen(finding, i, &place);
        print_line(i == 0 ? "also at" : "", place);
    }
}

char *findings_command(const struct saved_finding *saved) {
    if (saved->arguments != NULL)
        return shell_moved_command(saved->arguments, saved->folder);
    return saved->reproduce != NULL ? strdup(saved->reproduce) : NULL;
}

static void print_distinct(const struct saved_finding *first, size_t count) {
    printf("%s: %s at %s on %s%s", first->name, first->oracle, first->op_kind, first->allocator,
           first->confirmed ? "" : " (seen once)");
    if (count > 1)
        printf(", %zu times", count);
    printf("\n");
    print_line("op", first->op);
    print_line("actual", first->actual);
    print_also_seen(first);
    for (size_t i = 0; i < count; i++)
        print_line("saved in", first[i].folder);
    char *command = findings_command(first);
    print_line("reproduce", command);
    free(command);
    printf("\n");
}

static int print_all(struct findings *findings) {
    size_t distinct = 0;
    size_t *counts = calloc(findings->count + 1, sizeof *counts);
    if (counts == NULL)
        return tool_out_of_memory();
    saved_findings_group(findings->at, counts, findings->count);
    for (size_t i = 0; i < findings->count; i++) {
        if (counts[i] > 0) {
            print_distinct(&findings->at[i], counts[i]);
            distinct++;
        }
    }
    printf("%zu distinct of %zu finding%s\n", distinct, findings->count,
           findings->count == 1 ? "" : "s");
    free(counts);
    return findings->count > 0 ? STATUS_FINDING : STATUS_CLEAN;
}

int findings_list(char **folders) {
    struct findings findings = {.names = folders};
    read_all(&findings);
    int status = print_all(&findings);
    for (size_t i = 0; i < findings.count; i++)
        saved_finding_close(&findings.at[i]);
    free(findings.at);
    return status == STATUS_CLEAN && findings.troubles > 0 ? STATUS_ERROR : status;
}
