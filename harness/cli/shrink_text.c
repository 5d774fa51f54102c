// SPDX-License-Identifier: MIT
// A shrunk program as text.
#define _GNU_SOURCE /* open_memstream */
#include "shrink.h"

#include "allocheck/codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned long long number;

static const char expect_mark[] = "# expect:", shrunk_mark[] = "# Shrunk ";

static bool begins_with(const char *line, size_t length, const char *mark) {
    return length >= strlen(mark) && memcmp(line, mark, strlen(mark)) == 0;
}

static bool begins_with_any(const char *line, size_t length, const char *const *marks) {
    while (*marks != NULL && !begins_with(line, length, *marks)) {
        marks++;
    }
    return *marks != NULL;
}

/* What is said anew: it is not so any more. */
static bool is_reported_anew(const char *line, size_t length) {
    return begins_with(line, length, expect_mark) || begins_with(line, length, shrunk_mark) ||
           begins_with_any(line, length, race_comment_marks);
}

/* The comments on top, but for what is not so any more. */
static void put_comments(FILE *to, const struct input *input) {
    size_t at = 0;
    while (input->text && at < input->size && input->bytes[at] == '#') {
        const char *line = input->bytes + at;
        const char *end = memchr(line, '\n', input->size - at);
        const size_t length = end != NULL ? (size_t)(end - line) + 1 : input->size - at;
        if (!is_reported_anew(line, length)) {
            fwrite(line, 1, length, to);
        }
        at += length;
    }
}

static const char *rest_of(const struct shrink_outcome *outcome) {
    return outcome->minimal ? "no single step more can be taken" : "it may not be minimal";
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

/* The line that `allocheck run' reads; a name that it could not read is left out. */
static void put_expectation(FILE *to, enum ac_oracle oracle, const struct ac_target *target,
                            const struct ac_program *program) {
    const bool trapped = target->trapped && ac_program_may_refuse_pages(program);
    const char *name = target->name;
    const bool readable =
        strlen(name) < sizeof((struct ac_expect *)0)->on && strpbrk(name, " \t\r\n") == NULL;
    fprintf(to, "%s finding %s%s%s%s\n", expect_mark, ac_oracle_info(oracle)->id,
            readable ? " on " : "", readable ? name : "", trapped ? " with trap" : "");
}

static void put_race(FILE *to, const struct shrinking *shrinking,
                     const struct shrink_outcome *outcome) {
    const struct race_confirmation left = {.runs = outcome->runs_left,
                                           .shown = outcome->shown_left};
    race_put_comment(to, &shrinking->racing, outcome->finding.oracle, &left);
}

static bool put_program(FILE *to, const struct ac_program *program) {
    const size_t length = ac_print(program, NULL, 0);
    char *text = malloc(length + 1);
    if (text == NULL) {
        return false;
    }
    ac_print(program, text, length + 1);
    const bool done = fwrite(text, 1, length, to) == length;
    free(text);
    return done;
}

char *shrinking_text(const struct shrinking *shrinking, const struct input *input,
                     const struct shrink_outcome *outcome, size_t *length) {
    char *text = NULL;
    FILE *to = open_memstream(&text, length);
    if (to == NULL) {
        return NULL;
    }
    put_comments(to, input);
    fprintf(to, "%sfrom %llu ops and %llu operands to %llu and %llu", shrunk_mark,
            (number)outcome->before.ops, (number)outcome->before.operands,
            (number)outcome->after.ops, (number)outcome->after.operands);
    put_threads(to, outcome);
    fprintf(to, "; %s.\n", rest_of(outcome));
    if (shrinking->racing.on) {
        put_race(to, shrinking, outcome);
    } else {
        put_flaky(to, outcome);
        put_expectation(to, outcome->finding.oracle, &shrinking->target_options.target,
                        &input->program);
    }
    const bool done = put_program(to, &input->program);
    if (fclose(to) != 0 || !done) {
        free(text);
        return NULL;
    }
    return text;
}
