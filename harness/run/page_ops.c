// SPDX-License-Identifier: MIT
// Ops of the page source, and trim.
#include "call.h"
#include "check.h"
#include "observer.h"
#include "ops.h"
#include "page_requests.h"
#include "step.h"

enum { MOST_BY_FOREIGN_BRK = 1 << 20 }; /* bytes */

void ac_do_trim(struct ac_runner *runner) {
    if (runner->allocator->trim == NULL) {
        runner->report->counts.not_offered++;
        return;
    }
    ac_call_begin(runner, 0);
    ac_observe_about(runner, AC_EVENT_TRIM, NULL);
    runner->allocator->trim(runner->heap.instance);
    ac_call_end(runner);
    ac_check_heap(runner, "trim");
}

/* Foreign code may take only a little: the memory is mapped for nothing. */
void ac_do_foreign_brk(struct ac_runner *runner) {
    const size_t bytes = ac_resolve_operand(runner, ac_this_op(runner)->b);
    const bool declined = (runner->profile->declined_quirks & AC_QUIRK_FOREIGN_BRK) != 0;
    if (runner->heap.source == NULL || declined)
        runner->report->counts.not_offered++;
    else if (bytes > MOST_BY_FOREIGN_BRK)
        runner->report->counts.over_limit++;
    else if (!ac_source_foreign_brk(runner->heap.source, bytes))
        runner->report->counts.not_offered++;
}

void ac_do_refuse(struct ac_runner *runner) {
    const struct ac_op *op = ac_this_op(runner);
    if (!ac_sees_page_requests(runner)) {
        runner->report->counts.not_offered++;
    } else if (runner->profile->exhaustion_ends_process) {
        runner->report->counts.over_limit++;
    } else {
        ac_refuse_page_request(runner, ac_resolve_operand(runner, op->a),
                               op->kind == AC_OP_REFUSE_FROM);
    }
}
