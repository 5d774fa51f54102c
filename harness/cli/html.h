// SPDX-License-Identifier: MIT
// The option --html FILE.
#ifndef ALLOCHECK_CLI_HTML_H
#define ALLOCHECK_CLI_HTML_H

#include <argp.h>
#include <stdbool.h>

enum { HTML_KEY = 0x7201 };

struct html {
    bool wanted;
    const char *file; /* NULL: standard output */
};

/* Takes the FILE; `-' on a terminal is a usage error. */
void html_take(struct html *html, struct argp_state *state, const char *file);

#endif
