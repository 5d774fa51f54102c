// SPDX-License-Identifier: MIT
// `allocheck fuzz`: generates programs until one finds a bug.
#include "commands.h"

#include "campaign/options.h"

int ac_cmd_fuzz(int argc, char **argv) {
    struct campaign_options options = {.seconds = 0};
    fuzz_parse(&options, argc, argv);
    return campaign_main(&options);
}
