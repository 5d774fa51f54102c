// SPDX-License-Identifier: MIT
// The engine `given': no programs but those that the user names. What another engine has found, in
// whatever way, is confirmed, reduced and kept like a finding of this tool's own engines.
#include "fuzz_campaign.h"

static const char *missing(const struct campaign *campaign) {
    return campaign->options.names[0] == NULL ? "no PATH is given" : NULL;
}

/* The seeds have been run before any engine is. */
static bool run(struct campaign *campaign) {
    (void)campaign;
    return true;
}

const struct fuzz_engine triage = {
    "given", "none: the programs of PATH alone, such as what other engines found",
    false,   false,
    missing, run};
