// SPDX-License-Identifier: MIT
// free_at_exit in race runs: the destructor of thread-specific data frees, on the thread that ends,
// with the model that the next thread takes over once this one is gone.
#include "race.h"

static void run_pass(struct ac_racer *racer) {
    struct ac_runner *model = &racer->model;
    const unsigned pass = racer->pass++;
    const bool freed = ac_free_due(model, racer->index, pass);
    if (model->report->found) {
        ac_race_stop_with_finding(racer);
    } else if (freed || pass == 0) {
        ac_race_leave_heap(racer); /* once more, where it had left before */
    }
}

static void on_end(void *value) {
    struct ac_racer *const racer = value;
    if (setjmp(racer->model.threads[racer->index].end) == 0) {
        run_pass(racer);
    } else {
        ac_race_take_alarm(racer);
    }
    if (!ac_race_stopped(racer->race) && ac_has_due(&racer->model, racer->index)) {
        pthread_setspecific(racer->race->key, racer);
    }
}

void ac_race_make_key(struct ac_race *race) {
    race->has_key = pthread_key_create(&race->key, on_end) == 0;
}

void ac_race_delete_key(struct ac_race *race) {
    if (race->has_key) {
        pthread_key_delete(race->key);
    }
}

bool ac_race_is_to_free(const struct ac_racer *racer) {
    return racer->model.threads[racer->index].frees && ac_has_due(&racer->model, racer->index);
}

bool ac_race_frees_at_end(struct ac_racer *racer) {
    racer->pass = 0;
    return ac_race_is_to_free(racer) && pthread_setspecific(racer->race->key, racer) == 0;
}

void ac_race_frees_no_more(struct ac_racer *racer) {
    pthread_setspecific(racer->race->key, NULL);
    racer->model.threads[racer->index].frees = false;
}
