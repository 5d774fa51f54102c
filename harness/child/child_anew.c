// SPDX-License-Identifier: MIT
// A child that cannot be forked: its library must be there from the start of the process on, so the
// executable is started anew with it. It is told by its environment which files it shares with its
// parent, and by the memory in them what to do.
#define _GNU_SOURCE /* program_invocation_name */
#include "child_private.h"

#include "program/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char variable[] = "ALLOCHECK_CHILD"; /* numbers of the files: link, shared, ops,
                                                    answers and journal (-1: none) */

/* --- the parent's side, in the forked process --- */

static void write_orders(const struct ac_child *child) {
    struct ac_child_orders *orders = &child->shared->orders;
    const struct ac_child_options *options = &child->options;
    orders->oracles = options->oracles;
    orders->free_at_end = options->free_at_end;
    orders->keep_behaviour = options->keep_behaviour;
    orders->call_ms = options->call_ms;
    orders->watch = options->watch;
    orders->trapped = options->target.trapped;
    orders->checked_by = options->target.profile != NULL;
    if (orders->checked_by) {
        ac_profile_copy(&orders->profile, options->target.profile);
    }
    snprintf(orders->path, sizeof orders->path, "%s", options->target.library->path);
}

/* The loader takes blanks and colons in LD_PRELOAD for ends: such a path is given as a file that
 * the new process has open. */
static bool set_preload(const char *path) {
    char open_path[40];
    if (strpbrk(path, " :") != NULL) {
        int file = open(path, O_RDONLY);
        snprintf(open_path, sizeof open_path, "/proc/self/fd/%d", file);
        path = open_path;
    }
    return setenv("LD_PRELOAD", path, 1) == 0;
}

static bool keep_open(int file) {
    return file < 0 || fcntl(file, F_SETFD, 0) == 0;
}

void ac_child_exec(const struct ac_child *child, int link) {
    char files[64];
    char *const arguments[] = {program_invocation_name, NULL};
    write_orders(child);
    snprintf(files, sizeof files, "%d,%d,%d,%d,%d", link, child->shared_file, child->ops_file,
             child->answers_file, child->journal_file);
    if (keep_open(link) && keep_open(child->shared_file) && keep_open(child->ops_file) &&
        keep_open(child->answers_file) && keep_open(child->journal_file) &&
        setenv(variable, files, 1) == 0 && set_preload(child->options.target.library->path)) {
        execv("/proc/self/exe", arguments);
    }
}

/* --- the side of the new process: malloc is the library's here --- */

/* Maps a file whole and closes it. */
static void *take(int file, size_t *size) {
    struct stat status;
    void *memory = MAP_FAILED;
    if (fstat(file, &status) == 0) {
        *size = (size_t)status.st_size;
        memory = mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        close(file);
    }
    return memory == MAP_FAILED ? NULL : memory;
}

/* The same of a file that need not be there. */
static void *take_kept(int file) {
    size_t size = 0;
    return file >= 0 ? take(file, &size) : NULL;
}

/* Fills in *child from the files. Returns the link, or -1. */
static int join(struct ac_child *child, const char *text) {
    enum { LINK, SHARED, OPS, ANSWERS, JOURNAL, FILES };
    char *at = (char *)text;
    int files[FILES];
    size_t size = 0;
    for (int i = 0; i < FILES; i++) {
        files[i] = (int)strtol(at, &at, 10);
        at += *at == ',';
    }
    child->shared = take(files[SHARED], &size);
    if (child->shared == NULL || size != sizeof *child->shared) {
        return -1;
    }
    child->ops = take(files[OPS], &size);
    child->op_capacity = size / sizeof *child->ops;
    child->answers = take_kept(files[ANSWERS]);
    child->journal = take_kept(files[JOURNAL]);
    bool whole = child->ops != NULL && (files[ANSWERS] < 0 || child->answers != NULL) &&
                 (files[JOURNAL] < 0 || child->journal != NULL);
    return whole && fcntl(files[LINK], F_SETFD, FD_CLOEXEC) == 0 ? files[LINK] : -1;
}

static void take_orders(struct ac_child *child, struct ac_library *library) {
    struct ac_child_orders *orders = &child->shared->orders;
    *library =
        (struct ac_library){.path = orders->path, .typed = orders->path, .load = library->load};
    ac_profile_copy_fix_pointers(&orders->profile);
    child->options = (struct ac_child_options){
        .target = {.name = orders->path,
                   .profile = orders->checked_by ? &orders->profile.profile : NULL,
                   .library = library,
                   .trapped = orders->trapped},
        .oracles = orders->oracles,
        .free_at_end = orders->free_at_end,
        .keep_behaviour = orders->keep_behaviour,
        .call_ms = orders->call_ms,
        .watch = orders->watch};
}

void ac_child_enter(const struct ac_allocator *(*find)(const char *path, char *error,
                                                       size_t capacity)) {
    const char *files = getenv(variable);
    if (files == NULL) {
        return;
    }
    struct ac_library library = {.load = find};
    struct ac_child *child = ac_memory_new(sizeof *child);
    const int link = child != NULL ? join(child, files) : -1;
    if (link < 0) {
        _exit(1);
    }
    unsetenv(variable);
    unsetenv("LD_PRELOAD"); /* no process that is started from here has use for it */
    take_orders(child, &library);
    ac_child_serve(child, link);
}
