// SPDX-License-Identifier: MIT
// The ops of a program as the body of a function; each frame is a function of its own.
#define _GNU_SOURCE /* open_memstream */
#include "export_write.h"

#include "allocheck/codec.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { COMMENT_COLUMN = 52, MAX_DEPTH = 48, MAX_STACK = 256 << 10, LINE = 160, REUSED = 8 };

static const struct ac_op *this_op(const struct writer *writer) {
    return &writer->plan->program->ops[writer->at];
}

/* --- lines --- */

static void put_line(struct writer *writer, const char *indent, const char *text,
                     const char *comment) {
    size_t length = strlen(indent) + strlen(text);
    int pad = length + 2 < COMMENT_COLUMN ? COMMENT_COLUMN - (int)length : 2;
    fprintf(writer->to, "%s%s", indent, text);
    if (comment != NULL) {
        fprintf(writer->to, "%*s// ", pad, "");
        put_comment(writer->to, comment);
    }
    fputc('\n', writer->to);
}

/* The op in its text form, and where it broke. */
static void text_of_comment(const struct writer *writer, const char *more, char text[LINE * 2]) {
    const struct ac_finding *finding = writer->plan->finding;
    char line[LINE];
    bool here = finding != NULL && finding->op == writer->at;
    ac_print_op(this_op(writer), line, sizeof line);
    snprintf(text, LINE * 2, "%s%s%s", line, more, here ? "   <- here it broke" : "");
}

static void put_repeated(struct writer *writer, uint64_t rounds, const char *statement,
                         const char *comment) {
    char head[TEXT];
    if (rounds <= 1) {
        put_line(writer, "    ", statement, comment);
        return;
    }
    snprintf(head, sizeof head, "for (size_t i = 0; i < %" PRIu64 "; i++) {", rounds);
    put_line(writer, "    ", head, comment);
    put_line(writer, "        ", statement, NULL);
    put_line(writer, "    ", "}", NULL);
}

static void put_left_out(struct writer *writer, const char *why) {
    char comment[LINE * 2], more[LINE];
    snprintf(more, sizeof more, "   (left out: %s)", why);
    text_of_comment(writer, more, comment);
    fputs("    // ", writer->to);
    put_comment(writer->to, comment);
    fputc('\n', writer->to);
}

/* --- what is known of slots --- */

static bool uses_heap_block(enum ac_op_kind kind) {
    switch (kind) {
    case AC_OP_REALLOC:
    case AC_OP_REALLOCARRAY:
    case AC_OP_FREE:
    case AC_OP_FREE_SIZED:
    case AC_OP_FREE_ALIGNED_SIZED:
    case AC_OP_USABLE:
    case AC_OP_FILL:
    case AC_OP_DOUBLE_FREE:
    case AC_OP_FREE_INTERIOR:
    case AC_OP_OVERFLOW:
    case AC_OP_WRONG_SIZE:
        return true;
    default:
        return false;
    }
}

static uint32_t used_slot(const struct ac_op *op) {
    bool resizes = op_kind(op) == AC_OP_REALLOC || op_kind(op) == AC_OP_REALLOCARRAY;
    return resizes ? op->from : op->slot;
}

static bool may_be_framed(const struct writer *writer, const struct ac_op *op) {
    for (uint64_t i = 0; i < plan_rounds(op); i++) {
        if (writer->framed[used_slot(op) + i]) {
            return true;
        }
    }
    return false;
}

static void note_slots(struct writer *writer, const struct ac_op *op) {
    struct wanted wanted;
    if (!wanted_of(writer->plan, op, &wanted)) {
        return;
    }
    for (uint64_t i = 0; i < plan_rounds(op); i++) {
        uint64_t kept = writer->aligned[op->from + i];
        writer->aligned[op->slot + i] = wanted_is_resize(&wanted) ? kept : wanted.alignment;
    }
}

static void note_framed(struct writer *writer, const struct ac_op *op, uint64_t rounds) {
    for (uint64_t i = 0; i < rounds; i++) {
        writer->framed[op->slot + i] = true;
    }
}

/* --- frames of C --- */

static void write_ops(struct writer *writer);

/* One more repeat of the op that runs is done. */
static void next_round(struct writer *writer) {
    if (++writer->begun >= this_op(writer)->repeat) {
        writer->begun = 0;
        writer->at++;
    }
}

static void put_frame(struct writer *writer, unsigned number, const char *body) {
    fprintf(writer->frames,
            "static void frame_%u(void) {\n    depth++;\n%s    end_frame_blocks();\n"
            "    depth--;\n}\n\n",
            number, body);
}

