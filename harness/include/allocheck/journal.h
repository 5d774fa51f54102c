// SPDX-License-Identifier: MIT
// What happened in a run, call by call, and what its finding saw: kept for people who look at it.
#ifndef ALLOCHECK_JOURNAL_H
#define ALLOCHECK_JOURNAL_H

#include "op.h"
#include "oracle.h"
#include "profile.h"
#include "source.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    AC_JOURNAL_EVENTS = 2 * AC_MAX_CALLS, /* calls of the program, and the frees of its teardown */
    AC_JOURNAL_PAGES = 1 << 17,           /* calls of the page source */
    AC_SNAPSHOT_BYTES = 256,
};

#define AC_NO_BLOCK   UINT32_MAX
#define AC_NO_ADDRESS UINT64_C(0)

/* What a call came to. */
enum ac_event_what {
    AC_EVENT_OTHER,     /* no block of the program came or went: usable size, check, trim, a misuse,
                           free(NULL), what the oracle reuse tries */
    AC_EVENT_ALLOCATED, /* a block was given */
    AC_EVENT_RESIZED,   /* a live block was given another size, in place or elsewhere */
    AC_EVENT_FREED,     /* a live block ended */
    AC_EVENT_REFUSED,   /* NULL was given, or an error */
    AC_EVENT_WHATS
};

/* Which function was called: below AC_FN_COUNT an enum ac_function, then these. */
enum ac_event_function {
    AC_EVENT_FREE = AC_FN_COUNT,
    AC_EVENT_FREE_SIZED,
    AC_EVENT_FREE_ALIGNED_SIZED,
    AC_EVENT_USABLE_SIZE,
    AC_EVENT_CHECK,  /* the allocator's own walk */
    AC_EVENT_TRIM,   /* gives back what it can */
    AC_EVENT_ENTER,  /* these four: frames of the allocator's own */
    AC_EVENT_LEAVE,  /* also, each an event of its own, of the blocks that end with the frame */
    AC_EVENT_ALLOCA, /* gives a block that ends with its frame */
    AC_EVENT_VLA,    /* likewise, zeroed */
    AC_EVENT_THREAD_EXIT, /* a thread leaves the instance, or ends, its destructors included */
    AC_EVENT_FORK,        /* and the handlers around it, in the parent */
    AC_EVENT_FUNCTIONS
};

/* One call of the allocator. Plain data. */
struct ac_event {
    uint32_t
        op; /* index; the program's count: what was allocated is freed, or a replay oracle asks */
    uint32_t round;   /* of its repeats, from 0 */
    uint32_t pass;    /* how often the program had run before on this heap (replay oracles) */
    uint8_t what;     /* enum ac_event_what */
    uint8_t function; /* enum ac_event_function */
    uint8_t thread;
    int32_t slot;       /* of the block, or AC_NO_SLOT */
    uint32_t block;     /* id of the block that is live, resized, freed or asked about; AC_NO_BLOCK:
                           there is none, or what was given was not taken: a finding says why */
    uint32_t old_block; /* the block that realloc was given, also where it refuses; AC_NO_BLOCK */
    int32_t error;      /* of REFUSED: errno (posix_memalign: its result); 0: left as it was */
    uint64_t address; /* of the block; AC_NO_ADDRESS: none. Of a misuse: what the call was given */
    uint64_t old_address; /* of old_block before the call */
    uint64_t old_size;    /* bytes asked for in it */
    uint64_t count, each; /* elements and their size, as passed; count is 1 where there is none */
    uint64_t size;        /* bytes asked for: count * each, modulo 2^64 */
    uint64_t alignment;   /* asked for; 0: none */
    uint64_t usable;      /* as answered by AC_EVENT_USABLE_SIZE; else UINT64_MAX */
    uint64_t live;        /* bytes of the heap that are live after the call */
    uint64_t held; /* bytes that the page source gave, after the call; UINT64_MAX: no source */
    uint32_t first_page, pages; /* the page source's calls meanwhile: where in `page', how many */
};

