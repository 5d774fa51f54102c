// SPDX-License-Identifier: MIT
// One op, one statement.
#include "export_write.h"

#include <inttypes.h>
#include <string.h>

enum { EXIT_PASSES = 4 }; /* of destructors, as POSIX has them */

static bool repeats(const struct ac_op *op) {
    return plan_rounds(op) > 1;
}

static void text_of_allocating(const struct writer *writer, const struct ac_op *op,
                               const struct wanted *wanted, char text[TEXT]) {
    char slot[TEXT], answer[TEXT], total[TEXT];
    text_of_slot(op->slot, repeats(op), slot);
    text_of_answer(writer, op, wanted, "NULL", answer);
    text_of_total(op, wanted, total);
    if (plan_has(writer->plan, EXPORT_alignment) && wanted->alignment != 0) {
        const char *by = wanted->function == AC_FN_ALIGNED_ALLOC ? "by_aligned_alloc" : "aligned";
        snprintf(text, TEXT, "allocate_%s(%.40s, %.300s, %" PRIu64 "%s, %.99s);", by, slot, answer,
                 wanted->alignment, wanted->alignment > INT64_MAX ? "u" : "", total);
    } else {
        snprintf(text, TEXT, "allocate(%.40s, %.300s, %.99s);", slot, answer, total);
    }
}

static void text_of_resize(const struct writer *writer, const struct ac_op *op,
                           const struct wanted *wanted, char text[TEXT]) {
    char to[TEXT], from[TEXT], old[TEXT], answer[TEXT], total[TEXT];
    text_of_slot(op->slot, repeats(op), to);
    text_of_slot(op->from, repeats(op), from);
    snprintf(old, sizeof old, "address(%.40s)", from);
    text_of_answer(writer, op, wanted, old, answer);
    text_of_total(op, wanted, total);
    snprintf(text, TEXT, "resize(%.40s, %.40s, %.250s, %.99s);", to, from, answer, total);
}

/* A request, unless the program has live as much as it may. */
static void text_of_request(const struct writer *writer, const struct ac_op *op,
                            const struct wanted *wanted, char text[TEXT]) {
    char statement[TEXT], total[TEXT];
    if (wanted_is_resize(wanted)) {
        text_of_resize(writer, op, wanted, statement);
    } else {
        text_of_allocating(writer, op, wanted, statement);
    }
    if (writer->plan->bounded && !wanted_is_absurd(wanted)) {
        text_of_total(op, wanted, total);
        snprintf(text, TEXT, "if (fits(%.60s)) %.400s", total, statement);
    } else {
        snprintf(text, TEXT, "%s", statement);
    }
}

/* Statements that name a slot and no more. */
static const char *slot_statement(const struct writer *writer, enum ac_op_kind kind) {
    const bool errno_kept = plan_has(writer->plan, EXPORT_errno);
    switch (kind) {
    case AC_OP_FREE:
        return errno_kept ? "call_free(take(%s)), kept_errno();" : "call_free(take(%s));";
    case AC_OP_FREE_SIZED:
        return errno_kept ? "free_sized_slot(%s), kept_errno();" : "free_sized_slot(%s);";
    case AC_OP_FREE_ALIGNED_SIZED:
        return errno_kept ? "free_aligned_sized_slot(%s), kept_errno();"
                          : "free_aligned_sized_slot(%s);";
    case AC_OP_USABLE:
        return "ask_usable(%s);";
    case AC_OP_FILL:
        return "fill_usable(%s);";
    case AC_OP_CHECK:
        return plan_has(writer->plan, EXPORT_intact) ? "check_slot(%s);" : NULL;
    case AC_OP_LARGEST:
        return "allocate_largest(%s);";
    case AC_OP_DOUBLE_FREE:
        return "double_free(%s);";
    case AC_OP_USABLE_FREED:
        return "usable_freed(%s);";
    default:
        return NULL;
    }
}

/* Those that name a slot and a size. */
static const char *sized_statement(enum ac_op_kind kind) {
    switch (kind) {
    case AC_OP_FREE_INTERIOR:
        return "free_interior(%.40s, %.99s);";
    case AC_OP_WRITE_FREED:
        return "write_freed(%.40s, %.99s);";
    case AC_OP_REALLOC_FREED:
        return "realloc_freed(%.40s, %.99s);";
    case AC_OP_WRONG_SIZE:
        return "wrong_size(%.40s, %.99s);";
    default:
        return NULL;
    }
}

