// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* open_memstream */
#include "shell.h"

#include "tool/shell_word.h"

#include <stdio.h>
#include <string.h>

/* The ids of the set, or the excluded ones if they are fewer. */
static void put_oracles(FILE *to, ac_oracle_set set) {
    const ac_oracle_set all = AC_ORACLE_BIT(AC_ORACLES) - 1;
    if ((set & all) == all)
        return;
    bool exclude = __builtin_popcountll(set & all) * 2 > AC_ORACLES;
    const char *before = " --oracles=";
    for (int i = 0; i < AC_ORACLES; i++) {
        if (((set & AC_ORACLE_BIT(i)) != 0) != exclude) {
            fprintf(to, "%s%s%s", before, exclude ? "-" : "",
                    ac_oracle_info((enum ac_oracle)i)->id);
            before = ",";
        }
    }
}

static void put_memory(FILE *to, uint64_t memory) {
    if (memory != 0)
        fprintf(to, " --memory=%llu", (unsigned long long)memory);
}

static void put_racing(FILE *to, const struct racing *racing) {
    if (racing->on)
        fprintf(to, " --race --seed=%llu", (unsigned long long)racing->seed);
    if (racing->rounds != 0)
        fprintf(to, " --rounds=%u", racing->rounds);
}

static void put_input(FILE *to, const struct input *input) {
    bool is_stdin = strcmp(input->name, "-") == 0;
    input_put_options(to, input);
    fputs(input->name[0] == '-' && !is_stdin ? " -- " : " ", to);
    shell_put_word(to, input->name);
}

char *shell_run_command(const struct session *session, const struct input *input) {
    char *command = NULL;
    size_t length;
    FILE *to = open_memstream(&command, &length);
    if (to == NULL)
        return NULL;
    fprintf(to, "%s --allocator ", session->command != NULL ? session->command : "allocheck run");
    shell_put_word(to, ac_target_argument(&session->target_options.target));
    if (session->target_options.profile_file != NULL) {
        fputs(" --profile ", to);
        shell_put_word(to, session->target_options.profile_file);
    }
    put_oracles(to, session->target_options.oracles);
    put_memory(to, session->target_options.memory);
    fputs(session->target_options.target.trapped ? " --trap" : "", to);
    fputs(session->inline_only ? " --inline" : "", to);
    put_racing(to, &session->racing);
    if (session->call_time != 0)
        fprintf(to, " --call-time=%g", session->call_time);
    put_input(to, input);
    fclose(to);
    return command;
}

char *shell_compare_command(const struct ac_target *first, const struct ac_target *second,
                            ac_oracle_set oracles, uint64_t memory, const struct input *input) {
    char *command = NULL;
    size_t length;
    FILE *to = open_memstream(&command, &length);
    if (to == NULL)
        return NULL;
    fputs("allocheck compare --allocator ", to);
    shell_put_word(to, ac_target_argument(first));
    fputs(" --allocator ", to);
    shell_put_word(to, ac_target_argument(second));
    put_oracles(to, oracles);
    put_memory(to, memory);
    put_input(to, input);
    fclose(to);
    return command;
}
