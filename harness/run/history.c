// SPDX-License-Identifier: MIT
// The file is a ring of segments. Each belongs to one process, which fills it from its start. A new
// one begins when it is full, or when another process writes.
#define _GNU_SOURCE /* ftruncate */
#include "allocheck/history.h"

#include "program/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SEGMENTS = 8, SEGMENT = 2 << 20, MOST_BYTES = 64 << 10 };

struct segment {
    uint64_t sequence; /* counts segments; 0: never used */
    uint64_t process;  /* that ran these inputs */
    uint32_t used;     /* bytes of records */
    uint32_t last;     /* start of the last record */
    bool blamed;
    struct ac_finding finding; /* of the last input */
    uint8_t records[];         /* each: size as uint32_t, bytes */
};

enum { CAPACITY = SEGMENT - sizeof(struct segment), HEAD = sizeof(uint32_t) };

struct ac_history {
    uint8_t *file;
    struct segment *now; /* NULL: none yet */
    uint64_t sequence;
};

static struct segment *segment_at(uint8_t *file, size_t index) {
    return (struct segment *)(void *)(file + index * SEGMENT);
}

/* --- writing --- */

static uint8_t *map_file(const char *path, int flags, int protection) {
    void *memory = MAP_FAILED;
    int file = open(path, flags | O_CLOEXEC, 0666);
    if (file >= 0 && ((flags & O_CREAT) == 0 || ftruncate(file, (off_t)SEGMENTS * SEGMENT) == 0))
        memory = mmap(NULL, (size_t)SEGMENTS * SEGMENT, protection, MAP_SHARED, file, 0);
    if (file >= 0) {
        int error = errno;
        close(file);
        errno = error;
    }
    return memory == MAP_FAILED ? NULL : memory;
}

struct ac_history *ac_history_open(const char *path) {
    struct ac_history *history = ac_memory_new(sizeof *history);
    if (history != NULL) {
        history->file = map_file(path, O_RDWR | O_CREAT, PROT_READ | PROT_WRITE);
        if (history->file == NULL) {
            ac_memory_delete(history, sizeof *history);
            return NULL;
        }
    }
    return history;
}

/* Sequence numbers are read from the file: each process of a fork server starts with the same
 * memory. */
static uint64_t last_sequence(const struct ac_history *history) {
    uint64_t last = 0;
    for (size_t i = 0; i < SEGMENTS; i++) {
        uint64_t sequence = segment_at(history->file, i)->sequence;
        last = sequence > last ? sequence : last;
    }
    return last;
}

static void begin_segment(struct ac_history *history, uint64_t process) {
    uint64_t sequence = last_sequence(history) + 1;
    struct segment *segment = segment_at(history->file, sequence % SEGMENTS);
    segment->used = 0;
    segment->blamed = false;
    segment->process = process;
    segment->sequence = sequence;
    history->now = segment;
}

void ac_history_add(struct ac_history *history, const uint8_t *bytes, size_t size) {
    uint64_t process = (uint64_t)getpid();
    struct segment *now = history->now;
    if (now == NULL || now->process != process || size > MOST_BYTES ||
        now->used + HEAD + size > CAPACITY) {
        begin_segment(history, process);
        now = history->now;
    }
    if (size > MOST_BYTES) {
        now->process = 0; /* of no process */
        return;
    }
    uint32_t length = (uint32_t)size;
    memcpy(now->records + now->used, &length, HEAD);
    memcpy(now->records + now->used + HEAD, bytes, size);
    now->last = now->used;
    now->used += HEAD + length;
}

void ac_history_blame(struct ac_history *history, const struct ac_finding *finding) {
    if (history->now != NULL) {
        history->now->finding = *finding;
        history->now->blamed = true;
    }
}

/* --- reading --- */

/* The record at an offset. False: there is none, or it is being written. */
static bool record_at(const struct segment *segment, size_t at, struct ac_history_input *input) {
    uint32_t length;
    if (at + HEAD > segment->used || segment->used > CAPACITY)
        return false;
    memcpy(&length, segment->records + at, HEAD);
    *input = (struct ac_history_input){segment->records + at + HEAD, length};
    return at + HEAD + length <= segment->used;
}

static bool ends_with(const struct segment *segment, const uint8_t *last, size_t size) {
    struct ac_history_input input;
    return segment->sequence != 0 && segment->process != 0 && segment->used > 0 &&
           record_at(segment, segment->last, &input) && input.size == size &&
           memcmp(input.bytes, last, size) == 0;
}

static struct segment *segment_of_sequence(uint8_t *file, uint64_t sequence) {
    struct segment *segment = segment_at(file, sequence % SEGMENTS);
    return segment->sequence == sequence ? segment : NULL;
}

/* The last segment of the process that ran the input last. */
static struct segment *find_end(uint8_t *file, const uint8_t *last, size_t size) {
    struct segment *found = NULL;
    for (size_t i = 0; i < SEGMENTS; i++) {
        struct segment *segment = segment_at(file, i);
        struct segment *next = segment_of_sequence(file, segment->sequence + 1);
        bool goes_on = next != NULL && next->process == segment->process;
        if (!goes_on && ends_with(segment, last, size) &&
            (found == NULL || segment->sequence > found->sequence))
            found = segment;
    }
    return found;
}

static bool add_records(struct ac_history_view *view, const struct segment *segment) {
    struct ac_history_input input;
    for (size_t at = 0; record_at(segment, at, &input); at += HEAD + input.size) {
        if (!ac_memory_reserve((void **)&view->inputs, &view->capacity, view->count + 1,
                               sizeof *view->inputs))
            return false;
        view->inputs[view->count++] = input;
    }
    return true;
}

static bool fill(struct ac_history_view *view, const struct segment *end) {
    uint64_t first = end->sequence;
    const struct segment *before;
    while (first > 1 && (before = segment_of_sequence(view->file, first - 1)) != NULL &&
           before->process == end->process)
        first--;
    view->blamed = end->blamed;
    view->finding = end->finding;
    bool done = true;
    for (uint64_t sequence = first; done && sequence <= end->sequence; sequence++)
        done = add_records(view, segment_of_sequence(view->file, sequence));
    return done;
}

/* Copies the file: its writer may be running. */
static uint8_t *copy_file(const char *path) {
    uint8_t *copy = ac_memory_new((size_t)SEGMENTS * SEGMENT);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    size_t length = 0;
    ssize_t got = 1;
    while (copy != NULL && file >= 0 && got > 0) {
        got = pread(file, copy + length, (size_t)SEGMENTS * SEGMENT - length, (off_t)length);
        length += got > 0 ? (size_t)got : 0;
    }
    if (file >= 0)
        close(file);
    return copy;
}

bool ac_history_read(struct ac_history_view *view, const char *path, const uint8_t *last,
                     size_t size) {
    *view = (struct ac_history_view){.file = copy_file(path)};
    const struct segment *end = view->file != NULL ? find_end(view->file, last, size) : NULL;
    if (end != NULL && fill(view, end))
        return true;
    ac_history_close(view);
    return false;
}

void ac_history_close(struct ac_history_view *view) {
    ac_memory_delete(view->inputs, view->capacity * sizeof *view->inputs);
    ac_memory_delete(view->file, (size_t)SEGMENTS * SEGMENT);
    *view = (struct ac_history_view){.count = 0};
}
