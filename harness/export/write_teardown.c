// SPDX-License-Identifier: MIT
// Shortages before the failing op, and the end of the program.
#include "write.h"

#include <inttypes.h>

enum { REUSED = 8 };

void write_shortage(struct writer *writer) {
    const struct plan *plan = writer->plan;
    if (writer->begun == 0 && writer->at == plan->uses_up_at)
        write_line(writer, "    ", "exhaust_memory();", NULL);
    if (writer->begun == 0 && plan_has(plan, EXPORT_uses_up_mappings) &&
        writer->at == plan->finding->op)
        write_line(writer, "    ", "exhaust_mappings();", NULL);
}

/* Allocates, frees and reallocates each size that the profile calls cached. */
static void write_reuse(struct writer *writer) {
    const struct plan *plan = writer->plan;
    char text[TEXT];
    for (size_t i = 0, tried = 0; i < plan->ops && tried < REUSED; i++) {
        const struct ac_op *op = &plan->program->ops[i];
        bool plain = (op_kind(op) == AC_OP_MALLOC || op_kind(op) == AC_OP_REALLOC) &&
                     op->b.symbol == AC_ABSOLUTE && op->b.value <= plan->profile->cached_size;
        if (plain) {
            snprintf(text, sizeof text, "reuse(%" PRIu64 ");", op->b.value);
            write_line(writer, "    ", text, "allocate, free, allocate again");
            tried++;
        }
    }
}

void write_teardown(struct writer *writer) {
    const struct plan *plan = writer->plan;
    const bool checked = plan_has(plan, EXPORT_integrity) || plan_has(plan, EXPORT_statistics);
    write_frame_exits(writer);
    if (plan_has(plan, EXPORT_interface) && plan_has(plan, EXPORT_frames) &&
        plan_has_own_frames(plan))
        write_line(writer, "    ", "while (depth > 0) leave_own_frame();", "frames end");
    if (checked)
        write_line(writer, "    ", "check_heap(\"the program\");", NULL);
    if (plan_has(plan, EXPORT_limits))
        write_line(writer, "    ", "grant_pages();", NULL);
    write_shortage(writer);
    if (!plan_has(plan, EXPORT_leaves_mapped))
        write_line(writer, "    ", "free_every(1);", "what is still live");
    if (checked)
        write_line(writer, "    ", "check_heap(\"the last free\");", NULL);
    if (plan_has(plan, EXPORT_counts_live) || plan_has(plan, EXPORT_held_when_empty))
        write_line(writer, "    ", "check_empty();", NULL);
    if (plan_oracle(plan) == AC_ORACLE_REUSE)
        write_reuse(writer);
    write_thread_ends(writer);
    if (plan_has(plan, EXPORT_interface) && !plan_has(plan, EXPORT_rounds))
        write_line(writer, "    ", "close_heap();", NULL);
}
