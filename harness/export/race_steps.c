// SPDX-License-Identifier: MIT
// The threads of a race as C functions, with a block of statements for each op.
#include "race_file.h"

#include "allocheck/codec.h"

#include <inttypes.h>

enum { LINE = 160, PAGE = 4096 };

bool race_supports(const struct ac_op *op) {
    static const bool taken[AC_OP_KINDS] = {
        [AC_OP_MALLOC] = true,         [AC_OP_CALLOC] = true,
        [AC_OP_REALLOC] = true,        [AC_OP_REALLOCARRAY] = true,
        [AC_OP_FREE] = true,           [AC_OP_FREE_SIZED] = true,
        [AC_OP_ALIGNED_ALLOC] = true,  [AC_OP_FREE_ALIGNED_SIZED] = true,
        [AC_OP_POSIX_MEMALIGN] = true, [AC_OP_MEMALIGN] = true,
        [AC_OP_USABLE] = true,         [AC_OP_CHECK] = true};
    return taken[op->kind];
}

/* --- the statements of a step --- */

/* The slot of a use as an expression; `i' is the slot of the first use in a loop. */
static void text_of_use(const struct race_step *step, uint32_t use, char text[RACE_NUMBER]) {
    const uint32_t first = step->use[0].slot, slot = step->use[use].slot;
    if (step->rounds == 1)
        snprintf(text, RACE_NUMBER, "%" PRIu32, slot);
    else if (slot == first)
        snprintf(text, RACE_NUMBER, "i");
    else if (slot > first)
        snprintf(text, RACE_NUMBER, "i + %" PRIu32, slot - first);
    else
        snprintf(text, RACE_NUMBER, "i - %" PRIu32, first - slot);
}

static void text_of_number(struct ac_operand operand, char text[RACE_NUMBER]) {
    const struct ac_resolve known = {.page_size = PAGE};
    const uint64_t number = ac_operand_resolve(operand, &known);
    snprintf(text, RACE_NUMBER, "%" PRIu64 "%s", number, number > INT32_MAX ? "u" : "");
}

/* The alignment to check: a power of two, or 1. */
static void text_of_alignment(const struct ac_op *op, char text[RACE_NUMBER]) {
    const struct ac_resolve known = {.page_size = PAGE};
    const uint64_t alignment = ac_operand_resolve(op->a, &known);
    const bool valid = alignment != 0 && (alignment & (alignment - 1)) == 0;
    snprintf(text, RACE_NUMBER, "%" PRIu64 "%s", valid ? alignment : 1,
             alignment > INT32_MAX ? "u" : "");
}

static void text_of_resize(const struct ac_op *op, const char *to, const char *from,
                           char text[TEXT]) {
    const bool product = op_kind(op) == AC_OP_REALLOCARRAY;
    char count[RACE_NUMBER], size[RACE_NUMBER], total[3 * RACE_NUMBER], of[RACE_NUMBER + 2];
    text_of_number(op->a, count);
    text_of_number(op->b, size);
    snprintf(of, sizeof of, "%s, ", count);
    snprintf(total, sizeof total, product ? "product(%s, %s)" : "%.0s%s", count, size);
    snprintf(text, TEXT,
             "struct block old = checked(%s);\n"
             "        resize(me, %s, %s, &old, call_%s(old.start, %s%s), %s);",
             from, to, from, ac_op_info(op_kind(op))->name, product ? of : "", size, total);
}

static void text_of_request(const struct ac_op *op, const char *slot, char text[TEXT]) {
    char a[RACE_NUMBER], b[RACE_NUMBER], alignment[RACE_NUMBER];
    text_of_number(op->a, a);
    text_of_number(op->b, b);
    switch (op_kind(op)) {
    case AC_OP_MALLOC:
        snprintf(text, TEXT, "allocate(me, %s, call_malloc(%s), %s, 1, 0);", slot, b, b);
        return;
    case AC_OP_CALLOC:
        snprintf(text, TEXT, "allocate(me, %s, call_calloc(%s, %s), product(%s, %s), 1, 1);", slot,
                 a, b, a, b);
        return;
    default:
        text_of_alignment(op, alignment);
        snprintf(text, TEXT, "allocate(me, %s, call_%s(%s, %s), %s, %s, 0);", slot,
                 ac_op_info(op_kind(op))->name, a, b, b, alignment);
    }
}

