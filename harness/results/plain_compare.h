// SPDX-License-Identifier: MIT
// Whether the calls of one program occur in another.
#ifndef ALLOCHECK_RESULTS_PLAIN_COMPARE_H
#define ALLOCHECK_RESULTS_PLAIN_COMPARE_H

#include "plain_calls.h"

/* How much two calls may differ. */
enum plain_likeness {
    PLAIN_EXACT, /* the same function, sizes of the same class */
    PLAIN_ALIKE, /* functions of the same kind, sizes that are both possible or both not */
    PLAIN_LOOSE, /* and however often it repeats */
};

/* True if the calls of `part` occur in `whole` in their order, with the same blocks shared. */
bool plain_calls_embed(const struct plain_calls *part, const struct plain_calls *whole,
                       enum plain_likeness likeness);

/* How much it says that the calls of `part` occur in `whole`: ordinary calls count 1, special
 * requests and conditions that both need 2. LOOSE: repeats are not special. */
unsigned plain_calls_weight(const struct plain_calls *part, const struct plain_calls *whole,
                            enum plain_likeness likeness);

/* True if one of the two makes no kind of call that the other does not make. */
bool plain_calls_share_kinds(const struct plain_calls *left, const struct plain_calls *right);

/* Appends the calls once more, on other blocks. False: they are too many. */
bool plain_calls_repeat(struct plain_calls *calls);

#endif
