// SPDX-License-Identifier: MIT
// System call trapping for Linux on x86-64: a seccomp filter turns system calls into signals
// (seccomp(2)), except those of one instruction.
#define _GNU_SOURCE /* REG_RAX */
#include "trap.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <ucontext.h>

enum { MOST_NUMBERS = 8 };

/* With a sanitizer there is no trap: it would refuse the sanitizer's own requests too. */
void __asan_init(void) __attribute__((weak));
void __tsan_init(void) __attribute__((weak));

/* The untrapped instruction. Arguments follow the calling convention of functions; the filter
 * recognises the address after the instruction. */
long ac_trap_syscall(long number, long a, long b, long c, long d, long e, long f);
extern const char ac_trap_past[];
__asm__(".text\n"
        ".hidden ac_trap_syscall, ac_trap_past\n"
        ".globl ac_trap_syscall, ac_trap_past\n"
        ".type ac_trap_syscall, @function\n"
        "ac_trap_syscall:\n"
        "    movq %rdi, %rax\n"
        "    movq %rsi, %rdi\n"
        "    movq %rdx, %rsi\n"
        "    movq %rcx, %rdx\n"
        "    movq %r8, %r10\n"
        "    movq %r9, %r8\n"
        "    movq 8(%rsp), %r9\n"
        "    syscall\n"
        "ac_trap_past:\n"
        "    ret\n"
        ".size ac_trap_syscall, .-ac_trap_syscall\n");

static long (*answer_call)(const struct ac_trapped *call);

long ac_trap_perform(const struct ac_trapped *call) {
    const long *argument = call->argument;
    return ac_trap_syscall(call->number, argument[0], argument[1], argument[2], argument[3],
                           argument[4], argument[5]);
}

static void on_trap(int signal, siginfo_t *info, void *context) {
    ucontext_t *returns = context;
    greg_t *registers = returns->uc_mcontext.gregs;
    const struct ac_trapped call = {.number = info->si_syscall,
                                    .argument = {(long)registers[REG_RDI], (long)registers[REG_RSI],
                                                 (long)registers[REG_RDX], (long)registers[REG_R10],
                                                 (long)registers[REG_R8], (long)registers[REG_R9]},
                                    .signals = &returns->uc_sigmask};
    (void)signal;
    registers[REG_RAX] = answer_call(&call);
}

/* --- the filter --- */

struct filter {
    struct sock_filter at[8 + MOST_NUMBERS];
    unsigned short count;
};

static void put(struct filter *filter, struct sock_filter step) {
    filter->at[filter->count++] = step;
}

static void put_load(struct filter *filter, size_t offset) {
    put(filter, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

/* Skips `same` steps if the loaded value equals `value`, else `other` steps. */
static void put_test(struct filter *filter, uint32_t value, size_t same, size_t other) {
    put(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, (uint8_t)same,
                                             (uint8_t)other));
}

static void put_end(struct filter *filter, uint32_t action) {
    put(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

/* Traps the system calls with these numbers, except those of the untrapped instruction. */
static struct filter make_filter(const long *numbers, size_t count) {
    enum { ALLOW_AFTER = 5, TRAP_AFTER = 2 };
    const uintptr_t past = (uintptr_t)ac_trap_past;
    const size_t at = offsetof(struct seccomp_data, instruction_pointer);
    struct filter filter = {.count = 0};
    put_load(&filter, offsetof(struct seccomp_data, arch));
    put_test(&filter, AUDIT_ARCH_X86_64, 0, 1 + count + ALLOW_AFTER);
    put_load(&filter, offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < count; i++) {
        const bool last = i + 1 == count;
        put_test(&filter, (uint32_t)numbers[i], count - i - 1, last ? ALLOW_AFTER : 0);
    }
    put_load(&filter, at);
    put_test(&filter, (uint32_t)past, 0, TRAP_AFTER);
    put_load(&filter, at + sizeof(uint32_t));
    put_test(&filter, (uint32_t)(past >> 32), 1, 0);
    put_end(&filter, SECCOMP_RET_TRAP);
    put_end(&filter, SECCOMP_RET_ALLOW);
    return filter;
}

bool ac_trap_is_there(void) {
    return __asan_init == NULL && __tsan_init == NULL && prctl(PR_GET_SECCOMP) >= 0;
}

bool ac_trap_install(const long *numbers, size_t count,
                     long (*answer)(const struct ac_trapped *call)) {
    const struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO | SA_NODEFER};
    if (!ac_trap_is_there() || count > MOST_NUMBERS)
        return false;
    struct filter filter = make_filter(numbers, count);
    const struct sock_fprog program = {filter.count, filter.at};
    answer_call = answer;
    return sigaction(SIGSYS, &action, NULL) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}
