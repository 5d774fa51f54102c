// SPDX-License-Identifier: MIT
// From a candidate to a finding that is kept: confirmed, reduced, saved, printed.
#define _POSIX_C_SOURCE 200809L /* strdup */
#include "fuzz_campaign.h"

#include "tool/tool.h"
#include "tool/print_finding.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CONFIRMATIONS = 2,
    ATTEMPTS = 3,    /* to show candidates of a pair again, until one does */
    MOST_AGAIN = 32, /* candidates of a pair after that, of which some may show something else */
};

/* --- what is told of --- */

static unsigned kind_of(const struct ac_program *program, const struct ac_finding *finding) {
    return finding->op < program->count ? program->ops[finding->op].kind : AC_OP_KINDS;
}

static struct campaign_finding *by_name(const struct campaign *campaign, const char *name) {
    struct campaign_finding *entry = campaign->findings;
    while (entry != NULL && strcmp(entry->name, name) != 0) {
        entry = entry->next;
    }
    return entry;
}

static struct campaign_finding *by_pair(const struct campaign *campaign, enum ac_oracle oracle,
                                        unsigned kind) {
    struct campaign_finding *entry = campaign->findings;
    while (entry != NULL && (entry->oracle != oracle || entry->op_kind != kind)) {
        entry = entry->next;
    }
    return entry;
}

/* NULL: a message has been printed. */
static struct campaign_finding *new_entry(struct campaign *campaign, enum ac_oracle oracle,
                                          unsigned kind) {
    struct campaign_finding **end = &campaign->findings, *entry = calloc(1, sizeof *entry);
    if (entry == NULL) {
        tool_out_of_memory();
        campaign->troubles++;
        return NULL;
    }
    entry->oracle = oracle;
    entry->op_kind = kind;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = entry;
    campaign->finding_count++;
    return entry;
}

/* One that did not show again is taken over by one of the same pair that does. */
static struct campaign_finding *entry_for(struct campaign *campaign, enum ac_oracle oracle,
                                          unsigned kind) {
    struct campaign_finding *entry = by_pair(campaign, oracle, kind);
    return entry != NULL && !entry->confirmed ? entry : new_entry(campaign, oracle, kind);
}

/* --- showing it again --- */

static bool shows_again(struct campaign *campaign, struct confirmed *confirmed) {
    for (int i = 0; i < CONFIRMATIONS; i++) {
        if (confirm_run(campaign->child, confirmed->program, confirmed->replay,
                        &confirmed->report)) {
            return true;
        }
    }
    return false;
}

/* A race that shows now and then shows again in some of many runs. */
static bool confirm_race(struct campaign *campaign, const struct candidate *candidate,
                         struct confirmed *confirmed) {
    confirmed->racing = campaign_racing(campaign, candidate->program);
    confirmed->shown = race_confirm(campaign->child, confirmed->program, &confirmed->racing,
                                    candidate->finding->oracle);
    confirmed->report = confirmed->shown.report;
    return confirmed->shown.shown > 0;
}

/* Alone first; then after everything that ran before it in its process. */
static bool confirm(struct campaign *campaign, const struct candidate *candidate,
                    struct confirmed *confirmed) {
    confirmed->joined = 1;
    if (!ac_program_copy(confirmed->program, candidate->program)) {
        return false;
    }
    if (campaign->options.racing.on) {
        return confirm_race(campaign, candidate, confirmed);
    }
    if (shows_again(campaign, confirmed)) {
        return true;
    }
    return candidate->count > 1 &&
           ac_join(confirmed->program, candidate->at, candidate->ctx, candidate->count,
                   &confirmed->joined) &&
           shows_again(campaign, confirmed);
}

/* --- keeping it --- */

static void print_racing(const struct confirmed *confirmed) {
    char text[RACE_TEXT];
    if (confirmed->racing.on) {
        printf("  race      %s\n",
               race_describe(&confirmed->racing, &confirmed->shown, text, sizeof text));
    }
}

static void print_folder(const struct confirmed *confirmed, const struct campaign_finding *entry) {
    printf("\n");
    if (confirmed->kept) {
        printf("  kept in   %s\n%s", entry->folder != NULL ? entry->folder : "(not written)",
               entry->remarks != NULL ? entry->remarks : "");
    }
    printf("\n");
    fflush(stdout);
}

static void print_confirmed(struct campaign *campaign, const struct candidate *candidate,
                            const struct confirmed *confirmed,
                            const struct campaign_finding *entry) {
    const struct finding_to_print to_print = {.program = confirmed->program,
                                              .finding = &confirmed->report.finding,
                                              .allocator =
                                                  campaign->options.target_options.target.name,
                                              .command = entry->command};
    progress_clear(campaign);
    printf("\n");
    print_finding(&to_print, campaign->child);
    print_racing(confirmed);
    printf("  found by  %s", candidate->how);
    if (confirmed->kept) {
        printf("; %llu of %llu ops are left", (unsigned long long)confirmed->program->count,
               (unsigned long long)confirmed->ops);
    }
    print_folder(confirmed, entry);
}

/* One of the same pair that shows again; NULL: none. */
static struct campaign_finding *alike(const struct campaign *campaign,
                                      const struct confirmed *confirmed) {
    const struct ac_finding *finding = &confirmed->report.finding;
    struct campaign_finding *entry =
        by_pair(campaign, finding->oracle, kind_of(confirmed->program, finding));
    return entry != NULL && entry->confirmed ? entry : NULL;
}

