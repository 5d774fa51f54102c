// SPDX-License-Identifier: MIT
// A finding as it is printed while the campaign runs.
#include "candidate.h"

#include "tool/print_finding.h"
#include "tool/status.h"

#include "allocheck/codec.h"

#include <stdio.h>

static void print_racing(const struct confirmed *confirmed) {
    char text[RACE_TEXT];
    if (confirmed->racing.on) {
        printf("  race      %s\n",
               race_describe(&confirmed->racing, &confirmed->shown, text, sizeof text));
    }
}

static void print_folder(const struct confirmed *confirmed,
                         const struct campaign_finding *finding) {
    printf("\n");
    if (confirmed->saved) {
        printf("  saved in  %s\n%s", finding->folder != NULL ? finding->folder : "(not written)",
               finding->remarks != NULL ? finding->remarks : "");
    }
    printf("\n");
    fflush(stdout);
}

void candidate_print_confirmed(struct campaign *campaign, const struct candidate *candidate,
                               const struct confirmed *confirmed,
                               const struct campaign_finding *finding) {
    const struct finding_to_print to_print = {.program = confirmed->program,
                                              .finding = &confirmed->report.finding,
                                              .allocator =
                                                  campaign->options.target_options.target.name,
                                              .command = finding->command};
    status_clear();
    printf("\n");
    print_finding(&to_print, campaign->confirm_child);
    print_racing(confirmed);
    printf("  found by  %s", candidate->how);
    if (confirmed->saved) {
        printf("; shrunk to %llu of %llu ops%s", (unsigned long long)confirmed->program->count,
               (unsigned long long)confirmed->original.count,
               confirmed->minimal ? "" : ", not minimal");
        if (finding->shrink != NULL)
            printf("\n  shrink it %s", finding->shrink);
    }
    print_folder(confirmed, finding);
}

/* The ops of an earlier program of the process, in one line. */
static void print_earlier(const struct ac_program *program, size_t index) {
    enum { MOST = 4, OP = 200 };
    char text[OP];
    printf("\n  earlier   %s: ", sequence_file(index, text));
    for (size_t i = 0; i < program->count && i < MOST; i++) {
        ac_print_op(&program->ops[i], text, sizeof text);
        printf("%s%s", i > 0 ? "; " : "", text);
    }
    if (program->count > MOST)
        printf("; %zu more", program->count - MOST);
}

static void print_in_process(const struct candidate *candidate, const struct confirmed *confirmed) {
    typedef unsigned long long number;
    const struct sequence *sequence = &confirmed->sequence;
    uint64_t ops = 0;
    for (size_t i = 0; i < sequence->count; i++)
        ops += sequence->programs[i].count;
    printf("; confirmed in the engine's process;\n            ");
    if (sequence->count > 0)
        printf("shrunk to %zu programs in one process, %llu of %llu ops%s", sequence->count,
               (number)ops, (number)sequence->ops_before, sequence->minimal ? "" : ", not minimal");
    for (size_t i = 0; i + 1 < sequence->count; i++)
        print_earlier(&sequence->programs[i], i);
    if (sequence->count == 0)
        printf("not shrunk: it shows only after the %llu programs before it",
               (number)candidate->count - 1);
}

void candidate_print_unconfirmed(struct campaign *campaign, const struct candidate *candidate,
                                 const struct confirmed *confirmed,
                                 const struct campaign_finding *finding) {
    const struct finding_to_print to_print = {.program = unconfirmed_program(candidate, confirmed),
                                              .finding = unconfirmed_finding(candidate, confirmed),
                                              .allocator =
                                                  campaign->options.target_options.target.name,
                                              .command = finding->command};
    char why[CONFIRM_WHY];
    status_clear();
    printf("\n");
    print_finding(&to_print, NULL);
    print_racing(confirmed);
    printf("  found by  %s", candidate->how);
    if (confirmed->in_process)
        print_in_process(candidate, confirmed);
    else
        printf("\n  not confirmed: %s", confirm_why_not(candidate, confirmed, why));
    print_folder(confirmed, finding);
}
