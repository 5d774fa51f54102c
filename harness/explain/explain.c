// SPDX-License-Identifier: MIT
// The explanation as a whole, the most important lines first.
#include "parts.h"

static const struct {
    const char *name;
    void (*describe)(const struct evidence *evidence, struct line *line);
} facts[EXPLAIN_FACTS] = {
    [EXPLAIN_CALL] = {"call", describe_call},
    [EXPLAIN_THREAD] = {"thread", describe_thread},
    [EXPLAIN_REFUSED] = {"refused", describe_refused},
    [EXPLAIN_DIFFERS] = {"differs", describe_differs},
    [EXPLAIN_WRONG] = {"wrong", describe_wrong},
    [EXPLAIN_HISTORY] = {"history", describe_history},
    [EXPLAIN_CONTENTS] = {"contents", describe_contents},
    [EXPLAIN_CHANGED] = {"changed", describe_changed},
    [EXPLAIN_TOUCHED] = {"touched", describe_touched},
    [EXPLAIN_OVERLAP] = {"overlap", describe_overlap},
    [EXPLAIN_BOUNDS] = {"bounds", describe_bounds},
    [EXPLAIN_BELOW] = {"below", describe_below},
    [EXPLAIN_ABOVE] = {"above", describe_above},
};

const char *explain_fact_name(enum explain_fact fact) {
    return facts[fact].name;
}

void explain_collect(const struct evidence *evidence, struct explanation *explanation) {
    for (int i = 0; i < EXPLAIN_FACTS; i++) {
        struct line line = {explanation->fact[i], EXPLAIN_LINE, 0};
        line.text[0] = '\0';
        facts[i].describe(evidence, &line);
    }
}

static void print_fact(const char *name, const char *fact, FILE *to) {
    if (fact[0] != '\0')
        fprintf(to, "  %-9s %s\n", name, fact);
}

static void print_facts(const struct explanation *explanation, enum explain_fact first,
                        enum explain_fact last, FILE *to) {
    for (int i = (int)first; i <= (int)last; i++)
        print_fact(facts[i].name, explanation->fact[i], to);
}

void explain_print_stack(const struct stack *stack, FILE *to) {
    for (size_t i = 0; stack != NULL && i < stack->count; i++) {
        const struct stack_frame *frame = &stack->frames[i];
        fprintf(to, "  %-9s #%zu %s%s%s\n", i == 0 ? "stack" : "", i, frame->function,
                frame->function[0] != '\0' && frame->place[0] != '\0' ? "  " : "", frame->place);
    }
}

/* The block concerned, if no snapshot shows it. */
static void print_block(const struct evidence *evidence, FILE *to) {
    const struct ac_finding *finding = evidence->finding;
    if (finding->block == UINT32_MAX || snapshot_of(evidence) != NULL)
        return;
    fprintf(to, "  block     number %u, %llu bytes", finding->block, number(finding->size));
    if (finding->slot != AC_NO_SLOT)
        fprintf(to, ", in p%d", finding->slot);
    fputc('\n', to);
}

void explain_print(const struct evidence *evidence, FILE *to) {
    const struct ac_finding *finding = evidence->finding;
    const struct ac_oracle_info *oracle = ac_oracle_info(finding->oracle);
    struct explanation known;
    explain_collect(evidence, &known);
    fprintf(to, "finding: %s on %s\n", oracle->id, evidence->allocator);
    fprintf(to, "  rule      %s (%s)\n", oracle->sentence, oracle->rule);
    print_ops(evidence, to);
    print_block(evidence, to);
    print_facts(&known, EXPLAIN_CALL, EXPLAIN_REFUSED, to);
    print_fact("expected", finding->expected, to);
    print_fact("actual", finding->actual, to);
    print_facts(&known, EXPLAIN_DIFFERS, EXPLAIN_CHANGED, to);
    print_bytes(evidence, to);
    print_facts(&known, EXPLAIN_TOUCHED, EXPLAIN_BOUNDS, to);
    print_memory(evidence, to);
    print_page_calls(evidence, to);
    explain_print_stack(evidence->stack, to);
    print_fact("reproduce", evidence->command != NULL ? evidence->command : "", to);
}
