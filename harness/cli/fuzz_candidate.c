// SPDX-License-Identifier: MIT
// From a candidate to a finding that is kept: confirmed, reduced, saved, printed.
#include "fuzz_hunt.h"

#include "found.h"

#include <stdio.h>

enum {
    CONFIRMATIONS = 2,
    ATTEMPTS = 3, /* to show candidates of a pair again, until one does */
};

/* --- pairs of oracle and op kind --- */

static unsigned kind_of(const struct ac_program *program, const struct ac_finding *finding) {
    return finding->op < program->count ? program->ops[finding->op].kind : AC_OP_KINDS;
}

static struct hunt_finding *entry_of(struct hunt *hunt, enum ac_oracle oracle, unsigned kind) {
    for (size_t i = 0; i < hunt->finding_count; i++) {
        if (hunt->findings[i].oracle == oracle && hunt->findings[i].op_kind == kind) {
            return &hunt->findings[i];
        }
    }
    struct hunt_finding *entry = &hunt->findings[hunt->finding_count++];
    *entry = (struct hunt_finding){.oracle = oracle, .op_kind = kind};
    return entry;
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

/* Alone first; then behind everything that ran before it in its process. */
static bool confirm(struct hunt *hunt, const struct candidate *candidate,
                    struct confirmed *confirmed) {
    confirmed->joined = 1;
    if (!ac_program_copy(confirmed->program, candidate->program)) {
        return false;
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

static void print_folder(const struct hunt_finding *entry) {
    printf("\n  kept in   %s\n%s\n", entry->folder != NULL ? entry->folder : "(not written)",
           entry->remarks != NULL ? entry->remarks : "");
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
    printf("  found by  %s; %llu of %llu ops are left", candidate->how,
           (unsigned long long)confirmed->program->count, (unsigned long long)confirmed->ops);
    print_folder(entry);
}

/* A finding that shows again: it may be of another pair than the candidate was, and of yet another
 * one when it is reduced. */
static struct hunt_finding *keep(struct hunt *hunt, const struct candidate *candidate,
                                 struct confirmed *confirmed) {
    const struct ac_finding *finding = &confirmed->report.finding;
    struct hunt_finding *entry =
        entry_of(hunt, finding->oracle, kind_of(confirmed->program, finding));
    if (!entry->confirmed) {
        confirmed->ops = confirmed->program->count;
        ac_program_copy(&confirmed->whole, confirmed->program);
        confirm_reduce(hunt, confirmed);
        entry = entry_of(hunt, finding->oracle, kind_of(confirmed->program, finding));
    }
    if (entry->confirmed) {
        entry->again++;
        return entry;
    }
    entry->confirmed = true;
    hunt_save(hunt, candidate, confirmed, entry);
    print_finding(hunt, candidate, confirmed, entry);
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
    printf("  seen once by %s: it does not show again in a fresh process", candidate->how);
    if (confirmed->joined > 1) {
        printf(", nor behind the\n  %llu programs that ran before it",
               (unsigned long long)confirmed->joined - 1);
    }
    print_folder(entry);
}

static struct hunt_finding *keep_seen_once(struct hunt *hunt, const struct candidate *candidate,
                                           const struct confirmed *confirmed) {
    const struct ac_finding *finding = candidate->finding;
    struct hunt_finding *entry =
        entry_of(hunt, finding->oracle, kind_of(candidate->program, finding));
    if (entry->confirmed || entry->folder != NULL) {
        entry->again++;
        return entry;
    }
    hunt_save(hunt, candidate, confirmed, entry);
    print_seen_once(hunt, candidate, confirmed, entry);
    return entry;
}

/* --- one candidate --- */

static struct hunt_finding *judge(struct hunt *hunt, const struct candidate *candidate) {
    struct ac_program program;
    struct confirmed confirmed = {.program = &program, .replay = candidate->replay};
    ac_program_init(&program);
    ac_program_init(&confirmed.whole);
    struct hunt_finding *entry = confirm(hunt, candidate, &confirmed)
                                     ? keep(hunt, candidate, &confirmed)
                                     : keep_seen_once(hunt, candidate, &confirmed);
    ac_program_destroy(&confirmed.whole);
    ac_program_destroy(&program);
    return entry;
}

void hunt_candidate(struct hunt *hunt, const struct candidate *candidate) {
    unsigned kind = kind_of(candidate->program, candidate->finding);
    struct hunt_pair *pair = &hunt->pairs[candidate->finding->oracle][kind];
    if (pair->found != NULL && (pair->found->confirmed || pair->attempts >= ATTEMPTS)) {
        pair->found->again++;
        return;
    }
    pair->attempts++;
    pair->found = judge(hunt, candidate);
    hunt->ended = hunt->ended || !hunt->options.keep_going;
}
