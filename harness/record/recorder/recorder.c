// SPDX-License-Identifier: MIT
// A preloaded library that logs the allocation calls of an unmodified program and passes them on to
// the allocator of the program. It does not record child processes, and does not allocate.
#define _GNU_SOURCE /* RTLD_NEXT, environ */
#include "record_log.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

/* The functions of the program's own allocator. */
struct real {
    void *(*malloc)(size_t);
    void *(*calloc)(size_t, size_t);
    void *(*realloc)(void *, size_t);
    void *(*reallocarray)(void *, size_t, size_t);
    void (*free)(void *);
    void *(*aligned_alloc)(size_t, size_t);
    int (*posix_memalign)(void **, size_t, size_t);
    void *(*memalign)(size_t, size_t);
};

static struct {
    struct real real;
    bool resolving, resolved;
    bool started;
    struct record_log *log; /* NULL: nothing is logged */
    uint32_t image;
    pthread_key_t ending; /* its value: the next pass of a thread's destructors */
    bool sees_ends;
    size_t spare_used;
} recorder;

/* Serves allocations while the real functions are being looked up: dlsym may allocate. */
static _Alignas(16) char spare[16384];
enum { SPARE_HEADER = 16 };

static _Thread_local struct {
    unsigned depth; /* of nested calls: only the outer one is the program's */
    uint16_t number;
} me __attribute__((tls_model("initial-exec")));

/* Zeroed; the size is stored in front of the block. */
static void *spare_allocate(size_t size) {
    size_t left = sizeof spare - recorder.spare_used;
    if (size > left || ((size + 15) & ~(size_t)15) + SPARE_HEADER > left)
        return NULL;
    char *block = spare + recorder.spare_used + SPARE_HEADER;
    memcpy(block - SPARE_HEADER, &size, sizeof size);
    recorder.spare_used += SPARE_HEADER + ((size + 15) & ~(size_t)15);
    return block;
}

static bool is_spare(const void *block) {
    return (uintptr_t)block - (uintptr_t)spare < sizeof spare;
}

/* Copies the result: C has no conversion from an object pointer to a function pointer. */
static void look_up(void *function, const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    memcpy(function, &found, sizeof found);
}

/* False for calls that the look-up makes. */
static bool resolve(void) {
    if (recorder.resolved)
        return true;
    if (recorder.resolving)
        return false;
    recorder.resolving = true;
    look_up(&recorder.real.malloc, "malloc");
    look_up(&recorder.real.calloc, "calloc");
    look_up(&recorder.real.realloc, "realloc");
    look_up(&recorder.real.reallocarray, "reallocarray");
    look_up(&recorder.real.free, "free");
    look_up(&recorder.real.aligned_alloc, "aligned_alloc");
    look_up(&recorder.real.posix_memalign, "posix_memalign");
    look_up(&recorder.real.memalign, "memalign");
    recorder.resolved = true;
    return true;
}

static void stop_in_child(void) {
    recorder.log = NULL;
}

static void thread_ends(void *pass);

static struct record_log *open_log(const char *path) {
    int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0)
        return NULL;
    struct record_log *log = mmap(NULL, sizeof *log, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (log != MAP_FAILED && log->magic == RECORD_LOG_MAGIC && log->owner == getpid())
        return log;
    if (log != MAP_FAILED)
        munmap(log, sizeof *log);
    return NULL;
}

/* A program that exec starts restarts the log. */
static void start(void) {
    int error = errno;
    recorder.started = true;
    const char *path = getenv(RECORD_LOG_VARIABLE);
    struct record_log *log = path == NULL ? NULL : open_log(path);
    if (log != NULL) {
        pthread_atfork(NULL, NULL, stop_in_child);
        recorder.sees_ends = pthread_key_create(&recorder.ending, thread_ends) == 0;
        recorder.image = atomic_fetch_add(&log->image, 1) + 1;
        atomic_store(&log->threads, 0);
        atomic_store(&log->next, 0);
        recorder.log = log;
    }
    errno = error;
}

/* True if the call is to be logged. The loader calls before there is an environment. */
static bool enter(void) {
    if (me.depth++ > 0)
        return false;
    if (!recorder.started && environ != NULL)
        start();
    return recorder.log != NULL;
}

static void leave(void) {
    me.depth--;
}

/* The value of the key for the first pass. */
static char first_pass[PTHREAD_DESTRUCTOR_ITERATIONS];

static void number_thread(struct record_log *log) {
    me.number = (uint16_t)(atomic_fetch_add(&log->threads, 1) + 1);
    if (recorder.sees_ends)
        pthread_setspecific(recorder.ending, first_pass);
}

