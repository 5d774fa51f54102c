// SPDX-License-Identifier: MIT
#include "program_text.h"

#include "allocheck/codec.h"

#include <stdlib.h>
#include <string.h>

char *program_text(const struct ac_program *program) {
    const size_t length = ac_print(program, NULL, 0);
    char *text = malloc(length + 1);
    if (text != NULL)
        ac_print(program, text, length + 1);
    return text;
}

bool program_put(FILE *to, const struct ac_program *program) {
    char *text = program_text(program);
    if (text == NULL)
        return false;
    fputs(text, to);
    free(text);
    return true;
}

void program_put_shown(FILE *to, const struct ac_program *program, enum ac_oracle oracle,
                       const struct ac_target *target) {
    const bool trapped = target->trapped && ac_program_may_refuse_pages(program);
    fprintf(to, "# Shows a finding of %s on %s%s.\n", ac_oracle_info(oracle)->id, target->name,
            trapped ? ", with --trap" : "");
}

void program_put_expectation(FILE *to, const struct ac_program *program, enum ac_oracle oracle,
                             const struct ac_target *target) {
    const bool trapped = target->trapped && ac_program_may_refuse_pages(program);
    const bool readable = strlen(target->name) < sizeof((struct ac_expect *)0)->on &&
                          strpbrk(target->name, " \t\r\n") == NULL;
    fprintf(to, "# expect: finding %s%s%s%s\n", ac_oracle_info(oracle)->id, readable ? " on " : "",
            readable ? target->name : "", trapped ? " with trap" : "");
}
