// SPDX-License-Identifier: MIT
// Loads a shared object into this process with dlopen.
#define _GNU_SOURCE /* RTLD_DEEPBIND, dlinfo */
#include "library_private.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#if AC_INSTRUMENTED

const struct ac_allocator *ac_library_load(const char *path, char *error, size_t capacity) {
    (void)path;
    snprintf(error, capacity,
             "this build has AddressSanitizer, which cannot load another allocator; use a build "
             "without sanitizers");
    return NULL;
}

#else

/* The machine of a file, from its ELF header; -1: it has none. */
static int machine_of(const char *path) {
    ElfW(Ehdr) header;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = file < 0 ? -1 : read(file, &header, sizeof header);
    if (file >= 0)
        close(file);
    bool known = got == sizeof header && memcmp(header.e_ident, ELFMAG, SELFMAG) == 0;
    return known ? header.e_machine : -1;
}

/* The loader's message, without the path at its start. For a file of another machine, a better one:
 * the loader says only that the file does not exist. */
static const struct ac_allocator *refuse(const char *path, char *error, size_t capacity) {
    const char *why = dlerror();
    size_t length = strlen(path);
    const int its = machine_of(path), here = machine_of("/proc/self/exe");
    if (its != -1 && its != here) {
        snprintf(error, capacity, "it is built for another machine (ELF machine %d, not %d)", its,
                 here);
        return NULL;
    }
    if (why != NULL && strncmp(why, path, length) == 0 && strncmp(why + length, ": ", 2) == 0)
        why += length + 2;
    snprintf(error, capacity, "%s", why != NULL ? why : "the loader gives no reason");
    return NULL;
}

const struct ac_allocator *ac_library_load(const char *path, char *error, size_t capacity) {
    struct link_map *map = NULL;
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
    if (handle == NULL || dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0)
        return refuse(path, error, capacity);
    const struct ac_object object = {path, handle, map};
    return ac_library_allocator(&object, error, capacity);
}

#endif
