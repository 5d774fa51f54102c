// SPDX-License-Identifier: MIT
// Shared objects as allocators under test: any library that exports the names of libc, as for
// LD_PRELOAD, or one struct ac_allocator named `ac_allocator`.
#ifndef ALLOCHECK_LIBRARY_H
#define ALLOCHECK_LIBRARY_H

#include "allocheck/target.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Opens the target that a user named: an allocator of this build, or the path of a shared object
 * (ac_is_library_path). A library is loaded in a child, never here, to learn what it offers. What
 * the target points to is never freed. False: `error` says why in one line, with the name. */
bool ac_target_open(struct ac_target *target, const char *name, char *error, size_t capacity);

/* True if a name is the path of a shared object: it has a slash, or ends in `.so' or `.so.VERSION'.
 */
bool ac_is_library_path(const char *name);

/* Restarts this executable, with the same command line, so that it reserves enough static
 * thread-local memory for libraries to load. Call it before a library is loaded and before anything
 * is read or written. Returns if the environment already sets the amount, or if the restart fails:
 * some libraries can then only be preloaded. */
void ac_library_reserve_tls(void);

/* Loads a shared object into this process, for good, and only one. Its inner calls stay inside it,
 * and no other code calls it. For children, and executables that test one allocator in their own
 * process. NULL: `error` says why in one line, without the path. */
const struct ac_allocator *ac_library_load(const char *path, char *error, size_t capacity);

#ifdef __cplusplus
}
#endif
#endif
