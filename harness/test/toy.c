// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* MAP_ANONYMOUS, MAP_NORESERVE */
#include "toy.h"

#include "adapter/adapters.h"

#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

const struct ac_profile toy_profile = {
    .name = "toy",
    .zero = {AC_ZERO_FRESH(AC_ZERO_EITHER)},
    .resize_zero = {AC_ZERO_RESIZED(AC_ZERO_EITHER)},
    .held_when_empty = SIZE_MAX,
};

void *toy_malloc(void *heap, size_t size) {
    return ac_libc.malloc(heap, size);
}

void *toy_calloc(void *heap, size_t count, size_t size) {
    return ac_libc.calloc(heap, count, size);
}

void *toy_realloc(void *heap, void *block, size_t size) {
    return ac_libc.realloc(heap, block, size);
}

void toy_free(void *heap, void *block) {
    ac_libc.free(heap, block);
}

void *toy_dirty_calloc(void *heap, size_t count, size_t size) {
    void *block = toy_calloc(heap, count, size);
    if (block != NULL && size > 0)
        memset(block, 0x5A, 1);
    return block;
}

void *toy_maps(void *heap, size_t size) {
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    void *memory = MAP_FAILED;
    (void)heap;
    if (size <= PTRDIFF_MAX)
        memory = mmap(NULL, size + 1, PROT_READ | PROT_WRITE, flags, -1, 0);
    return memory == MAP_FAILED ? NULL : memset(memory, 1, size);
}

void toy_leaks(void *heap, void *block) {
    (void)heap, (void)block;
}

/* --- requests that misbehave --- */

/* Not inlined: tests look for these functions on stacks. */
#define APART __attribute__((noinline))

static _Atomic unsigned steps;

APART static void write_through_null(void) {
    volatile char *volatile nowhere = NULL;
    *nowhere = 1;
    steps++;
}

APART static void give_up(void) {
    steps++;
    abort();
}

APART static unsigned recurse(unsigned depth) {
    volatile char space[4096];
    if (depth == UINT_MAX)
        return 0;
    space[depth % sizeof space] = 1;
    return recurse(depth + 1) + (unsigned)space[depth % 7];
}

static void jump_to(uint64_t address) {
    void (*volatile call)(void) = (void (*)(void))(uintptr_t)address;
    call();
}

static void spin(void) {
    for (;;)
        steps++;
}

static void sleep_forever(void) {
    for (;;)
        pause();
}

void toy_misbehave(size_t size) {
    switch (size) {
    case TOY_ABORTS:
        give_up();
        break;
    case TOY_CRASHES:
        raise(SIGSEGV);
        break;
    case TOY_EXITS:
        exit(0);
    case TOY_SPINS:
        spin();
        break;
    case TOY_SLEEPS:
        sleep_forever();
        break;
    case TOY_ACCUSES:
        fprintf(stderr, "double free\n");
        abort();
    case TOY_REPORTS:
        fprintf(stderr, "heap.c:7:9: runtime error: as UndefinedBehaviorSanitizer words it\n");
        _exit(1);
    case TOY_PRINTS:
        fprintf(stderr, "process %d\n", (int)getpid());
        break;
    case TOY_WRITES_NULL:
        write_through_null();
        break;
    case TOY_JUMPS_NOWHERE:
        jump_to(UINT64_C(1) << 44);
        break;
    case TOY_JUMPS_TO_STACK:
        jump_to((uint64_t)(uintptr_t)&size);
        break;
    case TOY_OVERFLOWS_STACK:
        steps = recurse(0);
        break;
    default:
        break;
    }
}

void *toy_fails(void *heap, size_t size) {
    toy_misbehave(size);
    void *block = size != TOY_RETURNS_WILD ? toy_malloc(heap, size) : (void *)4096;
    steps++;
    return block;
}
