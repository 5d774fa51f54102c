// SPDX-License-Identifier: MIT
// Plainer and smaller operands: likely values first, then a binary search downwards.
#include "pass.h"

#include "program/outline.h"

#include <string.h>

enum {
    PAGE = 4096, /* on any machine, so that page-16 has one value */
    BITS = 64,
    NEAR_BOUNDARIES = 4,
    LARGEST_DELTA = 1 << 16, /* of a number written as max-N or half+N */
};

#define LARGEST_NUMBER    (UINT64_C(0x7fffffff)) /* that is plain (order.c), */
#define LARGEST_ALIGNMENT (UINT64_C(1) << 30)    /* and the same of a power of two */

/* --- the choices of an operand --- */

struct place {
    const struct pass_view *view;
    size_t op; /* that has the operand */
};

/* Small values: 0 .. 4, then powers of two, and 24. */
static const uint64_t small[] = {0,    1,     2,     3,     4,      8,      16,     24,
                                 32,   64,    128,   256,   512,    1024,   2048,   4096,
                                 8192, 16384, 32768, 65536, 131072, 262144, 524288, 1048576};

static bool make_small(const struct place *place, struct ac_operand *operand, size_t choice) {
    (void)place;
    *operand = ac_absolute(small[choice]);
    return true;
}

/* A symbol without its delta, as a number, relative to another symbol; one page. */
enum {
    NO_DELTA,
    AS_NUMBER,
    AS_IF_EMPTY,
    AS_LARGEST,
    AS_POWER,
    ONE_PAGE,
    FROM_MAX,
    FROM_HALF,
    PLAINER
};

static bool near_end(uint64_t value, uint8_t symbol, struct ac_operand *operand) {
    *operand =
        (struct ac_operand){value - (symbol == AC_MAX ? UINT64_MAX : UINT64_MAX / 2), 0, symbol};
    return operand->value <= LARGEST_DELTA || -operand->value <= LARGEST_DELTA;
}

static uint64_t number_of(struct ac_operand operand, uint64_t left) {
    const struct ac_resolve known = {.page_size = PAGE, .left = (size_t)left};
    return ac_operand_resolve(operand, &known);
}

/* What `left` stands for, if all requests before it are granted. */
static uint64_t left_at(const struct place *place, struct ac_operand operand) {
    return operand.symbol == AC_LEFT ? ac_outline_left(place->view->best, place->op) : 0;
}

static bool make_plainer(const struct place *place, struct ac_operand *operand, size_t choice) {
    const struct ac_operand was = *operand;
    const uint64_t all = place->view->best->head.limit;
    switch (choice) {
    case NO_DELTA:
        operand->value = 0;
        return was.symbol != AC_ABSOLUTE;
    case AS_NUMBER:
        *operand = ac_absolute(number_of(was, left_at(place, was)));
        return was.symbol != AC_ABSOLUTE;
    case AS_IF_EMPTY: /* no request before it is granted */
        *operand = ac_absolute(number_of(was, all));
        return was.symbol == AC_LEFT;
    case AS_LARGEST:
    case AS_POWER:
        *operand = ac_absolute(choice == AS_LARGEST ? LARGEST_NUMBER : LARGEST_ALIGNMENT);
        return number_of(was, all) > operand->value;
    case ONE_PAGE:
        operand->scale = 1;
        return was.symbol == AC_PAGE;
    default:
        return near_end(number_of(was, all), choice == FROM_MAX ? AC_MAX : AC_HALF, operand);
    }
}

/* The largest class boundaries below the value, and one above each. */
static bool make_boundary(const struct place *place, struct ac_operand *operand, size_t choice) {
    const struct ac_boundaries *boundaries = place->view->plan->boundaries;
    size_t below = 0;
    if (boundaries == NULL || operand->symbol != AC_ABSOLUTE)
        return false;
    while (below < boundaries->count && boundaries->at[below] < operand->value)
        below++;
    if (choice / 2 >= below)
        return false;
    *operand = ac_absolute(boundaries->at[below - 1 - choice / 2] + choice % 2);
    return true;
}

static const struct {
    uint64_t unit;
    int delta;
} rounds[] = {{1000000, 0}, {10000, 0}, {1000, 0}, {100, 0}, {10, 0}, {PAGE, -1},
              {PAGE, 0},    {PAGE, 1},  {16, -1},  {16, 0},  {16, 1}};

