// SPDX-License-Identifier: MIT
// What generated programs leave out, so that a known bug does not hide others.
#ifndef ALLOCHECK_WITHOUT_H
#define ALLOCHECK_WITHOUT_H

#include "program.h"

#ifdef __cplusplus
extern "C" {
#endif

/* All zero: nothing. */
struct ac_without {
    uint64_t kinds;    /* ops, bits by enum ac_op_kind */
    bool realloc_null; /* realloc and reallocarray of a slot that may be empty */
    bool size_zero;    /* requests that may be for 0 bytes, or for no elements */
    bool huge;         /* requests that may be for more than 1 GiB, or aligned to it */
};

/* --- by names --- */

/* The names of what can be left out: the traits `realloc-null', `size-zero' and `huge', then the
 * ops. NULL after the last. */
const char *ac_without_name(size_t index);

/* Adds each name of a comma-separated list. NULL: done; else the first name that is unknown, in the
 * list, up to the next comma. Those before it were added. */
const char *ac_without_add_names(struct ac_without *without, const char *list);

enum { AC_WITHOUT_NAMES = 1024 }; /* bytes that all names need, comma-separated */

/* Prints such a list, empty if nothing is left out; truncated if it does not fit. Returns the
 * length that it needs without the zero byte. */
size_t ac_without_print(const struct ac_without *without, char *text, size_t capacity);

/* --- programs --- */

/* True if nothing is left out. */
bool ac_without_is_empty(const struct ac_without *without);

/* Removes the ops that are left out; the others stay in order. A slot may be empty if the op that
 * fills it is missing, is large, or may be refused: an allocation that fails for another reason is
 * not foreseen. */
void ac_leave_out(struct ac_program *program, const struct ac_without *without);

/* True if it would remove an op of the program. */
bool ac_leaves_out_any(const struct ac_without *without, const struct ac_program *program);

/* True if an op is left out. `may_be_null': of what it resizes. */
bool ac_leaves_out(const struct ac_without *without, const struct ac_op *op, bool may_be_null);

/* Adds what makes an op of a program special: its trait, or else its kind, unless that is malloc,
 * calloc, realloc or free, which no program can do without. */
void ac_without_add(struct ac_without *without, const struct ac_program *program, size_t at);

/* Adds all that `more' leaves out. */
void ac_without_join(struct ac_without *without, const struct ac_without *more);

#ifdef __cplusplus
}
#endif
#endif
