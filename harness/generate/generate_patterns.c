// SPDX-License-Identifier: MIT
// Patterns: short op sequences with random parts, each modelled on what real allocator bugs needed.
#include "generator.h"

enum { MOST_FILLED = 1 << 20 }; /* bytes: larger heaps are not filled, because content takes time */

/* calloc of recycled memory, which is not zero. */
static void recycle_into_calloc(struct generator *gen) {
    struct ac_operand size = ac_pick_size(gen);
    uint32_t slot = ac_pick_slot(gen, GUESS_EMPTY);
    ac_emit_malloc(gen, slot, size);
    ac_emit_free(gen, slot);
    ac_emit_calloc(gen, ac_one_in(gen, 3) ? ac_pick_slot(gen, GUESS_EMPTY) : slot, size);
}

/* A request of the just-freed size, or a similar one. */
static void free_and_allocate_again(struct generator *gen) {
    uint32_t slot = ac_pick_slot(gen, GUESS_LIVE);
    struct ac_operand size = gen->state[slot].size;
    ac_emit_free(gen, slot);
    ac_emit_malloc(gen, slot, ac_one_in(gen, 3) ? ac_plus(size, ac_below(gen, 17) - 8) : size);
}

/* Split and merge: frees neighbours around a block, then allocates their sum. */
static void merge_neighbours(struct generator *gen) {
    struct ac_operand size = ac_pick_size(gen);
    uint32_t first = (uint32_t)ac_below(gen, gen->slots);
    for (uint32_t i = 0; i < 3; i++) {
        ac_emit_malloc(gen, ac_next_slot(gen, first, i),
                       ac_one_in(gen, 4) ? ac_pick_size(gen) : size);
    }
    uint32_t hole = (uint32_t)ac_below(gen, 3);
    ac_emit_free(gen, ac_next_slot(gen, first, hole));
    ac_emit_slot(gen, AC_OP_FREE,
                 ac_next_slot(gen, first, (hole + 1 + (uint32_t)ac_below(gen, 2)) % 3));
    ac_emit_malloc(gen, ac_next_slot(gen, first, hole),
                   ac_plus(ac_plus(size, size.value), 8 * ac_below(gen, 9)));
}

/* realloc into a free neighbour: exactly, one byte more, or less than a chunk. */
static void grow_into_hole(struct generator *gen) {
    struct ac_operand size = ac_pick_size(gen);
    uint32_t first = (uint32_t)ac_below(gen, gen->slots);
    uint32_t second = ac_next_slot(gen, first, 1);
    ac_emit_malloc(gen, first, size);
    ac_emit_malloc(gen, second, ac_pick_size(gen));
    ac_emit_malloc(gen, ac_next_slot(gen, first, 2), ac_pick_size(gen));
    bool forwards = !ac_one_in(gen, 4);
    ac_emit_free(gen, forwards ? second : first);
    uint64_t more = ac_one_in(gen, 2) ? size.value : 8 * ac_below(gen, 17);
    ac_emit_realloc(gen, forwards ? first : second, ac_plus(size, more + ac_below(gen, 3) - 1));
    if (ac_one_in(gen, 2))
        ac_emit_free(gen, ac_next_slot(gen, first, 2));
}

/* A shrink whose rest is less than a chunk, or a chunk for the next request. */
static void shrink(struct generator *gen) {
    struct ac_operand size = ac_pick_size(gen);
    uint32_t slot = ac_pick_slot(gen, GUESS_EMPTY);
    uint64_t less = 1 + ac_below(gen, ac_one_in(gen, 2) ? 48 : 1 + size.value / 2 % 65536);
    ac_emit_malloc(gen, slot, size);
    ac_emit_malloc(gen, ac_next_slot(gen, slot, 1), ac_pick_size(gen));
    ac_emit_realloc(gen, slot, ac_plus(size, -less));
    ac_emit_malloc(gen, ac_next_slot(gen, slot, 2), ac_absolute(less));
    ac_emit_free(gen, slot);
}

/* A full class or span, with one or many holes that are filled again. */
static void fill_class(struct generator *gen) {
    struct ac_operand size = ac_repeat_size(gen);
    uint32_t count = ac_generate_repeat(&gen->random);
    gen->repeat_length = count;
    ac_emit_repeat(gen, AC_OP_MALLOC, count, REPEAT_SLOT, size);
    uint32_t hole = (uint32_t)ac_below(gen, count);
    uint32_t length = ac_one_in(gen, 2) ? 1 : count - hole;
    ac_emit_repeat(gen, AC_OP_FREE, length, REPEAT_SLOT + hole, ac_absolute(0));
    enum ac_op_kind again = ac_one_in(gen, 3) ? AC_OP_CALLOC : AC_OP_MALLOC;
    ac_emit_repeat(gen, again, length + (uint32_t)ac_below(gen, 2), REPEAT_SLOT + hole, size);
}

