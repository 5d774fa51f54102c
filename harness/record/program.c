// SPDX-License-Identifier: MIT
#include "record.h"

#include "threads.h"

#include "export/slot_map.h"

#include <stdlib.h>

enum { THREADS_OF_LOG = UINT16_MAX + 1 };

struct converter {
    size_t calls; /* limit of the program */
    struct ac_program *program;
    struct record_summary *summary;
    struct slot_map blocks;
    struct record_threads threads;
    uint64_t *sizes;   /* requested bytes, by slot */
    uint32_t *leaving; /* the slot of the block that a thread is resizing, by thread */
    uint64_t live;     /* requested bytes that are live */
    bool out_of_memory;
};

static const struct {
    enum ac_op_kind op;
    bool two; /* operands */
} forms[RECORD_KINDS] = {
    [RECORD_MALLOC] = {AC_OP_MALLOC, false},
    [RECORD_CALLOC] = {AC_OP_CALLOC, true},
    [RECORD_REALLOC] = {AC_OP_REALLOC, false},
    [RECORD_REALLOCARRAY] = {AC_OP_REALLOCARRAY, true},
    [RECORD_FREE] = {AC_OP_FREE, false},
    [RECORD_ALIGNED_ALLOC] = {AC_OP_ALIGNED_ALLOC, true},
    [RECORD_POSIX_MEMALIGN] = {AC_OP_POSIX_MEMALIGN, true},
    [RECORD_MEMALIGN] = {AC_OP_MEMALIGN, true},
};

static bool resizes(const struct record_entry *entry) {
    return entry->kind == RECORD_REALLOC || entry->kind == RECORD_REALLOCARRAY;
}

static uint64_t bytes_asked(const struct record_entry *entry) {
    switch (entry->kind) {
    case RECORD_MALLOC:
    case RECORD_REALLOC:
        return entry->a;
    case RECORD_CALLOC:
    case RECORD_REALLOCARRAY:
        return entry->a * entry->b; /* cannot wrap: the call succeeded */
    default:
        return entry->b;
    }
}

static uint8_t thread_of(struct converter *converter, const struct record_entry *entry) {
    return record_threads_number(&converter->threads, entry->thread);
}

static void append(struct converter *converter, const struct ac_op *op) {
    converter->out_of_memory |= !ac_program_append(converter->program, op);
}

static void append_free(struct converter *converter, const struct record_entry *entry,
                        uint32_t slot) {
    struct ac_op op = {
        .kind = AC_OP_FREE, .repeat = 1, .slot = slot, .thread = thread_of(converter, entry)};
    append(converter, &op);
}

static void append_allocation(struct converter *converter, const struct record_entry *entry,
                              uint32_t slot) {
    bool two = forms[entry->kind].two;
    struct ac_op op = {.kind = (uint8_t)forms[entry->kind].op,
                       .repeat = 1,
                       .thread = thread_of(converter, entry),
                       .slot = slot,
                       .from = resizes(entry) ? slot : 0};
    *(two ? &op.a : &op.b) = ac_absolute(entry->a);
    if (two)
        op.b = ac_absolute(entry->b);
    append(converter, &op);
}

static void end_block(struct converter *converter, uint32_t slot) {
    converter->live -= converter->sizes[slot];
    slot_map_release(&converter->blocks, slot);
}

static void begin_block(struct converter *converter, const struct record_entry *entry,
                        uint32_t slot) {
    uint64_t size = bytes_asked(entry);
    slot_map_take(&converter->blocks, slot);
    slot_map_put(&converter->blocks, entry->result, slot);
    converter->sizes[slot] = size;
    converter->live += size;
    if (converter->live > converter->summary->live_peak)
        converter->summary->live_peak = converter->live;
}

/* A call that failed may succeed on another allocator, so its slot is freed at once. */
static void convert_allocation(struct converter *converter, const struct record_entry *entry) {
    uint32_t slot = slot_map_lowest_free(&converter->blocks);
    append_allocation(converter, entry, slot);
    if (entry->result == 0) {
        append_free(converter, entry, slot);
    } else {
        begin_block(converter, entry, slot);
        converter->summary->blocks++;
    }
}

