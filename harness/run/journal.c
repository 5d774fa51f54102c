// SPDX-License-Identifier: MIT
#include "journal.h"

void ac_journal_reset(struct ac_journal *journal) {
    journal->count = journal->running = journal->dropped = 0;
    journal->page_count = journal->pages_dropped = 0;
    journal->passes = journal->changed = 0;
    journal->base = 0;
    journal->snapshot.taken = false;
}

const struct ac_event *ac_journal_running(const struct ac_journal *journal) {
    return journal->running ? &journal->at[journal->count] : NULL;
}

const char *ac_event_function_name(unsigned function) {
    static const char *const names[AC_EVENT_FUNCTIONS] = {
        [AC_FN_MALLOC] = "malloc",
        [AC_FN_CALLOC] = "calloc",
        [AC_FN_REALLOC] = "realloc",
        [AC_FN_REALLOCARRAY] = "reallocarray",
        [AC_FN_ALIGNED_ALLOC] = "aligned_alloc",
        [AC_FN_POSIX_MEMALIGN] = "posix_memalign",
        [AC_FN_MEMALIGN] = "memalign",
        [AC_EVENT_FREE] = "free",
        [AC_EVENT_FREE_SIZED] = "free_sized",
        [AC_EVENT_FREE_ALIGNED_SIZED] = "free_aligned_sized",
        [AC_EVENT_USABLE_SIZE] = "malloc_usable_size",
        [AC_EVENT_CHECK] = "check",
        [AC_EVENT_TRIM] = "trim",
        [AC_EVENT_ENTER] = "enter",
        [AC_EVENT_LEAVE] = "leave",
        [AC_EVENT_ALLOCA] = "alloca",
        [AC_EVENT_VLA] = "vla",
        [AC_EVENT_THREAD_EXIT] = "thread_exit",
        [AC_EVENT_FORK] = "fork",
    };
    return function < AC_EVENT_FUNCTIONS ? names[function] : "call";
}

const char *ac_event_result_name(unsigned result) {
    static const char *const names[AC_EVENT_RESULTS] = {[AC_EVENT_OTHER] = "other",
                                                        [AC_EVENT_ALLOCATED] = "allocated",
                                                        [AC_EVENT_RESIZED] = "resized",
                                                        [AC_EVENT_FREED] = "freed",
                                                        [AC_EVENT_REFUSED] = "refused"};
    return result < AC_EVENT_RESULTS ? names[result] : "other";
}

const struct ac_event *ac_journal_block(const struct ac_journal *journal, uint32_t id) {
    const uint32_t count = journal->count;
    for (uint32_t i = count; i > 0 && journal->at[i - 1].pass == journal->at[count - 1].pass; i--) {
        const struct ac_event *event = &journal->at[i - 1];
        if (event->block == id && ac_event_gives(event))
            return event;
    }
    return NULL;
}
