// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* open_memstream */
#include "shell.h"

#include "shell_words.h"

#include "tool/shown_path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_allocator(struct words *words, const struct ac_target *target) {
    words_add(words, "--allocator");
    if (target->library != NULL)
        words_add_library(words, target->library->typed);
    else
        words_add(words, "%s", target->name);
}

/* The ids of the set, or the excluded ones if they are fewer. */
static void add_oracles(struct words *words, ac_oracle_set set) {
    const ac_oracle_set all = AC_ORACLE_BIT(AC_ORACLES) - 1;
    char *word = NULL;
    size_t length;
    FILE *to = (set & all) != all ? open_memstream(&word, &length) : NULL;
    if (to == NULL)
        return;
    bool exclude = __builtin_popcountll(set & all) * 2 > AC_ORACLES;
    const char *before = "--oracles=";
    for (int i = 0; i < AC_ORACLES; i++) {
        if (((set & AC_ORACLE_BIT(i)) != 0) != exclude) {
            fprintf(to, "%s%s%s", before, exclude ? "-" : "",
                    ac_oracle_info((enum ac_oracle)i)->id);
            before = ",";
        }
    }
    fclose(to);
    words_add(words, "%s", word);
    free(word);
}

static void add_memory(struct words *words, uint64_t memory) {
    if (memory != 0)
        words_add(words, "--memory=%llu", (unsigned long long)memory);
}

static void add_without(struct words *words, const struct ac_without *without) {
    char names[AC_WITHOUT_NAMES];
    if (ac_without_print(without, names, sizeof names) > 0)
        words_add(words, "--without=%s", names);
}

static void add_racing(struct words *words, const struct racing *racing) {
    if (racing->on) {
        words_add(words, "--race");
        words_add(words, "--seed=%llu", (unsigned long long)racing->seed);
    }
    if (racing->rounds != 0)
        words_add(words, "--rounds=%u", racing->rounds);
    if (racing->attempts > 1)
        words_add(words, "--attempts=%u", racing->attempts);
}

static void add_input(struct words *words, const struct input *input) {
    const bool is_stdin = strcmp(input->name, "-") == 0;
    if (input->forced)
        words_add(words, input->text ? "--text" : "--bytes");
    if (input->size > INPUT_MOST_BYTES)
        words_add(words, "--max-input=%zu", input->size);
    if (input->name[0] == '-' && !is_stdin)
        words_add(words, "--");
    if (is_stdin || words->kept)
        words_add(words, "%s", input->name);
    else
        words_add_path(words, input->name);
}

static void add_options(struct words *words, const struct session *session) {
    const struct target_options *options = &session->target_options;
    if (session->single == NULL)
        words_add(words, "%s", session->verb != NULL ? session->verb : "run");
    add_allocator(words, &options->target);
    if (options->profile_file != NULL) {
        words_add(words, "--profile");
        words_add_path(words, options->profile_file);
    }
    add_oracles(words, options->oracles);
    add_memory(words, options->memory);
    if (options->target.trapped)
        words_add(words, "--trap");
    add_without(words, &session->without);
    if (session->inline_only)
        words_add(words, "--inline");
    if (session->one_process)
        words_add(words, "--one-process");
    add_racing(words, &session->racing);
    if (session->call_time != 0)
        words_add(words, "--call-time=%g", session->call_time);
}

static void add_run(struct words *words, const struct session *session, const struct input *input) {
    add_options(words, session);
    add_input(words, input);
}

/* Frees the words. */
static char *finish(struct words *words, char *tool) {
    char *command = words->failed ? (free(tool), NULL) : words_command(tool, words->at);
    words_free(words);
    return command;
}

/* --- commands --- */

char *shell_run_command(const struct session *session, const struct input *input) {
    struct words words = {.count = 0};
    add_run(&words, session, input);
    return finish(&words, session->single != NULL ? strdup(session->single) : tool_shown_name());
}

char *shell_fuzz_command(const struct session *session, const struct shell_programs *programs) {
    typedef unsigned long long number;
    struct words words = {.count = 0};
    add_options(&words, session);
    words_add(&words, "--engine=%s", programs->engine);
    words_add(&words, "--seed=%llu", (number)programs->seed);
    words_add(&words, "--first=%llu", (number)programs->first);
    words_add(&words, "--programs=%llu", (number)programs->count);
    return finish(&words, tool_shown_name());
}

char *shell_compare_command(const struct ac_target *first, const struct ac_target *second,
                            ac_oracle_set oracles, uint64_t memory, const struct input *input) {
    struct words words = {.count = 0};
    words_add(&words, "compare");
    add_allocator(&words, first);
    add_allocator(&words, second);
    add_oracles(&words, oracles);
    add_memory(&words, memory);
    add_input(&words, input);
    return finish(&words, tool_shown_name());
}

/* --- kept --- */

char **shell_kept_words(const struct session *session, const char *const *files) {
    struct words words = {.kept = true};
    add_options(&words, session);
    for (; *files != NULL; files++)
        add_input(&words, &(struct input){.name = *files, .text = true});
    char **list = words.failed ? NULL : calloc(words.count + 1, sizeof *list);
    if (list == NULL)
        words_free(&words);
    else
        memcpy(list, words.at, words.count * sizeof *list);
    return list;
}

void shell_free_words(char **words) {
    for (char **word = words; word != NULL && *word != NULL; word++)
        free(*word);
    free(words);
}

char *shell_kept_command(char *const *words) {
    return words_command(tool_absolute_name(), words);
}

static bool is_kept_program(const char *word) {
    const size_t length = strlen(word);
    return strchr(word, '/') == NULL && length > 4 && strcmp(word + length - 4, ".ops") == 0;
}

char *shell_moved_command(char *const *words, const char *folder) {
    struct words moved = {.count = 0};
    for (; *words != NULL; words++)
        if (words[1] == NULL || is_kept_program(*words))
            words_add_inside(&moved, folder, *words);
        else if (words[0][0] == '/')
            words_add_library(&moved, *words);
        else
            words_add(&moved, "%s", *words);
    return finish(&moved, tool_shown_name());
}
