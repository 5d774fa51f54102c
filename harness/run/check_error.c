// SPDX-License-Identifier: MIT
// The oracle errno: the error of a refused request fits the reason for the refusal.
#define _GNU_SOURCE /* strerrorname_np */
#include "check.h"

#include "call.h"
#include "request.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The errors that would have fitted. */
static const char *fitting_errors(const struct ac_runner *runner, const struct ac_request *request,
                                  unsigned cause) {
    const bool none = ac_error_fits(runner, request, cause, ENOMEM);
    const bool invalid = ac_error_fits(runner, request, cause, EINVAL);
    return none && invalid ? "ENOMEM or EINVAL" : none ? "ENOMEM" : "EINVAL";
}

/* Why the request cannot be granted, or was not. */
static const char *reason(const struct ac_request *request, unsigned cause) {
    switch (cause) {
    case AC_CAUSE_ALIGNMENT:
        return "the alignment is invalid";
    case AC_CAUSE_WRAP:
        return "the product exceeds SIZE_MAX";
    case AC_CAUSE_PTRDIFF:
        return "the size exceeds PTRDIFF_MAX";
    default:
        return request->alignment != 0 ? "the alignment is valid, so memory is lacking"
                                       : "memory is lacking";
    }
}

static void describe(const struct ac_request *request, int error, char *text) {
    const char *where = request->function == AC_FN_POSIX_MEMALIGN ? "result" : "errno";
    const char *name = strerrorname_np(error);
    if (error == AC_ERRNO_CANARY)
        snprintf(text, AC_EVIDENCE, "errno unchanged");
    else if (error != 0 && name != NULL)
        snprintf(text, AC_EVIDENCE, "%s %s", where, name);
    else
        snprintf(text, AC_EVIDENCE, "%s %d", where, error);
}

void ac_check_error(struct ac_runner *runner, const struct ac_request *request,
                    const struct ac_answer *answer) {
    const unsigned cause = ac_cause_of(request);
    char expected[AC_EVIDENCE], actual[AC_EVIDENCE];
    if (!ac_guarantees_errno(runner, request) || !ac_checks(runner, AC_ORACLE_ERRNO) ||
        ac_error_fits(runner, request, cause, answer->error) ||
        ac_is_accepted(runner, request, AC_ORACLE_ERRNO))
        return;
    snprintf(expected, sizeof expected, "%s: %s", fitting_errors(runner, request, cause),
             reason(request, cause));
    describe(request, answer->error, actual);
    ac_fail(runner, AC_ORACLE_ERRNO, request->old, NULL, expected, "%s", actual);
}
