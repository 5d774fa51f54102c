// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* open_memstream */
#include "folder.h"

#include "allocheck/codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *program_text(const struct ac_program *program) {
    const size_t length = ac_print(program, NULL, 0);
    char *text = malloc(length + 1);
    if (text != NULL) {
        ac_print(program, text, length + 1);
    }
    return text;
}

/* The line that `allocheck run` reads; without the allocator's name if it could not be parsed. */
static void put_expectation(FILE *to, const struct campaign *campaign,
                            const struct confirmed *confirmed) {
    const enum ac_oracle oracle = confirmed->report.finding.oracle;
    const struct ac_target *target = &campaign->options.target_options.target;
    const bool trapped = target->trapped && ac_program_may_refuse_pages(confirmed->program);
    const bool readable = strlen(target->name) < sizeof((struct ac_expect *)0)->on &&
                          strpbrk(target->name, " \t\r\n") == NULL;
    fprintf(to, "# expect: finding %s%s%s%s\n", ac_oracle_info(oracle)->id, readable ? " on " : "",
            readable ? target->name : "", trapped ? " with trap" : "");
}

static void put_origin(FILE *to, const struct campaign *campaign,
                       const struct candidate *candidate) {
    fprintf(to, "# Found on %s by engine %s: %s.\n", campaign->options.target_options.target.name,
            campaign->engine->name, candidate->how);
}

/* Appends the program and returns the whole text. NULL: out of memory. */
static char *finish(FILE *to, char **text, const struct ac_program *program) {
    char *ops = program_text(program);
    if (ops != NULL) {
        fputs(ops, to);
    }
    free(ops);
    if (fclose(to) == 0 && ops != NULL) {
        return *text;
    }
    free(*text);
    return NULL;
}

char *shrunk_text(const struct campaign *campaign, const struct candidate *candidate,
                  const struct confirmed *confirmed) {
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    if (to == NULL) {
        return NULL;
    }
    put_origin(to, campaign, candidate);
    if (confirmed->joined > 1) {
        fprintf(to, "# Joined with the %llu programs before it in its process.\n",
                (unsigned long long)confirmed->joined - 1);
    }
    fprintf(to, "# Shrunk to %llu of %llu ops; %s.\n",
            (unsigned long long)confirmed->program->count,
            (unsigned long long)confirmed->original.count,
            confirmed->minimal ? "minimal" : "it may not be minimal");
    if (confirmed->racing.on) {
        race_put_comment(to, &confirmed->racing, confirmed->report.finding.oracle,
                         &confirmed->shown);
    } else {
        put_expectation(to, campaign, confirmed);
    }
    return finish(to, &text, confirmed->program);
}

char *joined_text(const struct campaign *campaign, const struct candidate *candidate,
                  const struct ac_program *program) {
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    if (to == NULL) {
        return NULL;
    }
    put_origin(to, campaign, candidate);
    fprintf(to, "# It was a finding of %s that was not reproduced.\n",
            ac_oracle_info(candidate->finding->oracle)->id);
    return finish(to, &text, program);
}
