// SPDX-License-Identifier: MIT
// The enumeration of a scope, compared with all programs over all slots after renaming their slots.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "adapter/adapters.h"
#include "allocheck/boundaries.h"
#include "allocheck/child.h"
#include "allocheck/enumerate.h"
#include "allocheck/profile.h"
#include "test/valid.h"

enum { NO_BLOCK = -1, DEPTH = 3 };

static struct ac_enumeration enumeration;

static const struct ac_scope small = {
    .depth = DEPTH,
    .sizes = 3,
    .size = {{0, 0, AC_ABSOLUTE}, {24, 0, AC_ABSOLUTE}, {-(uint64_t)8, 0, AC_MAX}},
    .alignment = {{64, 0, AC_ABSOLUTE}, {65536, 0, AC_ABSOLUTE}},
    .head = {.source = AC_SOURCE_MMAP, .threads = 1, .groups = 1, .limit = AC_DEFAULT_LIMIT},
};

static void enumerate(const struct ac_scope *scope, const struct ac_allocator *allocator) {
    const struct ac_target target = ac_target_of(allocator);
    assert_true(ac_enumerate(&enumeration, scope, &target));
}

/* --- brute force: every op with every slot, then renamed --- */

/* An op without its slots, and its request. */
struct letter {
    struct ac_op op;
    bool takes_block, may_allocate, ends;
};

struct alphabet {
    size_t count;
    struct letter letters[64];
};

/* A program with canonical slots. */
struct key {
    struct ac_op ops[DEPTH];
};

struct keys {
    size_t count, capacity;
    struct key *all;
};

static void keep(struct keys *keys, const struct key *key) {
    if (keys->count == keys->capacity) {
        keys->capacity = keys->capacity != 0 ? 2 * keys->capacity : 1024;
        keys->all = realloc(keys->all, keys->capacity * sizeof *key);
        assert_non_null(keys->all);
    }
    keys->all[keys->count++] = *key;
}

static int compare(const void *left, const void *right) {
    return memcmp(left, right, sizeof(struct key));
}

static size_t sort_and_drop_doubles(struct keys *keys) {
    size_t kept = 0;
    qsort(keys->all, keys->count, sizeof keys->all[0], compare);
    for (size_t i = 0; i < keys->count; i++)
        if (kept == 0 || compare(&keys->all[kept - 1], &keys->all[i]) != 0)
            keys->all[kept++] = keys->all[i];
    const size_t doubles = keys->count - kept;
    keys->count = kept;
    return doubles;
}

static struct ac_op plain_op(enum ac_op_kind kind, struct ac_operand a, struct ac_operand b) {
    struct ac_op op;
    memset(&op, 0, sizeof op); /* compared byte by byte */
    op.kind = (uint8_t)kind;
    op.repeat = 1;
    op.a.value = a.value;
    op.a.symbol = a.symbol;
    op.b.value = b.value;
    op.b.symbol = b.symbol;
    return op;
}

static void add(struct alphabet *alphabet, enum ac_op_kind kind, struct ac_operand a,
                struct ac_operand b, bool may_allocate) {
    assert_in_range(alphabet->count, 0, 63);
    struct letter *letter = &alphabet->letters[alphabet->count++];
    *letter = (struct letter){.may_allocate = may_allocate,
                              .takes_block = kind == AC_OP_REALLOC || kind == AC_OP_FREE ||
                                             kind == AC_OP_USABLE || kind == AC_OP_FILL,
                              .ends = kind == AC_OP_FREE};
    letter->op = plain_op(kind, a, b);
}

