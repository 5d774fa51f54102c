// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* open_memstream */
#include "uri.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *uri_of_path(const char *path) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-._~/";
    char *uri = NULL;
    size_t length;
    FILE *to = open_memstream(&uri, &length);
    if (to == NULL)
        return NULL;
    fputs(path[0] == '/' ? "file://" : "", to);
    for (; *path != '\0'; path++)
        if (strchr(plain, *path) != NULL)
            fputc(*path, to);
        else
            fprintf(to, "%%%02X", (unsigned)(unsigned char)*path);
    return fclose(to) == 0 ? uri : (free(uri), NULL);
}
