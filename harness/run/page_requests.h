// SPDX-License-Identifier: MIT
// Requests for pages, as a page source or the system call trap sees them.
#ifndef ALLOCHECK_PAGE_REQUESTS_H
#define ALLOCHECK_PAGE_REQUESTS_H

#include "runner.h"

/* False: neither a page source nor a trap; nothing is counted or refused. */
bool ac_sees_page_requests(const struct ac_runner *runner);

uint64_t ac_page_requests(const struct ac_runner *runner); /* since the heap was opened */
uint64_t ac_page_requests_refused(const struct ac_runner *runner);

/* Refuses the nth request from now, with `onwards' all after it too. 0: none. */
void ac_refuse_page_request(struct ac_runner *runner, uint64_t nth, bool onwards);

/* Starts counting, once the page source is open. */
void ac_begin_page_requests(struct ac_runner *runner);

#endif
