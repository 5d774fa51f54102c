// SPDX-License-Identifier: MIT
#include "source_internal.h"

#include "allocheck/journal.h"

void ac_source_journal(struct ac_source *source, struct ac_journal *journal) {
    source->journal = journal;
}

const void *ac_source_base(const struct ac_source *source) {
    return source->base;
}

static void keep(struct ac_journal *journal, const struct ac_source_entry *entry) {
    if (journal->page_count < AC_JOURNAL_PAGES) {
        journal->page[journal->page_count] = *entry;
        journal->page_count++;
    } else {
        journal->pages_dropped++;
    }
}

/* Maps offsets in the zone at the top to its default place, so that logs do not depend on the
 * process. */
static uint64_t as_logged(const struct ac_source *source, uint64_t offset) {
    const bool at_top = offset - source->zone_at_top < ac_top_size(source);
    return at_top ? offset - source->zone_at_top + ac_end_of_maps(source) : offset;
}

static struct ac_source_entry logged(const struct ac_source *source,
                                     const struct ac_source_entry *noted) {
    struct ac_source_entry entry = *noted;
    entry.start = as_logged(source, entry.start);
    entry.result = as_logged(source, entry.result);
    return entry;
}

void ac_source_note(struct ac_source *source, const struct ac_source_entry *entry,
                    bool is_request) {
    struct ac_log *log = &source->log;
    const struct ac_source_entry line = logged(source, entry);
    source->refused += is_request && entry->refused;
    if (entry->wrong && !log->any_wrong) {
        log->any_wrong = true;
        log->wrong = line;
    }
    log->entries[log->total % AC_SOURCE_LOG] = line;
    log->total++;
    if (source->journal != NULL)
        keep(source->journal, entry);
}

const struct ac_source_entry *ac_source_wrong(const struct ac_source *source) {
    return source->log.any_wrong ? &source->log.wrong : NULL;
}

size_t ac_source_log(const struct ac_source *source, struct ac_source_entry *entries,
                     size_t capacity, uint64_t *total) {
    const struct ac_log *log = &source->log;
    size_t there = log->total < AC_SOURCE_LOG ? (size_t)log->total : AC_SOURCE_LOG;
    size_t count = ac_smaller(there, capacity);
    for (size_t i = 0; i < count; i++)
        entries[i] = log->entries[(log->total - count + i) % AC_SOURCE_LOG];
    *total = log->total;
    return count;
}
