// SPDX-License-Identifier: MIT
// The ops of a program as the body of a function; each frame is a function.
#define _GNU_SOURCE /* open_memstream */
#include "write.h"

#include "allocheck/codec.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    COMMENT_COLUMN = 52,
    MAX_DEPTH = 48,
    MAX_STACK = 256 << 10,
    LINE = 160,
    COMMENT = 2 * LINE + 32
};

static const struct ac_op *this_op(const struct writer *writer) {
    return &writer->plan->program->ops[writer->at];
}

/* --- lines --- */

void write_line(struct writer *writer, const char *indent, const char *text, const char *comment) {
    size_t length = strlen(indent) + strlen(text);
    int pad = length + 2 < COMMENT_COLUMN ? COMMENT_COLUMN - (int)length : 2;
    fprintf(writer->to, "%s%s", indent, text);
    if (comment != NULL) {
        fprintf(writer->to, "%*s// ", pad, "");
        put_comment(writer->to, comment);
    }
    fputc('\n', writer->to);
}

/* The op in text form; marks the failing one. */
static void text_of_comment(const struct writer *writer, const char *more, char text[COMMENT]) {
    const struct ac_finding *finding = writer->plan->finding;
    char line[LINE];
    bool here = finding != NULL && finding->op == writer->at;
    ac_print_op(this_op(writer), line, sizeof line);
    snprintf(text, COMMENT, "%s%s%s", line, more, here ? "   <- fails here" : "");
}

static void put_repeated(struct writer *writer, uint64_t rounds, const char *statement,
                         const char *comment) {
    char head[TEXT];
    if (rounds <= 1) {
        write_line(writer, "    ", statement, comment);
        return;
    }
    snprintf(head, sizeof head, "for (size_t i = 0; i < %" PRIu64 "; i++) {", rounds);
    write_line(writer, "    ", head, comment);
    write_line(writer, "        ", statement, NULL);
    write_line(writer, "    ", "}", NULL);
}

static void put_skipped(struct writer *writer, const char *why) {
    char comment[COMMENT], more[LINE];
    snprintf(more, sizeof more, "   (skipped: %s)", why);
    text_of_comment(writer, more, comment);
    fputs("    // ", writer->to);
    put_comment(writer->to, comment);
    fputc('\n', writer->to);
}

/* --- frames in C --- */

/* Counts one repeat of the current op. */
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
        writer->at = writer->plan->ops; /* ends the program */
        return;
    }
    snprintf(call, sizeof call, "frame_%u();", number);
    write_line(writer, "    ", call, "enter");
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
        put_skipped(writer, "too deep");
        writer->begun = 0;
        writer->at++;
        return;
    }
    enter_frame(writer);
}

static uint64_t rounds_that_fit(struct writer *writer, const struct ac_op *op, uint64_t total) {
    uint64_t fit = (MAX_STACK - writer->stack) / total, rounds = op_rounds(op);
    rounds = rounds < fit ? rounds : fit;
    writer->stack += rounds * total;
    return rounds;
}

/* An array would end with its iteration, so a loop uses alloca. */
static void write_stack_memory(struct writer *writer, const struct ac_op *op,
                               const struct request *request) {
    char slot[TEXT], text[TEXT], comment[COMMENT];
    uint64_t rounds = rounds_that_fit(writer, op, request->total);
    text_of_slot(op->slot, rounds > 1, slot);
    if (op_kind(op) == AC_OP_VLA && rounds == 1) {
        snprintf(text, sizeof text,
                 "size_t bytes_%zu = %" PRIu64 ";\n    unsigned char array_%zu[bytes_%zu];\n"
                 "    allocate_on_stack(%.40s, array_%zu, bytes_%zu);",
                 writer->at, request->total, writer->at, writer->at, slot, writer->at, writer->at);
    } else {
        snprintf(
            text, sizeof text,
            "void *memory_%zu = alloca(%" PRIu64 ");\n    %sallocate_on_stack(%.40s, memory_%zu, "
            "%" PRIu64 ");",
            writer->at, request->total, rounds > 1 ? "    " : "", slot, writer->at, request->total);
    }
    text_of_comment(writer, "", comment);
    if (rounds > 0)
        put_repeated(writer, rounds, text, comment);
    else
        put_skipped(writer, "over the stack limit");
}

static void write_alloca(struct writer *writer, const struct ac_op *op) {
    struct request request;
    request_of(writer->plan, op, &request);
    if (writer->depth == 0 || (request.total == 0 && !request.wraps))
        put_skipped(writer, "no effect");
    else if (request.dynamic || request.wraps || request.total > MAX_STACK - writer->stack)
        put_skipped(writer, "over the stack limit");
    else
        write_stack_memory(writer, op, &request);
    writer->at++;
}

