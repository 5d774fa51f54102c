// SPDX-License-Identifier: MIT
// The interpreter's loop. A frame of the program is a frame of C: `enter' is a function call, and
// alloca and variable-length arrays are the compiler's. Each thread of a program runs this loop.
#define _DEFAULT_SOURCE /* alloca */
#include "ops.h"

#include "budget.h"
#include "call.h"
#include "check.h"
#include "content.h"
#include "threads.h"
#include "observer.h"
#include "request.h"
#include "step.h"

#include "program/poison.h"

#include <alloca.h>

/* Never inlined: the frame's memory must end with the function. */
#define REAL_FRAME AC_NO_ASAN __attribute__((noinline))

REAL_FRAME static void run_frame(struct ac_runner *runner);

static bool uses_own_frames(const struct ac_runner *runner) {
    return runner->program->head.frames == AC_FRAMES_OWN && runner->allocator->frame_enter != NULL;
}

static struct ac_frame_mark mark_of(const struct ac_runner *runner) {
    const struct ac_allocator *allocator = runner->allocator;
    struct ac_frame_mark mark = {0, 0};
    if (allocator->frame_depth != NULL)
        mark.depth = allocator->frame_depth(runner->heap.instance);
    if (allocator->frame_bytes != NULL)
        mark.bytes = allocator->frame_bytes(runner->heap.instance);
    return mark;
}

/* Ends the blocks of the innermost frame, which must still hold what their owner wrote. */
static void end_frame_blocks(struct ac_runner *runner) {
    struct ac_thread *self = ac_self(runner);
    struct ac_block *next;
    for (struct ac_block *block = ac_blocks_oldest(&runner->model.blocks); block != NULL;
         block = next) {
        next = ac_blocks_newer(&runner->model.blocks, block);
        if (block->thread == runner->thread && block->frame == self->depth) {
            if (ac_is_clean(runner))
                ac_check_content(runner, block, AC_ORACLE_FRAME);
            ac_observe_frame_block_ended(runner, block, uses_own_frames(runner));
            self->stack_bytes -= uses_own_frames(runner) ? 0 : block->size;
            ac_blocks_remove(&runner->model.blocks, block);
        }
    }
}

/* --- frames of the allocator --- */

static void own_enter(struct ac_runner *runner) {
    struct ac_frame_mark mark = mark_of(runner);
    ac_call_begin(runner, 0);
    ac_observe_about(runner, AC_EVENT_ENTER, NULL);
    bool entered = runner->allocator->frame_enter(runner->heap.instance);
    ac_call_end(runner);
    ac_digest(runner, entered);
    if (entered)
        runner->frame_marks[ac_self(runner)->depth++] = mark;
}

static void own_leave(struct ac_runner *runner) {
    end_frame_blocks(runner);
    if (runner->report->found)
        return;
    ac_call_begin(runner, 0);
    ac_observe_about(runner, AC_EVENT_LEAVE, NULL);
    runner->allocator->frame_leave(runner->heap.instance);
    ac_call_end(runner);
    const struct ac_frame_mark before = runner->frame_marks[--ac_self(runner)->depth];
    const struct ac_frame_mark after = mark_of(runner);
    if (ac_checks(runner, AC_ORACLE_FRAME) &&
        (after.depth != before.depth || after.bytes != before.bytes)) {
        ac_fail(runner, AC_ORACLE_FRAME, NULL, NULL, "depth and bytes held as before the frame",
                "depth %zu, not %zu; %zu bytes, not %zu", after.depth, before.depth, after.bytes,
                before.bytes);
    }
}

static struct ac_answer ask_own(struct ac_runner *runner, const struct ac_request *request) {
    const struct ac_allocator *allocator = runner->allocator;
    struct ac_answer answer = {0};
    ac_call_begin(runner, request->total <= PTRDIFF_MAX ? request->total : 0);
    ac_observe_requested(runner, request);
    answer.block = request->function == AC_FN_CALLOC
                       ? allocator->frame_vla(runner->heap.instance, request->count, request->size)
                       : allocator->frame_alloca(runner->heap.instance, request->size);
    answer.error = ac_call_end(runner);
    answer.refused = ac_pages_were_refused(runner);
    ac_digest(runner, answer.block != NULL);
    ac_observe_answered(runner, request, &answer);
    ac_behaviour_answer(runner, request, &answer);
    return answer;
}

/* Checked like a block of the same size; an array, which is zeroed, like one of calloc. */
static void own_memory(struct ac_runner *runner, enum ac_function as, size_t count, size_t size) {
    struct ac_request request = {.function = as, .count = count, .size = size, .in_frame = true};
    uint32_t number;
    ac_request_complete(&request);
    if (ac_this_slot(runner, &number) == NULL || (request.total == 0 && !request.wraps)) {
        runner->report->counts.empty++;
        return;
    }
    if (!ac_fits_budget(runner, &request)) {
        runner->report->counts.over_limit++;
        return;
    }
    struct ac_answer answer = ask_own(runner, &request);
    if (answer.block == NULL) {
        ac_check_refused(runner, &request, &answer);
        return;
    }
    if (!ac_check_granted(runner, &request, &answer))
        return;
    runner->model.uncached = true;
    struct ac_block *block =
        ac_add_block(runner, answer.block, request.total, ac_self(runner)->depth);
    if (block != NULL)
        ac_blocks_name(&runner->model.blocks, block, number);
}

/* --- frames of C --- */

