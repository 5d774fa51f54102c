// SPDX-License-Identifier: MIT
// The command line of `allocheck scorecard`, and the programs that it runs.
#define _GNU_SOURCE /* asprintf, readlink */
#include "scorecard.h"

#include "tool/tool.h"
#include "tool/usage.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEY_JSON = 256, KEY_HTML };

static const struct argp_option options[] = {
    {"corpus", 'c', "FOLDER", 0,
     "Programs that are checked; those in a folder called `trace' are also measured for memory and "
     "time. May be given again (default: those that are installed with allocheck)",
     0},
    {"json", KEY_JSON, NULL, 0, "Print JSON in place of a table", 0},
    {"html", KEY_HTML, "FILE", 0, "Write the card as a page, too; whole or not at all", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const char doc[] =
    "Runs a corpus of programs on allocators and prints one table: each oracle against each "
    "allocator, and what recorded programs cost in memory and time.\v"
    "ALLOCATOR is a name of `allocheck list allocators', or the path of a shared object.\n"
    "\n"
    "Oracles: `held' was checked and nothing was found; `FINDING 2' is something wrong in two "
    "programs, and below the table is the command that shows the first of them; `not checked' had "
    "no occasion; `not offered' is what the allocator or this build lacks.\n"
    "Misuse: `caught' ended in a message of the allocator each time, `crashes' in a signal without "
    "one; what goes by unseen is `not caught'.\n"
    "Memory: the most bytes held at once for the most bytes live at once, every block written. "
    "Held is what the allocator took from allocheck's page source, or, of one that takes none, "
    "what became resident and no file backs; `ran short' is one that refused calls, which cost "
    "little.\n"
    "Time: processor time of the calls alone, no block touched, against the C library's.\n"
    "An allocator of the list is measured as it is tested here, slate in many small regions; the "
    "library that programs use is measured by its path.\n"
    "\n"
    "Exit status: 0 every allocator has run every program and nothing is wrong; 1 a finding; 2 "
    "usage, unreadable input, or a program that could not be run.";

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct scorecard *card = state->input;
    switch (key) {
    case 'c':
        if (card->corpora == CORPORA) {
            argp_error(state, "more than %d folders with --corpus", CORPORA);
        }
        card->corpus[card->corpora++] = argument;
        return 0;
    case KEY_JSON:
        card->json = true;
        return 0;
    case KEY_HTML:
        card->page = argument;
        return 0;
    case ARGP_KEY_ARG:
        targets_add(&card->targets, state, argument);
        return 0;
    case ARGP_KEY_NO_ARGS:
        return usage_missing(state, "ALLOCATOR");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

void scorecard_parse(struct scorecard *card, int argc, char **argv) {
    const struct argp argp = {options, parse, "ALLOCATOR...", doc, NULL, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, card);
}

/* --- programs --- */

/* True for a file in a folder of the name `trace`. */
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

/* The folder of an installed tool's data; to be freed. NULL: not to be found out. */
static char *data_folder(void) {
    char executable[PATH_MAX], *data;
    ssize_t length = readlink("/proc/self/exe", executable, sizeof executable - 1);
    if (length <= 0) {
        return NULL;
    }
    executable[length] = '\0';
    for (int up = 0; up < 2; up++) { /* PREFIX/bin/allocheck */
        char *slash = strrchr(executable, '/');
        if (slash != NULL) {
            *slash = '\0';
        }
    }
    return asprintf(&data, "%s/share/allocheck", executable) < 0 ? NULL : data;
}

static void add_installed(struct scorecard *card) {
    static const char *const folders[] = {"corpus", "trace"};
    char *data = data_folder();
    for (size_t i = 0; i < 2; i++) {
        char *folder;
        if (data == NULL || asprintf(&folder, "%s/%s", data, folders[i]) < 0) {
            tool_out_of_memory();
            card->troubles++;
            break;
        }
        add_folder(card, folder);
        free(folder);
    }
    free(data);
}

bool scorecard_find_programs(struct scorecard *card) {
    card->programs.notes = stderr; /* standard output is for the card */
    for (size_t i = 0; i < card->corpora; i++) {
        add_folder(card, card->corpus[i]);
    }
    if (card->corpora == 0) {
        add_installed(card);
    }
    for (size_t i = 0; i < card->programs.count; i++) {
        if (is_trace(card->programs.names[i])) {
            paths_add(&card->traces, card->programs.names[i]);
        }
    }
    card->troubles += card->programs.troubles + card->traces.troubles;
    return card->programs.count > 0;
}
