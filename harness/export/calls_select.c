// SPDX-License-Identifier: MIT
// Which calls a short C file makes, and whether they show the finding.
#include "calls_file.h"

#include "model/evidence.h"

#include <string.h>

enum { UNROLLED = 3 /* repeats that need no loop */ };

unsigned calls_variable(const struct calls_file *file, size_t at) {
    unsigned variable = 0;
    for (size_t i = 0; i < at; i++)
        variable += file->calls[i]->function < AC_FN_COUNT;
    return variable;
}

void calls_name(const struct calls_file *file, size_t at, char name[CALLS_NAME]) {
    snprintf(name, CALLS_NAME, file->times[at] > 1 ? "p%u[i]" : "p%u", calls_variable(file, at));
}

static bool is_fill(const struct calls_file *file, const struct ac_event *call) {
    return call->op < file->program->count && file->program->ops[call->op].kind == AC_OP_FILL;
}

/* The event of a call, or of one in a loop, that is about a block; NULL: none. */
static const struct ac_event *event_of(const struct calls_file *file, size_t at, uint32_t id) {
    const uint32_t offset = id - file->calls[at]->block;
    return id != AC_NO_BLOCK && offset < file->times[at] ? file->calls[at] + offset : NULL;
}

static struct calls_block new_block(const struct calls_file *file, size_t at,
                                    const struct ac_event *call) {
    struct calls_block block = {.is_live = true,
                                .variable = calls_variable(file, at),
                                .is_element = file->times[at] > 1,
                                .index = (unsigned)(call - file->calls[at]),
                                .size = call->size,
                                .filled = call->size};
    snprintf(block.name, sizeof block.name, block.is_element ? "p%u[%u]" : "p%u", block.variable,
             block.index);
    return block;
}

struct calls_block calls_block(const struct calls_file *file, size_t before, uint32_t id) {
    struct calls_block block = {.is_live = false};
    for (size_t i = 0; i < before; i++) {
        const struct ac_event *call = event_of(file, i, id);
        if (call == NULL)
            continue;
        if (call->result == AC_EVENT_ALLOCATED || call->result == AC_EVENT_RESIZED)
            block = new_block(file, i, call);
        else if (call->result == AC_EVENT_FREED)
            block.is_live = false;
        else if (is_fill(file, call) && call->usable != UINT64_MAX && call->usable > block.filled)
            block.filled = call->usable;
    }
    return block;
}

/* --- which calls --- */

static bool refuse(char reason[EXPORT_REASON], const char *why) {
    snprintf(reason, EXPORT_REASON, "%s", why);
    return false;
}

/* Calls that the file leaves out: they change nothing that it checks. */
static bool is_left_out(const struct calls_file *file, const struct ac_event *event) {
    switch (event->function) {
    case AC_EVENT_CHECK:
    case AC_EVENT_FUNCTIONS:
    case AC_EVENT_THREAD_EXIT: /* threads leave the heap at their ends */
        return true;
    case AC_EVENT_FORK:
        return file->finding->oracle != AC_ORACLE_FORK_SAFE;
    default:
        return false;
    }
}

/* Requests that the oracle reuse makes are part of its check. */
static bool is_of_reuse(const struct calls_file *file, const struct ac_event *event) {
    return file->finding->oracle == AC_ORACLE_REUSE && event->op >= file->program->count &&
           event->block == AC_NO_BLOCK;
}

/* It frees the next block of those that a loop allocated. */
static bool frees_next(const struct calls_file *file, size_t before, uint32_t id) {
    const struct calls_block last = calls_block(file, before, id - 1),
                             block = calls_block(file, before, id);
    return block.is_element && last.variable == block.variable && last.index + 1 == block.index;
}

static bool is_same_call(const struct ac_event *left, const struct ac_event *right) {
    return left->op == right->op && left->thread == right->thread &&
           left->function == right->function && left->result == right->result &&
           left->count == right->count && left->each == right->each &&
           left->alignment == right->alignment && left->size == right->size;
}

/* The calls of a repeated op are a loop, except the one that fails. */
static bool continues_loop(const struct calls_file *file, const struct ac_event *event) {
    const size_t last = file->count - 1;
    const struct ac_event *first = file->count > 0 ? file->calls[last] : NULL;
    const struct ac_finding *finding = file->finding;
    const bool in_program = event->op < file->program->count;
    if (first == NULL || event != first + file->times[last] || !is_same_call(event, first) ||
        event->block != first->block + file->times[last] ||
        (in_program && event->op == finding->op && event->round == finding->round))
        return false;
    if (first->result == AC_EVENT_FREED)
        return frees_next(file, last, event->block);
    return first->result == AC_EVENT_ALLOCATED && in_program &&
           op_rounds(&file->program->ops[event->op]) > UNROLLED;
}

/* The failing fork, and calls that its parent makes to compare: they are part of the check. */
static bool is_of_fork(const struct calls_file *file, const struct ac_event *event) {
    return file->finding->oracle == AC_ORACLE_FORK_SAFE && event->op == file->finding->op;
}

static bool add_call(struct calls_file *file, const struct ac_event *event) {
    if (is_left_out(file, event) || is_of_reuse(file, event))
        return true;
    if (is_of_fork(file, event))
        return file->forks = true;
    if (continues_loop(file, event)) {
        file->times[file->count - 1]++;
        return true;
    }
    if (file->count == CALLS_MOST || event->function >= AC_EVENT_ENTER ||
        event->function == AC_EVENT_TRIM)
        return false;
    file->times[file->count] = 1;
    file->calls[file->count++] = event;
    return true;
}