static bool make_round(const struct place *place, struct ac_operand *operand, size_t choice) {
    (void)place;
    const uint64_t unit = rounds[choice].unit;
    if (operand->symbol != AC_ABSOLUTE || operand->value < unit)
        return false;
    operand->value = operand->value / unit * unit + (uint64_t)rounds[choice].delta;
    return true;
}

/* Less by a power of two, the largest first: a binary search. */
static bool make_less(const struct place *place, struct ac_operand *operand, size_t choice) {
    const uint64_t step = UINT64_C(1) << (BITS - 1 - choice);
    (void)place;
    const bool negative = operand->symbol != AC_ABSOLUTE && (int64_t)operand->value < 0;
    const uint64_t distance = negative ? -operand->value : operand->value;
    if (distance < step)
        return false;
    operand->value += negative ? step : -step;
    return true;
}

static bool make_fewer_pages(const struct place *place, struct ac_operand *operand, size_t choice) {
    (void)place;
    if (operand->symbol != AC_PAGE || operand->scale >> (choice + 1) == 0)
        return false;
    operand->scale = (uint16_t)(operand->scale - (operand->scale >> (choice + 1)));
    return true;
}

static const struct {
    size_t choices;
    bool (*make)(const struct place *place, struct ac_operand *operand, size_t choice);
} sorts[] = {
    {sizeof small / sizeof small[0], make_small},
    {PLAINER, make_plainer},
    {2 * NEAR_BOUNDARIES, make_boundary},
    {sizeof rounds / sizeof rounds[0], make_round},
    {16, make_fewer_pages},
    {BITS, make_less},
};
enum { SORTS = sizeof sorts / sizeof sorts[0] };

/* --- the pass --- */

enum { FIRST_OPERAND, SECOND_OPERAND, OPERANDS };

static size_t value_levels(const struct pass_view *view, const struct pass_position *at) {
    (void)view, (void)at;
    return OPERANDS;
}

static size_t value_choices(const struct pass_view *view, const struct pass_position *at) {
    const char *letters = op_letters(&view->best->ops[at->item]);
    const bool used = strpbrk(letters, at->level == FIRST_OPERAND ? "NAK" : "S") != NULL;
    size_t choices = 0;
    for (size_t i = 0; used && i < SORTS; i++)
        choices += sorts[i].choices;
    return choices;
}

static bool make_value(const struct pass_view *view, const struct pass_position *at,
                       struct ac_program *copy, bool *failed) {
    struct ac_op *op = &copy->ops[at->item];
    struct ac_operand *changed = at->level == FIRST_OPERAND ? &op->a : &op->b;
    const struct place place = {view, at->item};
    struct ac_operand operand = *changed;
    size_t sort = 0, choice = at->choice;
    (void)failed;
    while (choice >= sorts[sort].choices)
        choice -= sorts[sort++].choices;
    if (!sorts[sort].make(&place, &operand, choice) || ac_operand_equal(operand, *changed))
        return false;
    *changed = operand;
    return true;
}

const struct pass pass_value = {AC_SHRINK_OPERANDS, false,         value_levels,
                                pass_each_op,       value_choices, make_value};

/* --- one op less, another op's size larger: never above the original's largest, or it may become
 * another bug --- */

enum { MOST_OPS_TO_TRADE = 8 };

static const uint64_t larger[] = {24,   64,   100,   264,   1000,   2000,
                                  4096, 5000, 20000, 65536, 200000, 1000000};
enum { LARGER = sizeof larger / sizeof larger[0] };

static size_t trade_items(const struct pass_view *view, const struct pass_position *at) {
    (void)at;
    return view->best->count <= MOST_OPS_TO_TRADE ? view->best->count : 0;
}

static size_t trade_choices(const struct pass_view *view, const struct pass_position *at) {
    (void)at;
    return view->best->count * LARGER;
}

static bool make_traded(const struct pass_view *view, const struct pass_position *at,
                        struct ac_program *copy, bool *failed) {
    const size_t other = at->choice / LARGER;
    const uint64_t size = larger[at->choice % LARGER];
    struct ac_op *op = &copy->ops[other];
    (void)failed;
    if (other == at->item || size > view->largest || strchr(op_letters(op), 'S') == NULL ||
        op->b.symbol != AC_ABSOLUTE || op->b.value >= size)
        return false;
    op->b = ac_absolute(size);
    ac_program_remove(copy, at->item, 1);
    return true;
}

const struct pass pass_trade = {AC_SHRINK_OPERANDS, false,         pass_one,
                                trade_items,        trade_choices, make_traded};
