// SPDX-License-Identifier: MIT
// Opens the target that a user named.
#define _GNU_SOURCE /* asprintf */
#include "adapters.h"
#include "library_private.h"

#include "allocheck/child.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a library's target points to. */
struct opened {
    struct ac_library library;
    struct ac_child_loaded loaded;
    char *path, *typed;
};

bool ac_is_library_path(const char *name) {
    const char *at = strstr(name, ".so");
    bool suffix = at != NULL && (at[3] == '\0' || at[3] == '.');
    return suffix || strchr(name, '/') != NULL;
}

static void discard(struct opened *opened) {
    free(opened->path);
    free(opened->typed);
    free(opened);
}

/* Links are not resolved, because the path gives the library its name. */
static char *absolute(const char *typed) {
    char *folder = typed[0] == '/' ? strdup("") : getcwd(NULL, 0);
    char *path = NULL;
    if (folder != NULL && asprintf(&path, "%s%s%s", folder, *folder ? "/" : "", typed) < 0)
        path = NULL;
    free(folder);
    return path;
}

static struct opened *new_opened(const char *typed) {
    struct opened *opened = calloc(1, sizeof *opened);
    if (opened == NULL)
        return NULL;
    opened->path = absolute(typed);
    opened->typed = strdup(typed);
    opened->library =
        (struct ac_library){.path = opened->path, .typed = opened->typed, .load = ac_library_load};
    if (opened->path != NULL && opened->typed != NULL)
        return opened;
    discard(opened);
    return NULL;
}

/* Loads the library in a child, which describes it. */
static enum ac_child_load_end load_in_child(const struct ac_target *target,
                                            struct ac_child_loaded *loaded, char *error,
                                            size_t capacity) {
    const struct ac_child_options options = {.target = *target, .oracles = AC_ALL_ORACLES};
    struct ac_child *child = ac_child_new(&options);
    enum ac_child_load_end end = child != NULL ? ac_child_load(child, loaded) : AC_LOAD_FAILED;
    if (end != AC_LOAD_DONE) {
        snprintf(error, capacity, "%s: %s", target->library->typed,
                 child != NULL ? ac_child_trouble(child) : "out of memory");
    }
    ac_child_delete(child);
    return end;
}

static bool lacks_symbol(const char *error) {
    return strstr(error, "undefined symbol") != NULL;
}

/* A library that cannot be loaded may still be preloaded, but not for lack of a symbol. If both
 * fail, the first error stands, unless the second one names a symbol. */
static bool load_either_way(const struct ac_target *target, struct opened *opened, char *error,
                            size_t capacity) {
    char second[AC_LIBRARY_ERROR];
    enum ac_child_load_end end = load_in_child(target, &opened->loaded, error, capacity);
    if (end == AC_LOAD_REFUSED && !lacks_symbol(error)) {
        opened->library.load = ac_library_preloaded;
        opened->library.preloaded = true;
        end = load_in_child(target, &opened->loaded, second, sizeof second);
        if (end != AC_LOAD_DONE && lacks_symbol(second))
            snprintf(error, capacity, "%s", second);
    }
    return end == AC_LOAD_DONE;
}

static bool open_library(struct ac_target *target, const char *typed, char *error,
                         size_t capacity) {
    struct stat status = {0};
    if (stat(typed, &status) != 0 || S_ISDIR(status.st_mode)) {
        snprintf(error, capacity, "%s: cannot read: %s", typed,
                 strerror(S_ISDIR(status.st_mode) ? EISDIR : errno));
        return false;
    }
    struct opened *opened = new_opened(typed);
    if (opened == NULL) {
        snprintf(error, capacity, "%s: out of memory", typed);
        return false;
    }
    *target = (struct ac_target){.name = typed, .library = &opened->library};
    if (!load_either_way(target, opened, error, capacity)) {
        discard(opened);
        return false;
    }
    target->allocator = &opened->loaded.allocator;
    /* A preloaded library runs in another executable; its ac_allocator, which needs dlopen, would
     * be of no use. */
    opened->library.exports_interface =
        !opened->library.preloaded && !ac_library_has_libc_names(target->allocator);
    target->name = target->allocator->name;
    return true;
}

bool ac_target_open(struct ac_target *target, const char *name, char *error, size_t capacity) {
    const struct ac_allocator *allocator = ac_allocator_by_name(name);
    if (allocator != NULL) {
        *target = ac_target_of(allocator);
        return true;
    }
    if (ac_is_library_path(name))
        return open_library(target, name, error, capacity);
    snprintf(error, capacity,
             "unknown allocator '%s'; expected a name of `allocheck list allocators' or the path "
             "of a shared object",
             name);
    return false;
}
