// SPDX-License-Identifier: MIT
// An allocator with one trait that allocators document and that C and POSIX leave open, or forbid:
// the environment variable TRAIT names it (default: none). It has no bug, so the only findings are
// deviations from the standards that no profile declares.
#define _GNU_SOURCE /* MAP_ANONYMOUS, reallocarray */
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
    HEAD = 32,         /* bytes in front of a block, with its distance from the chunk's start */
    LEAST_CLASS = 6,   /* chunks have 2^class bytes */
    MAPPED_CLASS = 17, /* from here on, each chunk is a mapping */
    CLASSES = 31,
    REGION = 1 << 20, /* bytes from which smaller chunks are carved */
    POOL = 4 << 20,
    CANARY = 0xC5,
    GUARD = 64, /* canary bytes, at most */
};

static const struct trait {
    const char *name;
    size_t shift;   /* bytes by which blocks miss a multiple of 16 */
    size_t pool;    /* bytes of a pool, in place of mappings */
    size_t largest; /* request */
    size_t largest_alignment;
    bool never_reuses;
    bool reuses_when_empty; /* only then, and then everything */
    bool refuses_to_shrink; /* to less than half */
    bool reads_null;        /* free(NULL), realloc(NULL), malloc_usable_size(NULL) */
    bool zero_apart;        /* each function answers 0 bytes in its own way */
    bool usable_grows;      /* by 16 bytes each time it is asked */
    bool loses_slack;       /* realloc copies what was asked for */
    bool guards_slack;      /* it must not be written */
    bool no_errno;
    bool free_sets_errno;
} traits[] = {
    {.name = "none"},
    {.name = "align4", .shift = 4},
    {.name = "align8", .shift = 8},
    {.name = "pool", .pool = 256 << 10},
    {.name = "one-time", .pool = POOL, .never_reuses = true},
    {.name = "arena", .pool = POOL, .reuses_when_empty = true},
    {.name = "largest", .largest = 32 << 10},
    {.name = "largest-alignment", .largest_alignment = 64},
    {.name = "refuses-shrink", .refuses_to_shrink = true},
    {.name = "null", .reads_null = true},
    {.name = "zero-apart", .zero_apart = true},
    {.name = "usable-grows", .usable_grows = true},
    {.name = "loses-slack", .loses_slack = true},
    {.name = "guards-slack", .guards_slack = true},
    {.name = "no-errno", .no_errno = true},
    {.name = "free-errno", .free_sets_errno = true},
};

static const struct trait *trait = &traits[0];

