// SPDX-License-Identifier: MIT
#include "html.h"

#include <string.h>
#include <unistd.h>

void html_take(struct html *html, struct argp_state *state, const char *file) {
    html->wanted = true;
    html->file = strcmp(file, "-") == 0 ? NULL : file;
    if (html->file == NULL && isatty(STDOUT_FILENO))
        argp_error(state, "--html: expected a FILE, because standard output is a terminal");
}
