// SPDX-License-Identifier: MIT
// The page itself: page/page.html with the style and the modules in it, cut where data goes.
#ifndef ALLOCHECK_REPORT_PAGE_H
#define ALLOCHECK_REPORT_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct cJSON;

/* Made when allocheck is built (embed.cmake): up to the title, to the plain text, to the data, and
 * the rest. */
enum { PAGE_PIECES = 4 };
struct page_piece {
    const unsigned char *bytes;
    size_t size;
};
extern const struct page_piece page_pieces[PAGE_PIECES];

/* Writes a page that shows `data`. `plain` is what is shown where no script runs. False: out of
 * memory. */
bool page_write(const char *title, const char *plain, const struct cJSON *data, FILE *to);

#endif
