// SPDX-License-Identifier: MIT
// What the files that load a library share.
#ifndef ALLOCHECK_LIBRARY_PRIVATE_H
#define ALLOCHECK_LIBRARY_PRIVATE_H

#include "library.h"

struct link_map;

/* The names of libc that a loaded object defines itself, behind one struct called `name`, which is
 * kept; `handle` is for dlsym. NULL: it has no malloc, or no free; *missing is that name. */
const struct ac_allocator *ac_library_names(void *handle, const struct link_map *library,
                                            const char *name, const char **missing);

#endif
