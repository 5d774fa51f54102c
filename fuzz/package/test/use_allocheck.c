// SPDX-License-Identifier: MIT
#include <allocheck/codec.h>
#include <string.h>

int main(void) {
    static const char text[] = "ops 1\np0 = malloc 24\nfree p0\n";
    struct ac_program program;
    struct ac_text_error error;
    ac_program_init(&program);
    return ac_parse(&program, text, strlen(text), &error, NULL) && program.count == 2 ? 0 : 1;
}
