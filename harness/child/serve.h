// SPDX-License-Identifier: MIT
// The child's side.
#ifndef ALLOCHECK_CHILD_SERVE_H
#define ALLOCHECK_CHILD_SERVE_H

#include "shared.h"

/* Serves requests on `link` until the parent closes its end; does not return. */
void ac_child_serve(struct ac_child *child, int link);

/* From now on a sanitizer's report in this process is written into *alarm. */
void ac_child_watch_reports(struct ac_alarm *alarm, const struct ac_runner *runner);

#endif
