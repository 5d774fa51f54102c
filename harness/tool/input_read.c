// SPDX-License-Identifier: MIT
// Reads a file, and refuses what has no end or is none.
#define _GNU_SOURCE
#include "input_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST_READ = 1 << 16 };

static bool is_stdin(const char *name) {
    return strcmp(name, "-") == 0;
}

/* Names of descriptors: what a shell opened, such as the pipe of <(COMMAND). */
static bool is_descriptor(const char *name) {
    return strcmp(name, "/dev/stdin") == 0 || strncmp(name, "/dev/fd/", 8) == 0 ||
           strncmp(name, "/proc/self/fd/", 14) == 0;
}

static const char *cannot_read(char *text, size_t capacity) {
    snprintf(text, capacity, "cannot read: %s", strerror(errno));
    return text;
}

/* --- kinds of files --- */

/* NULL: a file that can be read to its end. Looked at before it is opened: to open a pipe waits for
 * its other end. */
static const char *refuse(const char *name, char *text, size_t capacity) {
    struct stat status;
    if (is_stdin(name) || is_descriptor(name))
        return NULL;
    if (stat(name, &status) != 0)
        return cannot_read(text, capacity);
    if (S_ISREG(status.st_mode))
        return NULL;
    if (S_ISDIR(status.st_mode))
        errno = EISDIR;
    if (S_ISDIR(status.st_mode))
        return cannot_read(text, capacity);
    return S_ISFIFO(status.st_mode)   ? "a pipe, not a file; pass it as standard input, named `-'"
           : S_ISSOCK(status.st_mode) ? "a socket, not a file; name a file"
                                      : "a device, not a file; name a file";
}

/* --- content --- */

/* Reads a file, but no more than one byte above `most`, into a growing buffer. False: errno is set.
 */
static bool read_all(int file, uint64_t most, char **buffer, size_t *size) {
    size_t capacity = 0;
    while (*size <= most) {
        if (*size == capacity) {
            capacity = capacity ? 2 * capacity : FIRST_READ;
            char *grown = realloc(*buffer, capacity);
            if (grown == NULL)
                return false;
            *buffer = grown;
        }
        ssize_t got = read(file, *buffer + *size, capacity - *size);
        if (got == 0)
            return true;
        if (got < 0 && errno != EINTR)
            return false;
        *size += got > 0 ? (size_t)got : 0;
    }
    return true;
}

/* The growing buffer may be larger than the content, which would hide reads past its end. */
static bool copy_exactly(struct input *input, const char *buffer) {
    input->bytes = malloc(input->size);
    if (input->bytes == NULL && input->size > 0)
        return false;
    if (input->size > 0)
        memcpy(input->bytes, buffer, input->size);
    return true;
}

/* `16 MiB', `1000 bytes'. */
static const char *too_large(uint64_t most, char *text, size_t capacity) {
    static const char *const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    unsigned unit = 0;
    while (most != 0 && most % 1024 == 0 && unit < 4) {
        most /= 1024;
        unit++;
    }
    snprintf(text, capacity, "larger than %llu %s; raise the limit with --max-input SIZE",
             (unsigned long long)most, units[unit]);
    return text;
}

static const char *read_content(struct input *input, int file, uint64_t most, char *text,
                                size_t capacity) {
    char *buffer = NULL;
    const char *why = NULL;
    if (!read_all(file, most, &buffer, &input->size))
        why = cannot_read(text, capacity);
    else if (input->size > most)
        why = too_large(most, text, capacity);
    else if (!copy_exactly(input, buffer))
        why = "out of memory";
    free(buffer);
    return why;
}

const char *input_read(struct input *input, uint64_t most, char *text, size_t capacity) {
    const char *why = refuse(input->name, text, capacity);
    if (why != NULL)
        return why;
    if (is_stdin(input->name))
        return read_content(input, STDIN_FILENO, most, text, capacity);
    const int file = open(input->name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (file < 0)
        return cannot_read(text, capacity);
    why = read_content(input, file, most, text, capacity);
    close(file);
    return why;
}
