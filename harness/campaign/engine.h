// SPDX-License-Identifier: MIT
// Engines: where a campaign's programs come from.
#ifndef ALLOCHECK_CAMPAIGN_ENGINE_H
#define ALLOCHECK_CAMPAIGN_ENGINE_H

#include <stdbool.h>
#include <stddef.h>

struct campaign;

struct engine_estimate {
    double share; /* of the work that is done; 0 .. 1 */
    double seconds_left;
    bool at_least; /* it may take longer: what is left includes work of a kind not yet seen */
};

struct engine {
    const char *name;
    const char *what; /* one line for --help */
    bool automatic;   /* `auto` may choose it */
    bool seeded;      /* its programs come from the random seed */
    /* NULL if it can run here, else why not. */
    const char *(*missing)(const struct campaign *campaign);
    /* Runs programs until campaign_is_over(), or until none is left. False: it could not run, or
     * not go on; a message has been printed. */
    bool (*run)(struct campaign *campaign);
    /* Estimates how far it is. False: it cannot. NULL: by the number of planned programs. */
    bool (*estimate)(const struct campaign *campaign, struct engine_estimate *estimate);
};

/* All engines, in the order in which `auto` tries them. */
const struct engine *const *engines(size_t *count);

extern const struct engine engine_libfuzzer, engine_afl, engine_random, engine_exhaustive;

/* For engines that run everywhere: NULL. */
const char *engine_is_built_in(const struct campaign *campaign);

#endif
