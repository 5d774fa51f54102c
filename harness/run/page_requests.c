// SPDX-License-Identifier: MIT
#include "page_requests.h"

#include "pages/trap.h"

bool ac_sees_page_requests(const struct ac_runner *runner) {
    return runner->heap.source != NULL || runner->options.trapped;
}

uint64_t ac_page_requests(const struct ac_runner *runner) {
    if (runner->heap.source != NULL)
        return ac_source_requests(runner->heap.source);
    return runner->options.trapped ? ac_trap_requests() : 0;
}

uint64_t ac_page_requests_refused(const struct ac_runner *runner) {
    if (runner->heap.source != NULL)
        return ac_source_refused(runner->heap.source);
    return runner->options.trapped ? ac_trap_refused() : 0;
}

void ac_refuse_page_request(struct ac_runner *runner, uint64_t nth, bool onwards) {
    if (runner->heap.source != NULL)
        ac_source_refuse(runner->heap.source, nth, onwards);
    else if (runner->options.trapped)
        ac_trap_refuse(nth, onwards);
}

void ac_begin_page_requests(struct ac_runner *runner) {
    const struct ac_refusal *refusal = &runner->requests.refusal;
    if (runner->heap.source != NULL) {
        ac_source_sweep(runner->heap.source, refusal->nth, refusal->onwards);
    } else if (runner->options.trapped) {
        ac_trap_open((runner->heap.quirks & AC_QUIRK_NO_RESIZE) != 0);
        ac_trap_sweep(refusal->nth, refusal->onwards);
    }
}