static void fill_alphabet(struct alphabet *alphabet, const struct ac_profile *profile) {
    const struct ac_operand none = ac_absolute(0), one = ac_absolute(1);
    alphabet->count = 0;
    for (uint32_t i = 0; i < small.sizes; i++) {
        const struct ac_operand size = small.size[i];
        const bool zero = size.symbol == AC_ABSOLUTE && size.value == 0;
        const bool allocates =
            size.symbol == AC_ABSOLUTE && !(zero && profile->zero[AC_FN_MALLOC] == AC_ZERO_NULL);
        add(alphabet, AC_OP_MALLOC, none, size, allocates);
        add(alphabet, AC_OP_CALLOC, one, size, allocates);
        add(alphabet, AC_OP_REALLOC, none, size, allocates);
        alphabet->letters[alphabet->count - 1].ends =
            zero && profile->resize_zero[AC_FN_REALLOC] == AC_ZERO_FREES;
        for (int j = 0; j < AC_SCOPE_ALIGNMENTS; j++) {
            add(alphabet, AC_OP_ALIGNED_ALLOC, small.alignment[j], size,
                size.symbol == AC_ABSOLUTE);
        }
    }
    add(alphabet, AC_OP_CALLOC, ac_absolute(3), ac_absolute(8), true);
    add(alphabet, AC_OP_CALLOC, (struct ac_operand){1, 0, AC_HALF}, ac_absolute(2), false);
    add(alphabet, AC_OP_CALLOC, ac_absolute((UINT64_C(1) << 61) + 2), ac_absolute(8), false);
    add(alphabet, AC_OP_FREE, none, none, false);
    add(alphabet, AC_OP_USABLE, none, none, false);
    add(alphabet, AC_OP_FILL, none, none, false);
}

/* The canonical slot of each slot. */
struct names {
    int in[DEPTH + 1];
    uint32_t next;
};

/* Renames one op. False: it does nothing, so its program does not count. */
static bool rename_op(struct names *names, const struct letter *letter, int to, int from,
                      struct ac_op *op) {
    const bool moves = letter->op.kind == AC_OP_REALLOC;
    const int block = letter->takes_block ? names->in[from] : NO_BLOCK;
    if (letter->op.kind == AC_OP_FILL && block == NO_BLOCK)
        return false;
    *op = letter->op;
    op->slot = block != NO_BLOCK ? (uint32_t)block : names->next;
    op->from = moves ? op->slot : 0;
    if (block != NO_BLOCK && letter->ends) {
        names->in[from] = NO_BLOCK;
    } else if (block != NO_BLOCK && moves && letter->may_allocate) {
        names->in[from] = NO_BLOCK;
        names->in[to] = block;
    } else if (block == NO_BLOCK && letter->may_allocate) {
        names->in[to] = (int)names->next++;
    }
    return true;
}

static void go_on(const struct alphabet *alphabet, const struct names *before, struct key *key,
                  int at, int length, struct keys *keys) {
    if (at == length) {
        keep(keys, key);
        return;
    }
    for (size_t i = 0; i < alphabet->count; i++) {
        const struct letter *letter = &alphabet->letters[i];
        for (int to = 0; to < (letter->op.kind == AC_OP_FREE ? 1 : length); to++) {
            for (int from = 0; from < (letter->takes_block ? length : 1); from++) {
                struct names names = *before;
                if (rename_op(&names, letter, to, from, &key->ops[at]))
                    go_on(alphabet, &names, key, at + 1, length, keys);
            }
        }
    }
}

static void rename_all(const struct ac_profile *profile, int length, struct keys *keys) {
    struct alphabet alphabet;
    struct names names = {.next = 0};
    struct key key;
    memset(&key, 0, sizeof key);
    for (int i = 0; i <= DEPTH; i++)
        names.in[i] = NO_BLOCK;
    fill_alphabet(&alphabet, profile);
    go_on(&alphabet, &names, &key, 0, length, keys);
    sort_and_drop_doubles(keys);
}

static void take_enumerated(uint64_t first, uint64_t count, struct keys *keys) {
    struct ac_program program;
    ac_program_init(&program);
    for (uint64_t i = first; i < first + count; i++) {
        struct key key;
        memset(&key, 0, sizeof key);
        assert_true(ac_enumeration_at(&enumeration, i, &program));
        for (size_t j = 0; j < program.count; j++) {
            const struct ac_op *op = &program.ops[j];
            key.ops[j] = plain_op((enum ac_op_kind)op->kind, op->a, op->b);
            key.ops[j].slot = op->slot;
            key.ops[j].from = op->from;
        }
        keep(keys, &key);
    }
    ac_program_destroy(&program);
    assert_int_equal(sort_and_drop_doubles(keys), 0);
}

static void compare_lengths(const struct ac_allocator *allocator) {
    uint64_t first = 0;
    enumerate(&small, allocator);
    for (uint32_t length = 1; length <= DEPTH; length++) {
        struct keys renamed = {0}, enumerated = {0};
        const uint64_t count = ac_enumeration_of_length(&enumeration, length);
        rename_all(allocator->profile, (int)length, &renamed);
        take_enumerated(first, count, &enumerated);
        assert_int_equal(count, renamed.count);
        assert_int_equal(memcmp(renamed.all, enumerated.all, count * sizeof(struct key)), 0);
        first += count;
        free(renamed.all);
        free(enumerated.all);
    }
    assert_int_equal(first, ac_enumeration_total(&enumeration));
}

