// SPDX-License-Identifier: MIT
// The programs that a scorecard runs.
#define _DEFAULT_SOURCE /* realpath */
#include "scorecard.h"

#include "tool/tool.h"

#include <stdlib.h>
#include <string.h>

/* True for a file in a folder named `trace`. */
static bool is_trace(const char *name) {
    static const char folder[] = "/trace/";
    const char *slash = strrchr(name, '/');
    size_t before = slash != NULL ? (size_t)(slash + 1 - name) : 0;
    return before >= strlen(folder) &&
           strncmp(name + before - strlen(folder), folder, strlen(folder)) == 0;
}

static void add_folder(struct scorecard *card, const char *name) {
    if (path_is_folder(name)) {
        paths_add(&card->programs, name);
    } else {
        tool_error("%s: no folder of programs; name one with --corpus", name);
        card->troubles++;
    }
}

static void add_installed(struct scorecard *card) {
    static const char *const folders[] = {"../share/allocheck/corpus", "../share/allocheck/trace"};
    for (size_t i = 0; i < 2; i++) {
        char *path = tool_install_path(folders[i]);
        char *folder = path != NULL ? realpath(path, NULL) : NULL;
        add_folder(card, folder != NULL ? folder : folders[i]);
        free(folder);
        free(path);
    }
}

bool scorecard_find_programs(struct scorecard *card) {
    card->programs.notes = stderr; /* standard output is for the card */
    for (size_t i = 0; i < card->corpora; i++)
        add_folder(card, card->corpus[i]);
    if (card->corpora == 0)
        add_installed(card);
    for (size_t i = 0; i < card->programs.count; i++)
        if (is_trace(card->programs.names[i]))
            paths_add(&card->traces, card->programs.names[i]);
    card->troubles += card->programs.troubles + card->traces.troubles;
    return card->programs.count > 0;
}
