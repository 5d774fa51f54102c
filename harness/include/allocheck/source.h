// SPDX-License-Identifier: MIT
// The page source of the harness: gives an allocator its pages, and adds quirks, refusals and a
// log.
#ifndef ALLOCHECK_SOURCE_H
#define ALLOCHECK_SOURCE_H

#include "allocator.h"
#include "program.h"

#ifdef __cplusplus
extern "C" {
#endif

enum ac_source_call {
    AC_CALL_MAP,
    AC_CALL_UNMAP,
    AC_CALL_RESIZE,
    AC_CALL_REMAP,
    AC_CALL_SBRK,
    AC_SOURCE_CALLS
};

/* One call of the page source. Addresses are offsets from the start of the source's reserved range,
 * so that logs of all runs compare equal. */
struct ac_source_entry {
    uint8_t call;      /* enum ac_source_call */
    bool refused;      /* by plan, by a quirk, or out of memory */
    bool wrong;        /* the allocator did not hold the range */
    uint64_t start;    /* offset of the range; UINT64_MAX: outside, or none */
    uint64_t size;     /* bytes; the new size of resize and remap, the increment of sbrk */
    uint64_t old_size; /* of resize and remap */
    uint64_t result;   /* offset returned; UINT64_MAX: none */
};

struct ac_source;

/* Makes a source with its own address space, for any number of programs in sequence. NULL: out of
 * memory. Not thread-safe. */
struct ac_source *ac_source_new(void);
void ac_source_delete(struct ac_source *source);

/* The default kind of page source for an allocator that takes one: mmap if possible. */
static inline enum ac_source_kind ac_source_kind_for(const struct ac_allocator *allocator) {
    const unsigned sources = allocator->sources;
    const unsigned first = sources & (~sources + 1);
    return sources & AC_SOURCE_MMAP ? AC_SOURCE_MMAP : (enum ac_source_kind)first;
}

/* Resets the source for a program: nothing held (a buffer is held whole), log empty, no refusal
 * planned, quirks and limit from the head. Pages and guards of the previous program are recycled.
 * Unmapped parts of a range fault at once, unmapped whole ranges in one program of 32. `pages` is
 * valid until the next open. False: the kind or the limit cannot be served (1 TiB needs that much
 * address space). */
bool ac_source_open(struct ac_source *source, const struct ac_head *head, enum ac_source_kind kind,
                    struct ac_page_source *pages);

/* Plans to refuse the nth page request from now (map, and resize, remap or sbrk that grow; 1 is the
 * next). 0 cancels the plan. `onwards`: and every later request. */
void ac_source_refuse(struct ac_source *source, uint64_t nth, bool onwards);

/* A second, independent plan of the same form, for sweeps. */
void ac_source_sweep(struct ac_source *source, uint64_t nth, bool onwards);

/* Moves the break up by `bytes` as foreign code would. False: no break, or no space above it. */
bool ac_source_foreign_brk(struct ac_source *source, size_t bytes);

/* True if the allocator holds all of [start, start + size). */
bool ac_source_holds(const struct ac_source *source, const void *start, size_t size);

uint64_t ac_source_held(const struct ac_source *source);      /* bytes */
uint64_t ac_source_held_peak(const struct ac_source *source); /* bytes, since open */
uint64_t ac_source_requests(const struct ac_source *source);  /* page requests since open */
uint64_t ac_source_refused(const struct ac_source *source);   /* of these */
/* Mappings and buffers that the quirk `top` could not place at the top of the address space,
 * because the system offers no addresses above the stack or because they are in use. */
uint64_t ac_source_missed_top(const struct ac_source *source);

/* Also records calls in a journal (journal.h) from now on; NULL: stops that. */
struct ac_journal;
void ac_source_journal(struct ac_source *source, struct ac_journal *journal);

/* The address of offset 0. In a journal, offsets are always relative to it. In the log, the zone at
 * the top of the address space follows the other zones, so that logs of all processes compare
 * equal.
 */
const void *ac_source_base(const struct ac_source *source);

/* The first wrong call since open, or NULL: an unmap or resize of a range that is not held, or a
 * break below its start. */
const struct ac_source_entry *ac_source_wrong(const struct ac_source *source);

/* Copies the log since open, oldest entry first: up to `capacity` of the last 4,096 entries.
 * Returns the number copied; *total is the number of calls. */
size_t ac_source_log(const struct ac_source *source, struct ac_source_entry *entries,
                     size_t capacity, uint64_t *total);

#ifdef __cplusplus
}
#endif
#endif
