// SPDX-License-Identifier: MIT
#include "tlsf.h"
#include "chunk.h"

enum {
    COLUMN_BITS = 3,
    COLUMNS = 1 << COLUMN_BITS,
    FIRST_ROW_BITS = 7, /* row 0: sizes below 2^7, in steps of 16 */
    ROWS = 26,
};
static const size_t largest_buffer = (size_t)1 << (FIRST_ROW_BITS + ROWS - 2);

struct tlsf {
    struct chunk_heap chunks;
    uint32_t rows; /* bit set: the row has a list that is not empty */
    uint8_t columns[ROWS];
    struct chunk *lists[ROWS][COLUMNS];
    struct chunk *first;
    size_t least_failed; /* smallest request that failed */
    size_t ceiling;      /* requests of this size or more fail at once */
};

const struct ac_profile tlsf_profile = {
    .name = "tlsf",
    PB_FRONT_PROFILE,
    .held_when_empty = SIZE_MAX,
    .coalesces = true,
    .reuses_when_refused = true,
};

struct place {
    size_t row, column;
};

static struct tlsf *tlsf_of(void *heap) {
    return heap;
}

/* The list for chunks of a size. */
static struct place place_of(size_t size) {
    if (size < (size_t)1 << FIRST_ROW_BITS)
        return (struct place){0, size / 16};
    const size_t bits = 63 - (size_t)__builtin_clzll(size);
    return (struct place){bits - FIRST_ROW_BITS + 1, size >> (bits - COLUMN_BITS) & (COLUMNS - 1)};
}

/* Rounds a size up so that every chunk of its list is large enough. */
static size_t round_to_list(size_t size) {
    if (size < (size_t)1 << FIRST_ROW_BITS)
        return size;
    const size_t bits = 63 - (size_t)__builtin_clzll(size);
    return round_up(size, (size_t)1 << (bits - COLUMN_BITS));
}

static void list_insert(struct chunk_heap *chunks, struct chunk *chunk) {
    struct tlsf *heap = tlsf_of(chunks);
    const struct place place = place_of(chunk_size(chunk));
    struct chunk **list = &heap->lists[place.row][place.column];
    chunk->prev = NULL;
    chunk->next = *list;
    if (*list != NULL)
        (*list)->prev = chunk;
    *list = chunk;
    heap->rows |= 1u << place.row;
    heap->columns[place.row] |= (uint8_t)(1u << place.column);
}

static void list_emptied(struct tlsf *heap, struct place place) {
    heap->columns[place.row] &= (uint8_t) ~(1u << place.column);
    if (heap->columns[place.row] == 0)
        heap->rows &= ~(1u << place.row);
}

static void list_remove(struct chunk_heap *chunks, struct chunk *chunk) {
    struct tlsf *heap = tlsf_of(chunks);
    const struct place place = place_of(chunk_size(chunk));
    if (chunk->next != NULL)
        chunk->next->prev = chunk->prev;
    if (chunk->prev != NULL) {
        chunk->prev->next = chunk->next;
        return;
    }
    heap->lists[place.row][place.column] = chunk->next;
    if (chunk->next == NULL)
        list_emptied(heap, place);
}

static size_t list_need(struct chunk_heap *heap, size_t size) {
    return has_bug(&heap->front, BUG_TRIMS_BELOW_LIST) ? chunk_for(size)
                                                       : round_to_list(chunk_for(size));
}

/* A free chunk from the first list of chunks of at least `size` bytes, or NULL. */
static struct chunk *find(const struct tlsf *heap, size_t size) {
    const struct place place = place_of(round_to_list(size));
    if (place.row >= ROWS)
        return NULL;
    size_t row = place.row;
    unsigned columns = heap->columns[row] & (~0u << place.column);
    if (columns == 0) {
        const uint32_t rows = heap->rows & (uint32_t)(~UINT64_C(0) << (place.row + 1));
        if (rows == 0)
            return NULL;
        row = (size_t)__builtin_ctz(rows);
        columns = heap->columns[row];
    }
    return heap->lists[row][__builtin_ctz(columns)];
}

static void *failed(struct tlsf *heap, size_t size) {
    if (size >= 4096)
        heap->least_failed = smaller(heap->least_failed, size);
    return NULL;
}

static void *tlsf_allocate(struct pb_heap *front, size_t size, size_t alignment) {
    struct tlsf *heap = tlsf_of(front);
    const size_t need = heap->chunks.need(&heap->chunks, size);
    const size_t total = alignment > PB_ALIGNMENT ? need + alignment + CHUNK_LEAST : need;
    front->fresh = false;
    struct chunk *chunk = size < heap->ceiling ? find(heap, larger(total, CHUNK_LEAST)) : NULL;
    return chunk != NULL ? chunk_allocate(&heap->chunks, chunk, need, alignment)
                         : failed(heap, size);
}

static void tlsf_release(struct pb_heap *front, void *block) {
    chunk_release((struct chunk_heap *)(void *)front, chunk_of(block));
}

static bool tlsf_resize(struct pb_heap *front, void *block, size_t size) {
    return size < tlsf_of(front)->ceiling && chunk_resize(front, block, size);
}

static const char *maps_fault(const struct tlsf *heap) {
    for (size_t row = 0; row < ROWS; row++) {
        for (size_t column = 0; column < COLUMNS; column++) {
            const bool marked = heap->columns[row] >> column & 1;
            if (marked != (heap->lists[row][column] != NULL))
                return "a bitmap that is wrong about a list";
        }
    }
    return NULL;
}

const char *tlsf_check(void *heap_of) {
    const struct tlsf *heap = heap_of;
    size_t free_chunks = 0;
    const char *fault = chunk_walk(heap->first, &free_chunks);
    if (fault == NULL && free_chunks != heap->chunks.free_chunks)
        fault = "a free chunk that is in no list";
    return fault != NULL ? fault : maps_fault(heap);
}

static const struct pb_kind tlsf_kind = {
    .allocate = tlsf_allocate,
    .release = tlsf_release,
    .usable = chunk_space_of,
    .resize = tlsf_resize,
};

/* Shared between instances, for the planted bug only. */
static size_t ceiling_of_the_last = SIZE_MAX;

void *tlsf_open(const struct ac_open_options *options, enum pb_bug bug) {
    char *buffer = options->source->buffer;
    char *start = align_up(buffer, PB_ALIGNMENT);
    char *end = buffer + smaller(options->source->limit, largest_buffer);
    char *first = start + round_up(sizeof(struct tlsf), PB_ALIGNMENT);
    if (first + 2 * CHUNK_LEAST > end)
        return NULL;
    struct tlsf *heap = (struct tlsf *)(void *)start;
    *heap = (struct tlsf){.least_failed = SIZE_MAX, .ceiling = SIZE_MAX};
    pb_heap_init(&heap->chunks.front, &tlsf_kind, options, bug);
    heap->chunks.front.counted.held_bytes = SIZE_MAX;
    heap->chunks.insert = list_insert;
    heap->chunks.remove = list_remove;
    heap->chunks.need = list_need;
    heap->first = chunk_at(first, 0);
    chunk_create(&heap->chunks, first, (size_t)(end - first) & ~(size_t)15);
    if (has_bug(&heap->chunks.front, BUG_REMEMBERS_LAST_HEAP))
        heap->ceiling = ceiling_of_the_last;
    return heap;
}

void tlsf_close(void *heap_of) {
    const struct tlsf *heap = heap_of;
    ceiling_of_the_last = heap->ceiling == SIZE_MAX ? heap->least_failed : SIZE_MAX;
}
