// SPDX-License-Identifier: MIT
// From a candidate to a finding that is kept: confirmed, reduced, saved, printed.
#define _POSIX_C_SOURCE 200809L /* strdup */
#include "fuzz_hunt.h"

#include "cli.h"
#include "found.h"

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

static struct hunt_finding *by_name(const struct hunt *hunt, const char *name) {
    struct hunt_finding *entry = hunt->findings;
    while (entry != NULL && strcmp(entry->name, name) != 0) {
        entry = entry->next;
    }
    return entry;
}

static struct hunt_finding *by_pair(const struct hunt *hunt, enum ac_oracle oracle, unsigned kind) {
    struct hunt_finding *entry = hunt->findings;
    while (entry != NULL && (entry->oracle != oracle || entry->op_kind != kind)) {
        entry = entry->next;
    }
    return entry;
}

/* NULL: a message has been printed. */
static struct hunt_finding *new_entry(struct hunt *hunt, enum ac_oracle oracle, unsigned kind) {
    struct hunt_finding **end = &hunt->findings, *entry = calloc(1, sizeof *entry);
    if (entry == NULL) {
        cli_trouble("out of memory");
        hunt->troubles++;
        return NULL;
    }
    entry->oracle = oracle;
    entry->op_kind = kind;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = entry;
    hunt->finding_count++;
    return entry;
}

/* One that did not show again is taken over by one of the same pair that does. */
static struct hunt_finding *entry_for(struct hunt *hunt, enum ac_oracle oracle, unsigned kind) {
    struct hunt_finding *entry = by_pair(hunt, oracle, kind);
    return entry != NULL && !entry->confirmed ? entry : new_entry(hunt, oracle, kind);
}

/* --- showing it again --- */

static bool shows_again(struct hunt *hunt, struct confirmed *confirmed) {
    for (int i = 0; i < CONFIRMATIONS; i++) {
        if (confirm_run(hunt->child, confirmed->program, confirmed->replay, &confirmed->report)) {
            return true;
        }
    }
    return false;
}

/* A race that shows now and then shows again in some of many runs. */
static bool confirm_race(struct hunt *hunt, const struct candidate *candidate,
                         struct confirmed *confirmed) {
    confirmed->racing = hunt_racing(hunt, candidate->program);
    confirmed->shown = race_confirm(hunt->child, confirmed->program, &confirmed->racing,
                                    candidate->finding->oracle);
    confirmed->report = confirmed->shown.report;
    return confirmed->shown.shown > 0;
}

/* Alone first; then behind everything that ran before it in its process. */
static bool confirm(struct hunt *hunt, const struct candidate *candidate,
                    struct confirmed *confirmed) {
    confirmed->joined = 1;
    if (!ac_program_copy(confirmed->program, candidate->program)) {
        return false;
    }
    if (hunt->options.racing.on) {
        return confirm_race(hunt, candidate, confirmed);
    }
    if (shows_again(hunt, confirmed)) {
        return true;
    }
    return candidate->count > 1 &&
           ac_join(confirmed->program, candidate->at, candidate->ctx, candidate->count,
                   &confirmed->joined) &&
           shows_again(hunt, confirmed);
}

/* --- keeping it --- */

static void print_racing(const struct confirmed *confirmed) {
    char text[RACE_TEXT];
    if (confirmed->racing.on) {
        printf("  race      %s\n",
               race_tell(&confirmed->racing, &confirmed->shown, text, sizeof text));
    }
}

static void print_folder(const struct confirmed *confirmed, const struct hunt_finding *entry) {
    printf("\n");
    if (confirmed->kept) {
        printf("  kept in   %s\n%s", entry->folder != NULL ? entry->folder : "(not written)",
               entry->remarks != NULL ? entry->remarks : "");
    }
    printf("\n");
    fflush(stdout);
}

static void print_finding(struct hunt *hunt, const struct candidate *candidate,
                          const struct confirmed *confirmed, const struct hunt_finding *entry) {
    const struct found found = {.program = confirmed->program,
                                .finding = &confirmed->report.finding,
                                .allocator = hunt->options.trial.subject.name,
                                .command = entry->command};
    progress_clear(hunt);
    printf("\n");
    found_print(&found, hunt->child);
    print_racing(confirmed);
    printf("  found by  %s", candidate->how);
    if (confirmed->kept) {
        printf("; %llu of %llu ops are left", (unsigned long long)confirmed->program->count,
               (unsigned long long)confirmed->ops);
    }
    print_folder(confirmed, entry);
}

/* One of the same pair that shows again; NULL: none. */
static struct hunt_finding *alike(const struct hunt *hunt, const struct confirmed *confirmed) {
    const struct ac_finding *finding = &confirmed->report.finding;
    struct hunt_finding *entry =
        by_pair(hunt, finding->oracle, kind_of(confirmed->program, finding));
    return entry != NULL && entry->confirmed ? entry : NULL;
}

/* The finding that this one is again; NULL: it is a new one. Where ops are left that are not
 * needed, the name says nothing; so it is of what was joined from many programs, which takes long,
 * too. */
