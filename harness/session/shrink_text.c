// SPDX-License-Identifier: MIT
// A shrunk program as text, with comments.
#define _GNU_SOURCE /* open_memstream */
#include "shrinking.h"

#include "tool/program_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned long long number;

/* The beginnings of comments that shrinking replaces. */
static const char *const old_marks[] = {"# expect:", "# Shrunk ", "# Shows ", NULL};

static bool begins_with_any(const char *line, size_t length, const char *const *marks) {
    while (*marks != NULL && (length < strlen(*marks) || memcmp(line, *marks, strlen(*marks)) != 0))
        marks++;
    return *marks != NULL;
}

static bool is_outdated(const char *line, size_t length) {
    return begins_with_any(line, length, old_marks) ||
           begins_with_any(line, length, race_comment_marks);
}

/* The comments at the top of the input, without those that are outdated. */
static void put_comments(FILE *to, const struct input *input) {
    size_t at = 0;
    while (input->text && at < input->size && input->bytes[at] == '#') {
        const char *line = input->bytes + at;
        const char *end = memchr(line, '\n', input->size - at);
        const size_t length = end != NULL ? (size_t)(end - line) + 1 : input->size - at;
        if (!is_outdated(line, length))
            fwrite(line, 1, length, to);
        at += length;
    }
}

static const char *rest_of(const struct shrink_outcome *outcome) {
    return outcome->minimal ? "minimal" : "not minimal";
}

static void put_threads(FILE *to, const struct shrink_outcome *outcome) {
    if (outcome->before.threads > 1) {
        fprintf(to, ", from %llu threads to %llu", (number)outcome->before.threads,
                (number)outcome->after.threads);
    }
}

static void put_flaky(FILE *to, const struct shrink_outcome *outcome) {
    if (shrink_is_flaky(outcome)) {
        fprintf(to, "# Not every run shows it: %u of %u did.\n", outcome->shown_left,
                outcome->runs_left);
    }
}

static void put_race(FILE *to, const struct shrinking *shrinking,
                     const struct shrink_outcome *outcome) {
    const struct race_confirmation left = {.runs = outcome->runs_left,
                                           .shown = outcome->shown_left};
    race_put_comment(to, &shrinking->racing, outcome->finding.oracle, &left);
}

/* An input that expects a finding is stored on purpose, and stays so. */
static void put_shown(FILE *to, const struct shrinking *shrinking, const struct input *input,
                      const struct shrink_outcome *outcome) {
    const bool expects = input->expect.given && !input->expect.clean;
    (expects ? program_put_expectation : program_put_shown)(
        to, &input->program, outcome->finding.oracle, &shrinking->target_options.target);
}

char *shrinking_text(const struct shrinking *shrinking, const struct input *input,
                     const struct shrink_outcome *outcome, size_t *length) {
    char *text = NULL;
    FILE *to = open_memstream(&text, length);
    if (to == NULL)
        return NULL;
    put_comments(to, input);
    fprintf(to, "# Shrunk from %llu ops and %llu operands to %llu and %llu",
            (number)outcome->before.ops, (number)outcome->before.operands,
            (number)outcome->after.ops, (number)outcome->after.operands);
    put_threads(to, outcome);
    fprintf(to, "; %s.\n", rest_of(outcome));
    if (shrinking->racing.on) {
        put_race(to, shrinking, outcome);
    } else {
        put_flaky(to, outcome);
        put_shown(to, shrinking, input, outcome);
    }
    const bool done = program_put(to, &input->program);
    if (fclose(to) != 0 || !done) {
        free(text);
        return NULL;
    }
    return text;
}
