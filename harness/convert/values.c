// SPDX-License-Identifier: MIT
#include "values.h"

#include "adapter/adapters.h"
#include "allocheck/run.h"

#include <stdlib.h>

/* The functions of an allocator without instances get no context: it is here. */
static struct {
    struct values *values;
    struct ac_progress progress;
} noted;

static void note(size_t a, size_t b) {
    size_t op = noted.progress.op; /* the count of ops during teardown */
    if (op < noted.values->count && !noted.values->of[op].known)
        noted.values->of[op] = (struct value){true, a, b};
}

static void *noting_malloc(void *heap, size_t size) {
    note(0, size);
    return ac_libc.malloc(heap, size);
}

static void *noting_calloc(void *heap, size_t count, size_t size) {
    note(count, size);
    return ac_libc.calloc(heap, count, size);
}

static void *noting_realloc(void *heap, void *block, size_t size) {
    note(0, size);
    return ac_libc.realloc(heap, block, size);
}

static void *noting_reallocarray(void *heap, void *block, size_t count, size_t size) {
    note(count, size);
    return ac_libc.reallocarray(heap, block, count, size);
}

static void *noting_aligned_alloc(void *heap, size_t alignment, size_t size) {
    note(alignment, size);
    return ac_libc.aligned_alloc(heap, alignment, size);
}

static int noting_posix_memalign(void *heap, void **out, size_t alignment, size_t size) {
    note(alignment, size);
    return ac_libc.posix_memalign(heap, out, alignment, size);
}

static void *noting_memalign(void *heap, size_t alignment, size_t size) {
    note(alignment, size);
    return ac_libc.memalign(heap, alignment, size);
}

static struct ac_allocator noting_allocator(void) {
    struct ac_allocator allocator = ac_libc;
    allocator.malloc = noting_malloc;
    allocator.calloc = noting_calloc;
    allocator.realloc = noting_realloc;
    allocator.reallocarray = noting_reallocarray;
    allocator.aligned_alloc = noting_aligned_alloc;
    allocator.posix_memalign = noting_posix_memalign;
    allocator.memalign = noting_memalign;
    return allocator;
}

static bool run(const struct ac_program *program) {
    const struct ac_allocator allocator = noting_allocator();
    const struct ac_run_options options = {.progress = &noted.progress, .free_at_end = true};
    struct ac_report report;
    struct ac_runner *runner = ac_runner_new(&allocator, &options);
    if (runner == NULL)
        return false;
    ac_run(runner, program, &report);
    ac_runner_delete(runner);
    return true;
}

static bool uses_left(const struct ac_program *program) {
    for (size_t i = 0; i < program->count; i++) {
        const struct ac_op *op = &program->ops[i];
        if (op->a.symbol == AC_LEFT || op->b.symbol == AC_LEFT)
            return true;
    }
    return false;
}

bool values_learn(struct values *values, const struct ac_program *program) {
    values->count = program->count;
    values->of = calloc(program->count + 1, sizeof *values->of);
    noted.values = values;
    if (values->of == NULL || (uses_left(program) && !run(program))) {
        values_forget(values);
        return false;
    }
    return true;
}

void values_forget(struct values *values) {
    free(values->of);
    *values = (struct values){.of = NULL};
}
