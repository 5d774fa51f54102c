// SPDX-License-Identifier: MIT
// The last calls of the page source, each with the op that caused it.
#include "parts.h"

enum { SHOWN = 6, TEXT = 64 };

/* The call that made an entry; NULL: none, the heap was being opened or closed. */
static const struct ac_event *caller_of(const struct ac_journal *journal, uint32_t entry) {
    const struct ac_event *running = ac_journal_running(journal);
    if (running != NULL && entry >= running->first_page)
        return running;
    for (uint32_t i = journal->count; i > 0; i--) {
        const struct ac_event *event = &journal->at[i - 1];
        if (entry >= event->first_page)
            return entry - event->first_page < event->pages ? event : NULL;
    }
    return NULL;
}

/* Between calls the harness makes no page requests, and the allocator does not run. */
static bool is_after_calls(const struct ac_journal *journal, uint32_t entry) {
    return journal->count > 0 && entry >= journal->at[0].first_page;
}

static void print_caller(const struct evidence *evidence, uint32_t entry, FILE *to) {
    const struct ac_event *event = caller_of(evidence->journal, entry);
    char op[TEXT] = "";
    if (event == NULL) {
        fprintf(to, "  %14s  %-14s ", "",
                is_after_calls(evidence->journal, entry) ? "(close)" : "(open)");
        return;
    }
    if (event->op < evidence->program->count)
        snprintf(op, sizeof op, "op %u", event->op);
    else
        snprintf(op, sizeof op, "at the end");
    fprintf(to, "  %14s  %-14s ", op, ac_event_function_name(event->function));
}

static void print_offset(const struct evidence *evidence, const char *before, uint64_t offset,
                         FILE *to) {
    char address[TEXT];
    struct line line = {address, sizeof address, 0};
    label_address(&line, evidence, evidence->journal->base + offset);
    fprintf(to, "%s%s", before, offset == UINT64_MAX ? "elsewhere" : address);
}

static void print_entry(const struct evidence *evidence, const struct ac_source_entry *entry,
                        FILE *to) {
    static const char *const names[AC_SOURCE_CALLS] = {"map", "unmap", "resize", "remap", "sbrk"};
    const bool named = entry->call != AC_CALL_MAP && entry->call != AC_CALL_SBRK;
    fprintf(to, "%s", names[entry->call]);
    if (named) {
        print_offset(evidence, " ", entry->start, to);
        fprintf(to, ",");
    }
    if (entry->call == AC_CALL_RESIZE || entry->call == AC_CALL_REMAP)
        fprintf(to, " %llu to", number(entry->old_size));
    if (entry->call == AC_CALL_SBRK)
        fprintf(to, " %lld bytes", (long long)entry->size);
    else
        fprintf(to, " %llu bytes", number(entry->size));
    if (entry->wrong)
        fprintf(to, ": WRONG, not a mapped range");
    else if (entry->refused)
        fprintf(to, ": refused");
    else if (entry->call != AC_CALL_UNMAP)
        print_offset(evidence, " = ", entry->result, to);
    fputc('\n', to);
}

static uint32_t end_of_pages(const struct ac_journal *journal, const struct ac_event *event) {
    const uint32_t count = journal->page_count, left = count - event->first_page;
    const bool all = event == ac_journal_running(journal) || event->pages > left;
    return all ? count : event->first_page + event->pages;
}

void describe_refused(const struct evidence *evidence, struct line *line) {
    const struct ac_journal *journal = evidence->journal;
    const struct ac_event *event = failing_call(evidence);
    uint32_t refused = 0;
    if (event == NULL || event->first_page > journal->page_count)
        return;
    const uint32_t end = end_of_pages(journal, event);
    for (uint32_t i = event->first_page; i < end; i++)
        refused += journal->page[i].refused;
    if (refused > 0)
        line_add(line, "%u of %u page requests of this call", refused, end - event->first_page);
}

/* A wrong call is shown, however old. */
static uint32_t first_wrong(const struct ac_journal *journal) {
    uint32_t i = 0;
    while (i < journal->page_count && !journal->page[i].wrong)
        i++;
    return i;
}

static void print_call(const struct evidence *evidence, uint32_t entry, FILE *to) {
    print_caller(evidence, entry, to);
    print_entry(evidence, &evidence->journal->page[entry], to);
}

void print_page_calls(const struct evidence *evidence, FILE *to) {
    const struct ac_journal *journal = evidence->journal;
    if (journal == NULL || journal->page_count == 0)
        return;
    const uint32_t count = journal->page_count, first = count > SHOWN ? count - SHOWN : 0;
    const uint32_t wrong = first_wrong(journal);
    fprintf(to, "  pages     %u page source call%s%s\n", count, count == 1 ? "" : "s",
            first > 0 ? ", the last ones:" : "");
    if (wrong < first)
        print_call(evidence, wrong, to);
    for (uint32_t i = first; i < count; i++)
        print_call(evidence, i, to);
}