static struct hunt_finding *known(struct hunt *hunt, struct confirmed *confirmed,
                                  char name[FINDING_NAME]) {
    struct hunt_finding *entry = confirmed->joined > 1 ? alike(hunt, confirmed) : NULL;
    if (entry == NULL) {
        if (confirmed->kept) {
            confirm_reduce(hunt, confirmed);
        }
        hunt_name(hunt, confirmed, name);
        entry = by_name(hunt, name);
    }
    const bool by_chance = confirmed->racing.on || !confirmed->minimal; /* what is left of it */
    return entry == NULL && by_chance ? alike(hunt, confirmed) : entry;
}

static void save(struct hunt *hunt, const struct candidate *candidate,
                 const struct confirmed *confirmed, struct hunt_finding *entry) {
    if (confirmed->kept) {
        hunt_save(hunt, candidate, confirmed, entry);
        return;
    }
    free(entry->command);
    entry->command = candidate->command != NULL ? strdup(candidate->command) : NULL;
}

/* A finding that shows again: it may be of another pair than the candidate was. */
static struct hunt_finding *keep(struct hunt *hunt, const struct candidate *candidate,
                                 struct confirmed *confirmed) {
    char name[FINDING_NAME];
    const struct ac_finding *finding = &confirmed->report.finding;
    confirmed->ops = confirmed->program->count;
    ac_program_copy(&confirmed->whole, confirmed->program);
    struct hunt_finding *entry = known(hunt, confirmed, name);
    if (entry != NULL) {
        entry->again++;
        return entry;
    }
    entry = entry_for(hunt, finding->oracle, kind_of(confirmed->program, finding));
    if (entry != NULL) {
        entry->confirmed = true;
        memcpy(entry->name, name, sizeof name);
        save(hunt, candidate, confirmed, entry);
        print_finding(hunt, candidate, confirmed, entry);
    }
    return entry;
}

/* --- what does not show again --- */

static void print_seen_once(struct hunt *hunt, const struct candidate *candidate,
                            const struct confirmed *confirmed, const struct hunt_finding *entry) {
    const struct found found = {.program = candidate->program,
                                .finding = candidate->finding,
                                .allocator = hunt->options.trial.subject.name};
    progress_clear(hunt);
    printf("\n");
    found_print(&found, NULL);
    print_racing(confirmed);
    printf("  seen once by %s: it does not show again in a fresh process", candidate->how);
    if (confirmed->joined > 1) {
        printf(", nor behind the\n  %llu programs that ran before it",
               (unsigned long long)confirmed->joined - 1);
    }
    print_folder(confirmed, entry);
}

static struct hunt_finding *keep_seen_once(struct hunt *hunt, const struct candidate *candidate,
                                           const struct confirmed *confirmed) {
    const struct ac_finding *finding = candidate->finding;
    const unsigned kind = kind_of(candidate->program, finding);
    struct hunt_finding *entry = by_pair(hunt, finding->oracle, kind);
    if (entry != NULL) {
        entry->again++;
        return entry;
    }
    entry = new_entry(hunt, finding->oracle, kind);
    if (entry != NULL) {
        save(hunt, candidate, confirmed, entry);
        print_seen_once(hunt, candidate, confirmed, entry);
    }
    return entry;
}

/* --- one candidate --- */

static struct hunt_finding *judge(struct hunt *hunt, const struct candidate *candidate) {
    struct ac_program program;
    struct confirmed confirmed = {.program = &program,
                                  .replay = candidate->replay,
                                  .kept = hunt->folder != NULL && candidate->refusal.nth == 0};
    ac_child_refuse(hunt->child, candidate->refusal);
    ac_program_init(&program);
    ac_program_init(&confirmed.whole);
    struct hunt_finding *entry = confirm(hunt, candidate, &confirmed)
                                     ? keep(hunt, candidate, &confirmed)
                                     : keep_seen_once(hunt, candidate, &confirmed);
    ac_program_destroy(&confirmed.whole);
    ac_program_destroy(&program);
    return entry;
}

/* What has the same oracle and op kind mostly is the same, and to see that takes seconds: of the
 * many candidates of a long hunt ever fewer are looked at. What people name is looked at. */
static bool is_worth_a_look(const struct hunt *hunt, struct hunt_pair *pair) {
    if (pair->found == NULL || hunt->engine == &fuzz_given) {
        return true;
    }
    if (!pair->found->confirmed) {
        return pair->attempts < ATTEMPTS;
    }
    pair->again++;
    return pair->again <= MOST_AGAIN && (pair->again & (pair->again - 1)) == 0;
}

void hunt_candidate(struct hunt *hunt, const struct candidate *candidate) {
    unsigned kind = kind_of(candidate->program, candidate->finding);
    struct hunt_pair *pair = &hunt->pairs[candidate->finding->oracle][kind];
    if (!is_worth_a_look(hunt, pair)) {
        pair->found->again++;
        return;
    }
    pair->attempts++;
    pair->found = judge(hunt, candidate);
    hunt->ended = hunt->ended || !hunt->options.keep_going;
}
