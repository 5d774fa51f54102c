// SPDX-License-Identifier: MIT
// Calls as probes make them: noted before they are made, their answer in one word.
#include "probe.h"

#include "allocheck/boundaries.h"

#include "run/call.h"
#include "run/invoke.h"

#include <errno.h>

enum { CHURN = 48 };

static void begin(struct ac_bench *bench, const struct ac_probe_call *call) {
    struct ac_probe_step *step = &bench->probing->step;
    step->function = (uint8_t)call->function;
    step->size = call->count != 0 ? call->count * call->size : call->size;
    step->alignment = call->alignment;
    step->running = 1;
    bench->progress->calls++;
    bench->progress->in_call = 1;
    errno = AC_ERRNO_CANARY;
}

static int end(struct ac_bench *bench) {
    int error = errno;
    bench->probing->step.running = 0;
    bench->progress->in_call = 0;
    return error;
}

static unsigned refusal(int error) {
    switch (error) {
    case AC_ERRNO_CANARY:
        return AC_SEEN_SILENT;
    case ENOMEM:
        return AC_SEEN_ENOMEM;
    case EINVAL:
        return AC_SEEN_EINVAL;
    default:
        return AC_SEEN_ERROR;
    }
}

struct ac_probe_answer ac_probe_ask(struct ac_bench *bench, const struct ac_probe_call *call) {
    const struct ac_arguments arguments = {call->old, call->alignment, call->count, call->size};
    begin(bench, call);
    const struct ac_invoked invoked =
        ac_invoke(bench->allocator, bench->heap, call->function, &arguments);
    int error = end(bench);
    if (call->function == AC_FN_POSIX_MEMALIGN) {
        error = invoked.result;
    }
    return (struct ac_probe_answer){.block = invoked.block,
                                    .seen = invoked.block != NULL ? AC_SEEN_BLOCK : refusal(error)};
}

void *ac_probe_malloc(struct ac_bench *bench, size_t size) {
    return ac_probe_ask(bench, &(struct ac_probe_call){.function = AC_FN_MALLOC, .size = size})
        .block;
}

void ac_probe_free(struct ac_bench *bench, void *block) {
    begin(bench, &(struct ac_probe_call){.function = AC_FN_COUNT});
    bench->allocator->free(bench->heap, block);
    end(bench);
}

size_t ac_probe_usable_size(struct ac_bench *bench, void *block) {
    begin(bench, &(struct ac_probe_call){.function = AC_FN_COUNT});
    size_t usable = bench->allocator->usable_size(bench->heap, block);
    end(bench);
    return usable;
}

/* All of it counts as one call: it takes a moment. */
void ac_probe_learn_boundaries(struct ac_bench *bench) {
    begin(bench, &(struct ac_probe_call){.function = AC_FN_COUNT});
    ac_learn_boundaries_on(bench->allocator, bench->heap, &bench->measured->boundaries);
    end(bench);
}

void ac_probe_churn(struct ac_bench *bench) {
    void *blocks[CHURN];
    for (size_t i = 0; i < CHURN; i++) {
        blocks[i] = ac_probe_malloc(bench, i * i * 3 + 1);
    }
    for (size_t i = 0; i < CHURN; i++) {
        ac_probe_free(bench, blocks[i * 7 % CHURN]);
    }
}
