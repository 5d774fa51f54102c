// SPDX-License-Identifier: MIT
#define _POSIX_C_SOURCE 200809L /* strtok_r */
#include "compiler.h"

#include "process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WORDS = 32, COMMAND = 1024, LINE = 160 };

/* A command with its arguments, as words. */
struct words {
    const char *at[WORDS + 1];
    size_t count;
    char texts[2][COMMAND];
};

static void add(struct words *words, const char *word) {
    if (words->count < WORDS)
        words->at[words->count++] = word;
    words->at[words->count] = NULL;
}

/* Adds the words of a text, which is copied to `kept`. */
static void add_words(struct words *words, char kept[COMMAND], const char *text) {
    char *rest = kept;
    snprintf(kept, COMMAND, "%s", text);
    for (char *word; (word = strtok_r(rest, " ", &rest)) != NULL;)
        add(words, word);
}

static bool is_in_path(const char *name) {
    char path[SCRATCH_PATH];
    const char *at = getenv("PATH");
    if (strchr(name, '/') != NULL)
        return access(name, X_OK) == 0;
    while (at != NULL && *at != '\0') {
        const size_t length = strcspn(at, ":");
        snprintf(path, sizeof path, "%.*s/%s", (int)length, at, name);
        if (access(path, X_OK) == 0)
            return true;
        at += length + (at[length] == ':');
    }
    return false;
}

/* False: there is no compiler. */
static bool begin(struct words *words) {
    const char *given = getenv("CC");
    if (is_in_path("cc"))
        add(words, "cc");
    else if (given != NULL)
        add_words(words, words->texts[0], given);
    return words->count > 0 && is_in_path(words->at[0]);
}

static void describe(const struct scratch *scratch, struct process_result result, char *why,
                     size_t capacity) {
    char line[LINE];
    switch (result.end) {
    case PROCESS_TIMED_OUT:
        snprintf(why, capacity, "the C compiler took too long");
        break;
    case PROCESS_INTERRUPTED:
        snprintf(why, capacity, "interrupted");
        break;
    default:
        scratch_line(scratch, "error", line, sizeof line);
        if (line[0] == '\0')
            scratch_line(scratch, "undefined reference", line, sizeof line);
        const size_t folder = strlen(scratch->folder);
        const char *text = strncmp(line, scratch->folder, folder) == 0 ? line + folder + 1 : line;
        snprintf(why, capacity, "it does not compile%s%s", text[0] != '\0' ? ": " : "", text);
    }
}

bool compiler_run(const struct scratch *scratch, const struct exported *exported,
                  const char *library, uint64_t most_ms, char *why, size_t capacity) {
    struct words words = {.count = 0};
    if (!begin(&words)) {
        snprintf(why, capacity, "no C compiler (cc) in PATH");
        return false;
    }
    add(&words, "-std=c11");
    add(&words, "-w");
    add(&words, "-I");
    add(&words, scratch->folder);
    add(&words, scratch->source);
    add_words(&words, words.texts[1], exported->flags);
    if (exported->use == EXPORT_LINKS)
        add(&words, library);
    add(&words, "-o");
    add(&words, scratch->executable);
    const struct process process = {.arguments = words.at,
                                    .temporary = scratch->folder,
                                    .log = scratch->log,
                                    .most_ms = most_ms};
    const struct process_result result = process_run(&process);
    const bool done = result.end == PROCESS_EXITED && result.number == 0;
    if (!done)
        describe(scratch, result, why, capacity);
    return done;
}
