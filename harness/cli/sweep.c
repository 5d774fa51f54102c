// SPDX-License-Identifier: MIT
// `allocheck sweep`: refuses every page request of every program.
#include "commands.h"

#include "sweep/sweep.h"

int ac_cmd_sweep(int argc, char **argv) {
    struct sweep_options options = {.campaign = {.jobs = 0}};
    sweep_parse(&options, argc, argv);
    return sweep_main(&options);
}
