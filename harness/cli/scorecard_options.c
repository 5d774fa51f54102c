// SPDX-License-Identifier: MIT
// The command line of `allocheck scorecard`, and the programs that it runs.
#define _GNU_SOURCE /* asprintf, readlink */
#include "scorecard.h"

#include "cli.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_JSON = 256 };

static const struct argp_option options[] = {
    {"corpus", 'c', "FOLDER", 0,
     "The programs: all that lie in FOLDER are judged, those in FOLDER/trace are also measured for "
     "memory and time (default: share/allocheck/corpus beside the executable's folder)",
     0},
    {"json", KEY_JSON, NULL, 0, "Print JSON in place of a table", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static const char doc[] =
    "Runs a corpus of programs on allocators and prints one table: each oracle against each "
    "allocator, and what recorded programs cost in memory and time.\v"
    "ALLOCATOR is a name of `allocheck list allocators', or the path of a shared object.\n"
    "\n"
    "Oracles: `held' was judged and nothing was found; `FINDING 2' is something wrong in two "
    "programs, and below the table is the command that shows the first of them; `not judged' had "
    "no occasion; `not offered' is what the allocator or this build lacks.\n"
    "Memory: the most bytes held at once for the most bytes lent at once, every block written. "
    "Held is what the allocator took from allocheck's page source, or, of one that takes none, "
    "what became resident and no file backs.\n"
    "Time: processor time of the calls alone, no block touched, against the C library's.\n"
    "\n"
    "Exit status: 0 every allocator has run every program and nothing is wrong; 1 a finding; 2 "
    "usage, unreadable input, or a program that could not be run.";

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct scorecard *card = state->input;
    switch (key) {
    case 'c':
        card->corpus = argument;
        return 0;
    case KEY_JSON:
        card->json = true;
        return 0;
    case ARGP_KEY_ARG:
        subjects_add(&card->subjects, state, argument);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "expected at least one ALLOCATOR");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

void scorecard_parse(struct scorecard *card, int argc, char **argv) {
    const struct argp argp = {options, parse, "ALLOCATOR...", doc, NULL, NULL, NULL};
    argp_parse(&argp, argc, argv, 0, NULL, card);
}

/* --- programs --- */

/* Where an installed tool has its corpus; to be freed. NULL: not to be found out. */
static char *installed_corpus(void) {
    char executable[PATH_MAX], *corpus;
    ssize_t length = readlink("/proc/self/exe", executable, sizeof executable - 1);
    if (length <= 0) {
        return NULL;
    }
    executable[length] = '\0';
    char *slash = strrchr(executable, '/');
    *slash = '\0';
    return asprintf(&corpus, "%s/../share/allocheck/corpus", executable) < 0 ? NULL : corpus;
}

static bool is_folder(const char *name) {
    struct stat status;
    return stat(name, &status) == 0 && S_ISDIR(status.st_mode);
}

/* True for what lies in the folder `trace` of the corpus. */
static bool is_trace(const char *corpus, const char *name) {
    static const char folder[] = "/trace/";
    size_t length = strlen(corpus);
    while (length > 1 && corpus[length - 1] == '/') {
        length--;
    }
    return strncmp(name, corpus, length) == 0 &&
           strncmp(name + length, folder, strlen(folder)) == 0;
}

static bool add_programs(struct scorecard *card, const char *corpus) {
    if (!is_folder(corpus)) {
        cli_trouble("%s: no folder of programs; name one with --corpus", corpus);
        return false;
    }
    card->programs.notes = stderr; /* standard output is for the card */
    paths_add(&card->programs, corpus);
    for (size_t i = 0; i < card->programs.count; i++) {
        if (is_trace(corpus, card->programs.names[i])) {
            paths_add(&card->traces, card->programs.names[i]);
        }
    }
    card->troubles += card->programs.troubles + card->traces.troubles;
    return card->programs.count > 0;
}

bool scorecard_find_programs(struct scorecard *card) {
    if (card->corpus != NULL) {
        return add_programs(card, card->corpus);
    }
    char *corpus = installed_corpus();
    bool found = corpus != NULL && add_programs(card, corpus);
    free(corpus);
    return found;
}
