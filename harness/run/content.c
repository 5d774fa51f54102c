// SPDX-License-Identifier: MIT
#include "content.h"

#include "check.h"
#include "observer.h"

#include "model/pattern.h"
#include "program/poison.h"

enum { WHOLE_PROGRAM = 16 << 20 }; /* bytes of a program that the pattern writes in full */

void ac_open_block(const struct ac_runner *runner, struct ac_block *block) {
    if (runner->allocator->instrumented)
        ac_open_memory(block->start, block->size);
}

void ac_close_block(struct ac_runner *runner, struct ac_block *block) {
    if (runner->allocator->instrumented && ac_checks(runner, AC_ORACLE_LIVE_UNTOUCHED))
        ac_close_memory(block->start, block->size);
}

void ac_fill_block(struct ac_runner *runner, struct ac_block *block, size_t from) {
    bool was_whole = block->whole;
    size_t more = block->owned - (was_whole ? from : 0);
    block->whole =
        block->owned <= AC_WHOLE_BLOCK && runner->model.patterned + more <= WHOLE_PROGRAM;
    runner->model.patterned += block->whole ? more : 0;
    size_t start = block->whole && was_whole ? from : 0;
    ac_pattern_fill(block->start, start, block->owned, block->seed, block->whole);
}

struct ac_block *ac_add_block(struct ac_runner *runner, void *start, size_t size, uint32_t frame) {
    struct ac_block *block = ac_blocks_add(&runner->model.blocks, start, size, frame);
    if (block == NULL) {
        runner->report->counts.over_limit++;
        return NULL;
    }
    block->thread = (uint8_t)runner->thread;
    ac_observe_allocated(runner, block);
    ac_fill_block(runner, block, 0);
    if (frame == 0)
        ac_close_block(runner, block);
    return block;
}

size_t ac_kept_bytes(const struct ac_runner *runner, const struct ac_block *old, size_t total) {
    const size_t own = runner->profile->realloc_keeps_usable ? old->owned : old->size;
    return own < total ? own : total;
}