/* At the start of each chunk. Free ones of a class form a list. */
struct chunk {
    size_t size, shown; /* requested; last reported as usable */
    struct chunk *next;
    uint32_t class;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct chunk *lists[CLASSES];
static _Alignas(4096) char pool[POOL];
static char *region, *region_end;
static size_t live;

__attribute__((constructor)) static void choose(void) {
    const char *name = getenv("TRAIT");
    for (size_t i = 0; name != NULL && i < sizeof traits / sizeof *traits; i++)
        if (strcmp(traits[i].name, name) == 0)
            trait = &traits[i];
    if (name != NULL && strcmp(trait->name, name) != 0) {
        fprintf(stderr, "unknown trait '%s'\n", name);
        abort();
    }
}

/* --- chunks --- */

static void *map(size_t size) {
    const int before = errno;
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    errno = before;
    return memory != MAP_FAILED ? memory : NULL;
}

static bool refill(size_t size) {
    if (trait->pool != 0) {
        if (region == NULL) {
            region = pool;
            region_end = pool + trait->pool;
        }
        return (size_t)(region_end - region) >= size;
    }
    if ((size_t)(region_end - region) < size) {
        region = map(REGION);
        region_end = region != NULL ? region + REGION : NULL;
    }
    return region != NULL;
}

static struct chunk *new_chunk(uint32_t class) {
    const size_t size = (size_t)1 << class;
    struct chunk *chunk = lists[class];
    if (chunk != NULL) {
        lists[class] = chunk->next;
    } else if (class >= MAPPED_CLASS && trait->pool == 0) {
        chunk = map(size);
    } else if (refill(size)) {
        chunk = (struct chunk *)(void *)region;
        region += size;
    }
    if (chunk != NULL)
        chunk->class = class;
    return chunk;
}

static void delete_chunk(struct chunk *chunk) {
    live--;
    if (trait->reuses_when_empty) {
        region = live == 0 ? pool : region;
    } else if (chunk->class >= MAPPED_CLASS && trait->pool == 0) {
        munmap(chunk, (size_t)1 << chunk->class);
    } else if (!trait->never_reuses) {
        chunk->next = lists[chunk->class];
        lists[chunk->class] = chunk;
    }
}

static struct chunk *chunk_of(const void *block) {
    uint32_t distance;
    memcpy(&distance, (const char *)block - sizeof distance, sizeof distance);
    return (struct chunk *)(void *)((char *)(uintptr_t)block - distance);
}

/* Bytes from the block's start to its chunk's end. */
static size_t room(const void *block) {
    const struct chunk *chunk = chunk_of(block);
    return ((size_t)1 << chunk->class) - (size_t)((const char *)block - (const char *)chunk);
}

/* --- blocks --- */

static void *refuse(int error) {
    if (!trait->no_errno)
        errno = error;
    return NULL;
}

/* The offset after the guard of a block, which is short where much is left. */
static size_t guard_end(const void *block, size_t size) {
    return room(block) - size < GUARD ? room(block) : size + GUARD;
}

static void guard_slack(void *block, size_t size) {
    if (trait->guards_slack)
        memset((char *)block + size, CANARY, guard_end(block, size) - size);
}

static void check_slack(const void *block) {
    const unsigned char *bytes = block;
    const size_t size = chunk_of(block)->size;
    for (size_t i = size; trait->guards_slack && i < guard_end(block, size); i++) {
        if (bytes[i] != CANARY) {
            fprintf(stderr, "traits: slack overwritten\n");
            abort();
        }
    }
}

static void set_size(void *block, size_t size) {
    chunk_of(block)->size = chunk_of(block)->shown = size;
    guard_slack(block, size);
}

/* True if not every block has this alignment. */
static bool is_extended(size_t alignment) {
    return alignment > (trait->shift != 0 ? trait->shift : 16);
}

static void *place(struct chunk *chunk, size_t alignment, size_t size) {
    const uintptr_t from = (uintptr_t)chunk + HEAD;
    const uintptr_t start = is_extended(alignment) ? (from + alignment - 1) / alignment * alignment
                                                   : from + trait->shift;
    const uint32_t distance = (uint32_t)(start - (uintptr_t)chunk);
    void *block = (void *)start;
    memcpy((char *)block - sizeof distance, &distance, sizeof distance);
    set_size(block, size);
    live++;
    return block;
}

/* With the lock held. */
static void *allocate(size_t alignment, size_t size) {
    const size_t largest = trait->largest != 0 ? trait->largest : (size_t)1 << (CLASSES - 2);
    uint32_t class = LEAST_CLASS;
    if (size > largest || alignment > largest)
        return refuse(ENOMEM);
    const size_t most = HEAD + trait->shift + size + (is_extended(alignment) ? alignment : 0);
    while (class < CLASSES && (size_t)1 << class < most)
        class ++;
    struct chunk *chunk = class < CLASSES ? new_chunk(class) : NULL;
    return chunk != NULL ? place(chunk, alignment, size) : refuse(ENOMEM);
}

static void release(void *block) {
    check_slack(block);
    delete_chunk(chunk_of(block));
}

static void *locked_allocate(size_t alignment, size_t size) {
    pthread_mutex_lock(&lock);
    void *block = allocate(alignment, size);
    pthread_mutex_unlock(&lock);
    return block;
}

static void *move(void *block, size_t size) {
    const size_t old = chunk_of(block)->size;
    const size_t kept = trait->loses_slack || trait->guards_slack ? old : room(block);
    void *moved = allocate(0, size);
    if (moved == NULL)
        return NULL;
    memcpy(moved, block, kept < size ? kept : size);
    guard_slack(moved, size);
    release(block);
    return moved;
}

/* With the lock held. */
static void *resize(void *block, size_t size) {
    if (trait->refuses_to_shrink && size != 0 && size < chunk_of(block)->size / 2)
        return refuse(ENOMEM);
    if (trait->largest != 0 && size > trait->largest)
        return refuse(ENOMEM);
    if (trait->loses_slack || size > room(block))
        return move(block, size);
    check_slack(block);
    set_size(block, size);
    return block;
}

static void read_null(const void *block) {
    if (trait->reads_null && block == NULL)
        chunk_of(block)->size = 0;
}

/* --- the names of libc --- */

void *malloc(size_t size) {
    return locked_allocate(0, size);
}

static bool wraps(size_t count, size_t size) {
    return size != 0 && count > SIZE_MAX / size;
}

void *calloc(size_t count, size_t size) {
    if (wraps(count, size))
        return refuse(ENOMEM);
    if (trait->zero_apart && count * size == 0)
        return NULL;
    void *block = malloc(count * size);
    return block != NULL ? memset(block, 0, count * size) : NULL;
}

static void *locked_resize(void *block, size_t size) {
    pthread_mutex_lock(&lock);
    void *resized = resize(block, size);
    pthread_mutex_unlock(&lock);
    return resized;
}

void *realloc(void *block, size_t size) {
    read_null(block);
    if (block == NULL)
        return trait->zero_apart && size == 0 ? NULL : malloc(size);
    return locked_resize(block, size);
}

void *reallocarray(void *block, size_t count, size_t size) {
    read_null(block);
    if (wraps(count, size))
        return refuse(ENOMEM);
    if (block == NULL)
        return malloc(count * size);
    if (!trait->zero_apart || count * size != 0)
        return locked_resize(block, count * size);
    free(block);
    return NULL;
}

void free(void *block) {
    read_null(block);
    if (trait->free_sets_errno)
        errno = EAGAIN;
    if (block == NULL)
        return;
    pthread_mutex_lock(&lock);
    release(block);
    pthread_mutex_unlock(&lock);
}

static bool is_valid(size_t alignment) {
    const size_t most = trait->largest_alignment;
    return alignment != 0 && (alignment & (alignment - 1)) == 0 && (most == 0 || alignment <= most);
}

void *aligned_alloc(size_t alignment, size_t size) {
    if (!is_valid(alignment))
        return refuse(EINVAL);
    return trait->zero_apart && size == 0 ? NULL : locked_allocate(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size) {
    const int before = errno;
    if (!is_valid(alignment) || alignment % sizeof(void *) != 0)
        return EINVAL;
    void *block = locked_allocate(alignment, size);
    errno = before;
    if (block == NULL)
        return ENOMEM;
    *out = block;
    return 0;
}

size_t malloc_usable_size(void *block) {
    read_null(block);
    if (block == NULL)
        return 0;
    struct chunk *chunk = chunk_of(block);
    if (!trait->usable_grows)
        return room(block);
    pthread_mutex_lock(&lock);
    const size_t shown = chunk->shown;
    chunk->shown = shown + 16 < room(block) ? shown + 16 : room(block);
    pthread_mutex_unlock(&lock);
    return shown;
}
