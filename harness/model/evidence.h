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

#define EVIDENCE_ALIGNED      "an address that is a multiple of %zu"
#define EVIDENCE_ZERO_NULL    "NULL for 0 bytes, as the profile guarantees"
#define EVIDENCE_ZERO_ALONE   "a distinct address for 0 bytes"
#define EVIDENCE_EINVAL       "EINVAL for an invalid alignment"
#define EVIDENCE_ERRNO_KEPT   "errno unchanged by free"
#define EVIDENCE_OUT_KEPT     "the out pointer untouched or NULL"
#define EVIDENCE_USABLE       "at least what was asked for"
#define EVIDENCE_USABLE_SAME  "the same usable size while the block is live"
#define EVIDENCE_USABLE_LEAST "no smaller usable size while the block is live"
#define EVIDENCE_USABLE_NULL  "0 for NULL"

/* Actual. */
#define EVIDENCE_RETURNED "the call returned"

#endif