/* True if the op ends the current frame. */
static bool write_frame_op(struct writer *writer, const struct ac_op *op) {
    switch (op_kind(op)) {
    case AC_OP_ENTER:
        write_enter(writer);
        return false;
    case AC_OP_LEAVE:
        if (writer->depth == 0) {
            put_skipped(writer, "no effect");
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

/* --- the allocator's own frames --- */

static void write_own_frame_op(struct writer *writer, const struct ac_op *op) {
    char slot[TEXT], answer[TEXT], total[TEXT], text[TEXT], comment[COMMENT];
    struct request request;
    const bool is_request = request_of(writer->plan, op, &request);
    if (!plan_has(writer->plan, EXPORT_frames) || (is_request && request_is_zero(&request))) {
        put_skipped(writer, "no effect");
        return;
    }
    if (is_request) {
        text_of_slot(op->slot, op_rounds(op) > 1, slot);
        text_of_call(writer, op, &request, "NULL", answer);
        text_of_total(op, &request, total);
        snprintf(text, sizeof text, "if (depth > 0) allocate_in_frame(%.40s, %.340s, %.99s);", slot,
                 answer, total);
    } else {
        bool enters = op_kind(op) == AC_OP_ENTER;
        snprintf(text, sizeof text, "%s", enters ? "enter_own_frame();" : "leave_own_frame();");
    }
    text_of_comment(writer, "", comment);
    put_repeated(writer, op_rounds(op), text, comment);
}

/* --- the program --- */

static bool uses_heap_block(enum ac_op_kind kind) {
    switch (kind) {
    case AC_OP_REALLOC:
    case AC_OP_REALLOCARRAY:
    case AC_OP_FREE:
    case AC_OP_FREE_SIZED:
    case AC_OP_FREE_ALIGNED_SIZED:
    case AC_OP_FREE_AT_EXIT:
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

/* The profile does not offer this call with NULL: a run skips it for an empty slot. */
static bool needs_block(const struct writer *writer, enum ac_op_kind kind) {
    static const unsigned bits[AC_OP_KINDS] = {[AC_OP_FREE] = AC_NULL_FREE,
                                               [AC_OP_FREE_SIZED] = AC_NULL_FREE,
                                               [AC_OP_FREE_ALIGNED_SIZED] = AC_NULL_FREE,
                                               [AC_OP_REALLOC] = AC_NULL_REALLOC,
                                               [AC_OP_REALLOCARRAY] = AC_NULL_REALLOC,
                                               [AC_OP_USABLE] = AC_NULL_USABLE};
    return (writer->plan->profile->null_not_offered & bits[kind]) != 0;
}

static void write_op(struct writer *writer, const struct ac_op *op) {
    char text[TEXT], guarded[TEXT + 2 * LINE], slot[TEXT], comment[COMMENT];
    char block[LINE] = "", heap[LINE] = ""; /* conditions */
    const bool may_be_framed =
        uses_heap_block(op_kind(op)) && writer->facts[writer->at].may_be_framed;
    const bool needs = needs_block(writer, op_kind(op));
    const uint64_t rounds = op_kind(op) == AC_OP_EXIT ? 1 : op_rounds(op); /* a thread exits once */
    text_of_op(writer, op, text);
    text_of_comment(writer, "", comment);
    if (text[0] == '\0') {
        put_skipped(writer, "no effect here");
    } else if (may_be_framed || needs) {
        text_of_slot(op_used_slot(op), op_rounds(op) > 1, slot);
        if (needs)
            snprintf(block, sizeof block, "block_in(%.40s) != NULL", slot);
        if (may_be_framed)
            snprintf(heap, sizeof heap, "%s!in_frame(%.40s)", needs ? " && " : "", slot);
        snprintf(guarded, sizeof guarded, "if (%s%s) { %s }", block, heap, text);
        put_repeated(writer, rounds, guarded, comment);
    } else {
        put_repeated(writer, rounds, text, comment);
    }
}

void write_ops(struct writer *writer) {
    const bool own = plan_has(writer->plan, EXPORT_interface) && plan_has_own_frames(writer->plan);
    const char *why;
    while (write_to_own_op(writer)) {
        const struct ac_op *op = this_op(writer);
        const bool of_frame = ac_op_info(op_kind(op))->group == AC_GROUP_FRAMES;
        write_shortage(writer);
        if (plan_skips(writer->plan, op, &why)) {
            put_skipped(writer, why);
            writer->at++;
        } else if (of_frame && !own) {
            if (write_frame_op(writer, op))
                return;
        } else {
            (of_frame ? write_own_frame_op : write_op)(writer, op);
            writer->at++;
        }
    }
}

/* The main thread comes last, because it uses the functions of the others. */
static bool write_lifetimes(const struct writer *begin) {
    struct writer writer = *begin;
    declare_threads(writer.lifetimes, writer.frames);
    for (size_t i = 1; i < writer.lifetimes->count; i++) {
        const unsigned frame = writer.frame;
        writer = *begin;
        writer.frame = frame;
        writer.lifetime = i;
        if (!write_thread(&writer))
            return false;
    }
    const unsigned frame = writer.frame;
    writer = *begin;
    writer.frame = frame;
    write_starts(&writer);
    write_ops(&writer);
    if (writer.plan->teardown)
        write_teardown(&writer);
    return true;
}

bool write_program(const struct plan *plan, FILE *body, FILE *frames) {
    struct lifetimes lifetimes;
    struct slot_facts *facts = slot_facts_of(plan);
    bool done = lifetimes_plan(&lifetimes, plan) && facts != NULL;
    if (done) {
        done = write_lifetimes(&(struct writer){
            .plan = plan, .to = body, .frames = frames, .facts = facts, .lifetimes = &lifetimes});
    }
    lifetimes_destroy(&lifetimes);
    free(facts);
    return done;
}
