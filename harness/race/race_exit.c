// SPDX-License-Identifier: MIT
// free_at_exit in races: the destructor of thread-specific data frees the blocks, on the thread
// that ends. The next thread takes over the runner once this one is gone.
#include "race.h"

#include "run/threads.h"

static void run_pass(struct ac_racer *racer) {
    struct ac_runner *runner = &racer->runner;
    const unsigned pass = racer->pass++;
    const bool freed = ac_free_due(runner, racer->index, pass);
    if (runner->report->found)
        ac_race_stop_with_finding(racer);
    else if (freed || pass == 0)
        ac_race_leave_heap(racer); /* again, if it had left before */
}

static void on_end(void *value) {
    struct ac_racer *const racer = value;
    if (setjmp(racer->runner.threads[racer->index].end) == 0)
        run_pass(racer);
    else
        ac_race_fail_fatal(racer);
    if (!ac_race_stopped(racer->race) && ac_has_due(&racer->runner, racer->index))
        pthread_setspecific(racer->race->key, racer);
}

void ac_race_make_key(struct ac_race *race) {
    race->has_key = pthread_key_create(&race->key, on_end) == 0;
}

void ac_race_delete_key(struct ac_race *race) {
    if (race->has_key)
        pthread_key_delete(race->key);
}

bool ac_race_frees_at_end(const struct ac_racer *racer) {
    return racer->runner.threads[racer->index].frees && ac_has_due(&racer->runner, racer->index);
}

bool ac_race_begin_freeing_end(struct ac_racer *racer) {
    racer->pass = 0;
    return ac_race_frees_at_end(racer) && pthread_setspecific(racer->race->key, racer) == 0;
}

void ac_race_cancel_freeing_end(struct ac_racer *racer) {
    pthread_setspecific(racer->race->key, NULL);
    racer->runner.threads[racer->index].frees = false;
}
