// SPDX-License-Identifier: MIT
// Which trapped system calls are page requests, and how they are refused.
#define _GNU_SOURCE /* MAP_ANONYMOUS, MADV_FREE */
#include "trap.h"

#include "refusal_plan.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

/* Global, because signal handlers have no context argument. */
static struct {
    struct ac_progress *progress;
    struct ac_refusal_plan plan, sweep;
    bool no_resize;
    uint64_t requests, refused;
} trap;

enum { SIZE_ARGUMENT = 1, NEW_SIZE_ARGUMENT = 2, FLAGS_ARGUMENT = 3 };
enum { ACCESS_ARGUMENT = 2 };                                     /* of mprotect */
enum { ADVICE_ARGUMENT = 2 };                                     /* of madvise */
enum { HOW_ARGUMENT = 0, SET_ARGUMENT = 1, BEFORE_ARGUMENT = 2 }; /* of rt_sigprocmask */

static long current_break(void) {
    return ac_trap_perform(&(struct ac_trapped){.number = SYS_brk});
}

static bool grows(const struct ac_trapped *call) {
    return (unsigned long)call->argument[NEW_SIZE_ARGUMENT] >
           (unsigned long)call->argument[SIZE_ARGUMENT];
}

/* Advice that only drops pages cannot fail on mapped pages that are not locked (madvise(2)); all
 * other advice may need memory: a mapping is split, or pages are filled. */
static bool may_need_memory(long advice) {
    switch (advice) {
    case MADV_DONTNEED:
    case MADV_FREE:
    case MADV_COLD:
    case MADV_PAGEOUT:
        return false;
    default:
        return true;
    }
}

/* Calls that may fail for lack of memory. mprotect counts, because the system commits reserved
 * memory only when it becomes writable. */
static bool is_request(const struct ac_trapped *call) {
    switch (call->number) {
    case SYS_mmap:
        return (call->argument[FLAGS_ARGUMENT] & MAP_ANONYMOUS) != 0;
    case SYS_mremap:
        return grows(call);
    case SYS_brk:
        return (unsigned long)call->argument[0] > (unsigned long)current_break();
    case SYS_mprotect:
        return (call->argument[ACCESS_ARGUMENT] & PROT_WRITE) != 0;
    case SYS_madvise:
        return may_need_memory(call->argument[ADVICE_ARGUMENT]);
    default:
        return true;
    }
}

/* Fails as the system does without memory, so that an allocator that ends the process on any other
 * error is right: mmap(2), mremap(2), mprotect(2), madvise(2); brk returns the unchanged break
 * (brk(2), notes). EAGAIN, which madvise may set too, would make allocators retry forever. */
static long refuse(const struct ac_trapped *call) {
    trap.refused++;
    trap.progress->refused = trap.progress->calls;
    return call->number == SYS_brk ? current_break() : -ENOMEM;
}

/* Emulates rt_sigprocmask but keeps SIGSYS unblocked: the C library blocks all signals while a
 * thread starts or exits, and a trapped call would then end the process. Changes the mask that the
 * signal handler returns to. */
static long set_signals(const struct ac_trapped *call) {
    const void *set = (const void *)call->argument[SET_ARGUMENT];
    void *before = (void *)call->argument[BEFORE_ARGUMENT];
    uint64_t now, asked = 0;
    memcpy(&now, call->signals, sizeof now);
    if (set != NULL)
        memcpy(&asked, set, sizeof asked);
    if (before != NULL)
        memcpy(before, &now, sizeof now);
    if (set == NULL)
        return 0;
    const long how = call->argument[HOW_ARGUMENT];
    now = how == SIG_BLOCK ? now | asked : how == SIG_UNBLOCK ? now & ~asked : asked;
    now &= ~(UINT64_C(1) << (SIGSYS - 1));
    memcpy(call->signals, &now, sizeof now);
    return 0;
}

static long answer(const struct ac_trapped *call) {
    if (call->number == SYS_rt_sigprocmask)
        return set_signals(call);
    if (!trap.progress->in_call || !is_request(call))
        return ac_trap_perform(call);
    trap.requests++;
    const bool planned = ac_refusal_plan_refuses(&trap.plan),
               swept = ac_refusal_plan_refuses(&trap.sweep);
    const bool stuck = trap.no_resize && call->number == SYS_mremap;
    return planned || swept || stuck ? refuse(call) : ac_trap_perform(call);
}

bool ac_trap_start(struct ac_progress *progress) {
    static const long numbers[] = {SYS_mmap,     SYS_mremap,  SYS_brk,
                                   SYS_mprotect, SYS_madvise, SYS_rt_sigprocmask};
    trap.progress = progress;
    return ac_trap_install(numbers, sizeof numbers / sizeof *numbers, answer);
}

void ac_trap_open(bool no_resize) {
    trap.plan = trap.sweep = ac_refusal_plan_of(0, false);
    trap.no_resize = no_resize;
    trap.requests = trap.refused = 0;
}

void ac_trap_refuse(uint64_t nth, bool onwards) {
    trap.plan = ac_refusal_plan_of(nth, onwards);
}

void ac_trap_sweep(uint64_t nth, bool onwards) {
    trap.sweep = ac_refusal_plan_of(nth, onwards);
}

uint64_t ac_trap_requests(void) {
    return trap.requests;
}

uint64_t ac_trap_refused(void) {
    return trap.refused;
}
