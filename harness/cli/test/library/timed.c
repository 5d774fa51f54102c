// SPDX-License-Identifier: MIT
// An allocator that takes time, or wears out, as words of the environment variable TIMED say:
//   hang=FUNCTION  from the AFTERth call of this function on in a process, it never returns
//   after=N        see above; default: 1
//   slow=MS        each call takes so long
//   leak           small blocks are never used again
//   pool           64 MiB are searched from the start for each block
//   worn=N         after N calls of malloc, blocks of calloc are dirty
// Without any, it is correct for one thread; it has no lock.
#define _GNU_SOURCE /* memalign */
#include "arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SMALL = 64, POOL_BYTES = ARENA_BYTES };

static struct {
    const char *hang;
    unsigned long after, slow_ms, worn;
    bool leak, pool;
} timed = {.hang = "", .after = 1};

static unsigned long calls, mallocs;

/* --- what TIMED says --- */

/* The text after NAME=; NULL: it is not this word. */
static const char *value_of(const char *word, const char *name) {
    const size_t length = strlen(name);
    return strncmp(word, name, length) == 0 && word[length] == '=' ? word + length + 1 : NULL;
}

static void read_word(const char *word) {
    const char *value;
    if ((value = value_of(word, "hang")) != NULL)
        timed.hang = value;
    else if ((value = value_of(word, "after")) != NULL)
        timed.after = strtoul(value, NULL, 10);
    else if ((value = value_of(word, "slow")) != NULL)
        timed.slow_ms = strtoul(value, NULL, 10);
    else if ((value = value_of(word, "worn")) != NULL)
        timed.worn = strtoul(value, NULL, 10);
    timed.leak |= strcmp(word, "leak") == 0;
    timed.pool |= strcmp(word, "pool") == 0;
}

__attribute__((constructor)) static void begin(void) {
    static char words[256];
    char *rest = words;
    const char *given = getenv("TIMED");
    strncpy(words, given != NULL ? given : "", sizeof words - 1);
    for (char *word; (word = strsep(&rest, " ")) != NULL;)
        read_word(word);
}

static void enter(const char *function) {
    if (timed.slow_ms > 0)
        usleep((useconds_t)timed.slow_ms * 1000);
    if (strcmp(timed.hang, function) == 0 && ++calls >= timed.after)
        for (volatile bool on = true; on;) {
        }
}

/* --- the pool: blocks one after another, each with its size, the lowest bit set if it is live ---
 */

static size_t *size_in(size_t at) {
    return (size_t *)(void *)(arena + at);
}

/* The size of a free stretch, with the free ones after it merged. */
static size_t merged(size_t at) {
    size_t size = *size_in(at);
    while (at + size < POOL_BYTES && (*size_in(at + size) & 1) == 0)
        size += *size_in(at + size);
    return *size_in(at) = size;
}

static void *pool_allocate(size_t size) {
    const size_t whole = (size + 2 * HEADER - 1) / HEADER * HEADER;
    if (*size_in(0) == 0)
        *size_in(0) = POOL_BYTES;
    for (size_t at = 0; size < POOL_BYTES && at < POOL_BYTES; at += *size_in(at) & ~(size_t)1) {
        if ((*size_in(at) & 1) != 0 || merged(at) < whole)
            continue;
        if (*size_in(at) > whole)
            *size_in(at + whole) = *size_in(at) - whole;
        *size_in(at) = whole | 1;
        return arena + at + HEADER;
    }
    errno = ENOMEM;
    return NULL;
}

/* --- both --- */

static void *allocate(size_t size) {
    return timed.pool ? pool_allocate(size) : arena_allocate(size);
}

static size_t space(void *block) {
    return timed.pool ? (*arena_class(block) & ~(size_t)1) - HEADER : arena_space(block);
}

static void release(void *block) {
    if (block == NULL || (timed.leak && space(block) <= SMALL))
        return;
    if (timed.pool)
        *arena_class(block) &= ~(size_t)1;
    else
        arena_free(block);
}

/* --- the names of libc --- */

void *malloc(size_t size) {
    enter("malloc");
    mallocs++;
    return allocate(size);
}

void *calloc(size_t count, size_t size) {
    enter("calloc");
    if (size != 0 && count > SIZE_MAX / size) {
        errno = ENOMEM;
        return NULL;
    }
    void *block = allocate(count * size);
    const bool dirty = timed.worn > 0 && mallocs > timed.worn;
    return block != NULL ? memset(block, dirty ? 0x5A : 0, count * size) : NULL;
}

void *realloc(void *block, size_t size) {
    enter("realloc");
    void *moved = allocate(size);
    if (moved != NULL && block != NULL) {
        const size_t room = space(block);
        memcpy(moved, block, room < size ? room : size);
        release(block);
    }
    return moved;
}

void free(void *block) {
    enter("free");
    release(block);
}

size_t malloc_usable_size(void *block) {
    enter("malloc_usable_size");
    return block != NULL ? space(block) : 0;
}

/* Serves the alignments that all blocks have. */
void *aligned_alloc(size_t alignment, size_t size) {
    enter("aligned_alloc");
    if (alignment == 0 || (alignment & (alignment - 1)) != 0) {
        errno = EINVAL;
        return NULL;
    }
    if (alignment <= HEADER)
        return allocate(size);
    errno = ENOMEM;
    return NULL;
}

int posix_memalign(void **block, size_t alignment, size_t size) {
    enter("posix_memalign");
    const int before = errno;
    if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0)
        return EINVAL;
    void *made = alignment <= HEADER ? allocate(size) : NULL;
    errno = before;
    if (made == NULL)
        return ENOMEM;
    *block = made;
    return 0;
}
