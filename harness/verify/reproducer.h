// SPDX-License-Identifier: MIT
// The C file of a finding: the simplest that is verified.
#ifndef ALLOCHECK_VERIFY_REPRODUCER_H
#define ALLOCHECK_VERIFY_REPRODUCER_H

#include "verify.h"

#include "allocheck/journal.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reproducer_task {
    struct export_options how; /* the banner's verdict is filled in here */
    const struct ac_program *program;
    const struct ac_finding *finding;
    bool is_race;
    bool verifies; /* else the file is only written */
    struct verify_options verify;
};

struct reproducer {
    char *text; /* of the file; the caller frees it. NULL: there is none, `reason` says why */
    size_t length;
    char reason[EXPORT_REASON];
    struct verified verified;
};

/* Writes the file in one form after another, the shortest first, until one is verified. If none is,
 * the file is the first one, and its banner says why it was not verified. */
struct reproducer reproducer_make(const struct reproducer_task *task);

#ifdef __cplusplus
}
#endif
#endif
