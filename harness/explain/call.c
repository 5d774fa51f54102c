// SPDX-License-Identifier: MIT
// Calls with their arguments and answers, the failing one above all.
#define _GNU_SOURCE /* strerrorname_np */
#include "parts.h"

#include <string.h>

/* Contents are checked before a block is passed on, and at the end. */
static bool precedes_call(const struct evidence *evidence) {
    const struct ac_finding *finding = evidence->finding;
    return finding->oracle == AC_ORACLE_INTACT || finding->op >= evidence->program->count;
}

/* The allocator's own check, which follows the call, is skipped. */
const struct ac_event *failing_call(const struct evidence *evidence) {
    const struct ac_journal *journal = evidence->journal;
    const struct ac_finding *finding = evidence->finding;
    const struct ac_event *running = journal != NULL ? ac_journal_running(journal) : NULL;
    if (running != NULL || journal == NULL || precedes_call(evidence))
        return running;
    for (uint32_t i = journal->count; i > 0; i--) {
        const struct ac_event *event = &journal->at[i - 1];
        if (event->op != finding->op || event->round != finding->round)
            return NULL;
        if (event->function != AC_EVENT_CHECK)
            return event;
    }
    return NULL;
}

/* A misuse passes the address of a live or a freed block, or any other. */
static void add_address(struct line *line, const struct ac_journal *journal, uint64_t address) {
    for (uint32_t i = journal->count; i > 0; i--) {
        const struct ac_event *event = &journal->at[i - 1];
        const uint64_t offset = address - event->address;
        if (event->result == AC_EVENT_ALLOCATED && event->block != AC_NO_BLOCK &&
            (offset == 0 || offset < event->size)) {
            if (offset != 0)
                line_add(line, "byte %llu of ", number(offset));
            line_add(line, "block %u", event->block);
            return;
        }
    }
    line_add(line, "an address outside all blocks");
}

static void add_block(struct line *line, const struct ac_journal *journal,
                      const struct ac_event *event) {
    const uint32_t id = event->block;
    if (id != AC_NO_BLOCK && event->slot != AC_NO_SLOT)
        line_add(line, "block %u (p%d)", id, event->slot);
    else if (id != AC_NO_BLOCK)
        line_add(line, "block %u", id);
    else if (event->address == AC_NO_ADDRESS)
        line_add(line, "NULL");
    else
        add_address(line, journal, event->address);
}

/* The old block may be in another slot than the one that takes the result. */
static void add_old(struct line *line, const struct ac_event *event) {
    if (event->old_block != AC_NO_BLOCK) {
        line_add(line, "block %u of %llu bytes", event->old_block, number(event->old_size));
    } else {
        line_add(line, event->address == AC_NO_ADDRESS || event->result == AC_EVENT_ALLOCATED
                           ? "NULL"
                           : "a freed block");
    }
}

static void add_arguments(struct line *line, const struct ac_journal *journal,
                          const struct ac_event *event) {
    switch (event->function) {
    case AC_FN_MALLOC:
    case AC_EVENT_ALLOCA:
        line_add(line, "%llu", number(event->size));
        return;
    case AC_FN_CALLOC:
    case AC_EVENT_VLA:
        line_add(line, "%llu, %llu", number(event->count), number(event->each));
        return;
    case AC_FN_REALLOC:
        add_old(line, event);
        line_add(line, ", %llu", number(event->size));
        return;
    case AC_FN_REALLOCARRAY:
        add_old(line, event);
        line_add(line, ", %llu, %llu", number(event->count), number(event->each));
        return;
    case AC_FN_ALIGNED_ALLOC:
    case AC_FN_POSIX_MEMALIGN:
    case AC_FN_MEMALIGN:
        line_add(line, "%llu, %llu", number(event->alignment), number(event->size));
        return;
    case AC_EVENT_TRIM:
    case AC_EVENT_ENTER:
    case AC_EVENT_LEAVE:
    case AC_EVENT_THREAD_EXIT:
    case AC_EVENT_FORK:
    case AC_EVENT_FUNCTIONS:
        return;
    default:
        add_block(line, journal, event);
    }
}

static void add_answer(struct line *line, const struct ac_event *event) {
    const char *error = event->error != 0 ? strerrorname_np(event->error) : NULL;
    if (event->usable != UINT64_MAX) {
        line_add(line, " = %llu", number(event->usable));
    } else if (event->result == AC_EVENT_REFUSED) {
        line_add(line, event->function == AC_FN_POSIX_MEMALIGN ? " fails" : " = NULL");
        line_add(line, "%s%s", error != NULL ? ", " : "", error != NULL ? error : "");
    } else if (event->result == AC_EVENT_RESIZED && event->address == event->old_address) {
        line_add(line, " = the same address");
    } else if (event->result == AC_EVENT_ALLOCATED || event->result == AC_EVENT_RESIZED) {
        line_add(line, " = %s",
                 event->result == AC_EVENT_ALLOCATED ? "a block" : "a block elsewhere");
    }
}

static const char *end_of(enum ac_oracle oracle) {
    switch (oracle) {
    case AC_ORACLE_LIVENESS:
        return "did not return";
    case AC_ORACLE_NO_FALSE_ALARM:
        return "was reported as misuse";
    default:
        return "ended the process";
    }
}

static void add_call(struct line *line, const struct ac_journal *journal,
                     const struct ac_event *event) {
    line_add(line, "%s(", ac_event_function_name(event->function));
    add_arguments(line, journal, event);
    line_add(line, ")");
}

void describe_call(const struct evidence *evidence, struct line *line) {
    const struct ac_event *event = failing_call(evidence);
    if (event == NULL)
        return;
    add_call(line, evidence->journal, event);
    if (event == ac_journal_running(evidence->journal))
        line_add(line, " %s", end_of(evidence->finding->oracle));
    else
        add_answer(line, event);
}

static void add_op(struct line *line, const struct evidence *evidence,
                   const struct ac_event *event) {
    label_op(line, evidence, event->thread, event->op);
    if (event->round > 0)
        line_add(line, ", round %u", event->round + 1);
}

void describe_changed(const struct evidence *evidence, struct line *line) {
    const struct ac_event *event = evidence->culprit;
    if (event == NULL || evidence->journal == NULL)
        return;
    line_add(line, "by ");
    add_op(line, evidence, event);
    line_add(line, ": ");
    add_call(line, evidence->journal, event);
}

void describe_differs(const struct evidence *evidence, struct line *line) {
    const struct ac_event *first = evidence->first, *second = evidence->second;
    if (first == NULL || second == NULL || evidence->journal == NULL)
        return;
    add_op(line, evidence, first);
    line_add(line, ": ");
    add_call(line, evidence->journal, first);
    add_answer(line, first);
    line_add(line, "; in another run");
    add_answer(line, second);
}
