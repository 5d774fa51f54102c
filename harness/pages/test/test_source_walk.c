// SPDX-License-Identifier: MIT
// Random calls of the page source, compared with a model: held bytes keep their content, new bytes
// are fresh, and exactly the mapped ranges are held.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "allocheck/random.h"
#include "allocheck/source.h"

enum { PIECES = 160, STEPS = 120, MOST_PAGES = 90 };

struct piece {
    unsigned char *start;
    size_t size;
    unsigned char content;
    bool of_break;
};

struct walk {
    struct ac_source *source;
    struct ac_page_source pages;
    struct ac_random random;
    struct piece pieces[PIECES];
    size_t count;
    unsigned char *top; /* end of the last sbrk; NULL: returned, or foreign code moved the break */
    size_t held;
    size_t done[6];
    unsigned char next;
};

static size_t draw_pages(struct walk *walk) {
    size_t most = ac_random_below(&walk->random, 8) == 0 ? MOST_PAGES * 8 : MOST_PAGES;
    return (1 + ac_random_below(&walk->random, most)) * walk->pages.page_size;
}

static void assert_all(const unsigned char *memory, size_t size, unsigned char value) {
    assert_true(size == 0 || memory[0] == value);
    assert_true(size == 0 || memcmp(memory, memory + 1, size - 1) == 0);
}

static void check_fresh(const struct walk *walk, const unsigned char *memory, size_t size) {
    if (walk->pages.zeroed)
        assert_all(memory, size, 0);
    else
        assert_true(size == 0 || memory[size - 1] != 0);
}

static void fill(struct walk *walk, struct piece *piece) {
    piece->content = (unsigned char)(1 + walk->next++ % 255);
    memset(piece->start, piece->content, piece->size);
}

static void add(struct walk *walk, unsigned char *start, size_t size, bool of_break) {
    struct piece *piece = &walk->pieces[walk->count++];
    *piece = (struct piece){.start = start, .size = size, .of_break = of_break};
    check_fresh(walk, start, size);
    fill(walk, piece);
    walk->held += size;
}

static void drop(struct walk *walk, size_t index) {
    walk->pieces[index] = walk->pieces[--walk->count];
}

static void step_map(struct walk *walk) {
    size_t size = draw_pages(walk);
    unsigned char *memory = walk->pages.map(walk->pages.ctx, size);
    if (memory != NULL) {
        add(walk, memory, size, false);
        walk->done[0]++;
    }
}

static struct piece *any_mapping(struct walk *walk) {
    struct piece *piece = &walk->pieces[ac_random_below(&walk->random, walk->count)];
    return walk->count > 0 && !piece->of_break ? piece : NULL;
}

static void step_unmap(struct walk *walk) {
    struct piece *piece = any_mapping(walk);
    if (piece == NULL)
        return;
    size_t page = walk->pages.page_size, all = piece->size / page;
    size_t first = ac_random_below(&walk->random, 2) * ac_random_below(&walk->random, all);
    size_t count = all - first;
    count = ac_random_below(&walk->random, 2) ? count : 1 + ac_random_below(&walk->random, count);
    if (!walk->pages.unmap(walk->pages.ctx, piece->start + first * page, count * page))
        return;
    struct piece old = *piece;
    walk->held -= count * page;
    walk->done[1]++;
    drop(walk, (size_t)(piece - walk->pieces));
    if (first > 0)
        walk->pieces[walk->count++] = (struct piece){old.start, first * page, old.content, false};
    if (first + count < all) {
        walk->pieces[walk->count++] = (struct piece){
            old.start + (first + count) * page, (all - first - count) * page, old.content, false};
    }
}

static void step_resize(struct walk *walk) {
    struct piece *piece = any_mapping(walk);
    size_t size = draw_pages(walk);
    if (piece == NULL)
        return;
    unsigned char *to = piece->start;
    if (ac_random_below(&walk->random, 2) == 0)
        to = walk->pages.remap(walk->pages.ctx, piece->start, piece->size, size);
    else if (!walk->pages.resize(walk->pages.ctx, piece->start, piece->size, size))
        to = NULL;
    if (to == NULL)
        return;
    size_t kept = size < piece->size ? size : piece->size;
    assert_all(to, kept, piece->content);
    check_fresh(walk, to + kept, size - kept);
    walk->held += size - piece->size;
    walk->done[to == piece->start ? 2 : 3]++;
    piece->start = to;
    piece->size = size;
    fill(walk, piece);
}

static void step_grow_break(struct walk *walk) {
    size_t most = ac_random_below(&walk->random, 4) == 0 ? 400000 : 20000;
    size_t size = ac_random_below(&walk->random, most);
    unsigned char *memory = walk->pages.sbrk(walk->pages.ctx, (ptrdiff_t)size);
    if (memory != NULL && size > 0) {
        add(walk, memory, size, true);
        walk->top = memory + size;
        walk->done[4]++;
    }
}

static void step_shrink_break(struct walk *walk) {
    for (size_t i = 0; i < walk->count; i++) {
        struct piece *piece = &walk->pieces[i];
        if (walk->top == NULL || piece->start + piece->size != walk->top ||
            walk->pages.sbrk(walk->pages.ctx, 0) != walk->top)
            continue;
        size_t size = 1 + ac_random_below(&walk->random, piece->size);
        assert_non_null(walk->pages.sbrk(walk->pages.ctx, -(ptrdiff_t)size));
        piece->size -= size;
        walk->held -= size;
        walk->top -= size;
        walk->done[5]++;
        if (piece->size == 0)
            drop(walk, i);
        return;
    }
}

static void step_foreign_brk(struct walk *walk) {
    if (ac_random_below(&walk->random, 4) == 0)
        assert_true(ac_source_foreign_brk(walk->source, ac_random_below(&walk->random, 9000)));
}

static void check_all(const struct walk *walk) {
    for (size_t i = 0; i < walk->count; i++) {
        const struct piece *piece = &walk->pieces[i];
        assert_all(piece->start, piece->size, piece->content);
        assert_true(ac_source_holds(walk->source, piece->start, piece->size));
    }
    assert_int_equal(ac_source_held(walk->source), walk->held);
    assert_null(ac_source_wrong(walk->source));
}

static void run_walk(struct walk *walk, uint8_t quirks, uint32_t seed) {
    static void (*const steps[])(struct walk *) = {
        step_map,    step_map,        step_map,          step_unmap,      step_unmap,
        step_resize, step_grow_break, step_shrink_break, step_foreign_brk};
    struct ac_head head = ac_default_head();
    head.quirks = quirks;
    head.seed = seed;
    assert_true(ac_source_open(walk->source, &head, AC_SOURCE_BOTH, &walk->pages));
    walk->random.state = seed;
    walk->count = walk->held = 0;
    walk->top = NULL;
    for (int i = 0; i < STEPS && walk->count < PIECES - 1; i++) {
        steps[ac_random_below(&walk->random, sizeof steps / sizeof *steps)](walk);
        if (i % 50 == 0)
            check_all(walk);
    }
    check_all(walk);
}

static void held_memory_keeps_its_content_under_every_quirk(void **state) {
    (void)state;
    static struct walk walk;
    walk.source = ac_source_new();
    assert_non_null(walk.source);
    for (uint32_t seed = 0; seed < 1u << AC_QUIRKS; seed++)
        run_walk(&walk, (uint8_t)seed, seed);
    for (size_t i = 0; i < sizeof walk.done / sizeof *walk.done; i++)
        assert_true(walk.done[i] > 50);
    ac_source_delete(walk.source);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(held_memory_keeps_its_content_under_every_quirk)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