/* NULL means freed if the size is 0, and unchanged if not. */
static void convert_resize(struct converter *converter, const struct record_entry *entry) {
    uint32_t slot = converter->leaving[entry->thread];
    append_allocation(converter, entry, slot);
    if (entry->result != 0) {
        end_block(converter, slot);
        begin_block(converter, entry, slot);
    } else if (entry->a == 0 || (forms[entry->kind].two && entry->b == 0)) {
        append_free(converter, entry, slot);
        end_block(converter, slot);
    } else {
        slot_map_put(&converter->blocks, entry->block, slot);
    }
}

static void convert_free(struct converter *converter, const struct record_entry *entry,
                         uint32_t slot) {
    append_free(converter, entry, slot);
    if (entry->block != 0)
        end_block(converter, slot);
}

static void convert(struct converter *converter, const struct record_entry *entry) {
    if (entry->kind == RECORD_EXIT) {
        return;
    } else if (entry->kind == RECORD_LEAVES) {
        converter->leaving[entry->thread] = slot_map_remove(&converter->blocks, entry->block);
    } else if (entry->block == 0 && entry->kind == RECORD_FREE) {
        convert_free(converter, entry, slot_map_lowest_free(&converter->blocks));
    } else if (entry->block == 0) {
        convert_allocation(converter, entry);
    } else {
        bool frees = entry->kind == RECORD_FREE;
        uint32_t slot = frees ? slot_map_remove(&converter->blocks, entry->block)
                              : converter->leaving[entry->thread];
        if (slot == SLOT_MAP_NONE)
            converter->summary->unseen++;
        else if (frees)
            convert_free(converter, entry, slot);
        else
            convert_resize(converter, entry);
    }
}

/* The number of ops of an entry, at most. A failed call has two. */
static size_t ops_of(const struct record_entry *entry) {
    bool calls = entry->kind != RECORD_LEAVES && entry->kind != RECORD_EXIT;
    bool allocates = entry->kind != RECORD_FREE;
    return !calls ? 0 : allocates && entry->result == 0 ? 2 : 1;
}

/* Appends `exit` once no thread uses the number any more. */
static void end_thread(struct converter *converter, const struct record_entry *entry,
                       size_t index) {
    uint8_t number;
    if (record_threads_end(&converter->threads, entry->thread, index, &number)) {
        const struct ac_op op = {.kind = AC_OP_EXIT, .repeat = 1, .slot = number};
        append(converter, &op);
        converter->summary->exits++;
    }
}

static size_t entries_of(const struct record_log *log) {
    return log->next < RECORD_LOG_ENTRIES ? (size_t)log->next : RECORD_LOG_ENTRIES;
}

static void convert_all(struct converter *converter, const struct record_log *log) {
    struct record_summary *summary = converter->summary;
    const size_t there = entries_of(log);
    bool truncated = there < log->next;
    for (size_t i = 0; i < there && !converter->out_of_memory; i++) {
        const struct record_entry *entry = &log->entries[i];
        if (converter->program->count - summary->exits + ops_of(entry) > converter->calls) {
            truncated = true;
            break;
        }
        if (entry->image == log->image) {
            convert(converter, entry);
            end_thread(converter, entry, i);
        }
    }
    summary->truncated = truncated;
    summary->calls = converter->program->count - summary->exits;
    summary->threads = log->threads;
    summary->shared = converter->threads.shared;
}

/* Leaves the allocator at least four times the live peak. */
static uint64_t limit_for(uint64_t live_peak, uint64_t least) {
    uint64_t limit = least;
    while (limit / 4 < live_peak)
        limit *= 2;
    return limit;
}

bool record_program(const struct record_log *log, const struct record *record,
                    struct ac_program *program, struct record_summary *summary) {
    struct converter converter = {.calls = record->calls, .program = program, .summary = summary};
    size_t slots = record->calls + 1;
    *summary = (struct record_summary){.calls = 0};
    ac_program_clear(program);
    converter.sizes = calloc(slots, sizeof *converter.sizes);
    converter.leaving = calloc(THREADS_OF_LOG, sizeof *converter.leaving);
    bool ready = record_threads_init(&converter.threads, log, entries_of(log), record->threads) &&
                 slot_map_init(&converter.blocks, slots) && converter.sizes && converter.leaving;
    if (ready) {
        convert_all(&converter, log);
        program->head.limit = limit_for(summary->live_peak, program->head.limit);
        program->head.threads = (uint8_t)converter.threads.used;
    }
    record_threads_destroy(&converter.threads);
    slot_map_destroy(&converter.blocks);
    free(converter.sizes);
    free(converter.leaving);
    return ready && !converter.out_of_memory;
}
