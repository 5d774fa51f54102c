// SPDX-License-Identifier: MIT
#include "misuse_call.h"

#include "call.h"
#include "check.h"
#include "observer.h"

#include "model/evidence.h"

#include <string.h>

bool ac_misuse_is_guaranteed(struct ac_runner *runner, enum ac_misuse misuse) {
    const struct ac_allocator *allocator = runner->allocator;
    bool callable = (misuse != AC_MISUSE_REALLOC_FREED || allocator->realloc != NULL) &&
                    (misuse != AC_MISUSE_USABLE_FREED || allocator->usable_size != NULL) &&
                    (misuse != AC_MISUSE_WRONG_SIZE || allocator->free_sized != NULL) &&
                    (misuse != AC_MISUSE_WRONG_ALIGNMENT || allocator->free_aligned_sized != NULL);
    /* Without instances there is no fatal handler to set. */
    if (callable && allocator->open != NULL && runner->profile->misuse[misuse] != NULL)
        return true;
    runner->report->counts.not_offered++;
    return false;
}

static void call_with_misuse(const struct ac_runner *runner, const struct ac_misuse_call *misuse) {
    const struct ac_allocator *allocator = runner->allocator;
    switch (misuse->kind) {
    case AC_MISUSE_REALLOC_FREED:
        allocator->realloc(runner->heap.instance, misuse->address, misuse->size);
        return;
    case AC_MISUSE_USABLE_FREED:
        allocator->usable_size(runner->heap.instance, misuse->address);
        return;
    case AC_MISUSE_WRONG_SIZE:
        allocator->free_sized(runner->heap.instance, misuse->address, misuse->size);
        return;
    case AC_MISUSE_WRONG_ALIGNMENT:
        allocator->free_aligned_sized(runner->heap.instance, misuse->address, misuse->alignment,
                                      misuse->size);
        return;
    case AC_MISUSE_WRITE_FREED:
        allocator->malloc(runner->heap.instance,
                          misuse->size); /* where the allocator notices a stale write */
        return;
    default:
        allocator->free(runner->heap.instance, misuse->address);
    }
}

static unsigned journal_function(enum ac_misuse kind) {
    static const uint8_t functions[AC_MISUSE_COUNT] = {
        [AC_MISUSE_REALLOC_FREED] = AC_FN_REALLOC,
        [AC_MISUSE_USABLE_FREED] = AC_EVENT_USABLE_SIZE,
        [AC_MISUSE_WRONG_SIZE] = AC_EVENT_FREE_SIZED,
        [AC_MISUSE_WRONG_ALIGNMENT] = AC_EVENT_FREE_ALIGNED_SIZED,
    };
    /* The one that finds a stale write calls malloc, which is 0. */
    return functions[kind] != 0 || kind == AC_MISUSE_WRITE_FREED ? functions[kind] : AC_EVENT_FREE;
}

static void observe(struct ac_runner *runner, const struct ac_misuse_call *misuse) {
    const struct ac_block given = {.start = misuse->address,
                                   .size = misuse->size,
                                   .alignment = misuse->alignment,
                                   .id = AC_NO_BLOCK,
                                   .slot = AC_NO_SLOT};
    ac_observe_about(runner, journal_function(misuse->kind), &given);
}

/* True if the fatal handler ended the call. */
static bool is_fatal(struct ac_runner *runner, const struct ac_misuse_call *misuse) {
    jmp_buf here;
    runner->misuse.fatal_text = NULL;
    runner->misuse.end = &here;
    if (setjmp(here) == 0) {
        ac_call_begin(runner, 0);
        observe(runner, misuse);
        call_with_misuse(runner, misuse);
    }
    ac_call_end(runner);
    runner->misuse.end = NULL;
    return runner->misuse.fatal_text != NULL;
}

static bool text_fits(const struct ac_profile *profile, unsigned texts, const char *text) {
    for (int i = 0; i < AC_MISUSE_COUNT; i++)
        if ((texts >> i & 1) != 0 && profile->misuse[i] != NULL &&
            strcmp(profile->misuse[i], text) == 0)
            return true;
    return false;
}

void ac_attempt_misuse(struct ac_runner *runner, const struct ac_misuse_call *misuse) {
    const char *guaranteed = runner->profile->misuse[misuse->kind];
    if (!ac_checks(runner, AC_ORACLE_MISUSE_CAUGHT))
        return;
    if (!is_fatal(runner, misuse)) {
        ac_fail(runner, AC_ORACLE_MISUSE_CAUGHT, NULL, NULL, guaranteed, EVIDENCE_RETURNED);
    } else if (!text_fits(runner->profile, misuse->texts, runner->misuse.fatal_text)) {
        ac_fail(runner, AC_ORACLE_MISUSE_CAUGHT, NULL, NULL, guaranteed, "caught as: %s",
                runner->misuse.fatal_text);
    } else if (!runner->corrupted) {
        ac_check_heap(runner, "a caught misuse");
    }
}
