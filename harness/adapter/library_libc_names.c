// SPDX-License-Identifier: MIT
// An allocator made of a library's functions with libc's names.
#include "library_private.h"

#include <string.h>

/* Functions of libc take no context, so there can be one library per process. */
static struct {
    void *(*malloc)(size_t);
    void *(*calloc)(size_t, size_t);
    void *(*realloc)(void *, size_t);
    void *(*reallocarray)(void *, size_t, size_t);
    void (*free)(void *);
    void (*free_sized)(void *, size_t);
    void (*free_aligned_sized)(void *, size_t, size_t);
    void *(*aligned_alloc)(size_t, size_t);
    int (*posix_memalign)(void **, size_t, size_t);
    void *(*memalign)(size_t, size_t);
    size_t (*usable_size)(void *);
    int (*trim)(size_t);
} found;

static void *names_malloc(void *heap, size_t size) {
    (void)heap;
    return found.malloc(size);
}

static void *names_calloc(void *heap, size_t count, size_t size) {
    (void)heap;
    return found.calloc(count, size);
}

static void *names_realloc(void *heap, void *block, size_t size) {
    (void)heap;
    return found.realloc(block, size);
}

static void *names_reallocarray(void *heap, void *block, size_t count, size_t size) {
    (void)heap;
    return found.reallocarray(block, count, size);
}

static void names_free(void *heap, void *block) {
    (void)heap;
    found.free(block);
}

static void names_free_sized(void *heap, void *block, size_t size) {
    (void)heap;
    found.free_sized(block, size);
}

static void names_free_aligned_sized(void *heap, void *block, size_t alignment, size_t size) {
    (void)heap;
    found.free_aligned_sized(block, alignment, size);
}

static void *names_aligned_alloc(void *heap, size_t alignment, size_t size) {
    (void)heap;
    return found.aligned_alloc(alignment, size);
}

static int names_posix_memalign(void *heap, void **out, size_t alignment, size_t size) {
    (void)heap;
    return found.posix_memalign(out, alignment, size);
}

static void *names_memalign(void *heap, size_t alignment, size_t size) {
    (void)heap;
    return found.memalign(alignment, size);
}

static size_t names_usable_size(void *heap, void *block) {
    (void)heap;
    return found.usable_size(block);
}

static void names_trim(void *heap) {
    (void)heap;
    found.trim(0);
}

static const struct ac_allocator all_functions = {
    .struct_size = sizeof all_functions,
    .profile = &ac_standard_profile,
    .malloc = names_malloc,
    .calloc = names_calloc,
    .realloc = names_realloc,
    .reallocarray = names_reallocarray,
    .free = names_free,
    .free_sized = names_free_sized,
    .free_aligned_sized = names_free_aligned_sized,
    .aligned_alloc = names_aligned_alloc,
    .posix_memalign = names_posix_memalign,
    .memalign = names_memalign,
    .usable_size = names_usable_size,
    .trim = names_trim,
};

static const struct {
    const char *name;
    void *found;      /* the member of `found` */
    size_t in_struct; /* offset in struct ac_allocator */
} names[] = {
    {"malloc", &found.malloc, offsetof(struct ac_allocator, malloc)},
    {"free", &found.free, offsetof(struct ac_allocator, free)},
    {"calloc", &found.calloc, offsetof(struct ac_allocator, calloc)},
    {"realloc", &found.realloc, offsetof(struct ac_allocator, realloc)},
    {"reallocarray", &found.reallocarray, offsetof(struct ac_allocator, reallocarray)},
    {"free_sized", &found.free_sized, offsetof(struct ac_allocator, free_sized)},
    {"free_aligned_sized", &found.free_aligned_sized,
     offsetof(struct ac_allocator, free_aligned_sized)},
    {"aligned_alloc", &found.aligned_alloc, offsetof(struct ac_allocator, aligned_alloc)},
    {"posix_memalign", &found.posix_memalign, offsetof(struct ac_allocator, posix_memalign)},
    {"memalign", &found.memalign, offsetof(struct ac_allocator, memalign)},
    {"malloc_usable_size", &found.usable_size, offsetof(struct ac_allocator, usable_size)},
    {"malloc_trim", &found.trim, offsetof(struct ac_allocator, trim)},
};

bool ac_library_has_libc_names(const struct ac_allocator *description) {
    return description->malloc == names_malloc;
}

enum { NAMES = sizeof names / sizeof *names, REQUIRED = 2 /* the first ones */ };

const struct ac_allocator *ac_library_libc_names(const struct ac_object *object, const char *name,
                                                 const char **missing) {
    static struct ac_allocator allocator;
    allocator = (struct ac_allocator){
        .struct_size = sizeof allocator, .name = name, .profile = all_functions.profile};
    for (size_t i = 0; i < NAMES; i++) {
        void *address = ac_library_symbol(object, names[i].name);
        if (address != NULL) {
            memcpy(names[i].found, &address, sizeof address);
            memcpy((char *)&allocator + names[i].in_struct,
                   (const char *)&all_functions + names[i].in_struct, sizeof address);
        } else if (i < REQUIRED) {
            *missing = names[i].name;
            return NULL;
        }
    }
    return &allocator;
}