static void enter_frame(struct writer *writer) {
    char *body = NULL, call[TEXT];
    size_t length;
    FILE *outer = writer->to, *inner = open_memstream(&body, &length);
    unsigned number = ++writer->frame;
    uint64_t stack = writer->stack;
    if (inner == NULL) {
        writer->at = writer->plan->ops; /* write_program sees the missing frame */
        return;
    }
    snprintf(call, sizeof call, "frame_%u();", number);
    put_line(writer, "    ", call, "enter");
    next_round(writer);
    writer->to = inner;
    writer->depth++;
    write_ops(writer);
    writer->depth--;
    fclose(inner);
    put_frame(writer, number, body);
    free(body);
    writer->to = outer;
    writer->stack = stack;
}

static void write_enter(struct writer *writer) {
    if (writer->depth == MAX_DEPTH) {
        put_left_out(writer, "too deep");
        writer->begun = 0;
        writer->at++;
        return;
    }
    enter_frame(writer);
}

static uint64_t rounds_that_fit(struct writer *writer, const struct ac_op *op, uint64_t total) {
    uint64_t room = (MAX_STACK - writer->stack) / total, rounds = plan_rounds(op);
    rounds = rounds < room ? rounds : room;
    writer->stack += rounds * total;
    return rounds;
}

/* An array in a loop would end with its round: there its memory comes from alloca too. */
static void write_stack_memory(struct writer *writer, const struct ac_op *op,
                               const struct wanted *wanted) {
    char slot[TEXT], text[TEXT], comment[LINE * 2];
    uint64_t rounds = rounds_that_fit(writer, op, wanted->total);
    text_of_slot(op->slot, rounds > 1, slot);
    if (op_kind(op) == AC_OP_VLA && rounds == 1) {
        snprintf(text, sizeof text,
                 "size_t bytes_%zu = %" PRIu64 ";\n    unsigned char array_%zu[bytes_%zu];\n"
                 "    lend_on_stack(%.40s, array_%zu, bytes_%zu);",
                 writer->at, wanted->total, writer->at, writer->at, slot, writer->at, writer->at);
    } else {
        snprintf(text, sizeof text,
                 "void *memory_%zu = alloca(%" PRIu64 ");\n    %slend_on_stack(%.40s, memory_%zu, "
                 "%" PRIu64 ");",
                 writer->at, wanted->total, rounds > 1 ? "    " : "", slot, writer->at,
                 wanted->total);
    }
    text_of_comment(writer, "", comment);
    if (rounds > 0) {
        put_repeated(writer, rounds, text, comment);
        note_framed(writer, op, rounds);
    } else {
        put_left_out(writer, "more than the stack is given");
    }
}

static void write_alloca(struct writer *writer, const struct ac_op *op) {
    struct wanted wanted;
    wanted_of(writer->plan, op, &wanted);
    if (writer->depth == 0 || (wanted.total == 0 && !wanted.wraps)) {
        put_left_out(writer, "nothing to do");
    } else if (wanted.dynamic || wanted.wraps || wanted.total > MAX_STACK - writer->stack) {
        put_left_out(writer, "more than the stack is given");
    } else {
        write_stack_memory(writer, op, &wanted);
    }
    writer->at++;
}

/* True when the frame that is being written ends. */
static bool write_frame_op(struct writer *writer, const struct ac_op *op) {
    switch (op_kind(op)) {
    case AC_OP_ENTER:
        write_enter(writer);
        return false;
    case AC_OP_LEAVE:
        if (writer->depth == 0) {
            put_left_out(writer, "nothing to do");
            writer->at++;
            return false;
        }
        next_round(writer);
        return true;
    default:
        write_alloca(writer, op);
        return false;
    }
}

/* --- frames of the allocator's own --- */

static void write_own_frame_op(struct writer *writer, const struct ac_op *op) {
    char slot[TEXT], answer[TEXT], total[TEXT], text[TEXT], comment[LINE * 2];
    struct wanted wanted;
    const bool request = wanted_of(writer->plan, op, &wanted);
    if (!plan_has(writer->plan, EXPORT_frames) || (request && wanted_is_zero(&wanted))) {
        put_left_out(writer, "nothing to do");
        return;
    }
    if (request) {
        text_of_slot(op->slot, plan_rounds(op) > 1, slot);
        text_of_answer(writer, op, &wanted, "NULL", answer);
        text_of_total(op, &wanted, total);
        snprintf(text, sizeof text, "if (depth > 0) lend_in_frame(%.40s, %.300s, %.99s);", slot,
                 answer, total);
        note_framed(writer, op, plan_rounds(op));
    } else {
        bool enters = op_kind(op) == AC_OP_ENTER;
        snprintf(text, sizeof text, "%s", enters ? "enter_own_frame();" : "leave_own_frame();");
    }
    text_of_comment(writer, "", comment);
    put_repeated(writer, plan_rounds(op), text, comment);
}

