// SPDX-License-Identifier: MIT
// File names as URIs (RFC 3986).
#ifndef ALLOCHECK_RESULTS_URI_H
#define ALLOCHECK_RESULTS_URI_H

/* A relative reference for a relative path, a file: URI for an absolute one. Percent-encodes all
 * but letters, digits, slashes and `-._~'. The caller frees it; NULL: out of memory. */
char *uri_of_path(const char *path);

#endif