static void text_of_step(const struct ac_op *op, const struct race_step *step, char text[TEXT]) {
    char to[RACE_NUMBER], from[RACE_NUMBER];
    text_of_use(step, 0, to);
    text_of_use(step, step->uses - 1, from);
    switch (op_kind(op)) {
    case AC_OP_REALLOC:
    case AC_OP_REALLOCARRAY:
        text_of_resize(op, to, from, text);
        return;
    case AC_OP_USABLE:
        snprintf(text, TEXT, "ask_usable(%s);", to);
        return;
    case AC_OP_CHECK:
        snprintf(text, TEXT, "checked(%s);", to);
        return;
    case AC_OP_FREE:
    case AC_OP_FREE_SIZED:
    case AC_OP_FREE_ALIGNED_SIZED:
        snprintf(text, TEXT, "free_slot(%s);", to);
        return;
    default:
        text_of_request(op, to, text);
    }
}

static void put_handovers(FILE *to, const struct race_step *step, bool before) {
    char slot[RACE_NUMBER];
    for (uint32_t i = 0; i < step->uses; i++) {
        const struct race_use *use = &step->use[i];
        text_of_use(step, i, slot);
        if (before && use->waits)
            fprintf(to, "        wait_for_slot(%s, %" PRIu32 ");\n", slot, use->before);
        else if (!before && use->passes)
            fprintf(to, "        pass_slot(%s, %" PRIu32 ");\n", slot, use->before + 1);
    }
}

static void put_step(FILE *to, const struct race_file *file, const struct race_step *step) {
    const struct ac_op *op = &file->program->ops[step->op];
    const uint32_t first = step->use[0].slot;
    char line[LINE], text[TEXT];
    ac_print_op(op, line, sizeof line);
    text_of_step(op, step, text);
    fputs("    // ", to);
    put_comment(to, line);
    if (step->rounds > 1) {
        fprintf(to, "\n    for (size_t i = %" PRIu32 "; i < %" PRIu32 "; i++) {\n", first,
                first + step->rounds);
    } else {
        fputs("\n    {\n", to);
    }
    put_handovers(to, step, true);
    fprintf(to, "        jitter(me);\n        %s\n", text);
    put_handovers(to, step, false);
    fputs("    }\n", to);
}

/* --- threads --- */

/* Frees the slots that this thread uses last, consecutive ones in one call. */
static void put_rest(FILE *to, const struct race_plan *plan, unsigned part) {
    fputs("    if (me->frees) {\n", to);
    for (uint32_t slot = 0, count; slot < plan->slots; slot += count + 1) {
        count = 0;
        while (slot + count < plan->slots && plan->last_thread[slot + count] == part)
            count++;
        if (count > 0)
            fprintf(to, "        free_slots(me, %" PRIu32 ", %" PRIu32 ");\n", slot, count);
    }
    fputs("        free_unnamed(me);\n    }\n", to);
}

void race_put_threads(FILE *to, FILE *names, const struct race_file *file) {
    for (unsigned i = 0; i < file->plan.threads; i++) {
        const struct race_part *part = &file->plan.parts[i];
        fprintf(to, "static void thread_%u(struct racer *me) {\n", part->thread);
        for (size_t j = 0; j < part->count; j++)
            put_step(to, file, &part->steps[j]);
        put_rest(to, &file->plan, i);
        fputs("}\n\n", to);
        fprintf(names, "%sthread_%u", i > 0 ? ", " : "", part->thread);
    }
}
