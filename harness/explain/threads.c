// SPDX-License-Identifier: MIT
// Who ran what: the thread of the op that failed, those that live and freed the block concerned.
#include "explain_private.h"

void explain_thread(const struct explained *explained, struct line *line) {
    if (has_threads(explained)) {
        name_thread(line, explained->finding->thread);
    }
}

void explain_history(const struct explained *explained, struct line *line) {
    const struct ac_snapshot *snapshot = explain_snapshot(explained);
    if (snapshot == NULL || !snapshot->block.there || snapshot->block.id == AC_NO_BLOCK ||
        snapshot->block.op == UINT32_MAX || !has_threads(explained)) {
        return;
    }
    const struct ac_snapshot_block *block = &snapshot->block;
    name_block(line, block);
    line_add(line, ", allocated by ");
    name_doer(line, explained, block->thread, block->op);
    if (block->ended) {
        line_add(line, ", freed by ");
        name_doer(line, explained, block->ended_thread, block->ended_op);
    }
}
