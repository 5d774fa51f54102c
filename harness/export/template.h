// SPDX-License-Identifier: MIT
// The fixed parts of exported C files: text with lines that say when a part is needed.
//
//   //? NAME ...   begins a part to include if one of these flags is on; !NAME: off
//   //+ NAME ...   begins a part to include if an included line uses one of these names
//   //.            ends the innermost part
//   @NAME@         a value
#ifndef EXPORT_TEMPLATE_H
#define EXPORT_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* A value. Alone on a line it may be several lines that end with a newline, or empty. */
struct template_value {
    const char *name;
    const char *text;
};

struct template_use {
    bool (*flag)(const void *of, const char *name, size_t length);
    const void *of;
    const struct template_value *values;
    size_t value_count;
};

/* Writes the included lines. False: out of memory, nothing written. */
bool template_write(const char *text, size_t size, const struct template_use *use, FILE *to);

/* The texts, generated from template/ by the build. */
extern const unsigned char export_template[];
extern const size_t export_template_size;
extern const unsigned char export_race_template[];
extern const size_t export_race_template_size;

#endif
