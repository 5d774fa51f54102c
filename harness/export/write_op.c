// SPDX-License-Identifier: MIT
// One op, one statement.
#include "write.h"

#include <inttypes.h>
#include <string.h>

enum { EXIT_PASSES = 4 }; /* of destructors; POSIX _POSIX_THREAD_DESTRUCTOR_ITERATIONS */

static bool repeats(const struct ac_op *op) {
    return op_rounds(op) > 1;
}

static void text_of_allocating(const struct writer *writer, const struct ac_op *op,
                               const struct request *request, char text[TEXT]) {
    char slot[TEXT], answer[TEXT], total[TEXT];
    text_of_slot(op->slot, repeats(op), slot);
    text_of_call(writer, op, request, "NULL", answer);
    text_of_total(op, request, total);
    if (plan_has(writer->plan, EXPORT_alignment) && request->alignment != 0) {
        const char *by = request->function == AC_FN_ALIGNED_ALLOC ? "by_aligned_alloc" : "aligned";
        snprintf(text, TEXT, "allocate_%s(%.40s, %.340s, %" PRIu64 "%s, %.99s);", by, slot, answer,
                 request->alignment, request->alignment > INT64_MAX ? "u" : "", total);
    } else {
        snprintf(text, TEXT, "allocate(%.40s, %.340s, %.99s);", slot, answer, total);
    }
}

static void text_of_resize(const struct writer *writer, const struct ac_op *op,
                           const struct request *request, char text[TEXT]) {
    char to[TEXT], from[TEXT], old[TEXT], answer[TEXT], total[TEXT];
    text_of_slot(op->slot, repeats(op), to);
    text_of_slot(op->from, repeats(op), from);
    snprintf(old, sizeof old, "address(%.40s)", from);
    text_of_call(writer, op, request, old, answer);
    text_of_total(op, request, total);
    snprintf(text, TEXT, "resize(%.40s, %.40s, %.340s, %.99s);", to, from, answer, total);
}

/* A request, made only if the program stays within its limit. */
static void text_of_request(const struct writer *writer, const struct ac_op *op,
                            const struct request *request, char text[TEXT]) {
    char statement[TEXT], total[TEXT];
    if (request_is_resize(request))
        text_of_resize(writer, op, request, statement);
    else
        text_of_allocating(writer, op, request, statement);
    if (writer->plan->bounded && !request_is_absurd(request)) {
        text_of_total(op, request, total);
        snprintf(text, TEXT, "if (fits(%.60s)) %.540s", total, statement);
    } else {
        snprintf(text, TEXT, "%s", statement);
    }
}

/* Statements with a slot. */
static const char *slot_statement(const struct writer *writer, enum ac_op_kind kind) {
    const bool errno_kept =
        plan_has(writer->plan, EXPORT_errno) && !writer->plan->profile->free_changes_errno;
    switch (kind) {
    case AC_OP_FREE:
        return errno_kept ? "call_free(release_slot(%s)), check_errno();"
                          : "call_free(release_slot(%s));";
    case AC_OP_FREE_SIZED:
        return errno_kept ? "free_sized_slot(%s), check_errno();" : "free_sized_slot(%s);";
    case AC_OP_FREE_ALIGNED_SIZED:
        return errno_kept ? "free_aligned_sized_slot(%s), check_errno();"
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

/* Statements with a slot and a size. */
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
    if (op->thread != 0)
        snprintf(text, TEXT, "free_at_exit(%.40s, %u, %u);", slot, op->thread, pass);
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

/* Statements with an operand but no slot. */
static void text_of_operand_op(const struct writer *writer, const struct ac_op *op,
                               char text[TEXT]) {
    char number[TEXT];
    switch (op_kind(op)) {
    case AC_OP_FREE_EVERY:
        text_of_operand(op->a, number);
        snprintf(text, TEXT, "free_every(%.99s);", strcmp(number, "0") == 0 ? "1" : number);
        break;
    case AC_OP_REFUSE:
    case AC_OP_REFUSE_FROM:
        text_of_refusal(writer, op, text);
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

/* Statements about the whole heap, and thread exits. */
static void text_of_heap_op(const struct writer *writer, const struct ac_op *op, char text[TEXT]) {
    const bool intact = plan_has(writer->plan, EXPORT_intact);
    const bool checked =
        plan_has(writer->plan, EXPORT_integrity) || plan_has(writer->plan, EXPORT_statistics);
    switch (op_kind(op)) {
    case AC_OP_CHECK_ALL:
        snprintf(text, TEXT, "%s%s%s", intact ? "check_all();" : "", checked && intact ? " " : "",
                 checked ? "check_heap(\"the ops so far\");" : "");
        break;
    case AC_OP_FORK:
        snprintf(text, TEXT, "check_fork();");
        break;
    case AC_OP_TRIM:
        snprintf(text, TEXT, "call_trim();%s", checked ? " check_heap(\"trim\");" : "");
        break;
    case AC_OP_EXIT:
        if (writer->lifetimes->ends[writer->at])
            snprintf(text, TEXT, "end_thread(%u);", op->slot);
        break;
    default:
        text_of_operand_op(writer, op, text);
    }
}

void text_of_op(const struct writer *writer, const struct ac_op *op, char text[TEXT]) {
    const enum ac_op_kind kind = op_kind(op);
    struct request request;
    char slot[TEXT], size[TEXT];
    text[0] = '\0';
    text_of_slot(op->slot, repeats(op), slot);
    if (request_of(writer->plan, op, &request)) {
        text_of_request(writer, op, &request, text);
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
        text_of_heap_op(writer, op, text);
    }
}
