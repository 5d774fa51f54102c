// SPDX-License-Identifier: MIT
// Programs that a campaign keeps, as text: why they are kept, what they should do, the ops.
#define _GNU_SOURCE /* open_memstream */
#include "fuzz_campaign.h"

#include "allocheck/codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned long long number;

/* The line that `allocheck run' reads; a name that it could not read is left out. */
static void put_expectation(FILE *to, const struct campaign *campaign,
                            const struct confirmed *confirmed) {
    const enum ac_oracle oracle = confirmed->report.finding.oracle;
    const bool trapped = campaign->options.target_options.target.trapped &&
                         ac_program_may_refuse_pages(confirmed->program);
    const char *name = campaign->options.target_options.target.name;
    bool readable = strlen(name) < sizeof((struct ac_expect *)0)->on && !strpbrk(name, " \t\r\n");
    fprintf(to, "# expect: finding %s%s%s%s\n", ac_oracle_info(oracle)->id, readable ? " on " : "",
            readable ? name : "", trapped ? " with trap" : "");
}

static void put_found(FILE *to, const char *how_often, const struct campaign *campaign,
                      const struct candidate *candidate) {
    fprintf(to, "# %s on %s, by the engine %s: %s.\n", how_often,
            campaign->options.target_options.target.name, campaign->engine->name, candidate->how);
}

static bool put_program(FILE *to, const struct ac_program *program) {
    size_t length = ac_print(program, NULL, 0);
    char *text = malloc(length + 1);
    if (text != NULL) {
        ac_print(program, text, length + 1);
        fputs(text, to);
    }
    free(text);
    return text != NULL;
}

/* The text that has been written; NULL: not all of it. */
static char *finish(FILE *to, char **text, bool whole) {
    if (fclose(to) == 0 && whole) {
        return *text;
    }
    free(*text);
    return NULL;
}

char *campaign_reduced_text(const struct campaign *campaign, const struct candidate *candidate,
                            const struct confirmed *confirmed) {
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    if (to == NULL) {
        return NULL;
    }
    put_found(to, "Found", campaign, candidate);
    if (confirmed->joined > 1) {
        fprintf(to, "# Joined from it and the %llu programs before it in its process.\n",
                (number)confirmed->joined - 1);
    }
    fprintf(to, "# %llu of %llu ops are left; %s.\n", (number)confirmed->program->count,
            (number)confirmed->ops,
            confirmed->minimal ? "no single step more can be taken" : "it may not be minimal");
    if (confirmed->racing.on) {
        race_put_comment(to, &confirmed->racing, confirmed->report.finding.oracle,
                         &confirmed->shown);
    } else {
        put_expectation(to, campaign, confirmed);
    }
    return finish(to, &text, put_program(to, confirmed->program));
}

char *campaign_joined_text(const struct campaign *campaign, const struct candidate *candidate,
                           const struct ac_program *program) {
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    if (to == NULL) {
        return NULL;
    }
    put_found(to, "Seen once", campaign, candidate);
    fprintf(to, "# It was a finding of %s, and did not show again.\n",
            ac_oracle_info(candidate->finding->oracle)->id);
    return finish(to, &text, put_program(to, program));
}
