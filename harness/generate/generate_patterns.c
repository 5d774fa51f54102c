// SPDX-License-Identifier: MIT
// Patterns: what real allocator bugs needed, as a few ops with free choices. Each says which.
#include "generator.h"

enum { MOST_FILLED = 1 << 20 }; /* bytes of a heap that patterns fill: content takes time */

/* calloc trusts memory to be zero that was allocated before. */
static void recycle_into_calloc(struct generator *gen) {
    struct ac_operand size = ac_pick_size(gen);
    uint32_t slot = ac_pick_slot(gen, GUESS_EMPTY);
    ac_emit_malloc(gen, slot, size);
    ac_emit_free(gen, slot);
    ac_emit_calloc(gen, ac_one_in(gen, 3) ? ac_pick_slot(gen, GUESS_EMPTY) : slot, size);
}

/* What was just freed must be had again, and the old block is then another's. */
static void free_and_allocate_again(struct generator *gen) {
    uint32_t slot = ac_pick_slot(gen, GUESS_LIVE);
    struct ac_operand size = gen->state[slot].size;
    ac_emit_free(gen, slot);
    ac_emit_malloc(gen, slot, ac_one_in(gen, 3) ? ac_plus(size, ac_below(gen, 17) - 8) : size);
}

/* Split and merge: neighbours freed around a block that stays, then a block of their sum. */
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

/* realloc in place into a free neighbour: exactly, by one more, by less than a chunk. */
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
    if (ac_one_in(gen, 2)) {
        ac_emit_free(gen, ac_next_slot(gen, first, 2));
    }
}

/* A shrink that leaves less than a chunk, or a chunk that the next request gets. */
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

/* A full class or span, one hole or many in it, and the same size once more. */
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

/* The last run freed, whole: spans become empty. */
static void free_run(struct generator *gen) {
    if (gen->repeat_length == 0) {
        fill_class(gen);
    }
    ac_emit_repeat(gen, AC_OP_FREE, gen->repeat_length, REPEAT_SLOT, ac_absolute(0));
    ac_emit_repeat(gen, AC_OP_MALLOC, 1 + (uint32_t)ac_below(gen, 3), REPEAT_SLOT,
                   ac_repeat_size(gen));
}

/* One slot live over and over: loops of one size, blocks left without a name. */
static void same_size_loop(struct generator *gen) {
    uint32_t slot = ac_pick_slot(gen, GUESS_EMPTY);
    struct ac_operand size = ac_repeat_size(gen);
    for (uint64_t rounds = 2 + ac_below(gen, 4); rounds > 0; rounds--) {
        ac_emit_malloc(gen, slot, size);
        ac_emit_free(gen, slot);
    }
}

/* The heap filled to the last byte, freed in some order, and live as a whole again. */
static void fill_heap(struct generator *gen) {
    uint64_t limit = gen->program->head.limit;
    uint64_t parts = 3 + ac_below(gen, 30);
    uint64_t size = limit / parts - ac_below(gen, 65);
    ac_emit_repeat(gen, AC_OP_MALLOC, (uint32_t)parts, REPEAT_SLOT, ac_absolute(size));
    struct ac_operand left = {-ac_below(gen, 65), 0, AC_LEFT};
    ac_emit_malloc(gen, ac_pick_slot(gen, GUESS_EMPTY), left);
    if (ac_one_in(gen, 2)) {
        ac_emit_number(gen, AC_OP_FREE_EVERY, 1 + ac_below(gen, 3));
    }
    ac_emit_slot(gen, AC_OP_LARGEST, (uint32_t)ac_below(gen, gen->slots));
}

/* A block of more than half the heap: freed, its hole is the only one of its size; shrunk, there is
 * no room for a second. */
