// SPDX-License-Identifier: MIT
// The parts of a C file that are the same in each: text with lines that say when it is needed.
//
//   //? NAME ...   what follows is wanted where one of these flags is on; !NAME: where it is off
//   //+ NAME ...   what follows defines these names: wanted where what is wanted uses one
//   //.            ends the last of these; they nest
//   @NAME@         a value
#ifndef EXPORT_TEMPLATE_H
#define EXPORT_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* A value: on a line of its own it may be several lines, with a newline at its end, or nothing. */
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

/* Writes what is wanted of a text of lines. False: out of memory, nothing is written. */
bool template_write(const char *text, size_t size, const struct template_use *use, FILE *to);

/* The text, made from template/ when this is built. */
extern const unsigned char export_template[];
extern const size_t export_template_size;
/* The same of a file whose threads race. */
extern const unsigned char export_race_template[];
extern const size_t export_race_template_size;

#endif
