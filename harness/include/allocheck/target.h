// SPDX-License-Identifier: MIT
// The allocator under test: part of this build, or a shared object that only child processes load.
//
// A command opens a target by the name that its user gave (ac_target_open of adapter/library.h) and
// passes it to the children that it creates (child.h). The child hides whether the allocator is
// part of the build, loaded by a forked process, or preloaded into an executed one:
//
//     struct ac_target target;
//     if (!ac_target_open(&target, name, error, sizeof error)) ... // one line, with the name
//     struct ac_child *child = ac_child_new(&(struct ac_child_options){.target = target, ...});
//
// After that target.allocator describes what the library offers (target.allocator->calloc != NULL),
// profile included; to check against another profile, set target.profile. Only requests to a child
// call the allocator: a process that was merely forked has no preloaded library. What a request
// shares with its parent holds no pointers, and takes no memory from malloc, which may be the
// library's. Executables that test one library in their own process call ac_library_reserve_tls and
// ac_library_load instead.
#ifndef ALLOCHECK_TARGET_H
#define ALLOCHECK_TARGET_H

#include "allocator.h"
#include "profile.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    AC_TARGET_NAME = 64,    /* bytes of an allocator's or a profile's name with its zero byte */
    AC_MISUSE_TEXT = 128,   /* of the text that reports a misuse */
    AC_LIBRARY_ERROR = 512, /* enough for every message about a library */
    AC_LIBRARY_PATH = 4096,
};

/* A profile with its texts, for memory that two processes share. Longer texts are truncated. */
struct ac_profile_copy {
    struct ac_profile profile; /* points into this struct */
    char name[AC_TARGET_NAME];
    char misuse[AC_MISUSE_COUNT][AC_MISUSE_TEXT];
};

void ac_profile_copy(struct ac_profile_copy *to, const struct ac_profile *from);

/* Makes the pointers of a copy point into it again after it was moved or shared. */
void ac_profile_copy_fix_pointers(struct ac_profile_copy *copy);

/* Returns the allocator of a library. NULL: `error` says why, in one line without the path. */
typedef const struct ac_allocator *ac_library_loader(const char *path, char *error,
                                                     size_t capacity);

/* A shared object under test. */
struct ac_library {
    const char *path;       /* absolute */
    const char *typed;      /* as the user typed it, for commands that are printed */
    bool preloaded;         /* dlopen refuses it (`-z nodlopen'), so a process must start with it */
    bool exports_interface; /* it exports an ac_allocator; else functions with libc's names */
    /* Loads `path` into the calling process, for good: one library a process. If it is preloaded,
     * finds it there. */
    ac_library_loader *load;
};

/* An allocator and the profile to check it against. Plain data, copied freely; what it points to
 * must outlive every copy. */
struct ac_target {
    const char *name; /* as printed, and as in `# expect: finding ORACLE on NAME' */
    /* A function that is not NULL is offered. For a library this is only a description: its
     * functions can be called in a process that has loaded it, through what `load` returned. */
    const struct ac_allocator *allocator;
    const struct ac_profile *profile; /* NULL: the allocator's own */
    const struct ac_library *library; /* NULL: the allocator is part of this build */
    /* For an allocator that takes no page source: its system calls for pages are trapped, counted,
     * and refused as a source would refuse. Only in a child (child.h). */
    bool trapped;
};

static inline struct ac_target ac_target_of(const struct ac_allocator *allocator) {
    struct ac_target target = {allocator->name, allocator, NULL, NULL, false};
    return target;
}

static inline const struct ac_profile *ac_target_profile(const struct ac_target *target) {
    return target->profile != NULL ? target->profile : target->allocator->profile;
}

/* True if the harness can give the allocator its pages. */
static inline bool ac_target_takes_pages(const struct ac_target *target) {
    return target->allocator->open != NULL && target->allocator->sources != 0;
}

/* The argument of --allocator that names the target. */
static inline const char *ac_target_argument(const struct ac_target *target) {
    return target->library != NULL ? target->library->typed : target->name;
}

#ifdef __cplusplus
}
#endif
#endif
