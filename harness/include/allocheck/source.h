// SPDX-License-Identifier: MIT
// The page source of the harness: gives an allocator its pages, with quirks, refusals and a log.
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

/* One line of the log. Addresses are offsets from the start of the source's reserved range, so that
 * a log reads the same in every run. */
struct ac_source_entry {
    uint8_t call;      /* enum ac_source_call */
    bool refused;      /* by plan, by a quirk, or for want of room */
    bool wrong;        /* the range was not one that the source had given */
    uint64_t start;    /* range named, as an offset; UINT64_MAX: outside, or none */
    uint64_t size;     /* bytes; the new size of resize and remap, the increment of sbrk */
    uint64_t old_size; /* resize and remap */
    uint64_t result;   /* offset given; UINT64_MAX: none */
};

struct ac_source;

/* A source with address space of its own, to be used for one program after another. NULL: out of
 * memory. Not for several threads. */
struct ac_source *ac_source_new(void);
void ac_source_delete(struct ac_source *source);

/* The kind that an allocator is given where nobody chooses: mappings, if it takes them. Only for an
 * allocator that takes a source. */
static inline enum ac_source_kind ac_source_kind_for(const struct ac_allocator *allocator) {
    const unsigned sources = allocator->sources;
    const unsigned first = sources & (~sources + 1);
    return sources & AC_SOURCE_MMAP ? AC_SOURCE_MMAP : (enum ac_source_kind)first;
}

/* Makes the source fresh as a program's head says: nothing held (but a buffer, which is held whole
 * from the start), log empty, no refusal planned. Ranges are recycled from the program before,
 * guards included; what is given back faults at once when it is a part of a range, in one program
 * of 32 also when it is all of it. `pages` stays valid until the next open. False: the head's kind
 * or limit cannot be served (1 TiB where the system gives that much address space). */
bool ac_source_open(struct ac_source *source, const struct ac_head *head, enum ac_source_kind kind,
                    struct ac_page_source *pages);

/* Refuses the nth request for pages (map, growing resize, remap or sbrk) from now, 1 the next; 0
 * clears the plan. `onwards`: that one and all after it. */
void ac_source_refuse(struct ac_source *source, uint64_t nth, bool onwards);

/* The same, besides that plan, which neither sees nor changes it. */
void ac_source_sweep(struct ac_source *source, uint64_t nth, bool onwards);

/* Foreign code moves the break up by `bytes`. False: there is no break, or no room. */
bool ac_source_foreign_brk(struct ac_source *source, size_t bytes);

/* True when [start, start + size) is held: given and not taken back, nothing of it foreign code's.
 */
bool ac_source_holds(const struct ac_source *source, const void *start, size_t size);

uint64_t ac_source_held(const struct ac_source *source);      /* bytes held now */
uint64_t ac_source_held_peak(const struct ac_source *source); /* at most since open */
uint64_t ac_source_requests(const struct ac_source *source);  /* for pages, since open */
uint64_t
ac_source_refused(const struct ac_source *source); /* of them, refused for whatever reason */
/* Mappings, and buffers, that the quirk `top` asks for and that do not lie there: the system gives
 * this process no addresses above its stack, or there was no room left. */
uint64_t ac_source_missed_top(const struct ac_source *source);
bool ac_source_will_refuse(
    const struct ac_source *source); /* a plan or quirk may refuse the next */

/* What the source does from now on is noted in a journal too (journal.h); NULL: in none. */
struct ac_journal;
void ac_source_journal(struct ac_source *source, struct ac_journal *journal);

/* Where the range starts that the offsets of the log, and of a journal, count from. A journal's are
 * real ones also at the top of the address space; in the log that zone follows the others, so that
 * it reads the same in every process. */
const void *ac_source_base(const struct ac_source *source);

/* The first wrong call since open (wrong or double unmap, resize of what is not held, a break below
 * its start), or NULL. */
const struct ac_source_entry *ac_source_wrong(const struct ac_source *source);

/* The log since open; only the last 4,096 entries are kept, `total` counts all. */
size_t ac_source_log(const struct ac_source *source, struct ac_source_entry *entries,
                     size_t capacity, uint64_t *total);

#ifdef __cplusplus
}
#endif
#endif
