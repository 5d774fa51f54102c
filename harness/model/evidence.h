// SPDX-License-Identifier: MIT
// Evidence of findings (struct ac_finding) that decides how a C file can reproduce them.
#ifndef ALLOCHECK_MODEL_EVIDENCE_H
#define ALLOCHECK_MODEL_EVIDENCE_H

/* Expected. */
#define EVIDENCE_SAME_SIZE   "a block: the previous call freed this size"
#define EVIDENCE_SHRINKS     "a block: realloc to a smaller size"
#define EVIDENCE_LIVE_BLOCKS "as many live blocks as before the failed call"
#define EVIDENCE_NO_LIVE     "no bytes counted as live"
#define EVIDENCE_IN_SOURCE   "a usable range inside memory of the page source"
#define EVIDENCE_STEADY      "at most one page request in 16 rounds after warm-up"

/* Actual. */
#define EVIDENCE_RETURNED "the call returned"

#endif
