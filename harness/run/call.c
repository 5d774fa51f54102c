// SPDX-License-Identifier: MIT
#include "call.h"

#include "check.h"
#include "observer.h"
#include "page_requests.h"

#include <errno.h>

void ac_call_begin(struct ac_runner *runner, uint64_t bytes) {
    runner->report->counts.calls++;
    runner->requests.refused_before_call = ac_page_requests_refused(runner);
    ac_enter_allocator(runner, bytes);
    ac_observe_call_began(runner);
    errno = AC_ERRNO_CANARY;
}

int ac_call_end(struct ac_runner *runner) {
    int error = errno;
    ac_leave_allocator(runner);
    ac_observe_call_returned(runner);
    ac_checks(runner, AC_ORACLE_SURVIVES);
    ac_checks(runner, AC_ORACLE_LIVENESS);
    if (runner->misuse.end == NULL && runner->allocator->open != NULL)
        ac_checks(runner, AC_ORACLE_NO_FALSE_ALARM);
    return error;
}

bool ac_pages_were_refused(const struct ac_runner *runner) {
    return ac_page_requests_refused(runner) != runner->requests.refused_before_call;
}

void ac_digest(struct ac_runner *runner, uint64_t value) {
    uint64_t mixed = (runner->report->digest ^ value) * UINT64_C(0x100000001B3);
    runner->report->digest = mixed ^ (mixed >> 32);
}
