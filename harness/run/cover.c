// SPDX-License-Identifier: MIT
// Content of live blocks: written when the block is taken into the model, closed to the allocator.
#include "observer.h"

#include "model/pattern.h"
#include "program/poison.h"

void ac_open_block(const struct ac_runner *runner, struct ac_block *block) {
    if (runner->allocator->instrumented) {
        ac_open_memory(block->start, block->size);
    }
}

void ac_close_block(struct ac_runner *runner, struct ac_block *block) {
    if (runner->allocator->instrumented && ac_checks(runner, AC_ORACLE_LIVE_UNTOUCHED)) {
        ac_close_memory(block->start, block->size);
    }
}

void ac_cover(struct ac_runner *runner, struct ac_block *block, size_t from) {
    bool was_whole = block->whole;
    size_t more = block->owned - (was_whole ? from : 0);
    block->whole = block->owned <= AC_WHOLE_BLOCK && runner->patterned + more <= AC_WHOLE_PROGRAM;
    runner->patterned += block->whole ? more : 0;
    size_t start = block->whole && was_whole ? from : 0;
    ac_pattern_fill(block->start, start, block->owned, block->seed, block->whole);
}

struct ac_block *ac_adopt(struct ac_runner *runner, void *start, size_t size, uint32_t frame) {
    struct ac_block *block = ac_blocks_add(&runner->blocks, start, size, frame);
    if (block == NULL) {
        runner->report->counts.cut++;
        return NULL;
    }
    block->thread = (uint8_t)runner->thread;
    ac_observe_allocated(runner, block);
    ac_cover(runner, block, 0);
    if (frame == 0) {
        ac_close_block(runner, block);
    }
    return block;
}
