// SPDX-License-Identifier: MIT
// The explanation as a whole: what a person must see first stands first.
#include "explain_private.h"

static struct line begin(char text[EXPLAIN_LINE]) {
    text[0] = '\0';
    return (struct line){text, EXPLAIN_LINE, 0};
}

void explain_learn(const struct explained *explained, struct explain_facts *facts) {
    const struct ac_snapshot *snapshot = explain_snapshot(explained);
    struct line line = begin(facts->call);
    explain_call(explained, &line);
    line = begin(facts->thread);
    explain_thread(explained, &line);
    line = begin(facts->history);
    explain_history(explained, &line);
    line = begin(facts->refused);
    explain_refused(explained, &line);
    line = begin(facts->wrong);
    explain_wrong(explained, &line);
    line = begin(facts->changed);
    explain_changed(explained, &line);
    line = begin(facts->differs);
    explain_differs(explained, &line);
    line = begin(facts->owner);
    explain_owner(explained, &line);
    line = begin(facts->touched);
    explain_touched(explained, &line);
    line = begin(facts->other);
    explain_other(explained, &line);
    line = begin(facts->bounds);
    explain_bounds(explained, &line);
    line = begin(facts->below);
    struct line above = begin(facts->above);
    if (snapshot != NULL) {
        explain_neighbour(explained, &snapshot->below, &line);
        explain_neighbour(explained, &snapshot->above, &above);
    }
    const char *output = explained->output != NULL ? explained->output : "";
    stack_read(output, explained->output != NULL ? explained->output_length : 0, &facts->stack);
}

static void print_fact(const char *name, const char *fact, FILE *to) {
    if (fact[0] != '\0') {
        fprintf(to, "  %-9s %s\n", name, fact);
    }
}

void print_stack(const struct stack *stack, FILE *to) {
    for (size_t i = 0; i < stack->count; i++) {
        const struct stack_frame *frame = &stack->frames[i];
        fprintf(to, "  %-9s #%zu %s%s%s\n", i == 0 ? "stack" : "", i, frame->function,
                frame->function[0] != '\0' && frame->place[0] != '\0' ? "  " : "", frame->place);
    }
}

/* What the finding is about, where no snapshot tells it. */
static void print_block(const struct explained *explained, FILE *to) {
    const struct ac_finding *finding = explained->finding;
    if (finding->block == UINT32_MAX || explain_snapshot(explained) != NULL) {
        return;
    }
    fprintf(to, "  block     %llu bytes, live as number %u", (unsigned long long)finding->size,
            finding->block);
    if (finding->slot != AC_NO_SLOT) {
        fprintf(to, ", p%d", finding->slot);
    }
    fputc('\n', to);
}

void explain_print(const struct explained *explained, FILE *to) {
    const struct ac_finding *finding = explained->finding;
    const struct ac_oracle_info *oracle = ac_oracle_info(finding->oracle);
    struct explain_facts facts;
    explain_learn(explained, &facts);
    fprintf(to, "finding: %s on %s\n", oracle->id, explained->allocator);
    fprintf(to, "  guarantee   %s (%s)\n", oracle->sentence, oracle->rule);
    print_program(explained, to);
    print_block(explained, to);
    print_fact("call", facts.call, to);
    print_fact("on", facts.thread, to);
    print_fact("refused", facts.refused, to);
    print_fact("expected", finding->expected, to);
    print_fact("actual", finding->actual, to);
    print_fact("differs", facts.differs, to);
    print_fact("wrong", facts.wrong, to);
    print_fact("block", facts.history, to);
    print_fact("they are", facts.owner, to);
    print_fact("changed", facts.changed, to);
    print_bytes(explained, to);
    print_fact("touched", facts.touched, to);
    print_fact("overlap", facts.other, to);
    print_fact("bounds", facts.bounds, to);
    print_memory(explained, to);
    print_pages(explained, to);
    print_stack(&facts.stack, to);
    print_fact("reproduce", explained->command != NULL ? explained->command : "", to);
}
