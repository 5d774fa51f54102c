// SPDX-License-Identifier: MIT
// Requests that must be refused, and requests for invalid alignments: what probes ask, and what
// programs repeat.
#ifndef ALLOCHECK_REFUSED_REQUESTS_H
#define ALLOCHECK_REFUSED_REQUESTS_H

#include "allocheck/measure.h"

enum { AC_REFUSED_ALIGNMENTS = 3, AC_OLD_SIZES = 3 };

/* Valid alignments that the aligned forms take such requests with; sizes are rounded down to them.
 */
extern const size_t ac_refused_alignments[AC_REFUSED_ALIGNMENTS];
/* Sizes of blocks that are resized to such requests. */
extern const size_t ac_old_sizes[AC_OLD_SIZES];

/* Sets *asked to the request number `index` for a cause, by the number of its bit: wrap, above
 * PTRDIFF_MAX or exhausted. Its `count' is 0 if the function takes none. False: there is none. */
bool ac_refused_request(enum ac_function function, unsigned cause, unsigned index,
                        struct ac_asked *asked);

/* The same for requests with an alignment that is invalid for an aligned form. */
bool ac_invalid_alignment_request(enum ac_function function, unsigned index,
                                  struct ac_asked *asked);

#endif
