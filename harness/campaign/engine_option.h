// SPDX-License-Identifier: MIT
// The option --engine.
#ifndef ALLOCHECK_CAMPAIGN_ENGINE_OPTION_H
#define ALLOCHECK_CAMPAIGN_ENGINE_OPTION_H

#include <argp.h>

struct engine;

/* The engine of a name; NULL: `auto'. An unknown one is a usage error. */
const struct engine *engine_option(struct argp_state *state, const char *name);

/* A help filter of argp: inserts the list of engines before the text after \v. argp frees the
 * result. */
char *engine_option_help(int key, const char *text, void *input);

#endif