/* Frees all blocks of the last repeat: spans become empty. */
static void free_repeat(struct generator *gen) {
    if (gen->repeat_length == 0)
        fill_class(gen);
    ac_emit_repeat(gen, AC_OP_FREE, gen->repeat_length, REPEAT_SLOT, ac_absolute(0));
    ac_emit_repeat(gen, AC_OP_MALLOC, 1 + (uint32_t)ac_below(gen, 3), REPEAT_SLOT,
                   ac_repeat_size(gen));
}

/* A loop that allocates and frees one size. */
static void same_size_loop(struct generator *gen) {
    uint32_t slot = ac_pick_slot(gen, GUESS_EMPTY);
    struct ac_operand size = ac_repeat_size(gen);
    for (uint64_t rounds = 2 + ac_below(gen, 4); rounds > 0; rounds--) {
        ac_emit_malloc(gen, slot, size);
        ac_emit_free(gen, slot);
    }
}

/* Fills the heap to the last byte, frees it, and allocates the largest block again. */
static void fill_heap(struct generator *gen) {
    uint64_t limit = gen->program->head.limit;
    uint64_t parts = 3 + ac_below(gen, 30);
    uint64_t size = limit / parts - ac_below(gen, 65);
    ac_emit_repeat(gen, AC_OP_MALLOC, (uint32_t)parts, REPEAT_SLOT, ac_absolute(size));
    struct ac_operand left = {-ac_below(gen, 65), 0, AC_LEFT};
    ac_emit_malloc(gen, ac_pick_slot(gen, GUESS_EMPTY), left);
    if (ac_one_in(gen, 2))
        ac_emit_number(gen, AC_OP_FREE_EVERY, 1 + ac_below(gen, 3));
    ac_emit_slot(gen, AC_OP_LARGEST, (uint32_t)ac_below(gen, gen->slots));
}

/* A block of more than half the heap: freed, it leaves the only hole of its size; shrunk, it cannot
 * be copied. */
static void most_of_heap(struct generator *gen) {
    uint64_t limit = gen->program->head.limit;
    if (limit > MOST_FILLED)
        return;
    uint32_t slot = ac_pick_slot(gen, GUESS_EMPTY);
    struct ac_operand size = ac_absolute(limit / 2 + ac_below(gen, limit / 4));
    ac_emit_malloc(gen, slot, size);
    if (ac_group_on(&gen->program->head, AC_GROUP_REALLOC) && ac_one_in(gen, 2)) {
        ac_emit_realloc(gen, slot, ac_absolute(size.value - ac_below(gen, limit / 4)));
        return;
    }
    struct ac_operand rest = ac_one_in(gen, 2) ? ac_absolute(limit / 4 - ac_below(gen, limit / 8))
                                               : (struct ac_operand){-UINT64_C(64), 0, AC_LEFT};
    ac_emit_malloc(gen, ac_next_slot(gen, slot, 1), rest);
    ac_emit_free(gen, slot);
    ac_emit_malloc(gen, slot, size);
}

/* Frees blocks of one size, then allocates another size: coalescing, spans that change class. */
static void change_class(struct generator *gen) {
    uint32_t count = ac_generate_repeat(&gen->random);
    ac_emit_repeat(gen, AC_OP_MALLOC, count, REPEAT_SLOT, ac_repeat_size(gen));
    ac_emit_number(gen, AC_OP_FREE_EVERY, 1 + ac_below(gen, 3));
    ac_emit_repeat(gen, AC_OP_MALLOC, 1 + count / 2, REPEAT_SLOT, ac_repeat_size(gen));
}

/* A page request refused in the middle of an op, then ordinary ops. */
static void refuse_then_use(struct generator *gen) {
    uint32_t slot = ac_pick_slot(gen, GUESS_LIVE);
    struct ac_operand more = ac_one_in(gen, 2) ? ac_pick_size(gen) : ac_absolute(0);
    if (more.value == 0)
        more = (struct ac_operand){ac_below(gen, 65), (uint16_t)(1 + ac_below(gen, 64)), AC_PAGE};
    ac_emit_number(gen, AC_OP_REFUSE, 1 + ac_below(gen, 3));
    switch (ac_below(gen, 4)) {
    case 0:
        ac_emit_calloc(gen, ac_pick_slot(gen, GUESS_EMPTY), more);
        break;
    case 1:
        ac_emit_repeat(gen, AC_OP_MALLOC, ac_generate_repeat(&gen->random), REPEAT_SLOT,
                       ac_repeat_size(gen));
        break;
    case 2:
        if (ac_group_on(&gen->program->head, AC_GROUP_REALLOC)) {
            ac_emit_realloc(gen, slot, more);
            break;
        }
        /* fall through */
    default:
        ac_emit_malloc(gen, ac_pick_slot(gen, GUESS_EMPTY), more);
    }
    ac_emit_free(gen, slot);
    ac_emit_malloc(gen, slot, ac_one_in(gen, 2) ? more : ac_pick_size(gen));
}

/* Aligned blocks, filled, resized and freed: allocators forget their offset. */
static void aligned_life(struct generator *gen) {
    uint32_t slot = ac_pick_slot(gen, GUESS_EMPTY);
    ac_emit_aligned(gen, slot, ac_pick_size(gen));
    if (ac_group_on(&gen->program->head, AC_GROUP_USABLE))
        ac_emit_slot(gen, AC_OP_FILL, slot);
    if (ac_group_on(&gen->program->head, AC_GROUP_REALLOC))
        ac_emit_realloc(gen, slot, ac_pick_new_size(gen, slot));
    ac_emit_free(gen, slot);
}

