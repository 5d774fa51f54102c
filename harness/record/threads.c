// SPDX-License-Identifier: MIT
#include "threads.h"

#include <stdlib.h>

enum { THREADS_OF_LOG = UINT16_MAX + 1, MAIN_THREAD = 1 /* in the log */ };

struct record_thread {
    size_t last;    /* index of its last entry */
    bool ends;      /* the log has its end */
    uint8_t number; /* 0: none yet */
};

bool record_threads_init(struct record_threads *threads, const struct record_log *log, size_t count,
                         unsigned most) {
    *threads = (struct record_threads){.most = most, .used = 1};
    threads->at = calloc(THREADS_OF_LOG, sizeof *threads->at);
    for (size_t i = 0; threads->at != NULL && i < count; i++) {
        const struct record_entry *entry = &log->entries[i];
        if (entry->image == log->image) {
            threads->at[entry->thread].last = i;
            threads->at[entry->thread].ends |= entry->kind == RECORD_EXIT;
        }
    }
    return threads->at != NULL;
}

void record_threads_destroy(struct record_threads *threads) {
    free(threads->at);
}

static uint8_t free_number(struct record_threads *threads, uint16_t thread) {
    for (unsigned number = 1; number < threads->most; number++)
        if (threads->live[number] == 0)
            return (uint8_t)number;
    threads->shared++;
    return (uint8_t)(1 + (thread - MAIN_THREAD - 1u) % (threads->most - 1));
}

uint8_t record_threads_number(struct record_threads *threads, uint16_t thread) {
    struct record_thread *of_log = &threads->at[thread];
    if (thread <= MAIN_THREAD || threads->most == 1)
        return 0;
    if (of_log->number == 0) {
        of_log->number = free_number(threads, thread);
        threads->live[of_log->number]++;
        threads->used = of_log->number >= threads->used ? of_log->number + 1u : threads->used;
    }
    return of_log->number;
}

bool record_threads_end(struct record_threads *threads, uint16_t thread, size_t index,
                        uint8_t *number) {
    struct record_thread *of_log = &threads->at[thread];
    if (of_log->number == 0 || !of_log->ends || of_log->last != index)
        return false;
    *number = of_log->number;
    return --threads->live[of_log->number] == 0;
}
