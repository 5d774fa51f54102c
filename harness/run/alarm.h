// SPDX-License-Identifier: MIT
// A sanitizer's report, left by a dying process for the one that watches it.
#ifndef ALLOCHECK_ALARM_H
#define ALLOCHECK_ALARM_H

#include "allocheck/op.h"
#include "allocheck/oracle.h"

#include <stdbool.h>
#include <stdint.h>

/* Written by the process that dies. */
struct ac_alarm {
    bool raised;
    bool writes;      /* UndefinedBehaviorSanitizer is writing, which takes a symbolizer a while */
    bool on_live;     /* the address lies in a live block */
    uint64_t address; /* of the report; 0: none */
    char text[AC_EVIDENCE];
};

#endif
