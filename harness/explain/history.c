// SPDX-License-Identifier: MIT
// The threads of a finding: of the failing call, and of those that allocated and freed the block.
#include "parts.h"

void describe_thread(const struct evidence *evidence, struct line *line) {
    if (!ac_program_has_threads(evidence->program))
        return;
    if (evidence->finding->thread == 0)
        line_add(line, "main");
    else
        line_add(line, "%u", evidence->finding->thread);
}

void describe_history(const struct evidence *evidence, struct line *line) {
    const struct ac_snapshot *snapshot = snapshot_of(evidence);
    if (snapshot == NULL || !snapshot->block.there || snapshot->block.id == AC_NO_BLOCK ||
        snapshot->block.op == UINT32_MAX || !ac_program_has_threads(evidence->program))
        return;
    const struct ac_snapshot_block *block = &snapshot->block;
    label_block(line, block);
    line_add(line, ", allocated by ");
    label_op(line, evidence, block->thread, block->op);
    if (block->ended) {
        line_add(line, ", freed by ");
        label_op(line, evidence, block->ended_thread, block->ended_op);
    }
}
