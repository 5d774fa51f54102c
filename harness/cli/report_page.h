// SPDX-License-Identifier: MIT
// The parts of `allocheck report`.
#ifndef ALLOCHECK_CLI_REPORT_PAGE_H
#define ALLOCHECK_CLI_REPORT_PAGE_H

#include "session/session.h"

/* One `allocheck report`. */
struct report_job {
    const char *from;       /* a program, or a folder of findings */
    const char *to;         /* NULL: standard output */
    struct session session; /* how the program is run */
};

/* A page, or none: NULL. To be freed. */
struct report_text {
    char *text;
    size_t length;
};

/* Runs the program of the job and makes its page. Returns the status of the command; where there is
 * no page a message has been printed. */
int report_of_run(struct report_job *job, struct report_text *page);

/* The usable sizes of the blocks of a run, by event of its journal; UINT64_MAX: not known. To be
 * freed. NULL: the allocator does not tell them, or no memory. */
uint64_t *report_learn_usable(const struct session *session, const struct ac_program *program,
                              const struct ac_report *came, const struct ac_journal *journal);

/* Reads the findings of a folder and makes their page; else as report_of_run. */
int report_of_folder(const struct report_job *job, struct report_text *page);

#endif
