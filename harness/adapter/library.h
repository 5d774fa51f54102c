// SPDX-License-Identifier: MIT
// Shared objects as allocators under test: any library that exports the names of libc (as one does
// that is meant for LD_PRELOAD), or one struct ac_allocator under the name `ac_allocator`.
#ifndef ALLOCHECK_LIBRARY_H
#define ALLOCHECK_LIBRARY_H

#include "allocheck/target.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Makes a target of what the user named: an allocator of this build, or the path of a shared
 * object (ac_is_library_path). A library is loaded once in a child,
 * never here, to learn what it offers. What the target points to lasts as long as the process.
 * False: `error` says why in one line, with the name. */
bool ac_target_open(struct ac_target *target, const char *name, char *error, size_t capacity);

/* True when a name is a shared object's path: it holds a slash, or ends as `.so' or `.so.VERSION'
 * does. */
bool ac_is_library_path(const char *name);

/* Starts this executable anew, with the same command line, unless its process has room for the
 * thread-local memory of libraries or its user has said how much it should have. Call it before
 * anything has been read or written, when a library is to be loaded. Returns where there is
 * nothing to do or it cannot be done: some libraries can then be preloaded only. */
void ac_library_reserve_tls(void);

/* Loads a shared object into this process, for good; a second one cannot be. Its inner calls stay
 * inside it and nobody else's reach it. For children, and executables that test one allocator in
 * their own process. NULL: `error` says why in one line, without the path. */
const struct ac_allocator *ac_library_load(const char *path, char *error, size_t capacity);

#ifdef __cplusplus
}
#endif
#endif
