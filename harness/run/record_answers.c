// SPDX-License-Identifier: MIT
#include "request.h"

#include "call.h"

void ac_record_answer(struct ac_runner *runner, const struct ac_request *request,
                      const struct ac_answer *answer) {
    struct ac_answers *answers = runner->options.answers;
    if (answers == NULL || answers->count >= AC_MAX_CALLS)
        return;
    struct ac_recorded_answer *answered = &answers->at[answers->count];
    *answered = (struct ac_recorded_answer){
        .op = (uint32_t)runner->at,
        .round = runner->round,
        .function = (uint8_t)request->function,
        .count = request->count,
        .size = request->size,
        .alignment = request->alignment,
        .old_size = request->old != NULL ? request->old->size : UINT64_MAX,
        .succeeded = answer->block != NULL,
        .error = answer->error == AC_ERRNO_CANARY ? 0 : answer->error};
    ac_mark_comparable(runner, request, answer, answered);
    answers->count++;
}

void ac_record_content(struct ac_runner *runner, const struct ac_request *request, bool kept) {
    struct ac_answers *answers = runner->options.answers;
    /* Memory of a frame does not answer a request for a block. */
    if (answers != NULL && answers->count > 0 && !request->in_frame) {
        answers->at[answers->count - 1].content =
            (uint8_t)(kept ? AC_CONTENT_KEPT : AC_CONTENT_LOST);
    }
}