/* The calls of the last run of the program on its heap; of a growing loop, of the first one. */
static bool collect(struct calls_file *file) {
    const struct ac_journal *journal = file->journal;
    const uint32_t last = journal->passes > 0 ? journal->passes - 1 : 0;
    const uint32_t pass = file->is_loop ? 0 : last;
    const struct ac_event *running = ac_journal_running(journal);
    if (journal->dropped != 0 && !file->is_loop)
        return false;
    for (uint32_t i = 0; i < journal->count; i++)
        if (journal->at[i].pass == pass && !add_call(file, &journal->at[i]))
            return false;
    return running == NULL || add_call(file, running);
}

/* --- what a file can show --- */

/* A misuse that must be caught, of memory that the file has a name for. */
static bool is_checked_misuse(const struct calls_file *file, size_t at) {
    return file->finding->oracle == AC_ORACLE_MISUSE_CAUGHT && file->finding->op == at &&
           (file->program->ops[at].kind == AC_OP_DOUBLE_FREE ||
            file->program->ops[at].kind == AC_OP_FREE_INTERIOR ||
            file->program->ops[at].kind == AC_OP_OVERFLOW);
}

static bool is_unfit(const struct calls_file *file, size_t at) {
    const struct ac_op *op = &file->program->ops[at];
    switch (op->kind) {
    case AC_OP_ENTER:
    case AC_OP_FREE_AT_EXIT:
        return true;
    default:
        return op_is_misuse(op) && !is_checked_misuse(file, at);
    }
}

static bool program_is_fit(const struct calls_file *file) {
    for (size_t i = 0; i < file->program->count && i <= file->finding->op; i++)
        if (is_unfit(file, i))
            return false;
    return true;
}

/* Each thread but the main one runs once, so that its function reads from top to bottom. */
static bool threads_are_fit(const struct calls_file *file) {
    bool ran[AC_MAX_THREADS] = {false};
    for (size_t i = 0; i < file->count; i++) {
        const unsigned thread = file->calls[i]->thread;
        if (i > 0 && file->calls[i - 1]->thread == thread)
            continue;
        if (thread != 0 && ran[thread])
            return false;
        ran[thread] = true;
    }
    return true;
}

/* --- what can be checked --- */

static bool is_request(const struct calls_file *file) {
    return calls_last(file)->function < AC_FN_COUNT && file->times[file->count - 1] == 1;
}

static bool can_check(const struct calls_file *file) {
    const struct ac_finding *finding = file->finding;
    if (file->opens_only && finding->oracle != AC_ORACLE_SURVIVES &&
        finding->oracle != AC_ORACLE_LIVENESS)
        return calls_can_check_heap(file);
    switch (finding->oracle) {
    case AC_ORACLE_SURVIVES:
    case AC_ORACLE_LIVENESS:
    case AC_ORACLE_NO_GROWTH:
    case AC_ORACLE_NO_FALSE_ALARM:
        return true;
    case AC_ORACLE_FORK_SAFE:
        return file->forks;
    case AC_ORACLE_ALIGNED:
    case AC_ORACLE_ZEROED:
    case AC_ORACLE_MUST_FAIL:
    case AC_ORACLE_MUST_SUCCEED:
    case AC_ORACLE_ZERO_SIZE:
        return is_request(file);
    case AC_ORACLE_PRESERVED:
        return is_request(file) && file->fills;
    case AC_ORACLE_ERRNO:
        return is_request(file) || calls_expects(file, EVIDENCE_ERRNO_KEPT);
    case AC_ORACLE_INTACT:
        return file->fills && calls_block_of_finding(file).is_live;
    case AC_ORACLE_DISJOINT:
        return is_request(file) && calls_block_of_finding(file).is_live;
    case AC_ORACLE_FAILURE_KEEPS:
        if (calls_expects(file, EVIDENCE_LIVE_BLOCKS))
            return calls_can_check_heap(file);
        return file->fills && calls_block_of_finding(file).is_live;
    case AC_ORACLE_USABLE:
        return calls_last(file)->function == AC_EVENT_USABLE_SIZE &&
               (calls_expects(file, EVIDENCE_USABLE_NULL) ||
                strncmp(finding->actual, "usable size", 11) == 0);
    default:
        return calls_can_check_heap(file);
    }
}

bool calls_select(struct calls_file *file, char reason[EXPORT_REASON]) {
    const struct ac_target *target = file->options->target;
    if (file->finding == NULL || file->journal == NULL)
        return refuse(reason, "no call is recorded");
    if (strstr(file->finding->actual, "Sanitizer") != NULL)
        return refuse(reason, "a C file cannot reproduce it: only a sanitizer detects it");
    if (!program_is_fit(file) || (target->trapped && ac_program_may_refuse_pages(file->program)))
        return refuse(reason, "a short C file has no frames and refuses no system calls");
    if (!collect(file) || !threads_are_fit(file))
        return refuse(reason, "it makes too many calls for a short C file");
    file->opens_only = file->count == 0 && !file->forks;
    if (file->count == 0 && file->forks && file->finding->thread != 0)
        return refuse(reason, "only another thread forks");
    file->pages.there = file->exported->interface && ac_target_takes_pages(target);
    if (file->opens_only && !file->exported->interface)
        return refuse(reason, "it makes no call");
    if (ac_target_takes_pages(target) && (!file->pages.there || !calls_plan_pages(file)))
        return refuse(reason, "a short C file does not have this page source");
    for (size_t i = 0; i < file->count; i++)
        file->has_threads |= file->calls[i]->thread != 0;
    if (!can_check(file))
        return refuse(reason, "a short C file does not check it");
    return true;
}
