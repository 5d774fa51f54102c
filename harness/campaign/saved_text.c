// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* open_memstream */
#include "saving.h"

#include "tool/program_text.h"

#include <stdio.h>
#include <stdlib.h>

/* NULL: out of memory. */
static FILE *begin(char **text, size_t *length, const struct campaign *campaign,
                   const struct candidate *candidate) {
    FILE *to = open_memstream(text, length);
    if (to != NULL) {
        fprintf(to, "# Found on %s by engine %s: %s.\n",
                campaign->options.target_options.target.name, campaign->engine->name,
                candidate->how);
        fputs(campaign->strict ? "# deviations: findings\n" : "", to);
    }
    return to;
}

/* Appends the program and returns the whole text. NULL: out of memory. */
static char *finish(FILE *to, char **text, const struct ac_program *program) {
    const bool done = program_put(to, program);
    if (fclose(to) == 0 && done)
        return *text;
    free(*text);
    return NULL;
}

/* No `# expect:`: a run of it must fail while the bug is there, and pass once it is fixed. */
char *shrunk_text(const struct campaign *campaign, const struct candidate *candidate,
                  const struct confirmed *confirmed) {
    char *text = NULL;
    size_t length;
    FILE *to = begin(&text, &length, campaign, candidate);
    if (to == NULL)
        return NULL;
    if (confirmed->joined > 1) {
        fprintf(to, "# Joined with the %llu programs before it in its process.\n",
                (unsigned long long)confirmed->joined - 1);
    }
    fprintf(to, "# Shrunk to %llu of %llu ops; %s.\n",
            (unsigned long long)confirmed->program->count,
            (unsigned long long)confirmed->original.count,
            confirmed->minimal ? "minimal" : "not minimal");
    if (confirmed->racing.on) {
        race_put_comment(to, &confirmed->racing, confirmed->report.finding.oracle,
                         &confirmed->shown);
    } else {
        program_put_shown(to, confirmed->program, confirmed->report.finding.oracle,
                          &campaign->options.target_options.target);
    }
    return finish(to, &text, confirmed->program);
}

char *joined_text(const struct campaign *campaign, const struct candidate *candidate,
                  const struct ac_program *program, bool in_process) {
    char *text = NULL;
    size_t length;
    FILE *to = begin(&text, &length, campaign, candidate);
    if (to == NULL)
        return NULL;
    fprintf(to, "# It was a finding of %s that was not reproduced%s.\n",
            ac_oracle_info(candidate->finding->oracle)->id,
            in_process ? " but in the engine's process" : "");
    return finish(to, &text, program);
}

const char *sequence_file(size_t index, char text[SEQUENCE_FILE]) {
    snprintf(text, SEQUENCE_FILE, "process-%zu.ops", index + 1);
    return text;
}

char *process_text(const struct campaign *campaign, const struct candidate *candidate,
                   const struct sequence *sequence, size_t index) {
    char *text = NULL;
    size_t length;
    FILE *to = begin(&text, &length, campaign, candidate);
    if (to == NULL)
        return NULL;
    fprintf(to, "# Program %zu of %zu that run in one process", index + 1, sequence->count);
    if (index + 1 == sequence->count)
        fprintf(to, "; it shows a finding of %s there",
                ac_oracle_info(sequence->report.finding.oracle)->id);
    fprintf(to, ".\n");
    return finish(to, &text, &sequence->programs[index]);
}
