// SPDX-License-Identifier: MIT
#include "slab.h"
#include "slab_runs.h"

_Static_assert(offsetof(struct run, slots) <= LARGE_HEADER, "a large block overlaps its header");

enum { SLAB_BYTES = 16384, SLAB_TAIL = 64, LARGEST_SLOT = 2048, MOST_RUNS = 1 << 16 };

static const uint16_t class_slots[SLAB_CLASSES] = {16,  32,  48,  64,  80,  96,   112,  128,
                                                   192, 256, 384, 512, 768, 1024, 1536, 2048};

const struct ac_profile slab_profile = {
    .name = "slab",
    PB_FRONT_PROFILE,
    .cached_size = LARGEST_SLOT,
    .growth_slack = 65536,
    .held_when_empty = SIZE_MAX,
};

static struct slab *slab_of(struct pb_heap *heap) {
    return (struct slab *)(void *)heap;
}

static size_t lowest_bit(size_t number) {
    return number & (~number + 1);
}

/* The smallest class for a size whose slots are all aligned; SLAB_CLASSES: none. */
static size_t class_for(const struct slab *heap, size_t size, size_t alignment) {
    const bool size_only = has_bug(&heap->front, BUG_ALIGNMENT_BY_SIZE);
    size_t class = 0;
    while (class < SLAB_CLASSES && (class_slots[class] < larger(size, alignment) ||
                                    (!size_only && lowest_bit(class_slots[class]) < alignment)))
        class ++;
    return class;
}

size_t slab_slot_for(size_t size) {
    for (size_t class = 0; class < SLAB_CLASSES; class ++)
        if (class_slots[class] >= size)
            return class_slots[class];
    return SIZE_MAX;
}

static struct run *run_for_class(struct slab *heap, size_t class) {
    struct run *run = slab_run_new(heap, round_to_pages(&heap->front, SLAB_BYTES));
    if (run == NULL)
        return NULL;
    const bool zeroed = run->zeroed;
    const size_t bytes = run->bytes;
    const size_t slot = class_slots[class];
    *run = (struct run){.bytes = bytes,
                        .slot = slot,
                        .class = class,
                        .zeroed = zeroed,
                        .by_malloc = heap->front.by_malloc};
    const size_t start = round_up(sizeof *run, lowest_bit(slot));
    run->first = (char *)run + start;
    run->slots = (bytes - start - SLAB_TAIL) / slot;
    if (has_bug(&heap->front, BUG_COUNTS_SLOT_TOO_MANY))
        run->slots = (bytes - start + slot - 1) / slot;
    slab_run_offer(heap, run);
    return run;
}

/* The planted bug spares size 0, whose blocks share no byte, and functions that would write to the
 * block before the overlap is seen. */
static bool believes_free(const struct slab *heap, const struct run *run, size_t word) {
    return has_bug(&heap->front, BUG_TESTS_FIRST_WORD) && heap->front.by_malloc && word > 0 &&
           run->slot > PB_ALIGNMENT;
}

static size_t first_unused(const struct slab *heap, const struct run *run) {
    size_t word = 0;
    while (~run->used[word] == 0)
        word++;
    if (believes_free(heap, run, word))
        return 64 * word;
    return 64 * word + (size_t)__builtin_ctzll(~run->used[word]);
}

static void *allocate_slot(struct slab *heap, struct run *run, size_t size) {
    const size_t index = first_unused(heap, run);
    run->used[index / 64] |= UINT64_C(1) << index % 64;
    run->asked[index] = (uint16_t)size;
    heap->front.fresh = run->zeroed && index >= run->reached;
    run->reached = larger(run->reached, index + 1);
    if (++run->live == run->slots)
        slab_run_withdraw(heap, run);
    return run->first + index * run->slot;
}

static void *allocate_small(struct slab *heap, size_t class, size_t size) {
    struct run *run = heap->partial[class];
    if (run == NULL)
        run = run_for_class(heap, class);
    return run != NULL ? allocate_slot(heap, run, size) : NULL;
}

/* A large run whose unmap was refused. */
static struct run *kept_run(const struct slab *heap, size_t bytes) {
    for (size_t i = 0; i < heap->run_count; i++) {
        struct run *run = heap->runs[i];
        if (run->live == 0 && run->slot == 0 && run->bytes >= bytes && !run->lost)
            return run;
    }
    return NULL;
}

