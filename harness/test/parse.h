// SPDX-License-Identifier: MIT
#ifndef ALLOCHECK_TEST_PARSE_H
#define ALLOCHECK_TEST_PARSE_H

#include "allocheck/program.h"

/* Initialises a program and parses its text. Fails the test on a syntax error. */
void parse(struct ac_program *program, const char *text);

#endif
