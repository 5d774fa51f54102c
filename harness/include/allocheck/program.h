// SPDX-License-Identifier: MIT
// A program: a list of ops, and a head that configures the run.
#ifndef ALLOCHECK_PROGRAM_H
#define ALLOCHECK_PROGRAM_H

#include "allocator.h"
#include "op.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Quirks of the page source: legal but awkward behaviour. Bits. */
enum ac_quirk {
    AC_QUIRK_UNALIGNED = 1u << 0,   /* the break, or the buffer, starts at an odd address */
    AC_QUIRK_GAPS = 1u << 1,        /* ranges are never adjacent */
    AC_QUIRK_LOWER = 1u << 2,       /* each new range lies below the previous one */
    AC_QUIRK_DIRTY = 1u << 3,       /* new pages hold garbage instead of zeros */
    AC_QUIRK_FOREIGN_BRK = 1u << 4, /* foreign code moves the break now and then */
    AC_QUIRK_NO_RESIZE = 1u << 5,   /* resize and remap are always refused */
    AC_QUIRK_NO_UNMAP = 1u << 6,    /* unmap is sometimes refused */
    AC_QUIRK_TOP = 1u << 7,         /* ranges grow down from the top of the address space */
    AC_QUIRKS = 8                   /* the number of quirks */
};

/* Their names, by the number of the bit: `unaligned', `gaps' ... */
extern const char *const ac_quirk_names[AC_QUIRKS];

/* The size mix: how the generator draws sizes, and what fallback operands of the byte form mean. */
enum ac_size_mix {
    AC_SIZES_MIXED, /* all of the below, mostly small */
    AC_SIZES_SMALL, /* 0..64, and multiples of 16 +- 1 */
    AC_SIZES_CLASS, /* size-class boundaries: multiples of 16 and powers of two, +- 1 */
    AC_SIZES_PAGE,  /* page and mapping-threshold multiples, minus 0..64 */
    AC_SIZES_LARGE, /* up to what is left of the limit */
    AC_SIZES_HUGE,  /* impossible sizes, products that wrap */
    AC_SIZE_MIXES
};

enum ac_frame_kind {
    AC_FRAMES_STACK, /* real function calls, real alloca, real variable-length arrays */
    AC_FRAMES_OWN,   /* the allocator's own frames, if offered */
    AC_FRAME_KINDS
};

/* A program's memory limit, in bytes. The default covers every size of interest, and content stays
 * cheap to write and check. */
#define AC_DEFAULT_LIMIT (UINT64_C(4) << 20)
#define AC_LIMIT_MIN     (UINT64_C(4) << 10)
#define AC_LIMIT_MAX     (UINT64_C(1) << 40)

/* The head: a program's swarm configuration (`with` in the text form). */
struct ac_head {
    uint8_t source;  /* enum ac_source_kind */
    uint8_t quirks;  /* enum ac_quirk, bits */
    uint8_t sizes;   /* enum ac_size_mix */
    uint8_t frames;  /* enum ac_frame_kind */
    uint8_t threads; /* 1 .. AC_MAX_THREADS */
    uint16_t groups; /* bits by enum ac_group; BASIC is always on */
    uint64_t limit;  /* bytes live or held at most, AC_LIMIT_MIN .. AC_LIMIT_MAX */
    uint32_t seed;   /* random seed of the page source and of the allocator */
};

struct ac_program {
    struct ac_head head;
    struct ac_op *ops; /* owned */
    size_t count;
    size_t capacity;
};

/* The head of a program without `with`: source=mmap, no quirks, sizes=mixed, frames=stack, one
 * thread, all groups but THREADS, limit=4M, seed=0. */
struct ac_head ac_default_head(void);
bool ac_head_equal(const struct ac_head *left, const struct ac_head *right);

/* True if an op runs on a thread other than the main one. */
bool ac_program_has_threads(const struct ac_program *program);

/* Makes an empty program with the default head. Its memory comes from the operating system, never
 * from malloc. Copy it with ac_program_copy, not by assignment. */
void ac_program_init(struct ac_program *program);
void ac_program_destroy(struct ac_program *program);

/* Removes all ops, keeps their memory and resets the head. */
void ac_program_clear(struct ac_program *program);

/* Append or insert one op (position at most count). False: out of memory, nothing changed. */
bool ac_program_append(struct ac_program *program, const struct ac_op *op);
bool ac_program_insert(struct ac_program *program, size_t position, const struct ac_op *op);

/* Removes `count` ops from `position` on. Both are clipped to the program. */
void ac_program_remove(struct ac_program *program, size_t position, size_t count);

/* Copies `from` to the initialised program `to`. False: out of memory, `to` is empty. */
bool ac_program_copy(struct ac_program *to, const struct ac_program *from);
bool ac_program_equal(const struct ac_program *left, const struct ac_program *right);

enum { AC_SLOTS_OF_OP = 2 };

/* Lists the slots of an op's first round without duplicates: op->slot, then op->from. Returns their
 * number. */
uint32_t ac_op_slots(const struct ac_op *op, uint32_t slots[AC_SLOTS_OF_OP]);

/* True if page requests may be refused: by an op, or by the quirk no_resize. */
bool ac_program_may_refuse_pages(const struct ac_program *program);

#ifdef __cplusplus
}
#endif
#endif