/* A block, or the memory that the last call gave and that never became one (id AC_NO_BLOCK). */
struct ac_snapshot_block {
    bool there; /* the rest is valid */
    bool ended; /* it was allocated once, and is no more */
    uint32_t id;
    int32_t slot;           /* or AC_NO_SLOT */
    uint32_t op, round;     /* of the call that live it, or resized it last */
    uint32_t ended_op;      /* where it ended: that freed it */
    uint8_t thread;         /* that made the call which live it, or resized it last */
    uint8_t ended_thread;   /* where it ended: that freed it */
    uint64_t address, size; /* bytes asked for */
    uint64_t reach;         /* bytes that are its own: size, or its usable size once asked for */
};

/* Whose the wrong bytes are. */
enum ac_bytes_of {
    AC_BYTES_UNKNOWN,
    AC_BYTES_ZERO,     /* all of them */
    AC_BYTES_SAME,     /* two or more, all the same, not 0 */
    AC_BYTES_OF_BLOCK, /* what `owner' was filled with, from `owner_offset' on */
    AC_BYTES_POINTER,  /* an address near the blocks: into `owner', or beside it */
};

/* What a finding saw. */
struct ac_snapshot {
    bool taken;                     /* the rest is valid */
    struct ac_snapshot_block block; /* the block concerned, or the memory just given */
    struct ac_snapshot_block other; /* the other owner of an overlap */
    struct ac_snapshot_block below; /* the nearest live blocks at lower and at higher addresses */
    struct ac_snapshot_block above;
    uint64_t touched; /* address that a sanitizer's report is about; AC_NO_ADDRESS: none is known */

    /* Bytes round the first wrong one. */
    uint64_t window; /* offset of the first of them in the block */
    uint32_t bytes;  /* how many; 0: the finding is not about content */
    uint8_t actual[AC_SNAPSHOT_BYTES];
    uint8_t expected[AC_SNAPSHOT_BYTES]; /* what nobody wrote, or need not be so, is as it is */
    uint8_t of;                          /* enum ac_bytes_of: the wrong ones */
    struct ac_snapshot_block owner;      /* AC_BYTES_OF_BLOCK, AC_BYTES_POINTER */
    uint64_t owner_offset; /* in owner, of the first wrong byte, or of where the pointer points: in
                              two's complement, it may lie before the block */
    uint64_t pointer;      /* AC_BYTES_POINTER */
};

/* A byte to be looked at after every call, to see which one changes it. */
struct ac_watch {
    bool on;         /* the rest is valid */
    uint32_t block;  /* id of the live block that it belongs to */
    uint64_t offset; /* in that block */
};

/* The journal of a run. Shared memory: written by the process that runs the program, read by
 * another once that one has answered or ended, wherever it ended. Too large for a stack; memory
 * from the operating system is touched only as far as it is used. */
struct ac_journal {
    volatile uint32_t count;
    volatile uint32_t running; /* 1: at[count] is a call that has not returned; what it came to
                                  is not known, nor are live, held and pages */
    volatile uint32_t dropped; /* events that did not fit */
    volatile uint32_t page_count;
    volatile uint32_t pages_dropped;
    uint32_t passes;  /* times that the program was begun */
    uint32_t changed; /* 1 + index of the first event after which the watched byte was not what its
                         owner wrote; 0: none */
    uint64_t base;    /* address that the offsets of page entries count from; 0: no page source */
    struct ac_snapshot snapshot;
    struct ac_event at[AC_JOURNAL_EVENTS + 1];
    struct ac_source_entry page[AC_JOURNAL_PAGES];
};

/* Empties a journal. */
void ac_journal_reset(struct ac_journal *journal);

/* The call that was running when the process ended; NULL: none was. */
const struct ac_event *ac_journal_running(const struct ac_journal *journal);

/* The name of a function as programs call it, and of what a call came to (`live', `refused' ...).
 * Never NULL. */
const char *ac_event_function_name(unsigned function);
const char *ac_event_what_name(unsigned what);

/* The last event that live or resized a block of an id, NULL: there is none in the last pass. */
const struct ac_event *ac_journal_block(const struct ac_journal *journal, uint32_t id);

#ifdef __cplusplus
}
#endif
#endif
