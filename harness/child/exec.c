// SPDX-License-Identifier: MIT
// A child whose library must be there from its start on (`-z nodlopen'): the forked process
// executes this executable with the library preloaded. Its environment names the files that it
// shares with its parent, and the memory in them holds its settings.
#define _GNU_SOURCE /* program_invocation_name */
#include "process.h"
#include "serve.h"

#include "program/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char variable[] = "ALLOCHECK_CHILD"; /* FILES numbers, with commas between them */

/* An undefined symbol shows when the library is loaded, as with dlopen; not at its first call. */
static const char bind_now[] = "LD_BIND_NOW";

enum { LINK, SHARED, OPS, ANSWERS, JOURNAL, FILES }; /* -1: not kept */

/* --- in the forked process --- */

static void write_settings(const struct ac_child *child) {
    struct ac_child_settings *settings = &child->shared->settings;
    const struct ac_target *target = &child->options.target;
    settings->options = child->options;
    if (target->profile != NULL)
        ac_profile_copy(&settings->profile, target->profile);
    snprintf(settings->path, sizeof settings->path, "%s", target->library->path);
}

/* The loader splits LD_PRELOAD at blanks and colons: a path with one is given as an open file. */
static bool set_preload(const char *path) {
    char open_path[40];
    if (strpbrk(path, " :") != NULL) {
        int file = open(path, O_RDONLY);
        snprintf(open_path, sizeof open_path, "/proc/self/fd/%d", file);
        path = open_path;
    }
    return setenv("LD_PRELOAD", path, 1) == 0;
}

static bool keep_open(const int files[FILES]) {
    for (int i = 0; i < FILES; i++)
        if (files[i] >= 0 && fcntl(files[i], F_SETFD, 0) != 0)
            return false;
    return true;
}

void ac_child_exec(const struct ac_child *child, int link) {
    const int files[FILES] = {link, child->shared_file, child->ops_file, child->answers_file,
                              child->journal_file};
    char *const arguments[] = {program_invocation_name, NULL};
    char text[64];
    write_settings(child);
    snprintf(text, sizeof text, "%d,%d,%d,%d,%d", files[LINK], files[SHARED], files[OPS],
             files[ANSWERS], files[JOURNAL]);
    if (keep_open(files) && setenv(variable, text, 1) == 0 &&
        set_preload(child->options.target.library->path) && setenv(bind_now, "1", 1) == 0)
        execv("/proc/self/exe", arguments);
}

/* --- in the new process, where malloc is the library's --- */

/* Maps a whole file and closes it. */
static void *map_file(int file, size_t *size) {
    struct stat status;
    void *memory = MAP_FAILED;
    if (fstat(file, &status) == 0) {
        *size = (size_t)status.st_size;
        memory = mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        close(file);
    }
    return memory == MAP_FAILED ? NULL : memory;
}

/* True also if there is no such file. */
static bool map_kept(int file, void **memory) {
    size_t size;
    *memory = file >= 0 ? map_file(file, &size) : NULL;
    return file < 0 || *memory != NULL;
}

/* Maps the files into *child. Returns the link, or -1. */
static int map_files(struct ac_child *child, const char *text) {
    char *at = (char *)text;
    int files[FILES];
    size_t size = 0;
    void *answers, *journal;
    for (int i = 0; i < FILES; i++) {
        files[i] = (int)strtol(at, &at, 10);
        at += *at == ',';
    }
    child->shared = map_file(files[SHARED], &size);
    if (child->shared == NULL || size != sizeof *child->shared)
        return -1;
    child->ops = map_file(files[OPS], &size);
    child->op_capacity = size / sizeof *child->ops;
    if (child->ops == NULL || !map_kept(files[ANSWERS], &answers) ||
        !map_kept(files[JOURNAL], &journal))
        return -1;
    child->answers = answers;
    child->journal = journal;
    return fcntl(files[LINK], F_SETFD, FD_CLOEXEC) == 0 ? files[LINK] : -1;
}

static void take_settings(struct ac_child *child, struct ac_library *library) {
    struct ac_child_settings *settings = &child->shared->settings;
    struct ac_target *target = &child->options.target;
    library->path = library->typed = settings->path;
    ac_profile_copy_fix_pointers(&settings->profile);
    child->options = settings->options;
    target->name = settings->path;
    target->allocator = NULL;
    target->profile = target->profile != NULL ? &settings->profile.profile : NULL;
    target->library = library;
}

void ac_child_serve_preloaded(ac_library_loader *loader) {
    const char *files = getenv(variable);
    if (files == NULL)
        return;
    struct ac_library library = {.load = loader};
    struct ac_child *child = ac_memory_new(sizeof *child);
    const int link = child != NULL ? map_files(child, files) : -1;
    if (link < 0)
        _exit(1);
    unsetenv(variable);
    unsetenv("LD_PRELOAD"); /* not for processes that are started from here */
    unsetenv(bind_now);
    take_settings(child, &library);
    ac_child_serve(child, link);
}
