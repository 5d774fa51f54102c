// SPDX-License-Identifier: MIT
// How threads end. Their blocks stay live, but for those that their destructors free.
#include "threads.h"

#include "call.h"
#include "check.h"
#include "observer.h"
#include "ops.h"
#include "step.h"

#include "thread_pool.h"

/* In the last pass ThreadSanitizer is gone, and no code that it instruments may run. */
enum { LAST_PASS = AC_EXIT_PASSES - 1 - AC_RACES_REPORTED };

/* --- on the thread that ends --- */

/* Calls the allocator's thread_exit. */
static void leave_heap(struct ac_runner *runner) {
    ac_enter_stage(runner, AC_STAGE_THREAD_END);
    ac_call_begin(runner, 0);
    ac_observe_about(runner, AC_EVENT_THREAD_EXIT, NULL);
    runner->allocator->thread_exit(runner->heap.instance);
    ac_call_end(runner);
}

/* The rest of a thread's end, destructors of others included, counts as a call. */
static void begin_rest(struct ac_runner *runner) {
    ac_enter_stage(runner, AC_STAGE_THREAD_END);
    ac_call_begin(runner, 0);
    ac_observe_about(runner, AC_EVENT_THREAD_EXIT, NULL);
}

static bool is_due(const struct ac_block *block, unsigned thread, unsigned pass) {
    return block->exit_thread == thread && block->exit_pass == pass;
}

bool ac_free_due(struct ac_runner *runner, unsigned thread, unsigned pass) {
    bool any = false;
    struct ac_block *next;
    for (struct ac_block *block = ac_blocks_oldest(&runner->model.blocks);
         block != NULL && !runner->ended; block = next) {
        next = ac_blocks_newer(&runner->model.blocks, block);
        if (is_due(block, thread, pass)) {
            ac_free_block(runner, block, AC_OP_FREE);
            any = true;
        }
    }
    return any;
}

bool ac_has_due(const struct ac_runner *runner, unsigned thread) {
    for (const struct ac_block *block = ac_blocks_oldest(&runner->model.blocks); block != NULL;
         block = ac_blocks_newer(&runner->model.blocks, block))
        if (block->exit_thread == thread)
            return true;
    return false;
}

/* A thread that frees blocks after it left the heap leaves it again. */
static void run_pass(struct ac_runner *runner, unsigned pass) {
    ac_call_end(runner);
    bool freed = ac_free_due(runner, runner->thread, pass);
    if (!runner->ended && runner->allocator->thread_exit != NULL && (freed || pass == 0))
        leave_heap(runner);
    if (!runner->ended)
        begin_rest(runner);
}

bool ac_exit_pass(void *ctx, unsigned thread, unsigned pass) {
    struct ac_runner *runner = ctx;
    runner->threads[thread].catches = true;
    if (setjmp(runner->threads[thread].end) == 0)
        run_pass(runner, pass);
    else
        ac_false_alarm(runner);
    runner->threads[thread].catches = false;
    if (runner->ended) {
        ac_thread_pool_forget(runner->handover.pool, thread);
        return false;
    }
    return ac_has_due(runner, thread);
}

/* --- on the main thread --- */

static void end_thread(struct ac_runner *runner, unsigned thread) {
    ac_end_ops_of(runner, thread);
    if (runner->ended)
        return; /* a finding in its frames */
    runner->thread = thread;
    begin_rest(runner);
    ac_thread_pool_end(runner->handover.pool, thread, AC_END_WITH_PASS);
    if (!runner->ended)
        ac_call_end(runner);
    if (!runner->ended)
        ac_enter_stage(runner, AC_STAGE_PROGRAM);
    runner->thread = 0;
    runner->threads[thread] = (struct ac_thread){.used = false};
    runner->model.uncached = true;
}

/* A thread that ran no op of this program does not exist, even if an earlier program left it. */
void ac_do_exit(struct ac_runner *runner) {
    const unsigned thread = ac_this_op(runner)->slot;
    if (thread == 0 || !runner->threads[thread].used) {
        runner->report->counts.empty++;
        return;
    }
    end_thread(runner, thread);
}

void ac_do_free_at_exit(struct ac_runner *runner) {
    uint32_t number;
    struct ac_slot *slot = ac_this_slot(runner, &number);
    if (slot == NULL)
        return;
    if (runner->thread == 0 || slot->block == NULL || slot->block->frame != 0) {
        runner->report->counts.empty++;
        return;
    }
    size_t pass = ac_resolve_operand(runner, ac_this_op(runner)->a) % AC_EXIT_PASSES;
    slot->block->exit_thread = (uint8_t)runner->thread;
    slot->block->exit_pass = (uint8_t)(pass < LAST_PASS ? pass : LAST_PASS);
    ac_self(runner)->frees = true;
}

void ac_run_pending_exits(struct ac_runner *runner) {
    for (unsigned i = 1; i < AC_MAX_THREADS && !runner->ended; i++)
        if (runner->threads[i].frees)
            end_thread(runner, i);
}

void ac_leave_heap(struct ac_runner *runner) {
    const uint64_t calls = runner->report->counts.calls;
    if (runner->allocator->thread_exit == NULL || runner->allocator->close == NULL)
        return;
    for (unsigned i = 1; i < AC_MAX_THREADS && !runner->ended; i++)
        if (runner->threads[i].used)
            ac_run_on_thread(runner, i, leave_heap);
    if (!runner->ended)
        leave_heap(runner);
    runner->report->counts.calls = calls;
}