/* Not for calloc and realloc, which would write past the end first. */
static bool forgets_header(const struct slab *heap) {
    return has_bug(&heap->front, BUG_LARGE_FORGETS_HEADER) && heap->front.by_malloc;
}

static void *allocate_large(struct slab *heap, size_t size, size_t alignment) {
    const size_t extra = alignment > PB_ALIGNMENT ? alignment : 0;
    const size_t header = forgets_header(heap) ? 0 : LARGE_HEADER;
    const size_t bytes = round_to_pages(&heap->front, header + size + extra);
    struct run *run = kept_run(heap, bytes);
    const bool is_new = run == NULL;
    if (is_new)
        run = slab_run_new(heap, bytes);
    if (run == NULL)
        return NULL;
    const size_t most =
        has_bug(&heap->front, BUG_ALIGNS_TO_PAGE_ONLY) ? heap->front.pages.page_size : alignment;
    run->first = align_up((char *)run + LARGE_HEADER, smaller(alignment, most));
    run->large_size = size;
    run->live = 1;
    heap->front.fresh = is_new && run->zeroed;
    return run->first;
}

void *slab_allocate(struct pb_heap *front, size_t size, size_t alignment) {
    struct slab *heap = slab_of(front);
    size_t class = class_for(heap, size, alignment);
    if (has_bug(front, BUG_CACHED_WRAP)) {
        const size_t wrapped = class_for(heap, round_up(size, PB_ALIGNMENT), alignment);
        class = wrapped < SLAB_CLASSES && heap->partial[wrapped] != NULL ? wrapped : class;
    }
    if (class < SLAB_CLASSES)
        return allocate_small(heap, class, size);
    if (has_bug(front, BUG_CACHED_WRAP) && size > PTRDIFF_MAX)
        return NULL;
    return allocate_large(heap, size, alignment);
}

static size_t index_of(const struct run *run, const void *block) {
    return (size_t)((const char *)block - run->first) / run->slot;
}

static bool slot_used(const struct run *run, size_t index) {
    return run->used[index / 64] >> index % 64 & 1;
}

bool slab_allocates(struct pb_heap *front, void *block) {
    const struct run *run = slab_run_of(slab_of(front), block);
    if (run == NULL || run->live == 0 || (char *)block < run->first)
        return false;
    if (run->slot == 0)
        return block == run->first;
    const size_t index = index_of(run, block);
    return run->first + index * run->slot == block && index < run->slots && slot_used(run, index);
}

size_t slab_requested(struct pb_heap *front, void *block) {
    const struct run *run = slab_run_of(slab_of(front), block);
    return run->slot == 0 ? run->large_size : run->asked[index_of(run, block)];
}

void slab_set_asked(struct pb_heap *front, void *block, size_t size) {
    struct run *run = slab_run_of(slab_of(front), block);
    if (run->slot == 0)
        run->large_size = size;
    else
        run->asked[index_of(run, block)] = (uint16_t)size;
}

static size_t space_of(const struct run *run, const char *block) {
    return run->slot != 0 ? run->slot : run->bytes - (size_t)(block - (const char *)run);
}

size_t slab_space(struct pb_heap *front, void *block) {
    const struct run *run = slab_run_of(slab_of(front), block);
    return space_of(run, block);
}

static void take_large(struct slab *heap, struct run *run) {
    run->live = 0;
    if (has_bug(&heap->front, BUG_LOSES_LARGE_RUNS) && run->bytes >= 65536) {
        run->lost = true;
        return;
    }
    slab_run_give(heap, run);
}

static void take_slot(struct slab *heap, struct run *run, size_t index) {
    run->used[index / 64] &= ~(UINT64_C(1) << index % 64);
    if (run->live-- == run->slots)
        slab_run_offer(heap, run);
    if (run->live == 0 && has_bug(&heap->front, BUG_EMPTY_COUNTS_AS_NEW))
        run->reached = 0;
    if (run->live == 0 && run->by_malloc && has_bug(&heap->front, BUG_KEEPS_NO_RUN)) {
        slab_run_withdraw(heap, run);
        if (!slab_run_give(heap, run))
            slab_run_offer(heap, run);
    }
}

