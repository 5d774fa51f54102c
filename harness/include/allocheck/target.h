// SPDX-License-Identifier: MIT
// What is tested: an allocator of this build, or a shared object that only processes of its own
// load.
//
// A command makes a target of what its user named (ac_target_open of adapter/library.h) and hands
// it to the children that it starts (child.h); whether the allocator is part of the build, loaded
// by a forked child, or preloaded into one that is started anew, is then the child's business:
//
//     struct ac_target target;
//     if (!ac_target_open(&target, name, error, sizeof error)) ... // one line, with the name
//     struct ac_child *child = ac_child_new(&(struct ac_child_options){.target = target, ...});
//
// What the library offers is then known (target.allocator->calloc != NULL), and so is its profile;
// a profile of the caller's own goes into target.profile. Whatever calls the allocator is a
// request to the child: a process that was merely forked has no preloaded library. What such a
// request shares with its parent holds no pointers, and takes no memory from malloc, which may be
// the library's. Executables that test one library in their own process call ac_library_reserve_tls
// and ac_library_load instead.
#ifndef ALLOCHECK_TARGET_H
#define ALLOCHECK_TARGET_H

#include "allocator.h"
#include "profile.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    AC_TARGET_NAME = 64,    /* bytes of an allocator's or a profile's name with its zero byte */
    AC_MISUSE_TEXT = 128,   /* of the text that answers a misuse */
    AC_LIBRARY_ERROR = 512, /* enough for every message about a library */
    AC_LIBRARY_PATH = 4096,
};

/* A profile that brings its texts along, for memory that two processes share. Texts that do not fit
 * are cut. */
struct ac_profile_copy {
    struct ac_profile profile; /* points into this struct */
    char name[AC_TARGET_NAME];
    char misuse[AC_MISUSE_COUNT][AC_MISUSE_TEXT];
};

/* Copies a profile, texts included. */
void ac_profile_copy(struct ac_profile_copy *to, const struct ac_profile *from);

/* Makes the pointers of a copy point into it again after it was moved or shared. */
void ac_profile_copy_fix_pointers(struct ac_profile_copy *copy);

/* A shared object under test. */
struct ac_library {
    const char *path;  /* absolute */
    const char *typed; /* as the user named it: for commands that are printed */
    bool preloaded;    /* dlopen refuses it (`-z nodlopen'): a process has it from its start on */
    /* Loads `path` into the calling process, for good: one library a process. Not called where it
     * is preloaded. NULL: not so, and `error` says why in one line without the path. */
    const struct ac_allocator *(*load)(const char *path, char *error, size_t capacity);
};

/* An allocator and the profile that it is checked by. Plain data, copied freely; what it points to
 * outlives every copy. */
struct ac_target {
    const char *name; /* as printed, and as `# expect: finding ORACLE on NAME' says it */
    /* A function that is not NULL is offered. Of a library this is a description: its functions
     * can be called only in a process that has loaded it, through what load returned there. */
    const struct ac_allocator *allocator;
    const struct ac_profile *profile; /* NULL: the allocator's own */
    const struct ac_library *library; /* NULL: the allocator is part of this build */
    /* Of an allocator that takes no page source: its requests for pages are trapped on their way to
     * the system, counted, and refused as a source would. Only in a process of its own (child.h).
     */
    bool trapped;
};

static inline struct ac_target ac_target_of(const struct ac_allocator *allocator) {
    struct ac_target target = {allocator->name, allocator, NULL, NULL, false};
    return target;
}

static inline const struct ac_profile *ac_target_profile(const struct ac_target *target) {
    return target->profile != NULL ? target->profile : target->allocator->profile;
}

/* True where the harness can give it its pages. */
static inline bool ac_target_takes_pages(const struct ac_target *target) {
    return target->allocator->open != NULL && target->allocator->sources != 0;
}

/* What --allocator takes to name the target again. */
static inline const char *ac_target_argument(const struct ac_target *target) {
    return target->library != NULL ? target->library->typed : target->name;
}

#ifdef __cplusplus
}
#endif
#endif
