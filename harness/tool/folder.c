// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* asprintf */
#include "folder.h"

#include "tool.h"
#include "output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* mkdtemp() gives rights to the owner only. */
static bool set_default_mode(const char *name) {
    mode_t mask = umask(0);
    umask(mask);
    return chmod(name, 0777 & ~mask) == 0;
}

void folder_begin(struct folder *folder, const char *parent, const char *name,
                  const char *const *files) {
    *folder = (struct folder){.files = files};
    if (asprintf(&folder->name, "%s/%s", parent, name) < 0) {
        folder->name = NULL;
        folder->failed = tool_out_of_memory();
    } else if (asprintf(&folder->temporary, "%s/.%s.XXXXXX", parent, name) < 0) {
        folder->temporary = NULL;
        folder->failed = tool_out_of_memory();
    } else if (mkdtemp(folder->temporary) == NULL || !set_default_mode(folder->temporary)) {
        folder->failed = tool_cannot_write(folder->name);
    }
}

bool folder_write(struct folder *folder, const char *file, const void *bytes, size_t size) {
    char *path;
    if (folder->failed)
        return false;
    if (asprintf(&path, "%s/%s", folder->temporary, file) < 0) {
        tool_out_of_memory();
        folder->failed = true;
        return false;
    }
    folder->failed = !output_write(path, bytes, size);
    free(path);
    return !folder->failed;
}

/* --- the final name --- */

/* Moves a file from one folder to another; one that is missing is removed there. */
static bool replace_file(const char *from, const char *to, const char *file) {
    char *source = NULL, *target = NULL;
    bool done = asprintf(&source, "%s/%s", from, file) >= 0;
    source = done ? source : NULL;
    done = done && asprintf(&target, "%s/%s", to, file) >= 0;
    target = done ? target : NULL;
    if (done && rename(source, target) != 0)
        done = errno == ENOENT && (unlink(target) == 0 || errno == ENOENT);
    int error = errno;
    free(source);
    free(target);
    errno = error;
    return done;
}

static bool replace_files(const struct folder *folder) {
    for (const char *const *file = folder->files; *file != NULL; file++)
        if (!replace_file(folder->temporary, folder->name, *file))
            return false;
    return rmdir(folder->temporary) == 0;
}

static bool take_name(const struct folder *folder) {
    return rename(folder->temporary, folder->name) == 0 ||
           ((errno == ENOTEMPTY || errno == EEXIST) && replace_files(folder));
}

void folder_remove(const char *name, const char *const *files) {
    for (const char *const *file = files; *file != NULL; file++) {
        char *path;
        if (asprintf(&path, "%s/%s", name, *file) >= 0) {
            unlink(path);
            free(path);
        }
    }
    rmdir(name);
}

bool folder_end(struct folder *folder) {
    if (!folder->failed && !take_name(folder))
        folder->failed = tool_cannot_write(folder->name);
    if (folder->failed && folder->temporary != NULL)
        folder_remove(folder->temporary, folder->files);
    free(folder->name);
    free(folder->temporary);
    folder->name = folder->temporary = NULL;
    return !folder->failed;
}
