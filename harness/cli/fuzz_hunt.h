// SPDX-License-Identifier: MIT
// The inside of a hunt, for the files of the front end; engines use fuzz.h.
#ifndef ALLOCHECK_CLI_FUZZ_HUNT_H
#define ALLOCHECK_CLI_FUZZ_HUNT_H

#include "fuzz.h"
#include "paths.h"

#include "finding.h"

/* A finding that is told of: each distinct one that shows again, and of those that do not, one of
 * each pair of oracle and op kind. */
struct hunt_finding {
    struct hunt_finding *next;
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
struct hunt_pair {
    unsigned attempts;          /* to show one again */
    uint64_t again;             /* candidates since one was shown again */
    struct hunt_finding *found; /* by the last attempt */
};

struct hunt {
    struct fuzz_options options;
    const struct fuzz_engine *engine;
    struct hunt_scope scope;
    struct paths seeds;
    char *folder; /* of findings */
    struct setting setting;

    uint64_t start_ms, deadline_ms; /* of hunt_now_ms(); no deadline: 0 */
    uint64_t next_tick_ms;
    unsigned plain_lines; /* of progress, printed so far */
    bool on_terminal, line_open;
    const char *unit; /* what is counted as a program; NULL: programs */

    const void *kept;       /* by the engine */
    struct ac_child *child; /* that confirms; has all the time it needs */
    struct ac_child *judge; /* of hunt_replay; ends with the hunt's time */
    struct hunt_counts engine_counts, own_counts;
    struct hunt_finding *findings; /* in the order in which they were found */
    size_t finding_count;
    struct hunt_pair pairs[AC_ORACLES][AC_OP_KINDS + 1];
    size_t troubles; /* messages printed */
    bool ended;      /* by a finding */
    bool stopped;    /* the engine could not go on */
};

/* fuzz_hunt.c */
bool hunt_begin(struct hunt *hunt);
void hunt_end(struct hunt *hunt);
void hunt_run_seeds(struct hunt *hunt);

/* fuzz_scope.c: what the subject offers, and where its classes end. */
void hunt_learn_scope(struct hunt *hunt);

/* fuzz_progress.c */
/* Progress is told from a second after this on. */
void progress_begin(struct hunt *hunt);
void hunt_print_start(struct hunt *hunt);
void hunt_print_summary(struct hunt *hunt);
/* Parts of it. An oracle that never judged has not passed. */
void hunt_print_never_judged(const uint64_t judged[AC_ORACLES], ac_oracle_set oracles);
void hunt_print_findings(const struct hunt *hunt);
struct hunt_counts hunt_all_counts(const struct hunt *hunt);

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
void confirm_reduce(struct hunt *hunt, struct confirmed *confirmed);

/* fuzz_folder.c */

/* The name of a finding that shows again; its run was hunt->child's last. */
void hunt_name(const struct hunt *hunt, const struct confirmed *confirmed, char name[FINDING_NAME]);

/* Makes the folder of findings and tries to write in it. False: a message has been printed. */
bool hunt_make_folder(struct hunt *hunt);

/* Writes the folder of a finding: what showed it first, what is left of that, and all that is known
 * (results/README.md). One that does not show again has no reduced program, and what ran before it
 * as joined.ops. The entry is given the folder's name and the command; a message has been printed
 * where that is not so. */
void hunt_save(struct hunt *hunt, const struct candidate *candidate,
               const struct confirmed *confirmed, struct hunt_finding *entry);

/* fuzz_text.c */

/* The text form of a program with lines of comments in front, to be freed. NULL: out of memory. */
char *hunt_reduced_text(const struct hunt *hunt, const struct candidate *candidate,
                        const struct confirmed *confirmed);
char *hunt_joined_text(const struct hunt *hunt, const struct candidate *candidate,
                       const struct ac_program *program);

#endif
