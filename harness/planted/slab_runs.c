// SPDX-License-Identifier: MIT
#include "slab_runs.h"

#include <string.h>

static bool holds(const struct run *run, const void *address) {
    return (uintptr_t)address - (uintptr_t)run < run->bytes;
}

/* Works for unsorted runs, too. */
static size_t index_after(const struct slab *heap, const void *address) {
    size_t index = heap->run_count;
    while (index > 0 && !holds(heap->runs[index - 1], address))
        index--;
    return index;
}

/* The index of the first run that starts above an address. */
static size_t index_above(const struct slab *heap, const void *address) {
    size_t low = 0, high = heap->run_count;
    if (has_bug(&heap->front, BUG_APPENDS_RUN))
        return index_after(heap, address);
    while (low < high) {
        const size_t middle = (low + high) / 2;
        if ((uintptr_t)heap->runs[middle] > (uintptr_t)address)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

struct run *slab_run_of(const struct slab *heap, const void *address) {
    const size_t above = index_above(heap, address);
    if (above == 0)
        return NULL;
    struct run *run = heap->runs[above - 1];
    return holds(run, address) ? run : NULL;
}

static void table_insert(struct slab *heap, struct run *run) {
    const bool appends = has_bug(&heap->front, BUG_APPENDS_RUN);
    const size_t at = appends ? heap->run_count : index_above(heap, run);
    memmove(heap->runs + at + 1, heap->runs + at, (heap->run_count - at) * sizeof heap->runs[0]);
    heap->runs[at] = run;
    heap->run_count++;
}

static void table_remove(struct slab *heap, const struct run *run) {
    const size_t at = index_above(heap, run) - 1;
    heap->run_count--;
    memmove(heap->runs + at, heap->runs + at + 1, (heap->run_count - at) * sizeof heap->runs[0]);
}

struct run *slab_run_new(struct slab *heap, size_t bytes) {
    if (heap->run_count == heap->run_capacity)
        return NULL;
    struct run *run = pb_pages_map(&heap->front, bytes);
    if (run == NULL && slab_runs_give_empty(heap))
        run = pb_pages_map(&heap->front, bytes);
    if (run == NULL)
        return NULL;
    memset(run, 0, LARGE_HEADER);
    run->bytes = bytes;
    run->zeroed = heap->front.pages.zeroed || has_bug(&heap->front, BUG_TAKES_DIRTY_FOR_ZERO);
    table_insert(heap, run);
    return run;
}

/* Page by page, like huge pages: the planted bug is that the address does not advance. */
static bool give_pages(struct slab *heap, char *start, size_t bytes) {
    const size_t page = heap->front.pages.page_size;
    bool gave = true;
    for (size_t at = 0; at < bytes; at += page)
        gave &= pb_pages_unmap(&heap->front, start, page);
    return gave;
}

bool slab_run_give(struct slab *heap, struct run *run) {
    size_t bytes = run->bytes;
    if (run->slot == 0 && has_bug(&heap->front, BUG_UNMAPS_UNROUNDED))
        bytes = (size_t)(run->first - (char *)run) + run->large_size;
    table_remove(heap, run);
    if (run->slot == 0 && has_bug(&heap->front, BUG_GIVES_FIRST_PAGE_AGAIN))
        return give_pages(heap, (char *)run, bytes);
    if (pb_pages_unmap(&heap->front, run, bytes))
        return true;
    table_insert(heap, run);
    return false;
}

void slab_run_offer(struct slab *heap, struct run *run) {
    struct run **list = &heap->partial[run->class];
    run->prev = NULL;
    run->next = *list;
    if (*list != NULL)
        (*list)->prev = run;
    *list = run;
}

void slab_run_withdraw(struct slab *heap, struct run *run) {
    if (run->prev != NULL)
        run->prev->next = run->next;
    else
        heap->partial[run->class] = run->next;
    if (run->next != NULL)
        run->next->prev = run->prev;
}

static bool give_empty(struct slab *heap, struct run *run) {
    if (run->slot == 0)
        return slab_run_give(heap, run);
    slab_run_withdraw(heap, run);
    if (slab_run_give(heap, run))
        return true;
    slab_run_offer(heap, run);
    return false;
}

bool slab_runs_give_empty(struct slab *heap) {
    bool gave = false;
    for (size_t i = heap->run_count; i-- > 0;)
        gave |= heap->runs[i]->live == 0 && give_empty(heap, heap->runs[i]);
    return gave;
}

void slab_runs_end(struct slab *heap) {
    for (size_t i = heap->run_count; i-- > 0;)
        pb_pages_unmap(&heap->front, heap->runs[i], heap->runs[i]->bytes);
}
