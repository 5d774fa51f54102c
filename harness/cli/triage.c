// SPDX-License-Identifier: MIT
// `allocheck triage`: turns crash files of any engine into findings.
#include "commands.h"

#include "campaign/options.h"

int ac_cmd_triage(int argc, char **argv) {
    struct campaign_options options = {.seconds = 0};
    triage_parse(&options, argc, argv);
    return campaign_main(&options);
}