static void text_of_overflow(const struct ac_op *op, const char *slot, char text[TEXT]) {
    const struct ac_resolve known = {.page_size = 4096};
    unsigned with = (unsigned)ac_operand_resolve(op->b, &known) & 0xFF;
    snprintf(text, TEXT, "overflow(%.40s, %u);", slot, with != 0 ? with : 0xFF);
}

/* The main thread does not end. */
static void text_of_free_at_exit(const struct ac_op *op, const char *slot, char text[TEXT]) {
    const struct ac_resolve known = {.page_size = 4096};
    const unsigned pass = (unsigned)(ac_operand_resolve(op->a, &known) % EXIT_PASSES);
    if (op->thread != 0) {
        snprintf(text, TEXT, "free_at_exit(%.40s, %u, %u);", slot, op->thread, pass);
    }
}

static void text_of_foreign(const struct ac_op *op, char text[TEXT]) {
    static const char *const calls[] = {"free_stack();", "free_static();", "free_static();",
                                        "free_frame();"};
    const struct ac_resolve known = {.page_size = 4096};
    snprintf(text, TEXT, "%s", calls[ac_operand_resolve(op->a, &known) % 4]);
}

static void text_of_refusal(const struct writer *writer, const struct ac_op *op, char text[TEXT]) {
    char number[TEXT];
    text_of_operand(op->a, number);
    if (plan_has(writer->plan, EXPORT_limits)) {
        snprintf(text, TEXT, "%s", strcmp(number, "0") == 0 ? "grant_pages();" : "refuse_pages();");
    } else {
        snprintf(text, TEXT, "%s(%.99s);",
                 op_kind(op) == AC_OP_REFUSE_FROM ? "refuse_from" : "refuse", number);
    }
}

/* Ops about the heap as a whole. */
static void text_of_whole(const struct writer *writer, const struct ac_op *op, char text[TEXT]) {
    const bool checked =
        plan_has(writer->plan, EXPORT_integrity) || plan_has(writer->plan, EXPORT_statistics);
    char number[TEXT];
    switch (op_kind(op)) {
    case AC_OP_CHECK_ALL:
        snprintf(text, TEXT, "%s%s%s", plan_has(writer->plan, EXPORT_intact) ? "check_all();" : "",
                 checked && plan_has(writer->plan, EXPORT_intact) ? " " : "",
                 checked ? "check_heap(\"the ops so far\");" : "");
        break;
    case AC_OP_FORK:
        snprintf(text, TEXT, "fork_here();");
        break;
    case AC_OP_TRIM:
        snprintf(text, TEXT, "call_trim();%s", checked ? " check_heap(\"trim\");" : "");
        break;
    case AC_OP_FREE_EVERY:
        text_of_operand(op->a, number);
        snprintf(text, TEXT, "free_every(%.99s);", strcmp(number, "0") == 0 ? "1" : number);
        break;
    case AC_OP_REFUSE:
    case AC_OP_REFUSE_FROM:
        text_of_refusal(writer, op, text);
        break;
    case AC_OP_EXIT:
        if (writer->lives->ends[writer->at]) {
            snprintf(text, TEXT, "end_thread(%u);", op->slot);
        }
        break;
    case AC_OP_FOREIGN_BRK:
        text_of_operand(op->b, number);
        snprintf(text, TEXT, "%s(%.99s);",
                 plan_has(writer->plan, EXPORT_names) ? "move_break" : "foreign_brk", number);
        break;
    case AC_OP_FREE_WILD:
        text_of_operand(op->b, number);
        snprintf(text, TEXT, "free_wild(%.99s);", number);
        break;
    default:
        break;
    }
}

void text_of_op(const struct writer *writer, const struct ac_op *op, char text[TEXT]) {
    const enum ac_op_kind kind = op_kind(op);
    struct wanted wanted;
    char slot[TEXT], size[TEXT];
    text[0] = '\0';
    text_of_slot(op->slot, repeats(op), slot);
    if (wanted_of(writer->plan, op, &wanted)) {
        text_of_request(writer, op, &wanted, text);
    } else if (kind == AC_OP_OVERFLOW) {
        text_of_overflow(op, slot, text);
    } else if (kind == AC_OP_FREE_AT_EXIT) {
        text_of_free_at_exit(op, slot, text);
    } else if (kind == AC_OP_FREE_FOREIGN) {
        text_of_foreign(op, text);
    } else if (sized_statement(kind) != NULL) {
        text_of_operand(op->b, size);
        snprintf(text, TEXT, sized_statement(kind), slot, size);
    } else if (slot_statement(writer, kind) != NULL) {
        snprintf(text, TEXT, slot_statement(writer, kind), slot);
    } else {
        text_of_whole(writer, op, text);
    }
}
