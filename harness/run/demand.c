// SPDX-License-Identifier: MIT
// Requests for pages: made of the page source, or trapped on their way to the system.
#include "runner.h"

#include "pages/trap.h"

bool ac_sees_requests(const struct ac_runner *runner) {
    return runner->source != NULL || runner->options.trapped;
}

uint64_t ac_requests(const struct ac_runner *runner) {
    if (runner->source != NULL) {
        return ac_source_requests(runner->source);
    }
    return runner->options.trapped ? ac_trap_requests() : 0;
}

uint64_t ac_requests_refused(const struct ac_runner *runner) {
    if (runner->source != NULL) {
        return ac_source_refused(runner->source);
    }
    return runner->options.trapped ? ac_trap_refused() : 0;
}

void ac_refuse_request(struct ac_runner *runner, uint64_t nth, bool onwards) {
    if (runner->source != NULL) {
        ac_source_refuse(runner->source, nth, onwards);
    } else if (runner->options.trapped) {
        ac_trap_refuse(nth, onwards);
    }
}

void ac_begin_requests(struct ac_runner *runner) {
    const struct ac_refusal *refusal = &runner->refusal;
    if (runner->source != NULL) {
        ac_source_sweep(runner->source, refusal->nth, refusal->onwards);
    } else if (runner->options.trapped) {
        ac_trap_open((runner->program->head.quirks & AC_QUIRK_NO_RESIZE) != 0);
        ac_trap_sweep(refusal->nth, refusal->onwards);
    }
}
