// SPDX-License-Identifier: MIT
// The usable sizes of a run's blocks. Programs rarely ask for them, and asking binds an allocator
// to more. A second run asks after every request, and checks nothing.
#include "pages.h"

#include "allocheck/journal.h"

#include <stdlib.h>
#include <string.h>

#define NO_OP UINT32_MAX

/* True for ops that allocate a block of the heap; frames have no usable size. */
static bool allocates(const struct ac_op *op) {
    const struct ac_op_info *info = ac_op_info((enum ac_op_kind)op->kind);
    return info->operands[0] == 'D' && info->group != AC_GROUP_FRAMES;
}

/* A program that asks. */
struct asking {
    struct ac_program program;
    /* By op: the op of the given program whose block it asks about; NO_OP: none. */
    uint32_t *origin;
};

static bool add_op(struct asking *asking, const struct ac_op *op, uint32_t origin) {
    asking->origin[asking->program.count] = origin;
    return ac_program_append(&asking->program, op);
}

/* Takes the first `ops` ops of the program. False: out of memory. */
static bool make_asking(struct asking *asking, const struct ac_program *program, size_t ops) {
    ac_program_init(&asking->program);
    asking->program.head = program->head;
    asking->origin = calloc(2 * ops + 1, sizeof *asking->origin);
    bool made = asking->origin != NULL;
    for (size_t i = 0; made && i < ops; i++) {
        const struct ac_op *op = &program->ops[i];
        const struct ac_op ask = {
            .kind = AC_OP_USABLE, .thread = op->thread, .repeat = op->repeat, .slot = op->slot};
        made = add_op(asking, op, NO_OP) && (!allocates(op) || add_op(asking, &ask, (uint32_t)i));
    }
    return made;
}

static void end_asking(struct asking *asking) {
    ac_program_destroy(&asking->program);
    free(asking->origin);
}

/* The first event of a round of an op, at `from` or later. */
static size_t find_round(const struct ac_journal *journal, size_t from, uint32_t op,
                         uint32_t round) {
    while (from < journal->count &&
           (journal->at[from].op < op ||
            (journal->at[from].op == op && journal->at[from].round < round)))
        from++;
    return from;
}

static bool gave_block(const struct ac_event *event) {
    return event->result == AC_EVENT_ALLOCATED || event->result == AC_EVENT_RESIZED;
}

/* Gives an answer to the event that allocated the block. */
static size_t take_answer(const struct ac_journal *journal, size_t from, uint32_t op,
                          const struct ac_event *answer, uint64_t *usable) {
    const size_t first = find_round(journal, from, op, answer->round);
    for (size_t i = first;
         i < journal->count && journal->at[i].op == op && journal->at[i].round == answer->round;
         i++)
        if (gave_block(&journal->at[i]))
            usable[i] = answer->usable;
    return first;
}

static void take_answers(const struct asking *asking, const struct ac_journal *asked,
                         const struct ac_journal *journal, uint64_t *usable) {
    size_t at = 0;
    for (size_t i = 0; i < asked->count && asked->at[i].pass == 0; i++) {
        const struct ac_event *event = &asked->at[i];
        const uint32_t origin =
            event->op < asking->program.count ? asking->origin[event->op] : NO_OP;
        if (origin != NO_OP && event->usable != UINT64_MAX)
            at = take_answer(journal, at, origin, event, usable);
    }
}

static void ask(const struct session *session, const struct asking *asking,
                const struct ac_journal *journal, uint64_t *usable) {
    struct ac_child_options options = session_child_options(session);
    options.oracles = 0;
    options.free_at_end = false;
    options.keep_journal = true;
    struct ac_child *child = session_new_child(session, &options);
    struct ac_report report;
    if (child == NULL)
        return;
    if (ac_child_run(child, &asking->program, &report) == AC_CHILD_RAN)
        take_answers(asking, ac_child_journal(child), journal, usable);
    ac_child_delete(child);
}

uint64_t *run_usable_sizes(const struct session *session, const struct ac_program *program,
                           const struct ac_report *ran, const struct ac_journal *journal) {
    const size_t ops =
        ran->found && ran->finding.op < program->count ? ran->finding.op : program->count;
    if (session->target_options.target.allocator->usable_size == NULL || journal == NULL ||
        journal->count == 0 || journal->at[journal->count - 1].pass > 0)
        return NULL;
    struct asking asking;
    uint64_t *usable = malloc(journal->count * sizeof *usable);
    if (make_asking(&asking, program, ops) && usable != NULL) {
        memset(usable, 0xFF, journal->count * sizeof *usable); /* UINT64_MAX */
        ask(session, &asking, journal, usable);
    } else {
        free(usable);
        usable = NULL;
    }
    end_asking(&asking);
    return usable;
}
