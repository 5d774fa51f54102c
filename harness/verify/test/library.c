// SPDX-License-Identifier: MIT
// An allocator by libc's names that reuses only the last block. BUG chooses what is wrong with it.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NONE, ALIGNMENT, CRASH, HANG, IN_THE_TOOL, EVERYWHERE, EXITS, GROWTH, ERROR, THREAD_END };

static _Alignas(64) char arena[256 << 20];
static size_t used;

static int is_tool(void) {
    return strstr(program_invocation_short_name, "allocheck") != NULL;
}

static pthread_key_t key;

static void end_thread(void *value) {
    (void)value;
    abort();
}

static int is_wrong(int bug, size_t size) {
    return BUG == bug && size == 100;
}

void *malloc(size_t size) {
    const size_t header = 16, whole = (size + header + 15) / 16 * 16;
    if (BUG == THREAD_END && gettid() != getpid())
        pthread_setspecific(key, arena);
    if (is_wrong(CRASH, size))
        abort();
    if (is_wrong(EXITS, size))
        _Exit(7);
    while (is_wrong(HANG, size)) {
        static volatile int rounds;
        rounds++;
    }
    if (size > sizeof arena / 2 || used + whole + 16 > sizeof arena) {
        errno = BUG == ERROR ? EAGAIN : ENOMEM;
        return NULL;
    }
    char *block = arena + used + header;
    used += whole;
    memcpy(block - sizeof size, &size, sizeof size);
    const int off = is_wrong(ALIGNMENT, size) || (is_wrong(IN_THE_TOOL, size) && is_tool());
    used += off ? 16 : 0;
    return block + (off ? 8 : 0);
}

/* Only the last block is freed. */
void free(void *block) {
    const size_t header = 16;
    size_t size = 0;
    if (block == NULL)
        return;
    memcpy(&size, (char *)block - sizeof size, sizeof size);
    const size_t start = (size_t)((char *)block - arena), whole = (size + header + 15) / 16 * 16;
    if (start % 16 == 0 && start - header + whole == used && !is_wrong(GROWTH, size))
        used -= whole;
}

void *calloc(size_t count, size_t size) {
    if (size != 0 && count > PTRDIFF_MAX / size) {
        errno = ENOMEM;
        return NULL;
    }
    void *block = malloc(count * size);
    return block != NULL ? memset(block, 0, count * size) : NULL;
}

void *realloc(void *old, size_t size) {
    size_t kept = 0;
    void *block = malloc(size);
    if (old != NULL && block != NULL) {
        memcpy(&kept, (char *)old - sizeof kept, sizeof kept);
        memcpy(block, old, kept < size ? kept : size);
    }
    return block;
}

static void __attribute__((constructor)) begin(void) {
    pthread_key_create(&key, end_thread);
    if (BUG == EVERYWHERE && !is_tool())
        abort();
}