static void most_of_heap(struct generator *gen) {
    uint64_t limit = gen->program->head.limit;
    if (limit > MOST_FILLED) {
        return;
    }
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

/* A class of one size freed to serve another: coalescing, spans changing class. */
static void change_class(struct generator *gen) {
    uint32_t count = ac_generate_repeat(&gen->random);
    ac_emit_repeat(gen, AC_OP_MALLOC, count, REPEAT_SLOT, ac_repeat_size(gen));
    ac_emit_number(gen, AC_OP_FREE_EVERY, 1 + ac_below(gen, 3));
    ac_emit_repeat(gen, AC_OP_MALLOC, 1 + count / 2, REPEAT_SLOT, ac_repeat_size(gen));
}

/* A page request refused in the middle of an op, then plain use of what is there. */
static void refuse_then_use(struct generator *gen) {
    uint32_t slot = ac_pick_slot(gen, GUESS_LIVE);
    struct ac_operand more = ac_one_in(gen, 2) ? ac_pick_size(gen) : ac_absolute(0);
    if (more.value == 0) {
        more = (struct ac_operand){ac_below(gen, 65), (uint16_t)(1 + ac_below(gen, 64)), AC_PAGE};
    }
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

/* Aligned blocks resized, written whole and freed: their offset is forgotten first. */
static void aligned_life(struct generator *gen) {
    uint32_t slot = ac_pick_slot(gen, GUESS_EMPTY);
    ac_emit_aligned(gen, slot, ac_pick_size(gen));
    if (ac_group_on(&gen->program->head, AC_GROUP_USABLE)) {
        ac_emit_slot(gen, AC_OP_FILL, slot);
    }
    if (ac_group_on(&gen->program->head, AC_GROUP_REALLOC)) {
        ac_emit_realloc(gen, slot, ac_pick_new_size(gen, slot));
    }
    ac_emit_free(gen, slot);
}

/* The whole usable size written and then moved: bytes past what was asked for count too. */
static void fill_and_move(struct generator *gen) {
    uint32_t slot = ac_pick_slot(gen, GUESS_EMPTY);
    ac_emit_malloc(gen, slot, ac_pick_size(gen));
    ac_emit_malloc(gen, ac_next_slot(gen, slot, 1), ac_pick_size(gen));
    ac_emit_slot(gen, AC_OP_FILL, slot);
    if (ac_group_on(&gen->program->head, AC_GROUP_REALLOC)) {
        ac_emit_realloc(gen, slot, ac_pick_new_size(gen, slot));
    }
    ac_emit_slot(gen, AC_OP_USABLE, slot);
}

/* A resize that cannot be granted must leave the block as it was. */
static void fail_to_resize(struct generator *gen) {
    uint32_t slot = ac_pick_slot(gen, GUESS_LIVE);
    struct ac_operand size = {-ac_below(gen, 65), 0, ac_one_in(gen, 3) ? AC_HALF : AC_MAX};
    ac_emit_realloc(gen, slot, size);
    ac_emit_realloc(gen, slot, ac_pick_new_size(gen, slot));
}

/* Frames nest, heap blocks live across their ends. */
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
    for (uint64_t i = 0; i < frames; i++) {
        ac_emit_plain(gen, AC_OP_LEAVE);
    }
}

/* A block freed twice, at once or with another free or request between. */
static void free_twice(struct generator *gen) {
    uint32_t slot = ac_pick_slot(gen, GUESS_EMPTY);
    ac_emit_malloc(gen, slot, ac_pick_size(gen));
    ac_emit_malloc(gen, ac_next_slot(gen, slot, 1), gen->state[slot].size);
    ac_emit_free(gen, slot);
    if (ac_one_in(gen, 2)) {
        ac_emit_free(gen, ac_next_slot(gen, slot, 1));
    }
    ac_emit_slot(gen, AC_OP_DOUBLE_FREE, slot);
}

#define BIT(group) (1u << AC_GROUP_##group)

static const struct {
    emit_pattern *emit;
    uint16_t groups; /* that must be on, besides BASIC */
    uint16_t weight;
} patterns[] = {
    {recycle_into_calloc, 0, 10},
    {free_and_allocate_again, 0, 8},
    {merge_neighbours, 0, 8},
    {grow_into_hole, BIT(REALLOC), 10},
    {shrink, BIT(REALLOC), 8},
    {fail_to_resize, BIT(REALLOC), 4},
    {fill_class, 0, 4},
    {free_run, 0, 2},
    {same_size_loop, 0, 4},
    {most_of_heap, 0, 5},
    {fill_heap, BIT(BULK), 3},
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
    {ac_fork_amid, BIT(THREADS), 1},
};
enum { PATTERNS = sizeof patterns / sizeof patterns[0] };

static unsigned weight_of(const struct generator *gen, size_t pattern) {
    uint16_t groups = patterns[pattern].groups;
    return (groups & gen->program->head.groups) == groups ? patterns[pattern].weight : 0u;
}

void ac_emit_pattern(struct generator *gen) {
    unsigned sum = 0;
    for (size_t i = 0; i < PATTERNS; i++) {
        sum += weight_of(gen, i);
    }
    uint64_t drawn = ac_below(gen, sum);
    size_t chosen = 0;
    while (drawn >= weight_of(gen, chosen)) {
        drawn -= weight_of(gen, chosen);
        chosen++;
    }
    patterns[chosen].emit(gen);
}