static void note(enum record_kind kind, const void *block, size_t a, size_t b, const void *result) {
    struct record_log *log = recorder.log;
    uint64_t index = atomic_fetch_add(&log->next, 1);
    if (index >= RECORD_LOG_ENTRIES)
        return;
    if (me.number == 0)
        number_thread(log);
    struct record_entry *entry = &log->entries[index];
    entry->kind = (uint16_t)kind;
    entry->thread = me.number;
    entry->block = (uintptr_t)block;
    entry->a = a;
    entry->b = b;
    entry->result = (uintptr_t)result;
    atomic_store_explicit(&entry->image, recorder.image, memory_order_release);
}

/* Runs in each pass of a thread's destructors, and logs the end in the last one, since other
 * destructors may still call. */
static void thread_ends(void *pass) {
    char *next = (char *)pass + 1;
    bool notes = enter();
    if (next < first_pass + sizeof first_pass)
        pthread_setspecific(recorder.ending, next);
    else if (notes)
        note(RECORD_EXIT, NULL, 0, 0, NULL);
    leave();
}

/* Ends a call that allocates. */
static void *finish_allocation(bool notes, enum record_kind kind, size_t a, size_t b,
                               void *result) {
    if (notes)
        note(kind, NULL, a, b, result);
    leave();
    return result;
}

EXPORT void *malloc(size_t size) {
    if (!resolve())
        return spare_allocate(size);
    bool notes = enter();
    return finish_allocation(notes, RECORD_MALLOC, size, 0, recorder.real.malloc(size));
}

EXPORT void *calloc(size_t count, size_t size) {
    if (!resolve())
        return size != 0 && count > SIZE_MAX / size ? NULL : spare_allocate(count * size);
    bool notes = enter();
    return finish_allocation(notes, RECORD_CALLOC, count, size, recorder.real.calloc(count, size));
}

EXPORT void free(void *block) {
    if (is_spare(block) || !resolve())
        return;
    if (enter())
        note(RECORD_FREE, block, 0, 0, NULL);
    recorder.real.free(block);
    leave();
}

/* A block from the spare memory moves out of it. */
static void *move_from_spare(const void *block, size_t size) {
    size_t old_size;
    memcpy(&old_size, (const char *)block - SPARE_HEADER, sizeof old_size);
    void *moved = malloc(size);
    if (moved != NULL)
        memcpy(moved, block, old_size < size ? old_size : size);
    return moved;
}

static bool enter_resize(const void *block) {
    bool notes = enter();
    if (notes && block != NULL)
        note(RECORD_LEAVES, block, 0, 0, NULL);
    return notes;
}

EXPORT void *realloc(void *block, size_t size) {
    if (is_spare(block))
        return move_from_spare(block, size);
    if (!resolve())
        return spare_allocate(size);
    bool notes = enter_resize(block);
    void *moved = recorder.real.realloc(block, size);
    if (notes)
        note(RECORD_REALLOC, block, size, 0, moved);
    leave();
    return moved;
}

EXPORT void *reallocarray(void *block, size_t count, size_t size) {
    if (is_spare(block) || !resolve())
        return size != 0 && count > SIZE_MAX / size ? NULL : realloc(block, count * size);
    bool notes = enter_resize(block);
    void *moved = recorder.real.reallocarray(block, count, size);
    if (notes)
        note(RECORD_REALLOCARRAY, block, count, size, moved);
    leave();
    return moved;
}

EXPORT void *aligned_alloc(size_t alignment, size_t size) {
    resolve();
    bool notes = enter();
    void *block = recorder.real.aligned_alloc(alignment, size);
    return finish_allocation(notes, RECORD_ALIGNED_ALLOC, alignment, size, block);
}

EXPORT void *memalign(size_t alignment, size_t size) {
    resolve();
    bool notes = enter();
    void *block = recorder.real.memalign(alignment, size);
    return finish_allocation(notes, RECORD_MEMALIGN, alignment, size, block);
}

EXPORT int posix_memalign(void **out, size_t alignment, size_t size) {
    resolve();
    bool notes = enter();
    int error = recorder.real.posix_memalign(out, alignment, size);
    finish_allocation(notes, RECORD_POSIX_MEMALIGN, alignment, size, error == 0 ? *out : NULL);
    return error;
}

EXPORT void *valloc(size_t size) {
    return memalign((size_t)sysconf(_SC_PAGESIZE), size);
}

EXPORT void *pvalloc(size_t size) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    if (size > SIZE_MAX - page) {
        errno = ENOMEM;
        return NULL;
    }
    return memalign(page, (size + page - 1) & ~(page - 1));
}