/* --- all --- */

static void write_op(struct writer *writer, const struct ac_op *op) {
    char text[TEXT], guarded[TEXT + LINE], slot[TEXT], comment[LINE * 2];
    text_of_op(writer, op, text);
    text_of_comment(writer, "", comment);
    if (text[0] == '\0') {
        put_left_out(writer, "nothing to do here");
    } else if (uses_heap_block(op_kind(op)) && may_be_framed(writer, op)) {
        text_of_slot(used_slot(op), plan_rounds(op) > 1, slot);
        snprintf(guarded, sizeof guarded, "if (!in_frame(%.40s)) { %s }", slot, text);
        put_repeated(writer, plan_rounds(op), guarded, comment);
    } else {
        put_repeated(writer, plan_rounds(op), text, comment);
    }
    note_slots(writer, op);
}

/* What must be so before the op that shows the finding, or before all is freed. */
static void write_means(struct writer *writer) {
    const struct plan *plan = writer->plan;
    if (writer->begun == 0 && writer->at == plan->uses_up_at) {
        put_line(writer, "    ", "use_up_memory();", NULL);
    }
    if (writer->begun == 0 && plan_has(plan, EXPORT_uses_up_mappings) &&
        writer->at == plan->finding->op) {
        put_line(writer, "    ", "use_up_mappings();", NULL);
    }
}

static void write_ops(struct writer *writer) {
    const bool own = plan_has(writer->plan, EXPORT_interface) && plan_has_own_frames(writer->plan);
    const char *why;
    while (writer->at < writer->plan->ops) {
        const struct ac_op *op = this_op(writer);
        const bool of_frame = ac_op_info(op_kind(op))->group == AC_GROUP_FRAMES;
        write_means(writer);
        if (plan_leaves_out(writer->plan, op, &why)) {
            put_left_out(writer, why);
            writer->at++;
        } else if (of_frame && !own) {
            if (write_frame_op(writer, op)) {
                return;
            }
        } else {
            (of_frame ? write_own_frame_op : write_op)(writer, op);
            writer->at++;
        }
    }
}

/* Each size of the program that the profile calls cached: lent, freed, lent. */
static void write_reuse(struct writer *writer) {
    const struct plan *plan = writer->plan;
    char text[TEXT];
    for (size_t i = 0, looked_at = 0; i < plan->ops && looked_at < REUSED; i++) {
        const struct ac_op *op = &plan->program->ops[i];
        bool plain = (op_kind(op) == AC_OP_MALLOC || op_kind(op) == AC_OP_REALLOC) &&
                     op->b.symbol == AC_ABSOLUTE && op->b.value <= plan->profile->cached_size;
        if (plain) {
            snprintf(text, sizeof text, "reuse(%" PRIu64 ");", op->b.value);
            put_line(writer, "    ", text, "lent, freed and lent again");
            looked_at++;
        }
    }
}

static void write_teardown(struct writer *writer) {
    const struct plan *plan = writer->plan;
    const bool judged = plan_has(plan, EXPORT_integrity) || plan_has(plan, EXPORT_statistics);
    if (judged) {
        put_line(writer, "    ", "judge_heap(\"the program\");", NULL);
    }
    if (plan_has(plan, EXPORT_limits)) {
        put_line(writer, "    ", "grant_pages();", NULL);
    }
    write_means(writer);
    if (!plan_has(plan, EXPORT_leaves_mapped)) {
        put_line(writer, "    ", "free_every(1);", "what is still lent");
    }
    if (judged) {
        put_line(writer, "    ", "judge_heap(\"the last free\");", NULL);
    }
    if (plan_has(plan, EXPORT_counts_lent) || plan_has(plan, EXPORT_held_when_empty)) {
        put_line(writer, "    ", "judge_empty();", NULL);
    }
    if (plan_oracle(plan) == AC_ORACLE_REUSE) {
        write_reuse(writer);
    }
    if (plan_has(plan, EXPORT_interface) && !plan_has(plan, EXPORT_rounds)) {
        put_line(writer, "    ", "close_heap();", NULL);
    }
}

bool write_program(const struct plan *plan, FILE *body, FILE *frames) {
    struct writer writer = {.plan = plan, .to = body, .frames = frames};
    writer.framed = calloc(plan->slots, sizeof *writer.framed);
    writer.aligned = calloc(plan->slots, sizeof *writer.aligned);
    const bool room = writer.framed != NULL && writer.aligned != NULL;
    if (room) {
        write_ops(&writer);
        if (plan->teardown) {
            write_teardown(&writer);
        }
    }
    free(writer.framed);
    free(writer.aligned);
    return room;
}