static struct ac_profile profile_of(enum ac_zero_size malloc_zero, enum ac_zero_size realloc_zero) {
    struct ac_profile profile = *ac_libc.profile;
    profile.zero[AC_FN_MALLOC] = profile.zero[AC_FN_CALLOC] = profile.zero[AC_FN_REALLOC] =
        malloc_zero;
    profile.resize_zero[AC_FN_REALLOC] = realloc_zero;
    profile.zero[AC_FN_ALIGNED_ALLOC] = AC_ZERO_BLOCK;
    return profile;
}

static void every_program_is_enumerated_once(void **state) {
    (void)state;
    struct ac_allocator allocator = ac_libc;
    const struct ac_profile keeps = profile_of(AC_ZERO_BLOCK, AC_ZERO_BLOCK);
    const struct ac_profile frees = profile_of(AC_ZERO_BLOCK, AC_ZERO_FREES);
    const struct ac_profile null = profile_of(AC_ZERO_NULL, AC_ZERO_FREES);
    const struct ac_profile *const profiles[] = {&keeps, &frees, &null};
    for (size_t i = 0; i < sizeof profiles / sizeof profiles[0]; i++) {
        allocator.profile = profiles[i];
        compare_lengths(&allocator);
    }
}

/* --- the programs --- */

static void short_programs_come_first_and_all_are_valid(void **state) {
    (void)state;
    struct ac_program program;
    unsigned kinds[AC_OP_KINDS] = {0};
    size_t length = 0;
    enumerate(&small, &ac_libc);
    ac_program_init(&program);
    for (uint64_t i = 0; i < ac_enumeration_total(&enumeration); i++) {
        assert_true(ac_enumeration_at(&enumeration, i, &program));
        assert_true(program_valid(&program));
        assert_true(ac_head_equal(&program.head, &small.head));
        assert_in_range(program.count, length, DEPTH);
        length = program.count;
        for (size_t j = 0; j < program.count; j++)
            kinds[program.ops[j].kind]++;
    }
    const enum ac_op_kind all[] = {AC_OP_MALLOC, AC_OP_CALLOC, AC_OP_ALIGNED_ALLOC, AC_OP_REALLOC,
                                   AC_OP_FREE,   AC_OP_USABLE, AC_OP_FILL};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        assert_int_not_equal(kinds[all[i]], 0);
        kinds[all[i]] = 0;
    }
    for (size_t i = 0; i < AC_OP_KINDS; i++)
        assert_int_equal(kinds[i], 0);
    ac_program_destroy(&program);
}

static void functions_that_are_not_offered_are_not_used(void **state) {
    (void)state;
    struct ac_allocator least = ac_libc;
    struct ac_program program;
    least.calloc = NULL;
    least.realloc = NULL;
    least.aligned_alloc = NULL;
    least.usable_size = NULL;
    enumerate(&small, &least);
    /* malloc of two possible sizes and an impossible one, free(NULL); free, fill. */
    assert_int_equal(ac_enumeration_of_length(&enumeration, 1), 4);
    assert_int_equal(ac_enumeration_of_length(&enumeration, 2), 2 * (4 + 2) + 2 * 4);
    ac_program_init(&program);
    for (uint64_t i = 0; i < ac_enumeration_total(&enumeration); i++) {
        assert_true(ac_enumeration_at(&enumeration, i, &program));
        for (size_t j = 0; j < program.count; j++) {
            const unsigned kind = program.ops[j].kind;
            assert_true(kind == AC_OP_MALLOC || kind == AC_OP_FREE || kind == AC_OP_FILL);
        }
    }
    ac_program_destroy(&program);
}

static void too_many_programs_are_an_error(void **state) {
    (void)state;
    struct ac_scope scope;
    const struct ac_target target = ac_target_of(&ac_libc);
    ac_scope_choose(&scope, &target, NULL, AC_SCOPE_SIZES, AC_SCOPE_DEPTH);
    assert_false(ac_enumerate(&enumeration, &scope, &target));
    ac_scope_choose(&scope, &target, NULL, 12, AC_SCOPE_DEPTH);
    assert_true(ac_enumerate(&enumeration, &scope, &target));
}

