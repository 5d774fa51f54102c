// SPDX-License-Identifier: MIT
// The inside of a campaign, for the files of the front end; engines use fuzz.h.
#ifndef ALLOCHECK_CLI_FUZZ_CAMPAIGN_H
#define ALLOCHECK_CLI_FUZZ_CAMPAIGN_H

#include "fuzz.h"
#include "tool/paths.h"

#include "results/finding.h"

/* A finding that is told of: each distinct one that shows again, and of those that do not, one of
 * each pair of oracle and op kind. */
struct campaign_finding {
    struct campaign_finding *next;
    char name[FINDING_NAME]; /* of one that shows again */
    enum ac_oracle oracle;
    unsigned op_kind; /* AC_OP_KINDS: at the end of the program */
    bool confirmed;   /* it shows again in a fresh process */
    uint64_t again;   /* further candidates that showed it, or were not looked at for being alike */
    char *folder;     /* that holds it; NULL: it could not be written */
    char *command;    /* that shows it; NULL: none does, or out of memory */
    char *remarks;    /* lines about what the folder lacks; NULL: nothing */
};

/* What became of candidates of one pair. */
struct campaign_pair {
    unsigned attempts;              /* to show one again */
    uint64_t again;                 /* candidates since one was shown again */
    struct campaign_finding *found; /* by the last attempt */
};

struct campaign {
    struct fuzz_options options;
    const struct fuzz_engine *engine;
    struct campaign_scope scope;
    struct paths seeds;
    char *folder; /* of findings */
    struct setting setting;

    uint64_t start_ms, deadline_ms; /* of campaign_now_ms(); no deadline: 0 */
    uint64_t next_tick_ms;
    unsigned plain_lines; /* of progress, printed so far */
    bool on_terminal, line_open;
    const char *unit; /* what is counted as a program; NULL: programs */

    const void *kept;       /* by the engine */
    struct ac_child *child; /* that confirms; has all the time it needs */
    struct ac_child *check; /* of campaign_replay; ends with the campaign's time */
    struct campaign_counts engine_counts, own_counts;
    struct campaign_finding *findings; /* in the order in which they were found */
    size_t finding_count;
    struct campaign_pair pairs[AC_ORACLES][AC_OP_KINDS + 1];
    size_t troubles; /* messages printed */
    bool ended;      /* by a finding */
    bool stopped;    /* the engine could not go on */
};

/* fuzz_campaign.c */
bool campaign_begin(struct campaign *campaign);
void campaign_end(struct campaign *campaign);
void campaign_run_seeds(struct campaign *campaign);

/* fuzz_scope.c: what the target offers, and where its classes end. */
void campaign_learn_scope(struct campaign *campaign);

/* fuzz_progress.c */
/* Progress is told from a second after this on. */
void progress_begin(struct campaign *campaign);
void campaign_print_start(struct campaign *campaign);
void campaign_print_summary(struct campaign *campaign);
/* Parts of it. An oracle that never checked has not passed. */
void campaign_print_never_checked(const uint64_t checked[AC_ORACLES], ac_oracle_set oracles);
void campaign_print_findings(const struct campaign *campaign);
struct campaign_counts campaign_all_counts(const struct campaign *campaign);

/* fuzz_reduce.c */

/* A finding that was confirmed. */
struct confirmed {
    struct ac_program *program;     /* shows it */
    struct ac_report report;        /* of that program */
    bool replay;                    /* it takes the replay oracles to show it */
    uint64_t joined;                /* programs that it was joined from; 1: it is one */
    uint64_t ops;                   /* it had before it was reduced */
    uint64_t tries;                 /* that this took */
    bool minimal;                   /* no single step more can be taken */
    bool kept;                      /* reduced, and written into a folder */
    struct ac_program whole;        /* before it was shrunk; joined, where it had to be */
    struct racing racing;           /* how it is run; not on: in its order */
    struct race_confirmation shown; /* how often, where it is a race */
};

/* Runs a program in a fresh process. True when it shows a finding, any. */
bool confirm_run(struct ac_child *child, const struct ac_program *program, bool replay,
                 struct ac_report *report);

/* Makes the program the simplest that shows the same; see shrink_finding.h. */
void confirm_reduce(struct campaign *campaign, struct confirmed *confirmed);

/* fuzz_folder.c */

/* The name of a finding that shows again; its run was campaign->child's last. */
void campaign_name(const struct campaign *campaign, const struct confirmed *confirmed,
                   char name[FINDING_NAME]);

/* Makes the folder of findings and tries to write in it. False: a message has been printed. */
bool campaign_make_folder(struct campaign *campaign);

/* Writes the folder of a finding: what showed it first, what is left of that, and all that is known
 * (results/README.md). One that does not show again has no reduced program, and what ran before it
 * as joined.ops. The entry is given the folder's name and the command; a message has been printed
 * where that is not so. */
void campaign_save(struct campaign *campaign, const struct candidate *candidate,
                   const struct confirmed *confirmed, struct campaign_finding *entry);

/* fuzz_text.c */

/* The text form of a program with lines of comments in front, to be freed. NULL: out of memory. */
char *campaign_reduced_text(const struct campaign *campaign, const struct candidate *candidate,
                            const struct confirmed *confirmed);
char *campaign_joined_text(const struct campaign *campaign, const struct candidate *candidate,
                           const struct ac_program *program);

#endif
