// SPDX-License-Identifier: MIT
#include "data.h"

#include "json_column.h"

static const struct json_column event_columns[] = {
    COLUMN(struct ac_event, op, COLUMN_PLAIN),
    COLUMN(struct ac_event, round, COLUMN_PLAIN),
    COLUMN(struct ac_event, pass, COLUMN_PLAIN),
    COLUMN(struct ac_event, result, COLUMN_PLAIN),
    COLUMN(struct ac_event, function, COLUMN_PLAIN),
    COLUMN(struct ac_event, thread, COLUMN_PLAIN),
    COLUMN(struct ac_event, slot, COLUMN_SIGNED),
    COLUMN(struct ac_event, block, COLUMN_MINUS_ONE),
    COLUMN(struct ac_event, old_block, COLUMN_MINUS_ONE),
    COLUMN(struct ac_event, error, COLUMN_SIGNED),
    COLUMN(struct ac_event, address, COLUMN_PLAIN),
    COLUMN(struct ac_event, size, COLUMN_PLAIN),
    COLUMN(struct ac_event, alignment, COLUMN_PLAIN),
    COLUMN(struct ac_event, usable, COLUMN_NULL),
    COLUMN(struct ac_event, live, COLUMN_PLAIN),
    COLUMN(struct ac_event, held, COLUMN_NULL),
    COLUMN(struct ac_event, first_page, COLUMN_PLAIN),
    COLUMN(struct ac_event, pages, COLUMN_PLAIN),
};

static const struct json_column page_columns[] = {
    COLUMN(struct ac_source_entry, call, COLUMN_PLAIN),
    COLUMN(struct ac_source_entry, refused, COLUMN_PLAIN),
    COLUMN(struct ac_source_entry, wrong, COLUMN_PLAIN),
    COLUMN(struct ac_source_entry, start, COLUMN_NULL),
    COLUMN(struct ac_source_entry, size, COLUMN_SIGNED), /* negative: sbrk returns memory */
    COLUMN(struct ac_source_entry, old_size, COLUMN_PLAIN),
    COLUMN(struct ac_source_entry, result, COLUMN_NULL),
};

enum {
    EVENT_COLUMNS = sizeof event_columns / sizeof *event_columns,
    PAGE_COLUMNS = sizeof page_columns / sizeof *page_columns,
};

static void add_names(cJSON *to, const char *list, const char *(*name)(unsigned), unsigned count) {
    cJSON *names = cJSON_AddArrayToObject(to, list);
    for (unsigned i = 0; i < count; i++)
        cJSON_AddItemToArray(names, cJSON_CreateString(name(i)));
}

static const char *page_call_name(unsigned call) {
    static const char *const names[] = {[AC_CALL_MAP] = "map",
                                        [AC_CALL_UNMAP] = "unmap",
                                        [AC_CALL_RESIZE] = "resize",
                                        [AC_CALL_REMAP] = "remap",
                                        [AC_CALL_SBRK] = "sbrk"};
    return names[call];
}

enum { MOST_EVENTS = 100000 }; /* of several runs: a page of a few MB */

/* Consecutive events. */
struct span {
    size_t first, count;
    size_t page, pages; /* their page source calls */
};

/* Where the first pass ends. */
static size_t end_of_first_pass(const struct ac_journal *journal) {
    size_t end = 0;
    while (end < journal->count && journal->at[end].pass == 0)
        end++;
    return end;
}

/* The start of the first pass from which at most MOST_EVENTS follow. */
static size_t start_of_last_passes(const struct ac_journal *journal) {
    const size_t all = journal->count;
    size_t first = all > MOST_EVENTS ? all - MOST_EVENTS : 0;
    while (first > 0 && first < all && journal->at[first].pass == journal->at[first - 1].pass)
        first++;
    return first < all ? first : 0; /* a single pass is shown in full */
}

static struct span span_of(const struct ac_journal *journal, bool found) {
    const size_t all = journal->count, single = end_of_first_pass(journal);
    const bool several = found && all > single;
    struct span span = {.first = several ? start_of_last_passes(journal) : 0};
    span.count = (several ? all : single) - span.first;
    if (span.count > 0) {
        const struct ac_event *first = &journal->at[span.first];
        const struct ac_event *last = &journal->at[span.first + span.count - 1];
        span.page =
            span.first > 0 ? first->first_page : 0; /* with the calls that opened the heap */
        span.pages = last->first_page + last->pages - span.page;
    }
    return span;
}

/* The call that never returned, if any. */
static void add_running(cJSON *to, const struct ac_journal *journal) {
    const struct ac_event *running = ac_journal_running(journal);
    if (running == NULL)
        return;
    cJSON *call = cJSON_AddObjectToObject(to, "running");
    for (int i = 0; i < EVENT_COLUMNS; i++)
        json_column_add_member(call, &event_columns[i], running);
}

static void add_pages(cJSON *to, const struct ac_journal *journal, const struct span *span) {
    const size_t kept = journal->page_count;
    const size_t first = span->page < kept ? span->page : kept;
    const size_t count = span->pages < kept - first ? span->pages : kept - first;
    cJSON *page = cJSON_AddObjectToObject(to, "page");
    for (int i = 0; i < PAGE_COLUMNS; i++) {
        json_column_add(page, &page_columns[i], &journal->page[first], sizeof *journal->page,
                        count);
    }
    cJSON_AddNumberToObject(to, "page_first", (double)first);
}

/* Usable sizes from another run. */
static void add_learned(cJSON *to, const uint64_t *usable, const struct span *span) {
    static const struct json_column learned = {"learned", 0, sizeof *usable, COLUMN_NULL};
    if (usable != NULL)
        json_column_add(to, &learned, usable + span->first, sizeof *usable, span->count);
}

cJSON *data_of_journal(const struct report *report) {
    const struct ac_journal *journal = report->journal;
    const struct span span = span_of(journal, report->outcome->found);
    cJSON *data = cJSON_CreateObject();
    add_names(data, "functions", ac_event_function_name, AC_EVENT_FUNCTIONS);
    add_names(data, "results", ac_event_result_name, AC_EVENT_RESULTS);
    add_names(data, "page_calls", page_call_name, AC_SOURCE_CALLS);
    cJSON_AddNumberToObject(data, "base", (double)journal->base);
    cJSON_AddNumberToObject(data, "dropped", journal->dropped);
    for (int i = 0; i < EVENT_COLUMNS; i++) {
        json_column_add(data, &event_columns[i], &journal->at[span.first], sizeof *journal->at,
                        span.count);
    }
    add_learned(data, report->usable, &span);
    add_running(data, journal);
    add_pages(data, journal, &span);
    return data;
}
