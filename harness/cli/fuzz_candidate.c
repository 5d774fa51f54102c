// SPDX-License-Identifier: MIT
// From a candidate to a finding that is kept: confirmed, reduced, saved, printed.
#define _GNU_SOURCE /* asprintf */
#include "fuzz_hunt.h"

#include "cli.h"
#include "found.h"

#include "allocheck/codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CONFIRMATIONS = 2,
    ATTEMPTS = 3, /* to show candidates of a pair again, until one does */
};

/* --- pairs of oracle and op kind --- */

static unsigned kind_of(const struct ac_program *program, const struct ac_finding *finding) {
    return finding->op < program->count ? program->ops[finding->op].kind : AC_OP_KINDS;
}

static const char *kind_name(unsigned kind) {
    return kind < AC_OP_KINDS ? ac_op_info((enum ac_op_kind)kind)->name : "end";
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

static void keep_files(struct hunt *hunt, struct hunt_finding *entry, char *file) {
    free(entry->file);
    free(entry->command);
    entry->file = file;
    entry->command = file != NULL ? hunt_command(hunt, file) : NULL;
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

/* The line that `allocheck run' reads; a name that it could not read is left out. */
static char *expectation(const struct hunt *hunt, enum ac_oracle oracle) {
    const char *name = hunt->options.trial.subject.name;
    bool readable = strlen(name) < sizeof((struct ac_expect *)0)->on && !strpbrk(name, " \t\r\n");
    char *line;
    int length = asprintf(&line, "# expect: finding %s%s%s\n", ac_oracle_info(oracle)->id,
                          readable ? " on " : "", readable ? name : "");
    return length < 0 ? NULL : line;
}

/* The comments in front of the program. */
static char *comments_of(const struct hunt *hunt, const char *expectation_line,
                         const struct candidate *candidate, const struct confirmed *confirmed) {
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    if (to == NULL) {
        return NULL;
    }
    fprintf(to, "# Found on %s, by the engine %s: %s.\n", hunt->options.trial.subject.name,
            hunt->engine->name, candidate->how);
    if (confirmed->joined > 1) {
        fprintf(to, "# Joined from it and the %llu programs before it in its process.\n",
                (unsigned long long)confirmed->joined - 1);
    }
    fprintf(to, "# %llu of %llu ops are left; %s.\n", (unsigned long long)confirmed->program->count,
            (unsigned long long)confirmed->ops,
            confirmed->minimal ? "no single step more can be taken" : "it may not be minimal");
    fputs(expectation_line, to);
    fclose(to);
    return text;
}

static char *save(struct hunt *hunt, const struct candidate *candidate,
                  const struct confirmed *confirmed) {
    enum ac_oracle oracle = confirmed->report.finding.oracle;
    char *prefix = NULL, *file = NULL, *line = expectation(hunt, oracle);
    char *comments = line != NULL ? comments_of(hunt, line, candidate, confirmed) : NULL;
    int length = asprintf(&prefix, "%s-%s", ac_oracle_info(oracle)->id,
                          kind_name(kind_of(confirmed->program, &confirmed->report.finding)));
    if (comments == NULL || length < 0) {
        prefix = NULL;
        hunt->troubles++;
        cli_trouble("out of memory");
    } else {
        file = hunt_save(hunt, confirmed->program, prefix, comments);
    }
    free(prefix);
    free(comments);
    free(line);
    return file;
}

static void print_finding(struct hunt *hunt, const struct candidate *candidate,
                          const struct confirmed *confirmed, const char *command) {
    const struct found found = {.program = confirmed->program,
                                .finding = &confirmed->report.finding,
                                .allocator = hunt->options.trial.subject.name,
                                .command = command};
    progress_clear(hunt);
    printf("\n");
    found_print(&found, hunt->child);
    printf("  found by  %s; %llu of %llu ops are left\n\n", candidate->how,
           (unsigned long long)confirmed->program->count, (unsigned long long)confirmed->ops);
    fflush(stdout);
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
        confirm_reduce(hunt, confirmed);
        entry = entry_of(hunt, finding->oracle, kind_of(confirmed->program, finding));
    }
    if (entry->confirmed) {
        entry->again++;
        return entry;
    }
    entry->confirmed = true;
    keep_files(hunt, entry, save(hunt, candidate, confirmed));
    print_finding(hunt, candidate, confirmed, entry->command);
    return entry;
}

/* --- what does not show again --- */

static char *save_raw(struct hunt *hunt, const struct candidate *candidate,
                      const struct ac_program *program, const char *what) {
    char *prefix = NULL, *comments = NULL, *file = NULL;
    const char *oracle = ac_oracle_info(candidate->finding->oracle)->id;
    if (asprintf(&prefix, "%s-%s-%s", what, oracle,
                 kind_name(kind_of(candidate->program, candidate->finding))) < 0 ||
        asprintf(&comments,
                 "# Seen once on %s, by the engine %s: %s.\n"
                 "# It was a finding of %s, and did not show again.\n",
                 hunt->options.trial.subject.name, hunt->engine->name, candidate->how,
                 oracle) < 0) {
        cli_trouble("out of memory");
    } else {
        file = hunt_save(hunt, program, prefix, comments);
    }
    free(prefix);
    free(comments);
    return file;
}

static void print_seen_once(struct hunt *hunt, const struct candidate *candidate,
                            const struct confirmed *confirmed, const char *joined_file) {
    const struct found found = {.program = candidate->program,
                                .finding = candidate->finding,
                                .allocator = hunt->options.trial.subject.name};
    progress_clear(hunt);
    printf("\n");
    found_print(&found, NULL);
    printf("  seen once by %s: it does not show again in a fresh process", candidate->how);
    if (confirmed->joined > 1) {
        printf(", nor behind the\n  %llu programs that ran before it; all of them: %s",
               (unsigned long long)confirmed->joined - 1,
               joined_file != NULL ? joined_file : "(not written)");
    }
    printf("\n\n");
    fflush(stdout);
}

static struct hunt_finding *keep_seen_once(struct hunt *hunt, const struct candidate *candidate,
                                           const struct confirmed *confirmed) {
    const struct ac_finding *finding = candidate->finding;
    struct hunt_finding *entry =
        entry_of(hunt, finding->oracle, kind_of(candidate->program, finding));
    if (entry->confirmed || entry->file != NULL) {
        entry->again++;
        return entry;
    }
    char *joined_file = NULL;
    if (confirmed->joined > 1) {
        joined_file = save_raw(hunt, candidate, confirmed->program, "unconfirmed-joined");
    }
    keep_files(hunt, entry, save_raw(hunt, candidate, candidate->program, "unconfirmed"));
    print_seen_once(hunt, candidate, confirmed, joined_file);
    free(joined_file);
    return entry;
}

/* --- one candidate --- */

static struct hunt_finding *judge(struct hunt *hunt, const struct candidate *candidate) {
    struct ac_program program;
    struct confirmed confirmed = {.program = &program, .replay = candidate->replay};
    ac_program_init(&program);
    struct hunt_finding *entry = confirm(hunt, candidate, &confirmed)
                                     ? keep(hunt, candidate, &confirmed)
                                     : keep_seen_once(hunt, candidate, &confirmed);
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
