// SPDX-License-Identifier: MIT
// A sanitizer's report, as the process that it is about leaves it for the one that watches.
#ifndef ALLOCHECK_ALARM_H
#define ALLOCHECK_ALARM_H

#include "allocheck/op.h"
#include "allocheck/oracle.h"

#include <stdbool.h>
#include <stdint.h>

/* A sanitizer's report, written by the child while it dies. */
struct ac_alarm {
    bool raised;
    bool writes;      /* UndefinedBehaviorSanitizer is at it, which takes a symbolizer a while */
    bool on_live;     /* the address lies in a live block */
    uint64_t address; /* that the report is about; 0: none */
    char text[AC_EVIDENCE];
};

#endif
