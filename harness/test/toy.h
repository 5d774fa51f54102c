// SPDX-License-Identifier: MIT
// A toy allocator for tests: functions of the C library, and functions that misbehave in one way.
// A test combines them with TOY, and writes only what it needs beyond them.
#ifndef ALLOCHECK_TEST_TOY_H
#define ALLOCHECK_TEST_TOY_H

#include "allocheck/allocator.h"
#include "allocheck/profile.h"

/* An initialiser of a struct ac_allocator without instances; more members may follow. */
#define TOY(label, its_profile, its_malloc, its_free, ...)                                         \
    {                                                                                              \
        .struct_size = sizeof(struct ac_allocator), .name = (label), .profile = (its_profile),     \
        .malloc = (its_malloc), .free = (its_free), __VA_ARGS__                                    \
    }

/* Guarantees nothing about requests of 0 bytes, nor about memory held. */
extern const struct ac_profile toy_profile;

/* The C library's. */
void *toy_malloc(void *heap, size_t size);
void *toy_calloc(void *heap, size_t count, size_t size);
void *toy_realloc(void *heap, void *block, size_t size);
void toy_free(void *heap, void *block);

/* Sizes that make toy_fails misbehave. */
enum {
    TOY_ABORTS = 501,
    TOY_CRASHES, /* with SIGSEGV */
    TOY_EXITS,   /* with status 0 */
    TOY_SPINS,
    TOY_SLEEPS,
    TOY_ACCUSES,         /* prints "double free" and aborts */
    TOY_REPORTS,         /* ends as UndefinedBehaviorSanitizer does */
    TOY_PRINTS,          /* prints its process number, and allocates */
    TOY_WRITES_NULL,     /* in write_through_null() */
    TOY_OVERFLOWS_STACK, /* in recurse() */
    TOY_RETURNS_WILD,    /* an address where there is no memory */
    TOY_JUMPS_NOWHERE,   /* to such an address, */
    TOY_JUMPS_TO_STACK,  /* or to the stack */
};

void toy_misbehave(size_t size);                               /* as one of them says */
void *toy_fails(void *heap, size_t size);                      /* a malloc */
void *toy_dirty_calloc(void *heap, size_t count, size_t size); /* the first byte is not 0 */
void *toy_maps(void *heap, size_t size);                       /* a malloc: new touched pages */
void toy_leaks(void *heap, void *block);                       /* a free that does nothing */

#endif
