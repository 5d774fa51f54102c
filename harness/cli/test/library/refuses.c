// SPDX-License-Identifier: MIT
// A library that refuses every request, as if its heap had never been set up.
#include <errno.h>
#include <stddef.h>

void *malloc(size_t size);
void *calloc(size_t count, size_t size);
void *realloc(void *block, size_t size);
void free(void *block);

static void *refuse(void) {
    errno = ENOMEM;
    return NULL;
}

void *malloc(size_t size) {
    (void)size;
    return refuse();
}

void *calloc(size_t count, size_t size) {
    (void)count, (void)size;
    return refuse();
}

void *realloc(void *block, size_t size) {
    (void)block, (void)size;
    return refuse();
}

void free(void *block) {
    (void)block;
}
