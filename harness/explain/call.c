// SPDX-License-Identifier: MIT
// The call that broke a guarantee, with its arguments as they were passed, and its answer.
#define _GNU_SOURCE /* strerrorname_np */
#include "explain_private.h"

#include <string.h>

/* What blocks hold is looked at before they are given away, and the whole at the end. */
static bool precedes_call(const struct explained *explained) {
    const struct ac_finding *finding = explained->finding;
    return finding->oracle == AC_ORACLE_INTACT || finding->op >= explained->program->count;
}

/* The heap's own walk, which checks a call, is passed by. */
const struct ac_event *explain_event(const struct explained *explained) {
    const struct ac_journal *journal = explained->journal;
    const struct ac_finding *finding = explained->finding;
    const struct ac_event *running = journal != NULL ? ac_journal_running(journal) : NULL;
    if (running != NULL || journal == NULL || precedes_call(explained)) {
        return running;
    }
    for (uint32_t i = journal->count; i > 0; i--) {
        const struct ac_event *event = &journal->at[i - 1];
        if (event->op != finding->op || event->round != finding->round) {
            return NULL;
        }
        if (event->function != AC_EVENT_CHECK) {
            return event;
        }
    }
    return NULL;
}

static unsigned long long number(uint64_t value) {
    return (unsigned long long)value;
}

/* The address that a misuse passes is of a block that is live or was. */
static void add_address(struct line *line, const struct ac_journal *journal, uint64_t address) {
    for (uint32_t i = journal->count; i > 0; i--) {
        const struct ac_event *event = &journal->at[i - 1];
        const uint64_t offset = address - event->address;
        if (event->what == AC_EVENT_ALLOCATED && event->block != AC_NO_BLOCK &&
            (offset == 0 || offset < event->size)) {
            if (offset != 0) {
                line_add(line, "byte %llu of ", number(offset));
            }
            line_add(line, "block %u", event->block);
            return;
        }
    }
    line_add(line, "an address of no block");
}

static void add_block(struct line *line, const struct ac_journal *journal,
                      const struct ac_event *event) {
    const uint32_t id = event->block;
    if (id != AC_NO_BLOCK && event->slot != AC_NO_SLOT) {
        line_add(line, "p%d, block %u", event->slot, id);
    } else if (id != AC_NO_BLOCK) {
        line_add(line, "block %u", id);
    } else if (event->address == AC_NO_ADDRESS) {
        line_add(line, "NULL");
    } else {
        add_address(line, journal, event->address);
    }
}

/* The block that realloc is given may have another slot than the one that takes the result. */
static void add_old(struct line *line, const struct ac_event *event) {
    if (event->old_block != AC_NO_BLOCK) {
        line_add(line, "block %u of %llu bytes", event->old_block, number(event->old_size));
    } else {
        line_add(line, event->address == AC_NO_ADDRESS || event->what == AC_EVENT_ALLOCATED
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
    } else if (event->what == AC_EVENT_REFUSED) {
        line_add(line, event->function == AC_FN_POSIX_MEMALIGN ? " fails" : " = NULL");
        line_add(line, "%s%s", error != NULL ? ", " : "", error != NULL ? error : "");
    } else if (event->what == AC_EVENT_RESIZED && event->address == event->old_address) {
        line_add(line, " = the same address");
    } else if (event->what == AC_EVENT_ALLOCATED || event->what == AC_EVENT_RESIZED) {
        line_add(line, " = %s",
                 event->what == AC_EVENT_ALLOCATED ? "a block" : "a block elsewhere");
    }
}

static const char *end_of(enum ac_oracle oracle) {
    switch (oracle) {
    case AC_ORACLE_LIVENESS:
        return "did not return";
    case AC_ORACLE_NO_FALSE_ALARM:
        return "was taken for misuse";
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

void explain_call(const struct explained *explained, struct line *line) {
    const struct ac_event *event = explain_event(explained);
    if (event == NULL) {
        return;
    }
    add_call(line, explained->journal, event);
    if (event == ac_journal_running(explained->journal)) {
        line_add(line, " %s", end_of(explained->finding->oracle));
    } else {
        add_answer(line, event);
    }
}

static void add_place(struct line *line, const struct explained *explained,
                      const struct ac_event *event) {
    name_doer(line, explained, event->thread, event->op);
    if (event->round > 0) {
        line_add(line, ", round %u", event->round + 1);
    }
}

void explain_changed(const struct explained *explained, struct line *line) {
    const struct ac_event *event = explained->culprit;
    if (event == NULL || explained->journal == NULL) {
        return;
    }
    line_add(line, "by ");
    add_place(line, explained, event);
    line_add(line, ": ");
    add_call(line, explained->journal, event);
}

void explain_differs(const struct explained *explained, struct line *line) {
    const struct ac_event *first = explained->first, *second = explained->second;
    if (first == NULL || second == NULL || explained->journal == NULL) {
        return;
    }
    add_place(line, explained, first);
    line_add(line, ": ");
    add_call(line, explained->journal, first);
    add_answer(line, first);
    line_add(line, "; another time");
    add_answer(line, second);
}
