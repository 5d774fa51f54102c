// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "shrinking.h"

#include "allocheck/codec.h"
#include "test/valid.h"

static size_t check(void *ctx, const struct ac_program *const *candidates, size_t count) {
    struct asked *asked = ctx;
    for (size_t i = 0; i < count; i++) {
        assert_true(program_valid(candidates[i]));
        asked->asked++;
        if (asked->holds(candidates[i]))
            return i;
    }
    return count;
}

static bool stop(void *ctx) {
    const struct asked *asked = ctx;
    return asked->last_ask != 0 && asked->asked >= asked->last_ask;
}

static void taken(void *ctx, const struct ac_program *best) {
    struct asked *asked = ctx;
    if (asked->follows) {
        assert_true(asked->holds(best));
        assert_true(ac_program_simpler(best, &asked->best));
        assert_false(ac_program_simpler(&asked->best, best));
        assert_true(ac_program_copy(&asked->best, best));
    }
}

struct ac_shrink_options options_for(struct asked *asked, size_t batch) {
    return (struct ac_shrink_options){.plan = {.last_op = SIZE_MAX},
                                      .batch = batch,
                                      .check = check,
                                      .stop = stop,
                                      .taken = taken,
                                      .ctx = asked};
}

void assert_text(const struct ac_program *program, const char *expected) {
    char text[2000];
    assert_true(ac_print(program, text, sizeof text) < sizeof text);
    assert_string_equal(text, expected);
}

void assert_shrinks(predicate *holds, const char *from, const char *to) {
    static const size_t batches[] = {0, 1, 2, 7, AC_SHRINK_BATCH};
    uint64_t tries = 0;
    for (size_t i = 0; i < sizeof batches / sizeof batches[0]; i++) {
        struct asked asked = {.holds = holds, .follows = true};
        const struct ac_shrink_options options = options_for(&asked, batches[i]);
        struct ac_shrunk result;
        struct ac_program program;
        parse(&program, from);
        assert_true(holds(&program));
        ac_program_init(&asked.best);
        assert_true(ac_program_copy(&asked.best, &program));
        assert_true(ac_shrink(&program, &options, &result));
        assert_text(&program, to);
        assert_true(result.minimal);
        assert_true(tries == 0 || tries == result.tries);
        tries = result.tries;
        ac_program_destroy(&asked.best);
        ac_program_destroy(&program);
    }
}

/* --- helpers of predicates --- */

uint64_t value_of(struct ac_operand operand) {
    const struct ac_resolve known = {.page_size = 4096, .left = 1 << 22};
    return ac_operand_resolve(operand, &known);
}

uint64_t calls_of(const struct ac_program *program, enum ac_op_kind kind) {
    uint64_t calls = 0;
    for (size_t i = 0; i < program->count; i++)
        calls += program->ops[i].kind == kind ? program->ops[i].repeat : 0;
    return calls;
}

const struct ac_op *first_of(const struct ac_program *program, enum ac_op_kind kind) {
    for (size_t i = 0; i < program->count; i++)
        if (program->ops[i].kind == kind)
            return &program->ops[i];
    return NULL;
}

bool wants_hundred(const struct ac_program *program) {
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        const bool counts = strchr(ac_op_info((enum ac_op_kind)op->kind)->operands, 'N') != NULL;
        if (value_of(op->b) * (counts ? value_of(op->a) : 1) >= 100)
            return true;
    }
    return false;
}