/* Fills the whole usable size, then resizes: bytes beyond the requested size count too. */
static void fill_and_move(struct generator *gen) {
    uint32_t slot = ac_pick_slot(gen, GUESS_EMPTY);
    ac_emit_malloc(gen, slot, ac_pick_size(gen));
    ac_emit_malloc(gen, ac_next_slot(gen, slot, 1), ac_pick_size(gen));
    ac_emit_slot(gen, AC_OP_FILL, slot);
    if (ac_group_on(&gen->program->head, AC_GROUP_REALLOC))
        ac_emit_realloc(gen, slot, ac_pick_new_size(gen, slot));
    ac_emit_slot(gen, AC_OP_USABLE, slot);
}

/* An impossible resize, which must leave the block unchanged. */
static void fail_to_resize(struct generator *gen) {
    uint32_t slot = ac_pick_slot(gen, GUESS_LIVE);
    struct ac_operand size = {-ac_below(gen, 65), 0, ac_one_in(gen, 3) ? AC_HALF : AC_MAX};
    ac_emit_realloc(gen, slot, size);
    ac_emit_realloc(gen, slot, ac_pick_new_size(gen, slot));
}

/* Nested frames, with heap blocks that outlive them. */
static void frame_life(struct generator *gen) {
    uint64_t frames = 1 + ac_below(gen, 3);
    for (uint64_t i = 0; i < frames; i++) {
        struct ac_op op = {.kind = AC_OP_ALLOCA, .repeat = 1};
        ac_emit_plain(gen, AC_OP_ENTER);
        op.slot = ac_pick_slot(gen, GUESS_EMPTY);
        op.b = ac_pick_size(gen);
        ac_emit(gen, &op);
        ac_emit_malloc(gen, ac_pick_slot(gen, GUESS_EMPTY), ac_pick_size(gen));
    }
    for (uint64_t i = 0; i < frames; i++)
        ac_emit_plain(gen, AC_OP_LEAVE);
}

/* A double free, at once or with another free in between. */
static void free_twice(struct generator *gen) {
    uint32_t slot = ac_pick_slot(gen, GUESS_EMPTY);
    ac_emit_malloc(gen, slot, ac_pick_size(gen));
    ac_emit_malloc(gen, ac_next_slot(gen, slot, 1), gen->state[slot].size);
    ac_emit_free(gen, slot);
    if (ac_one_in(gen, 2))
        ac_emit_free(gen, ac_next_slot(gen, slot, 1));
    ac_emit_slot(gen, AC_OP_DOUBLE_FREE, slot);
}

#define BIT(group) (1u << AC_GROUP_##group)

static const struct {
    emit_pattern *emit;
    uint16_t groups; /* that must be enabled */
    uint16_t weight;
} patterns[] = {
    {recycle_into_calloc, 0, 10},
    {free_and_allocate_again, 0, 8},
    {merge_neighbours, 0, 8},
    {grow_into_hole, BIT(REALLOC), 10},
    {shrink, BIT(REALLOC), 8},
    {fail_to_resize, BIT(REALLOC), 4},
    {fill_class, 0, 4},
    {free_repeat, 0, 2},
    {same_size_loop, 0, 4},
    {most_of_heap, 0, 5},
    {fill_heap, BIT(BULK), 3},
    {ac_overflow_cache, 0, 2},
    {change_class, BIT(BULK), 3},
    {refuse_then_use, BIT(SOURCE), 10},
    {aligned_life, BIT(ALIGNED), 8},
    {fill_and_move, BIT(USABLE), 6},
    {frame_life, BIT(FRAMES), 6},
    {free_twice, BIT(MISUSE), 4},
    {ac_producer_and_consumer, BIT(THREADS), 12},
    {ac_blocks_outlive_thread, BIT(THREADS), 10},
    {ac_thread_only_frees, BIT(THREADS), 8},
    {ac_short_lived_threads, BIT(THREADS), 8},
    {ac_freed_at_exit, BIT(THREADS), 8},
    {ac_resized_elsewhere, BIT(THREADS) | BIT(REALLOC), 6},
    {ac_first_calls, BIT(THREADS), 4},
    {ac_thread_starts, BIT(THREADS), 6},
    {ac_fork_amid, BIT(THREADS), 1},
};
enum { PATTERNS = sizeof patterns / sizeof patterns[0] };

static unsigned weight_of(const struct generator *gen, size_t pattern) {
    uint16_t groups = patterns[pattern].groups;
    return (groups & gen->program->head.groups) == groups ? patterns[pattern].weight : 0u;
}

void ac_emit_pattern(struct generator *gen) {
    unsigned weights[PATTERNS];
    for (size_t i = 0; i < PATTERNS; i++)
        weights[i] = weight_of(gen, i);
    patterns[ac_random_weighted(&gen->random, weights, PATTERNS)].emit(gen);
}