void slab_release(struct pb_heap *front, void *block) {
    struct slab *heap = slab_of(front);
    struct run *run = slab_run_of(heap, block);
    if (run->slot == 0)
        take_large(heap, run);
    else
        take_slot(heap, run, index_of(run, block));
}

/* Unmaps the pages after the block's end. */
static void cut_large(struct slab *heap, struct run *run) {
    const size_t end = (size_t)(run->first - (char *)run) + larger(run->large_size, 1);
    const size_t keep = round_to_pages(&heap->front, end);
    if (keep < run->bytes && pb_pages_unmap(&heap->front, (char *)run + keep, run->bytes - keep))
        run->bytes = keep;
}

static bool extend_large(struct slab *heap, struct run *run, size_t size) {
    const struct ac_page_source *pages = &heap->front.pages;
    const size_t wanted = round_to_pages(&heap->front, (size_t)(run->first - (char *)run) + size);
    if (!pages->resize(pages->ctx, run, run->bytes, wanted))
        return false;
    heap->front.counted.held_bytes += wanted - run->bytes;
    run->bytes = wanted;
    return true;
}

bool slab_resize(struct pb_heap *front, void *block, size_t size) {
    struct slab *heap = slab_of(front);
    struct run *run = slab_run_of(heap, block);
    if (size > space_of(run, block) && (run->slot != 0 || !extend_large(heap, run, size)))
        return false;
    slab_set_asked(front, block, size);
    if (run->slot == 0)
        cut_large(heap, run);
    return true;
}

/* The number of live slots in the words [from, to) of a run's bitmap. */
static size_t count_used(const struct run *run, size_t from, size_t to) {
    size_t used = 0;
    for (size_t word = from; word < to; word++)
        used += (size_t)__builtin_popcountll(run->used[word]);
    return used;
}

const char *slab_check(void *heap_of) {
    const struct slab *heap = heap_of;
    for (size_t i = 0; i < heap->run_count; i++) {
        const struct run *run = heap->runs[i];
        if (i > 0 && (uintptr_t)run < (uintptr_t)heap->runs[i - 1] + heap->runs[i - 1]->bytes)
            return "two runs that overlap";
        if (run->slot != 0 && count_used(run, 0, SLAB_WORDS) != run->live)
            return "a run whose bitmap and count differ";
    }
    return NULL;
}

/* Most runs have few slots, so later words are counted only if there are any. */
static size_t count_live(const struct slab *heap, const struct run *run) {
    const size_t end = has_bug(&heap->front, BUG_WALKS_BOUNDARY_TWICE) ? 2 : 1;
    return run->slot == 0 ? run->live
                          : count_used(run, 0, end) + count_used(run, 1, (run->slots + 63) / 64);
}

bool slab_statistics(void *heap_of, struct ac_statistics *out) {
    const struct slab *heap = heap_of;
    *out = heap->front.counted;
    out->live_blocks = 0;
    for (size_t i = 0; i < heap->run_count; i++)
        out->live_blocks += count_live(heap, heap->runs[i]);
    out->live_blocks -= heap->front.frames.arenas;
    return true;
}

void slab_trim(void *heap) {
    slab_runs_give_empty(heap);
}

static const struct pb_kind slab_kind = {
    .allocate = slab_allocate,
    .release = slab_release,
    .usable = slab_space,
    .resize = slab_resize,
    .requested = slab_requested,
};

void *slab_open_as(const struct pb_kind *kind, const struct ac_open_options *options,
                   enum pb_bug bug) {
    const struct ac_page_source *source = options->source;
    const size_t runs = smaller(source->limit / source->page_size + 1, MOST_RUNS);
    const size_t bytes =
        round_up(sizeof(struct slab) + runs * sizeof(struct run *), source->page_size);
    struct slab *heap = source->map(source->ctx, bytes);
    if (heap == NULL)
        return NULL;
    *heap = (struct slab){.bytes = bytes, .run_capacity = runs};
    pb_heap_init(&heap->front, kind, options, bug);
    heap->front.counted.held_bytes = bytes;
    return heap;
}

void *slab_open(const struct ac_open_options *options, enum pb_bug bug) {
    return slab_open_as(&slab_kind, options, bug);
}

void slab_close(void *heap_of) {
    struct slab *heap = heap_of;
    slab_runs_end(heap);
    pb_heap_end(&heap->front, heap->bytes);
}
