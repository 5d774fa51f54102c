// SPDX-License-Identifier: MIT
#include <slate.h>

int main(void) {
    struct slate_source pages = slate_source_mmap();
    struct slate_heap *heap = slate_open(&(struct slate_options){.source = &pages});
    void *block = heap != NULL ? slate_heap_malloc(heap, 100) : NULL;
    return block != NULL && slate_heap_malloc_usable_size(heap, block) == 100 ? 0 : 1;
}
