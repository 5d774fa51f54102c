// SPDX-License-Identifier: MIT
// --engine of `allocheck fuzz`: its value, and the engines in --help.
#define _GNU_SOURCE /* open_memstream */
#include "engine_option.h"

#include "engine.h"

#include "tool/usage.h"

#include <stdio.h>
#include <string.h>

static const char *engine_name(size_t index) {
    size_t count;
    const struct engine *const *all = engines(&count);
    return index == 0 ? "auto" : index <= count ? all[index - 1]->name : NULL;
}

const struct engine *engine_option(struct argp_state *state, const char *name) {
    size_t count;
    const struct engine *const *all = engines(&count);
    if (strcmp(name, "auto") == 0)
        return NULL;
    for (size_t i = 0; i < count; i++)
        if (strcmp(all[i]->name, name) == 0)
            return all[i];
    usage_unknown(state, "engine", name, engine_name);
    return NULL;
}

static void put_engine(FILE *to, const char *name, const char *what) {
    fprintf(to, "  %-13s %s\n", name, what);
}

char *engine_option_help(int key, const char *text, void *input) {
    char *whole = NULL;
    size_t length, count;
    (void)input;
    FILE *to = key == ARGP_KEY_HELP_POST_DOC ? open_memstream(&whole, &length) : NULL;
    if (to == NULL)
        return (char *)(uintptr_t)text;
    const struct engine *const *all = engines(&count);
    fprintf(to, "Engines:\n");
    put_engine(to, "auto", "the first of these that can run here");
    for (size_t i = 0; i < count; i++)
        put_engine(to, all[i]->name, all[i]->what);
    fprintf(to, "\n%s", text);
    fclose(to);
    return whole;
}
