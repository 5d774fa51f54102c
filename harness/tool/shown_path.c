// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* asprintf */
#include "shown_path.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- paths --- */

static bool has_parent_part(const char *name) {
    for (const char *at = name; (at = strstr(at, "..")) != NULL; at += 2)
        if ((at == name || at[-1] == '/') && (at[2] == '\0' || at[2] == '/'))
            return true;
    return false;
}

static const char *without_dots(const char *name) {
    while (name[0] == '.' && name[1] == '/')
        name += 1 + strspn(name + 1, "/");
    return name;
}

static char *joined(const char *folder, const char *name) {
    char *path = NULL;
    const char *slash = folder[0] != '\0' && folder[strlen(folder) - 1] == '/' ? "" : "/";
    return asprintf(&path, "%s%s%s", folder, slash, name) >= 0 ? path : NULL;
}

/* The folder of a path with `..' is resolved, so that the result reads well. NULL: there is none.
 */
static char *resolved(const char *name) {
    const char *slash = strrchr(name, '/');
    char *parent = slash != NULL && slash > name ? strndup(name, (size_t)(slash - name)) : NULL;
    char *folder = parent != NULL ? realpath(parent, NULL) : NULL;
    char *path = folder != NULL ? joined(folder, slash + 1) : NULL;
    free(parent);
    free(folder);
    return path;
}

char *path_absolute(const char *name) {
    char *path = has_parent_part(name) ? resolved(name) : NULL;
    if (path != NULL || name[0] == '/')
        return path != NULL ? path : strdup(name);
    char *here = getcwd(NULL, 0);
    path = joined(here != NULL ? here : ".", without_dots(name));
    free(here);
    return path;
}

/* The part of an absolute path below the current folder; NULL: it is elsewhere. */
static const char *below_here(const char *path) {
    char *here = getcwd(NULL, 0);
    const size_t length = here != NULL ? strlen(here) : 0;
    const bool below = length > 1 && strncmp(path, here, length) == 0 && path[length] == '/';
    free(here);
    return below && path[length + 1] != '\0' ? path + length + 1 : NULL;
}

char *path_shown(const char *name) {
    if (name[0] != '/' && !has_parent_part(name))
        return strdup(name);
    char *path = path_absolute(name);
    const char *below = path != NULL ? below_here(path) : NULL;
    char *shown = below != NULL ? strdup(below) : path;
    if (below != NULL)
        free(path);
    return shown;
}

/* --- the tool --- */

static bool is_this_tool(const char *path) {
    struct stat own, other;
    return access(path, X_OK) == 0 && stat(path, &other) == 0 &&
           stat("/proc/self/exe", &own) == 0 && own.st_dev == other.st_dev &&
           own.st_ino == other.st_ino;
}

/* True if the shell finds this tool, and no other, as `allocheck`. */
static bool is_in_path(void) {
    const char *folders = getenv("PATH");
    while (folders != NULL) {
        char *path;
        const size_t length = strcspn(folders, ":");
        const char *slash = length > 0 ? "/" : ""; /* an empty entry is the current folder */
        if (asprintf(&path, "%.*s%sallocheck", (int)length, folders, slash) < 0)
            return false;
        const bool there = access(path, X_OK) == 0, own = there && is_this_tool(path);
        free(path);
        if (there)
            return own;
        folders = folders[length] == ':' ? folders + length + 1 : NULL;
    }
    return false;
}

char *tool_absolute_name(void) {
    return is_in_path() ? strdup("allocheck") : realpath("/proc/self/exe", NULL);
}

/* A name without a slash would be looked up in PATH. */
char *tool_shown_name(void) {
    char *own = tool_absolute_name(), *shown = own != NULL ? path_shown(own) : NULL;
    const bool bare = own != NULL && own[0] == '/' && shown != NULL && strchr(shown, '/') == NULL;
    char *here = bare ? joined(".", shown) : NULL;
    free(own);
    if (bare)
        free(shown);
    return bare ? here : shown;
}