/* --- sizes --- */

static uint64_t value_of(const struct ac_scope *scope, uint32_t i) {
    const struct ac_resolve known = {.page_size = 4096, .left = (size_t)scope->head.limit};
    return ac_operand_resolve(scope->size[i], &known);
}

static bool has_size(const struct ac_scope *scope, uint64_t value) {
    for (uint32_t i = 0; i < scope->sizes; i++)
        if (value_of(scope, i) == value)
            return true;
    return false;
}

static void the_requested_number_of_sizes_is_chosen(void **state) {
    (void)state;
    size_t count;
    struct ac_scope scope;
    struct ac_boundaries boundaries;
    const struct ac_allocator *const *all = ac_allocators(&count);
    for (size_t i = 0; i < count; i++) {
        const struct ac_target target = ac_target_of(all[i]);
        ac_learn_boundaries(all[i], &boundaries);
        for (uint32_t sizes = 1; sizes <= AC_SCOPE_SIZES; sizes++) {
            ac_scope_choose(&scope, &target, &boundaries, sizes, 2);
            assert_int_equal(scope.sizes, sizes);
            assert_true(head_valid(&scope.head));
            for (uint32_t j = 1; j < sizes; j++)
                assert_true(value_of(&scope, j - 1) < value_of(&scope, j));
        }
    }
}

static void boundaries_and_extremes_are_among_the_sizes(void **state) {
    (void)state;
    struct ac_scope scope;
    struct ac_boundaries boundaries = {.count = 4, .at = {24, 248, 1016, 5000}};
    const struct ac_target target = ac_target_of(&ac_libc);
    ac_scope_choose(&scope, &target, &boundaries, 12, 2);
    const uint64_t expected[] = {
        0, 1, 24, 25, 248, 1016, 4097, 131072, SIZE_MAX - 8, SIZE_MAX, SIZE_MAX / 2 + 1};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        assert_true(has_size(&scope, expected[i]));
}

/* With classes 16 bytes apart, a full list of boundaries ends far below a page. */
static void a_full_list_of_boundaries_is_continued(void **state) {
    (void)state;
    struct ac_scope scope;
    struct ac_boundaries boundaries = {.count = AC_MAX_BOUNDARIES};
    const struct ac_target target = ac_target_of(&ac_libc);
    for (size_t i = 0; i < AC_MAX_BOUNDARIES; i++)
        boundaries.at[i] = 24 + 16 * i;
    ac_scope_choose(&scope, &target, &boundaries, 12, 2);
    assert_true(has_size(&scope, 4088));
}

static size_t last_asked;

static void *noting_malloc(void *heap, size_t size) {
    last_asked = size;
    return ac_libc.malloc(heap, size);
}

static size_t usable_as_asked(void *heap, void *block) {
    (void)heap;
    (void)block;
    return last_asked;
}

/* At least a byte follows such a block: the largest size of a class is one less. */
static void an_exact_usable_size_has_no_boundaries(void **state) {
    (void)state;
    struct ac_scope scope;
    struct ac_boundaries boundaries;
    struct ac_allocator guarded = ac_libc;
    const struct ac_target target = ac_target_of(&guarded);
    guarded.malloc = noting_malloc;
    guarded.usable_size = usable_as_asked;
    ac_learn_boundaries(&guarded, &boundaries);
    assert_int_equal(boundaries.count, 0);
    ac_scope_choose(&scope, &target, &boundaries, 12, 2);
    assert_true(has_size(&scope, 15) && has_size(&scope, 16) && has_size(&scope, 255));
}

static void a_fixed_buffer_is_small(void **state) {
    (void)state;
    struct ac_scope scope;
    struct ac_allocator embedded = ac_libc;
    const struct ac_target target = ac_target_of(&embedded);
    embedded.sources = AC_SOURCE_BUFFER;
    ac_scope_choose(&scope, &target, NULL, 12, 2);
    assert_int_equal(scope.head.source, AC_SOURCE_BUFFER);
    assert_int_equal(scope.head.limit, 64 << 10);
    assert_true(has_size(&scope, 40 << 10));
    assert_false(has_size(&scope, 128 << 10));
}

/* --- in a child process --- */

