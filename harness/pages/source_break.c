// SPDX-License-Identifier: MIT
// The simulated break, and foreign code that moves it.
#include "source_internal.h"

/* With the quirk foreign_brk, foreign code moves the break before 1 in N calls that do not shrink.
 */
enum { FOREIGN_BRK_ONE_IN = 4, FOREIGN_BRK_BYTES = 255 };

static size_t zone_of_break(const struct ac_source *source) {
    return source->page_size;
}

static size_t end_of_zone(const struct ac_source *source) {
    return source->zone_of_maps - source->page_size;
}

static size_t draw_odd(struct ac_source *source, size_t most) {
    return ac_random_below(&source->random, most) | 1u;
}

void ac_break_reset(struct ac_source *source) {
    struct ac_break *brk = &source->brk;
    size_t zone = zone_of_break(source);
    size_t keep = zone + AC_KEPT_PAGES * source->page_size;
    brk->opened = ac_larger(brk->opened, zone);
    ac_pages_poison(source, zone, ac_smaller(brk->opened, keep));
    if (brk->dirty > keep && ac_pages_close(source, keep, brk->dirty)) {
        brk->opened = ac_smaller(brk->opened, keep);
        brk->dirty = keep;
    }
    bool unaligned = ac_quirk(source, AC_QUIRK_UNALIGNED);
    brk->start = zone + (unaligned ? draw_odd(source, source->page_size) : 0);
    brk->now = brk->start;
}

/* Opens whole pages up to the new break; everything after them is a guard. */
static bool open_up_to(struct ac_source *source, size_t new_break) {
    struct ac_break *brk = &source->brk;
    size_t end = ac_page_up(source, new_break);
    bool done = end >= brk->opened ? ac_pages_open(source, brk->opened, end)
                                   : ac_pages_guard(source, end, brk->opened);
    brk->opened = done ? end : brk->opened;
    return done;
}

/* Moves the break up. False: no space. */
static bool advance(struct ac_source *source, size_t bytes) {
    struct ac_break *brk = &source->brk;
    size_t old_break = brk->now;
    if (bytes > end_of_zone(source) - old_break || !open_up_to(source, old_break + bytes))
        return false;
    ac_pages_freshen(source, old_break, old_break + bytes, brk->dirty);
    brk->dirty = ac_larger(brk->dirty, brk->opened);
    brk->now += bytes;
    return true;
}

/* The range that ends at the break, or NULL if foreign code owns that memory. */
static struct ac_range *top_range(struct ac_source *source) {
    size_t index = ac_ranges_find(&source->ranges, source->brk.now - 1);
    return index == AC_NOWHERE ? NULL : &source->ranges.at[index];
}

static bool record_growth(struct ac_source *source, size_t bytes) {
    struct ac_range *top = top_range(source);
    if (top != NULL) {
        top->size += bytes;
        return true;
    }
    struct ac_range range = {source->brk.now, bytes, source->brk.now, AC_NOWHERE};
    return ac_ranges_insert(&source->ranges, &range);
}

static bool grow(struct ac_source *source, size_t bytes) {
    struct ac_break before = source->brk;
    if (!record_growth(source, bytes))
        return false;
    if (!advance(source, bytes)) {
        struct ac_range *range = &source->ranges.at[ac_ranges_find(&source->ranges, before.now)];
        range->size -= bytes;
        if (range->size == 0)
            ac_ranges_remove(&source->ranges, (size_t)(range - source->ranges.at));
        return false;
    }
    ac_source_add_held(source, bytes);
    return true;
}

/* True if all of the last `bytes` below the break are held. */
static bool can_shrink(struct ac_source *source, size_t bytes) {
    const struct ac_range *top = top_range(source);
    return top != NULL && bytes <= top->size;
}

static bool shrink(struct ac_source *source, size_t bytes) {
    struct ac_break *brk = &source->brk;
    size_t new_break = brk->now - bytes;
    size_t end = ac_page_up(source, new_break);
    bool keeps = brk->dirty - end <= AC_KEPT_PAGES * source->page_size;
    if (keeps ? !ac_pages_guard(source, end, brk->opened)
              : !ac_pages_close(source, end, brk->dirty))
        return false;
    struct ac_range *top = top_range(source);
    top->size -= bytes;
    if (top->size == 0)
        ac_ranges_remove(&source->ranges, (size_t)(top - source->ranges.at));
    brk->opened = end;
    brk->dirty = keeps ? brk->dirty : end;
    brk->now = new_break;
    source->held -= bytes;
    ac_pages_poison(source, new_break, end);
    return true;
}

bool ac_source_foreign_brk(struct ac_source *source, size_t bytes) {
    size_t unheld = source->limit - source->held;
    size_t max_end = end_of_zone(source) - source->brk.now;
    if (!source->has_break || max_end < unheld || bytes > max_end - unheld)
        return false;
    size_t old_break = source->brk.now;
    bool done = advance(source, bytes);
    if (done)
        ac_pages_poison(source, old_break, source->brk.now);
    return done;
}

static void maybe_move_foreign(struct ac_source *source) {
    if (ac_quirk(source, AC_QUIRK_FOREIGN_BRK) &&
        ac_random_below(&source->random, FOREIGN_BRK_ONE_IN) == 0)
        ac_source_foreign_brk(source, draw_odd(source, FOREIGN_BRK_BYTES));
}

/* The log has the increment in two's complement. */
void *ac_source_sbrk(void *ctx, ptrdiff_t increment) {
    struct ac_source *source = ctx;
    if (increment >= 0)
        maybe_move_foreign(source);
    struct ac_source_entry entry = {.call = AC_CALL_SBRK,
                                    .start = source->brk.now,
                                    .size = (uint64_t)increment,
                                    .result = UINT64_MAX};
    if (increment > 0) {
        size_t bytes = (size_t)increment;
        entry.refused = !ac_source_grants(source, bytes) || !grow(source, bytes);
    } else if (increment < 0) {
        size_t bytes = (size_t)0 - (size_t)increment;
        entry.wrong = !can_shrink(source, bytes);
        entry.refused = entry.wrong || !shrink(source, bytes);
    }
    if (!entry.refused)
        entry.result = entry.start;
    ac_source_note(source, &entry, increment > 0);
    return entry.refused ? NULL : ac_at(source, (size_t)entry.start);
}
