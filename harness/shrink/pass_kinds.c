// SPDX-License-Identifier: MIT
// A plainer call instead of one that does more.
#include "pass.h"

#include <string.h>

enum { MOST_PLAINER = 3 };

/* Plainest first; AC_OP_KINDS: no more. */
static const struct {
    uint8_t kind, plainer[MOST_PLAINER];
} table[] = {
    {AC_OP_CALLOC, {AC_OP_MALLOC, AC_OP_KINDS, AC_OP_KINDS}},
    {AC_OP_REALLOC, {AC_OP_MALLOC, AC_OP_KINDS, AC_OP_KINDS}},
    {AC_OP_REALLOCARRAY, {AC_OP_MALLOC, AC_OP_CALLOC, AC_OP_REALLOC}},
    {AC_OP_FREE_SIZED, {AC_OP_FREE, AC_OP_KINDS, AC_OP_KINDS}},
    {AC_OP_FREE_AT_EXIT, {AC_OP_FREE, AC_OP_KINDS, AC_OP_KINDS}},
    {AC_OP_FREE_ALIGNED_SIZED, {AC_OP_FREE, AC_OP_FREE_SIZED, AC_OP_KINDS}},
    {AC_OP_ALIGNED_ALLOC, {AC_OP_MALLOC, AC_OP_KINDS, AC_OP_KINDS}},
    {AC_OP_POSIX_MEMALIGN, {AC_OP_MALLOC, AC_OP_ALIGNED_ALLOC, AC_OP_KINDS}},
    {AC_OP_MEMALIGN, {AC_OP_MALLOC, AC_OP_ALIGNED_ALLOC, AC_OP_KINDS}},
    {AC_OP_ALLOCA, {AC_OP_MALLOC, AC_OP_KINDS, AC_OP_KINDS}},
    {AC_OP_VLA, {AC_OP_MALLOC, AC_OP_ALLOCA, AC_OP_KINDS}},
    {AC_OP_REFUSE_FROM, {AC_OP_REFUSE, AC_OP_KINDS, AC_OP_KINDS}},
};
enum { ROWS = sizeof table / sizeof table[0] };

/* The letter of operand `a`; 0: none. */
static char first_letter(const char *letters) {
    const char *letter = strpbrk(letters, "NAK");
    return letter != NULL ? *letter : '\0';
}

static struct ac_operand first_operand(const struct ac_op *op, char was, char is) {
    if (is == '\0')
        return ac_absolute(0);
    return is == was ? op->a : ac_absolute(1);
}

/* The op of another kind that comes closest. False: there is none. */
static bool convert(const struct ac_op *op, enum ac_op_kind kind, struct ac_op *plainer) {
    const char *letters = ac_op_info(kind)->operands;
    const char was = first_letter(op_letters(op)), is = first_letter(letters);
    *plainer = (struct ac_op){.kind = (uint8_t)kind, .thread = op->thread, .repeat = op->repeat};
    plainer->slot = strpbrk(letters, "DP") != NULL ? op->slot : 0;
    plainer->from = strstr(letters, "DP") != NULL ? op->from : 0;
    plainer->a = first_operand(op, was, is);
    if (strchr(letters, 'S') == NULL)
        return true;
    plainer->b = op->b;
    return was != 'N' || is == 'N' || operand_multiply(op->a, op->b, &plainer->b);
}

static size_t kind_choices(const struct pass_view *view, const struct pass_position *at) {
    for (size_t i = 0; i < ROWS; i++)
        if (table[i].kind == view->best->ops[at->item].kind)
            return MOST_PLAINER;
    return 0;
}

static uint8_t plainer_kind(uint8_t kind, size_t choice) {
    for (size_t i = 0; i < ROWS; i++)
        if (table[i].kind == kind)
            return table[i].plainer[choice];
    return AC_OP_KINDS;
}

static bool make_plainer_kind(const struct pass_view *view, const struct pass_position *at,
                              struct ac_program *copy, bool *failed) {
    const struct ac_op *op = &view->best->ops[at->item];
    const uint8_t kind = plainer_kind(op->kind, at->choice);
    (void)failed;
    struct ac_op plainer;
    if (kind == AC_OP_KINDS || !convert(op, (enum ac_op_kind)kind, &plainer))
        return false;
    copy->ops[at->item] = plainer;
    return true;
}

const struct pass pass_kind = {AC_SHRINK_KINDS, false,        pass_one,
                               pass_each_op,    kind_choices, make_plainer_kind};

/* --- one large element instead of many --- */

static size_t product_choices(const struct pass_view *view, const struct pass_position *at) {
    return strchr(op_letters(&view->best->ops[at->item]), 'N') != NULL;
}

static bool make_one_element(const struct pass_view *view, const struct pass_position *at,
                             struct ac_program *copy, bool *failed) {
    struct ac_op *op = &copy->ops[at->item];
    struct ac_operand product;
    (void)view, (void)failed;
    if (ac_operand_equal(op->a, ac_absolute(1)) || !operand_multiply(op->a, op->b, &product))
        return false;
    op->a = ac_absolute(1);
    op->b = product;
    return true;
}

const struct pass pass_product = {AC_SHRINK_OPERANDS, false,           pass_one,
                                  pass_each_op,       product_choices, make_one_element};
