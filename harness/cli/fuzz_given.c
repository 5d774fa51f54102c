// SPDX-License-Identifier: MIT
// The engine `given': no programs but those that the user names. What another engine has found, in
// whatever way, is confirmed, reduced and kept like a finding of this tool's own engines.
#include "fuzz_hunt.h"

static const char *missing(const struct hunt *hunt) {
    return hunt->options.names[0] == NULL ? "no PATH is given" : NULL;
}

/* The seeds have been run before any engine is. */
static bool run(struct hunt *hunt) {
    (void)hunt;
    return true;
}

const struct fuzz_engine fuzz_given = {
    "given", "none: the programs of PATH alone, such as what other engines found", false, missing,
    run};
