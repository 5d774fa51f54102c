// SPDX-License-Identifier: MIT
#include "scorecard.h"

#include "tool/interrupt.h"
#include "tool/measuring.h"
#include "tool/tool.h"

#include <stdio.h>

void scorecard_try_misuses(struct scorecard *card) {
    char trouble[AC_LIBRARY_ERROR];
    for (size_t i = 0; i < card->targets.count && !interrupt_pending(); i++) {
        struct score *score = &card->scores[i];
        struct ac_measure_progress progress;
        const struct ac_measure_options all = measuring_begin(&progress, AC_MEASURE_ALL, 0);
        score->measured =
            ac_measure(&score->target, &all, &score->measurement, trouble, sizeof trouble);
        measuring_end();
        if (!score->measured) {
            tool_error("%s: cannot try misuses: %s", score->target.name, trouble);
            card->troubles++;
        }
    }
}

static bool is_caught(const struct ac_measured_misuse *misuse) {
    return misuse->tried > 0 && misuse->caught == misuse->tried;
}

size_t score_misuses_caught(const struct score *score, size_t *tried) {
    size_t caught = 0;
    *tried = 0;
    for (int i = 0; i < AC_MISUSE_COUNT; i++) {
        *tried += score->measurement.misuse[i].tried > 0;
        caught += is_caught(&score->measurement.misuse[i]);
    }
    return caught;
}

/* `caught' on every try, else `caught 2/3'. */
static void print_share(const char *word, unsigned times, unsigned tried, char *text,
                        size_t capacity) {
    if (times == tried)
        snprintf(text, capacity, "%s", word);
    else
        snprintf(text, capacity, "%s %u/%u", word, times, tried);
}

const char *score_misuse_text(const struct score *score, enum ac_misuse which, char *text,
                              size_t capacity) {
    const struct ac_measured_misuse *misuse = &score->measurement.misuse[which];
    if (!score->measured)
        snprintf(text, capacity, "not measured");
    else if (misuse->tried == 0)
        snprintf(text, capacity, "not offered");
    else if (misuse->caught > 0)
        print_share("caught", misuse->caught, misuse->tried, text, capacity);
    else if (misuse->silent > 0)
        print_share("crashes", misuse->silent, misuse->tried, text, capacity);
    else
        snprintf(text, capacity, "missed");
    return text;
}
