// SPDX-License-Identifier: MIT
// A library that counts the calls of its malloc and prints the count at a request of REPORT bytes,
// so that a test sees foreign calls. It also breaks one guarantee at each of some sizes; with
// FIXED, its calloc does not.
#include "arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *block, size_t size);
void free(void *block);
size_t malloc_usable_size(void *block);

enum { REPORT = 7001, ABORTS = 501, DIRTY = 33, ENDS = 77, SLEEPS = 601 };

#ifdef FIXED
enum { FILLED_WITH = 0 };
#else
enum { FILLED_WITH = 0x5A }; /* a block of DIRTY bytes */
#endif

#ifdef TLS_BYTES
/* At a fixed offset from the thread pointer: needs space in the static TLS block. */
static __thread volatile char per_thread[TLS_BYTES] __attribute__((tls_model("initial-exec")));
#else
static volatile char per_thread[1];
#endif

static int calls;

static const char *environment(const char *name) {
    const char *value = getenv(name);
    return value != NULL ? value : "(none)";
}

/* Uses write(), because stdio would allocate. */
static void report(void) {
    char text[256];
    int length = snprintf(text, sizeof text, "malloc was called %d times\npreload %s tunables %s\n",
                          calls, environment("LD_PRELOAD"), environment("GLIBC_TUNABLES"));
    if (write(STDERR_FILENO, text, (size_t)length) != length)
        abort();
    _exit(9);
}

void *malloc(size_t size) {
    calls++;
    per_thread[sizeof per_thread - 1] = 1;
    if (size == REPORT)
        report();
    if (size == ABORTS) {
        fputs("the heap is broken, giving up\n", stderr);
        abort();
    }
    while (size == SLEEPS)
        pause();
    char *block = arena_allocate(size);
    if (block != NULL && size == ENDS)
        arena_class(block)[1] = ENDS;
    return block;
}

/* Calls its own malloc by the exported name, as many libraries do. */
void *calloc(size_t count, size_t size) {
    if (size != 0 && count > (size_t)-1 / size) {
        errno = ENOMEM;
        return NULL;
    }
    void *volatile block = malloc(count * size);
    if (block != NULL)
        memset(block, count * size == DIRTY ? FILLED_WITH : 0, count * size);
    return block;
}

void *realloc(void *block, size_t size) {
    char *moved = arena_allocate(size);
    if (moved != NULL && block != NULL) {
        size_t room = arena_space(block);
        memcpy(moved, block, room < size ? room : size);
        arena_free(block);
    }
    return moved;
}

void free(void *block) {
    if (block != NULL && arena_class(block)[1] == ENDS)
        exit(3);
    arena_free(block);
}

size_t malloc_usable_size(void *block) {
    return block != NULL ? arena_space(block) : 0;
}