static void *crashing_calloc(void *heap, size_t count, size_t size) {
    if (count == 3)
        abort();
    return ac_libc.calloc(heap, count, size);
}

/* Index of the next program from `first' on that crashes; the total: none. */
static uint64_t next_crash(struct ac_child *child, uint64_t first) {
    struct ac_batch campaign;
    const uint64_t total = ac_enumeration_total(&enumeration);
    const struct ac_batch_options options = {
        .enumeration = &enumeration, .first_seed = first, .count = total - first};
    assert_int_equal(ac_child_batch(child, &options, &campaign), AC_CHILD_RAN);
    if (!campaign.sum.found) {
        assert_int_equal(campaign.programs, total - first);
        return total;
    }
    assert_int_equal(campaign.sum.finding.oracle, AC_ORACLE_SURVIVES);
    assert_int_equal(campaign.programs, campaign.seed - first + 1);
    return campaign.seed;
}

static bool calls_it(uint64_t index) {
    struct ac_program program;
    bool calls = false;
    ac_program_init(&program);
    assert_true(ac_enumeration_at(&enumeration, index, &program));
    for (size_t i = 0; i < program.count; i++)
        calls |= program.ops[i].kind == AC_OP_CALLOC && program.ops[i].a.value == 3;
    ac_program_destroy(&program);
    return calls;
}

static void enumeration_continues_after_each_crash(void **state) {
    (void)state;
    struct ac_allocator fragile = ac_libc;
    struct ac_scope scope = small;
    fragile.calloc = crashing_calloc;
    scope.depth = 2;
    scope.sizes = 1;
    enumerate(&scope, &fragile);
    const struct ac_child_options options = {
        .target = ac_target_of(&fragile), .oracles = AC_ALL_ORACLES, .free_at_end = true};
    struct ac_child *child = ac_child_new(&options);
    assert_non_null(child);
    uint64_t found = 0, expected = 0;
    const uint64_t total = ac_enumeration_total(&enumeration);
    for (uint64_t at = next_crash(child, 0); at < total; at = next_crash(child, at + 1)) {
        assert_true(calls_it(at));
        found++;
        if (at + 1 == total)
            break;
    }
    for (uint64_t i = 0; i < total; i++)
        expected += calls_it(i);
    assert_int_equal(found, expected);
    ac_child_delete(child);
}

/* --- what is left out --- */

static bool occurs(enum ac_op_kind kind, bool null_only) {
    bool found = false;
    for (int effect = 0; effect < AC_EFFECTS; effect++)
        for (uint32_t i = 0; i < enumeration.count[effect]; i++)
            found |= enumeration.ops[effect][i].kind == kind &&
                     !(null_only && (effect == AC_EFFECT_USES || effect == AC_EFFECT_FREES));
    return found;
}

static void what_is_left_out_does_not_occur(void **state) {
    (void)state;
    struct ac_scope scope = small;
    enumerate(&scope, &ac_libc);
    const uint64_t all = ac_enumeration_total(&enumeration);
    assert_true(occurs(AC_OP_CALLOC, false) && occurs(AC_OP_REALLOC, true));
    scope.without = (struct ac_without){.kinds = UINT64_C(1) << AC_OP_CALLOC, .realloc_null = true};
    enumerate(&scope, &ac_libc);
    assert_true(ac_enumeration_total(&enumeration) > 0);
    assert_true(ac_enumeration_total(&enumeration) < all);
    assert_false(occurs(AC_OP_CALLOC, false));
    assert_false(occurs(AC_OP_REALLOC, true));
    assert_true(occurs(AC_OP_REALLOC, false) && occurs(AC_OP_MALLOC, false));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_program_is_enumerated_once),
        cmocka_unit_test(short_programs_come_first_and_all_are_valid),
        cmocka_unit_test(functions_that_are_not_offered_are_not_used),
        cmocka_unit_test(too_many_programs_are_an_error),
        cmocka_unit_test(the_requested_number_of_sizes_is_chosen),
        cmocka_unit_test(boundaries_and_extremes_are_among_the_sizes),
        cmocka_unit_test(a_full_list_of_boundaries_is_continued),
        cmocka_unit_test(an_exact_usable_size_has_no_boundaries),
        cmocka_unit_test(a_fixed_buffer_is_small),
        cmocka_unit_test(enumeration_continues_after_each_crash),
        cmocka_unit_test(what_is_left_out_does_not_occur),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
