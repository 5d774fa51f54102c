// SPDX-License-Identifier: MIT
// What is known of an allocator's bugs, so that programs to come look for others.
#ifndef ALLOCHECK_KNOWN_H
#define ALLOCHECK_KNOWN_H

#include "run.h"
#include "without.h"

#ifdef __cplusplus
extern "C" {
#endif

/* All zero: nothing. It only grows. */
struct ac_known {
    struct ac_without avoid;     /* what leads to findings that end a program; */
    struct ac_without hangs;     /* the same of calls that never return, which cost seconds each */
    struct ac_accepted accepted; /* failed checks that programs go on after */
};

/* What programs had better leave out. */
struct ac_without ac_known_leads(const struct ac_known *known);

/* Maps a file that processes share, and creates it if needed: one writes, others read it before
 * each program. NULL: errno says why. */
struct ac_known *ac_known_open(const char *path);
void ac_known_close(struct ac_known *known);

#ifdef __cplusplus
}
#endif
#endif
