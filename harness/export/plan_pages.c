// SPDX-License-Identifier: MIT
// The page source of a file, and what stands in for it if the file calls names.
#include "plan.h"

/* Of the page source, as in the run. */
static unsigned quirks_of(const struct plan *plan) {
    return plan->program->head.quirks & ~plan->profile->declined_quirks;
}

/* Page requests are refused in system calls, as in the run. */
void plan_set_trapped(struct plan *plan) {
    const bool trapped = plan_has(plan, EXPORT_names) && plan->options->target->trapped &&
                         ac_program_may_refuse_pages(plan->program);
    plan_set(plan, EXPORT_trapped, trapped);
    plan_set(plan, EXPORT_fixed, trapped && (quirks_of(plan) & AC_QUIRK_NO_RESIZE) != 0);
}

void plan_set_source(struct plan *plan) {
    const unsigned quirks = quirks_of(plan);
    bool source = plan_has(plan, EXPORT_interface) && plan->allocator->open != NULL &&
                  plan->allocator->sources != 0;
    plan_set(plan, EXPORT_source, source);
    if (!source)
        return;
    plan->kind = plan_source_kind(plan);
    plan_set(plan, EXPORT_maps, (plan->kind & (AC_SOURCE_MMAP | AC_SOURCE_BOTH)) != 0);
    plan_set(plan, EXPORT_break, (plan->kind & (AC_SOURCE_BRK | AC_SOURCE_BOTH)) != 0);
    plan_set(plan, EXPORT_buffer, plan->kind == AC_SOURCE_BUFFER);
    plan_set(plan, EXPORT_unaligned, (quirks & AC_QUIRK_UNALIGNED) != 0);
    plan_set(plan, EXPORT_gaps, (quirks & AC_QUIRK_GAPS) != 0);
    plan_set(plan, EXPORT_lower, (quirks & AC_QUIRK_LOWER) != 0);
    plan_set(plan, EXPORT_dirty, (quirks & AC_QUIRK_DIRTY) != 0);
    plan_set(plan, EXPORT_foreign_brks, (quirks & AC_QUIRK_FOREIGN_BRK) != 0);
    plan_set(plan, EXPORT_fixed, (quirks & AC_QUIRK_NO_RESIZE) != 0);
    plan_set(plan, EXPORT_keep, (quirks & AC_QUIRK_NO_UNMAP) != 0);
}

/* Quirks that keep memory from being returned. */
bool plan_has_foreign_quirks(const struct plan *plan) {
    return (quirks_of(plan) & (AC_QUIRK_FOREIGN_BRK | AC_QUIRK_NO_UNMAP)) != 0;
}

/* What stands in for a page source if the file calls names. */
void plan_set_means(struct plan *plan) {
    const bool names = plan_has(plan, EXPORT_names) && plan_is_on_source(plan);
    const enum ac_oracle only = plan_oracle(plan);
    plan->uses_up_at = names ? plan_uses_up_memory_at(plan) : SIZE_MAX;
    plan_set(plan, EXPORT_uses_up_mappings, names && plan_uses_up_mappings(plan));
    plan_set(plan, EXPORT_in_memory, names && only == AC_ORACLE_IN_BOUNDS);
    plan_set(plan, EXPORT_checked_block,
             plan_has(plan, EXPORT_checked_block) || plan_has(plan, EXPORT_in_memory));
    plan_set(plan, EXPORT_leaves_mapped, names && only == AC_ORACLE_NO_LEAK);
}
