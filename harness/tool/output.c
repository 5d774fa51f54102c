// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include "output.h"

#include "paths.h"
#include "tool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_all(int file, const char *bytes, size_t size) {
    while (size > 0) {
        ssize_t put = write(file, bytes, size);
        if (put < 0 && errno != EINTR)
            return false;
        size_t done = put > 0 ? (size_t)put : 0;
        bytes += done;
        size -= done;
    }
    return true;
}

/* mkstemp() gives rights to the owner only. */
static bool set_default_mode(int file) {
    mode_t mask = umask(0);
    umask(mask);
    return fchmod(file, 0666 & ~mask) == 0;
}

/* False: errno is set and `temporary` does not exist. */
static bool write_beside(char *temporary, const char *name, const void *bytes, size_t size) {
    int file = mkstemp(temporary);
    if (file < 0)
        return false;
    bool written = write_all(file, bytes, size) && set_default_mode(file);
    int error = errno;
    if (close(file) != 0 && written) {
        written = false;
        error = errno;
    }
    if (written && rename(temporary, name) == 0)
        return true;
    error = written ? errno : error;
    unlink(temporary);
    errno = error;
    return false;
}

/* --- folders --- */

/* False: errno is set. Others may make the same folders at the same time. */
static bool make_folders(char *name) {
    for (char *slash = strchr(name + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        const bool made = path_is_folder(name) || mkdir(name, 0777) == 0 || errno == EEXIST;
        *slash = '/';
        if (!made)
            return false;
    }
    return true;
}

/* The folders above a file. The error of what needs them says more than one of mkdir(). */
static void make_parents(const char *name) {
    char *copy = strdup(name);
    if (copy != NULL && name[0] != '\0')
        make_folders(copy);
    free(copy);
}

bool output_make_folder(const char *name) {
    char *slashed;
    bool made = asprintf(&slashed, "%s/", name) >= 0;
    if (made) {
        made = make_folders(slashed) && (path_is_folder(name) || (errno = ENOTDIR, false));
        const int error = errno;
        free(slashed);
        errno = error;
    }
    if (!made)
        tool_cannot_write(name);
    return made;
}

/* --- files --- */

static bool write_file(const char *name, const void *bytes, size_t size) {
    char *temporary;
    make_parents(name);
    if (asprintf(&temporary, "%s.XXXXXX", name) < 0)
        return false;
    bool done = write_beside(temporary, name, bytes, size);
    int error = errno;
    free(temporary);
    errno = error;
    return done;
}

/* rename() would replace a device or a pipe by a file, and /dev/stdout, a link. */
bool output_is_special(const char *name) {
    struct stat status;
    return lstat(name, &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

static bool write_stream(const char *name, const void *bytes, size_t size) {
    FILE *stream = name ? fopen(name, "we") : stdout;
    if (stream == NULL)
        return false;
    bool done = fwrite(bytes, 1, size, stream) == size && fflush(stream) == 0;
    return (name ? fclose(stream) == 0 : true) && done;
}

bool output_write(const char *name, const void *bytes, size_t size) {
    bool stream = name == NULL || output_is_special(name);
    if (stream ? write_stream(name, bytes, size) : write_file(name, bytes, size))
        return true;
    tool_cannot_write(name);
    return false;
}

/* Only creating a file shows that one can be created: rights are not the only obstacle. */
static bool try_beside(const char *name) {
    char *temporary;
    make_parents(name);
    if (asprintf(&temporary, "%s.XXXXXX", name) < 0)
        return false;
    int file = mkstemp(temporary), error = errno;
    if (file >= 0) {
        close(file);
        unlink(temporary);
    }
    free(temporary);
    errno = error;
    return file >= 0;
}

bool output_try_in(const char *folder) {
    char *name;
    if (asprintf(&name, "%s/.", folder) < 0) {
        tool_out_of_memory();
        return false;
    }
    bool done = try_beside(name);
    if (!done)
        tool_cannot_write(folder);
    free(name);
    return done;
}

bool output_try(const char *name) {
    bool folder = path_is_folder(name);
    if (!folder && (output_is_special(name) ? access(name, W_OK) == 0 : try_beside(name)))
        return true;
    errno = folder ? EISDIR : errno;
    tool_cannot_write(name);
    return false;
}
