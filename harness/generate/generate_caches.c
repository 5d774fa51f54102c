// SPDX-License-Identifier: MIT
// Patterns that overflow caches: many blocks of one class, all freed in the same way, then the
// class and its neighbours again. A cache may handle its overflow well for one kind of free only.
#include "generator.h"

enum { FEWEST = 64, MOST = 300, OPS = 8 };

/* How the blocks are freed. */
enum form { PLAIN, SIZED, ALIGNED_SIZED, RESIZED_TO_0, ELSEWHERE, AT_EXIT, FORMS };

static const uint8_t functions[] = {AC_OP_MALLOC,        AC_OP_CALLOC,         AC_OP_REALLOC,
                                    AC_OP_ALIGNED_ALLOC, AC_OP_POSIX_MEMALIGN, AC_OP_MEMALIGN};
enum { FUNCTIONS = sizeof functions / sizeof functions[0] };

static bool is_on(const struct generator *gen, enum ac_group group) {
    return ac_group_on(&gen->program->head, group);
}

static enum ac_op_kind draw_function(struct generator *gen) {
    unsigned weights[FUNCTIONS];
    for (size_t i = 0; i < FUNCTIONS; i++)
        weights[i] = is_on(gen, ac_op_info((enum ac_op_kind)functions[i])->group) ? 2 : 0;
    if (is_on(gen, AC_GROUP_SIZED) && is_on(gen, AC_GROUP_ALIGNED))
        weights[3] = 6; /* only aligned_alloc's blocks fit free_aligned_sized */
    return (enum ac_op_kind)functions[ac_random_weighted(&gen->random, weights, FUNCTIONS)];
}

/* Usually an alignment that shares its classes with malloc or is close to those. */
static struct ac_operand draw_alignment(struct generator *gen) {
    return ac_one_in(gen, 8) ? ac_generate_alignment(&gen->random)
                             : ac_absolute(UINT64_C(8) << ac_below(gen, ac_one_in(gen, 2) ? 2 : 6));
}

static struct ac_op draw_fill(struct generator *gen) {
    struct ac_op fill = {.kind = (uint8_t)draw_function(gen), .slot = REPEAT_SLOT};
    fill.repeat = FEWEST + (uint32_t)ac_below(gen, ac_one_in(gen, 4) ? MOST - FEWEST + 1 : FEWEST);
    fill.from = REPEAT_SLOT;
    fill.b = ac_one_in(gen, 3) ? ac_absolute(0) : ac_repeat_size(gen);
    fill.a = fill.kind == AC_OP_CALLOC ? ac_absolute(1) : draw_alignment(gen);
    return fill;
}

static enum form draw_form(struct generator *gen, enum ac_op_kind function) {
    const bool sized = is_on(gen, AC_GROUP_SIZED), threads = gen->program->head.threads > 1;
    const bool aligned = ac_op_info(function)->group == AC_GROUP_ALIGNED;
    const unsigned weights[FORMS] = {
        [PLAIN] = 1,
        [SIZED] = sized && !aligned ? 4u : 0u,
        [ALIGNED_SIZED] = sized && function == AC_OP_ALIGNED_ALLOC ? 8u : 0u,
        [RESIZED_TO_0] = is_on(gen, AC_GROUP_REALLOC) ? 2u : 0u,
        [ELSEWHERE] = threads ? 3u : 0u,
        [AT_EXIT] = threads ? 3u : 0u,
    };
    return (enum form)ac_random_weighted(&gen->random, weights, FORMS);
}

/* The destructors of another thread, which allocated a block before or made no call. */
static void free_at_exit(struct generator *gen, uint32_t count, bool is_known) {
    struct ac_op later = {.kind = AC_OP_FREE_AT_EXIT, .repeat = count, .slot = REPEAT_SLOT};
    const uint8_t thread = (uint8_t)(1 + ac_below(gen, gen->program->head.threads - 1u));
    ac_pin(gen, thread);
    if (is_known)
        ac_emit_malloc(gen, 0, ac_repeat_size(gen));
    later.a = ac_absolute(ac_below(gen, 4));
    ac_emit(gen, &later);
    ac_emit_slot(gen, AC_OP_EXIT, thread);
}

static void free_all(struct generator *gen, enum form form, uint32_t count) {
    static const uint8_t kinds[FORMS] = {
        [PLAIN] = AC_OP_FREE,           [SIZED] = AC_OP_FREE_SIZED,
        [RESIZED_TO_0] = AC_OP_REALLOC, [ALIGNED_SIZED] = AC_OP_FREE_ALIGNED_SIZED,
        [ELSEWHERE] = AC_OP_FREE,       [AT_EXIT] = AC_OP_FREE_AT_EXIT,
    };
    struct ac_op free = {.kind = kinds[form], .repeat = count, .slot = REPEAT_SLOT};
    free.from = REPEAT_SLOT;
    if (form == AT_EXIT) {
        free_at_exit(gen, count, ac_one_in(gen, 2));
        return;
    }
    if (form == ELSEWHERE)
        ac_pin(gen, ac_other_thread(gen, gen->thread));
    ac_emit_call(gen, &free);
}

/* A larger size or alignment, so that a block of a wrong class is seen to be too small. */
static void allocate_neighbours(struct generator *gen, const struct ac_op *fill) {
    struct ac_op neighbour = *fill;
    neighbour.slot += MOST;
    neighbour.from += MOST;
    neighbour.repeat = 1 + (uint32_t)ac_below(gen, FEWEST);
    neighbour.b = ac_plus(fill->b, UINT64_C(8) << ac_below(gen, 6));
    ac_emit_call(gen, &neighbour);
}

void ac_overflow_cache(struct generator *gen) {
    const struct ac_op fill = draw_fill(gen);
    const uint8_t thread = (uint8_t)ac_below(gen, gen->program->head.threads);
    ac_extend(gen, OPS);
    ac_pin(gen, thread);
    ac_emit_call(gen, &fill);
    free_all(gen, draw_form(gen, (enum ac_op_kind)fill.kind), fill.repeat);
    ac_pin(gen, thread);
    if (ac_one_in(gen, 2))
        allocate_neighbours(gen, &fill);
    ac_emit_call(gen, &fill);
    ac_unpin(gen);
    gen->repeat_length = fill.repeat;
}
