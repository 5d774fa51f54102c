// SPDX-License-Identifier: MIT
// `allocheck fuzz`: one front end for every engine.
#include "fuzz_hunt.h"

#include "cli.h"

#include <stdio.h>
#include <stdlib.h>

/* The engine asked for, or the first one that can run. NULL: a message has been printed. */
static const struct fuzz_engine *choose_engine(const struct hunt *hunt) {
    size_t count;
    const struct fuzz_engine *asked = hunt->options.engine;
    const struct fuzz_engine *const *engines = fuzz_engines(&count);
    if (asked != NULL) {
        const char *why = asked->missing(hunt);
        if (why != NULL) {
            cli_trouble("the engine %s cannot run here: %s", asked->name, why);
        }
        return why == NULL ? asked : NULL;
    }
    for (size_t i = 0; i < count; i++) {
        if (engines[i]->automatic && engines[i]->missing(hunt) == NULL) {
            return engines[i];
        }
    }
    cli_trouble("no engine can run here");
    return NULL;
}

static void run_hunt(struct hunt *hunt) {
    hunt_print_start(hunt);
    hunt_learn_scope(hunt);
    hunt_run_seeds(hunt);
    if (!hunt_over(hunt) && !hunt->engine->run(hunt)) {
        hunt->troubles++;
        hunt->stopped = true;
    }
    hunt_print_summary(hunt);
}

static int exit_status(const struct hunt *hunt) {
    if (hunt->finding_count > 0) {
        return CLI_FINDING;
    }
    if (hunt->troubles + hunt->seeds.troubles > 0) {
        return CLI_TROUBLE;
    }
    if (hunt_all_counts(hunt).sum.counts.calls == 0) {
        return cli_trouble("nothing was run: no program made a single call");
    }
    return CLI_CLEAN;
}

int ac_cmd_fuzz(int argc, char **argv) {
    struct hunt *hunt = calloc(1, sizeof *hunt);
    int status = CLI_TROUBLE;
    if (hunt == NULL) {
        return cli_trouble("out of memory");
    }
    fuzz_parse(&hunt->options, argc, argv);
    hunt->engine = choose_engine(hunt);
    if (hunt->engine != NULL && hunt_begin(hunt)) {
        run_hunt(hunt);
        status = exit_status(hunt);
    }
    hunt_end(hunt);
    return status;
}
