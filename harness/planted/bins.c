// SPDX-License-Identifier: MIT
#include "bins.h"

static struct binned *binned_of(struct chunk_heap *chunks) {
    return (struct binned *)(void *)chunks;
}

static struct chunk **bin_of(struct binned *heap, size_t size) {
    return &heap->bins[63 - __builtin_clzll(size)];
}

static void bin_insert(struct chunk_heap *chunks, struct chunk *chunk) {
    struct chunk **bin = bin_of(binned_of(chunks), chunk_size(chunk));
    chunk->prev = NULL;
    chunk->next = *bin;
    if (*bin != NULL)
        (*bin)->prev = chunk;
    *bin = chunk;
}

static void bin_remove(struct chunk_heap *chunks, struct chunk *chunk) {
    if (chunk->prev != NULL)
        chunk->prev->next = chunk->next;
    else
        *bin_of(binned_of(chunks), chunk_size(chunk)) = chunk->next;
    if (chunk->next != NULL)
        chunk->next->prev = chunk->prev;
}

static size_t bin_need(struct chunk_heap *chunks, size_t size) {
    (void)chunks;
    return chunk_for(size);
}

void bins_init(struct binned *heap) {
    heap->chunks.insert = bin_insert;
    heap->chunks.remove = bin_remove;
    heap->chunks.need = bin_need;
}

struct chunk *bins_find(struct binned *heap, size_t size) {
    struct chunk **bin = bin_of(heap, size);
    for (; bin < heap->bins + BINS; bin++) {
        for (struct chunk *chunk = *bin; chunk != NULL; chunk = chunk->next)
            if (chunk_size(chunk) >= size)
                return chunk;
    }
    return NULL;
}
