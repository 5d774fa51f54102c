// SPDX-License-Identifier: MIT
#include "page.h"

#include <cjson/cJSON.h>
#include <string.h>

static void put_piece(size_t index, FILE *to) {
    fwrite(page_pieces[index].bytes, 1, page_pieces[index].size, to);
}

static void put_text(const char *text, FILE *to) {
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '<':
            fputs("&lt;", to);
            break;
        case '&':
            fputs("&amp;", to);
            break;
        default:
            fputc(*text, to);
        }
    }
}

/* Only `<` can end a script element or open a comment in it. It occurs in strings only, so it can
 * be escaped. */
static void put_json(const char *json, FILE *to) {
    for (;;) {
        const size_t plain = strcspn(json, "<");
        fwrite(json, 1, plain, to);
        json += plain;
        if (*json == '\0')
            return;
        fputs("\\u003c", to);
        json++;
    }
}

bool page_write(const char *title, const char *plain, const struct cJSON *data, FILE *to) {
    char *json = cJSON_PrintUnformatted(data);
    if (json == NULL)
        return false;
    put_piece(0, to);
    put_text(title, to);
    put_piece(1, to);
    put_text(plain, to);
    put_piece(2, to);
    put_json(json, to);
    put_piece(3, to);
    cJSON_free(json);
    return true;
}