/* The bytes of a real frame that an op may take. 0: cut, or nothing to do. */
static size_t stack_space(struct ac_runner *runner, size_t count, size_t size) {
    struct ac_request request = {.function = AC_FN_MALLOC, .count = count, .size = size};
    ac_request_complete(&request);
    bool fits =
        !request.wraps && request.total <= AC_MAX_STACK_BYTES - ac_self(runner)->stack_bytes;
    if (!fits)
        runner->report->counts.over_limit++;
    else if (request.total == 0)
        runner->report->counts.empty++;
    return fits ? request.total : 0;
}

static void adopt_stack(struct ac_runner *runner, void *memory, size_t size) {
    uint32_t number;
    if (ac_this_slot(runner, &number) == NULL)
        return;
    const struct ac_block *other = ac_blocks_overlapping(&runner->model.blocks, memory, size, NULL);
    if (ac_checks(runner, AC_ORACLE_FRAME) && other != NULL) {
        ac_fail(runner, AC_ORACLE_FRAME, other, NULL, "a stack frame apart from every live block",
                "%zu bytes of the stack overlap live block %u", size, other->id);
        return;
    }
    struct ac_block *block = ac_add_block(runner, memory, size, ac_self(runner)->depth);
    if (block != NULL) {
        ac_self(runner)->stack_bytes += size;
        ac_blocks_name(&runner->model.blocks, block, number);
    }
}

/* A variable-length array lives until its C block ends, so the rest of the frame runs inside. */
REAL_FRAME static void run_inside_array(struct ac_runner *runner, size_t size) {
    unsigned char array[size];
    ac_self(runner)->arrays++;
    adopt_stack(runner, array, size);
    ac_end_op(runner);
    run_frame(runner);
    ac_self(runner)->arrays--;
}

/* True if the frame ended inside. */
static bool stack_array(struct ac_runner *runner, const struct ac_op *op) {
    size_t count = ac_resolve_operand(runner, op->a);
    size_t size = stack_space(runner, count != 0 ? count : 1, ac_resolve_operand(runner, op->b));
    if (size == 0)
        return false;
    if (ac_self(runner)->arrays == AC_MAX_ARRAYS) {
        runner->report->counts.over_limit++;
        return false;
    }
    run_inside_array(runner, size);
    return true;
}

static void stack_enter(struct ac_runner *runner) {
    ac_self(runner)->depth++;
    ac_end_op(runner);
    run_frame(runner);
}

/* Called while the frame's memory exists. */
static void stack_leave(struct ac_runner *runner) {
    end_frame_blocks(runner);
    ac_self(runner)->depth--;
}

/* --- both --- */

static bool enters(struct ac_runner *runner) {
    if (ac_self(runner)->depth == AC_MAX_DEPTH) {
        runner->report->counts.over_limit++;
        return false;
    }
    return true;
}

/* An allocator has one stack of frames, the main thread's. */
static void do_own(struct ac_runner *runner, const struct ac_op *op) {
    if (runner->thread != 0) {
        runner->report->counts.not_offered++;
    } else if (op->kind == AC_OP_ENTER) {
        if (enters(runner))
            own_enter(runner);
    } else if (ac_self(runner)->depth == 0) {
        runner->report->counts.empty++;
    } else if (op->kind == AC_OP_LEAVE) {
        own_leave(runner);
    } else {
        size_t size = ac_resolve_operand(runner, op->b);
        bool array = op->kind == AC_OP_VLA;
        size_t count = array ? ac_resolve_operand(runner, op->a) : 1;
        own_memory(runner, array ? AC_FN_CALLOC : AC_FN_MALLOC, count != 0 ? count : 1, size);
    }
}

static bool is_frame_op(const struct ac_op *op) {
    return ac_op_info((enum ac_op_kind)op->kind)->group == AC_GROUP_FRAMES;
}

/* An op of a real frame while there is none. */
static void skip_outside(struct ac_runner *runner) {
    runner->report->counts.empty++;
    ac_end_op(runner);
}

/* Runs ops until the frame of this call ends. One call is one C frame, so alloca must be called in
 * this very function. */
REAL_FRAME static void run_frame(struct ac_runner *runner) {
    while (ac_await_token(runner)) {
        const struct ac_op *op = ac_this_op(runner);
        if (!is_frame_op(op)) {
            ac_do_op(runner);
        } else if (uses_own_frames(runner)) {
            do_own(runner, op);
        } else if (op->kind == AC_OP_ENTER && enters(runner)) {
            stack_enter(runner);
            continue;
        } else if (op->kind != AC_OP_ENTER && ac_self(runner)->depth == 0) {
            skip_outside(runner);
            continue;
        } else if (op->kind == AC_OP_LEAVE) {
            stack_leave(runner);
            ac_end_op(runner);
            return;
        } else if (op->kind == AC_OP_VLA && stack_array(runner, op)) {
            return;
        } else if (op->kind == AC_OP_ALLOCA) {
            size_t size = stack_space(runner, 1, ac_resolve_operand(runner, op->b));
            if (size != 0)
                adopt_stack(runner, alloca(size), size);
        }
        ac_end_op(runner);
    }
    if (ac_self(runner)->depth > 0 && !uses_own_frames(runner))
        stack_leave(runner);
}

void ac_run_own_ops(struct ac_runner *runner) {
    run_frame(runner);
}

void ac_run_frames(struct ac_runner *runner) {
    run_frame(runner);
    while (ac_self(runner)->depth > 0 && ac_is_clean(runner))
        own_leave(runner);
    ac_leave_all_frames(runner);
}