/* The finding that this one is again; NULL: it is a new one. Where ops are left that are not
 * needed, the name says nothing; so it is of what was joined from many programs, which takes long,
 * too. */
static struct campaign_finding *known(struct campaign *campaign, struct confirmed *confirmed,
                                      char name[FINDING_NAME]) {
    struct campaign_finding *entry = confirmed->joined > 1 ? alike(campaign, confirmed) : NULL;
    if (entry == NULL) {
        if (confirmed->kept) {
            confirm_reduce(campaign, confirmed);
        }
        campaign_name(campaign, confirmed, name);
        entry = by_name(campaign, name);
    }
    const bool by_chance = confirmed->racing.on || !confirmed->minimal; /* what is left of it */
    return entry == NULL && by_chance ? alike(campaign, confirmed) : entry;
}

static void save(struct campaign *campaign, const struct candidate *candidate,
                 const struct confirmed *confirmed, struct campaign_finding *entry) {
    if (confirmed->kept) {
        campaign_save(campaign, candidate, confirmed, entry);
        return;
    }
    free(entry->command);
    entry->command = candidate->command != NULL ? strdup(candidate->command) : NULL;
}

/* A finding that shows again: it may be of another pair than the candidate was. */
static struct campaign_finding *keep(struct campaign *campaign, const struct candidate *candidate,
                                     struct confirmed *confirmed) {
    char name[FINDING_NAME];
    const struct ac_finding *finding = &confirmed->report.finding;
    confirmed->ops = confirmed->program->count;
    ac_program_copy(&confirmed->whole, confirmed->program);
    struct campaign_finding *entry = known(campaign, confirmed, name);
    if (entry != NULL) {
        entry->again++;
        return entry;
    }
    entry = entry_for(campaign, finding->oracle, kind_of(confirmed->program, finding));
    if (entry != NULL) {
        entry->confirmed = true;
        memcpy(entry->name, name, sizeof name);
        save(campaign, candidate, confirmed, entry);
        print_confirmed(campaign, candidate, confirmed, entry);
    }
    return entry;
}

/* --- what does not show again --- */

static void print_seen_once(struct campaign *campaign, const struct candidate *candidate,
                            const struct confirmed *confirmed,
                            const struct campaign_finding *entry) {
    const struct finding_to_print to_print = {.program = candidate->program,
                                              .finding = candidate->finding,
                                              .allocator =
                                                  campaign->options.target_options.target.name};
    progress_clear(campaign);
    printf("\n");
    print_finding(&to_print, NULL);
    print_racing(confirmed);
    printf("  seen once by %s: it does not show again in a fresh process", candidate->how);
    if (confirmed->joined > 1) {
        printf(", nor after the\n  %llu programs that ran before it",
               (unsigned long long)confirmed->joined - 1);
    }
    print_folder(confirmed, entry);
}

static struct campaign_finding *keep_seen_once(struct campaign *campaign,
                                               const struct candidate *candidate,
                                               const struct confirmed *confirmed) {
    const struct ac_finding *finding = candidate->finding;
    const unsigned kind = kind_of(candidate->program, finding);
    struct campaign_finding *entry = by_pair(campaign, finding->oracle, kind);
    if (entry != NULL) {
        entry->again++;
        return entry;
    }
    entry = new_entry(campaign, finding->oracle, kind);
    if (entry != NULL) {
        save(campaign, candidate, confirmed, entry);
        print_seen_once(campaign, candidate, confirmed, entry);
    }
    return entry;
}

/* --- one candidate --- */

static struct campaign_finding *check(struct campaign *campaign,
                                      const struct candidate *candidate) {
    struct ac_program program;
    struct confirmed confirmed = {.program = &program,
                                  .replay = candidate->replay,
                                  .kept = campaign->folder != NULL && candidate->refusal.nth == 0};
    ac_child_refuse(campaign->child, candidate->refusal);
    ac_program_init(&program);
    ac_program_init(&confirmed.whole);
    struct campaign_finding *entry = confirm(campaign, candidate, &confirmed)
                                         ? keep(campaign, candidate, &confirmed)
                                         : keep_seen_once(campaign, candidate, &confirmed);
    ac_program_destroy(&confirmed.whole);
    ac_program_destroy(&program);
    return entry;
}

/* What has the same oracle and op kind mostly is the same, and to see that takes seconds: of the
 * many candidates of a long campaign ever fewer are looked at. What people name is looked at. */
static bool is_worth_a_look(const struct campaign *campaign, struct campaign_pair *pair) {
    if (pair->found == NULL || campaign->options.examines_all) {
        return true;
    }
    if (!pair->found->confirmed) {
        return pair->attempts < ATTEMPTS;
    }
    pair->again++;
    return pair->again <= MOST_AGAIN && (pair->again & (pair->again - 1)) == 0;
}

void campaign_candidate(struct campaign *campaign, const struct candidate *candidate) {
    unsigned kind = kind_of(candidate->program, candidate->finding);
    struct campaign_pair *pair = &campaign->pairs[candidate->finding->oracle][kind];
    if (!is_worth_a_look(campaign, pair)) {
        pair->found->again++;
        return;
    }
    pair->attempts++;
    pair->found = check(campaign, candidate);
    campaign->ended = campaign->ended || !campaign->options.keep_going;
}
