// SPDX-License-Identifier: MIT
// Names of files as URIs (RFC 3986).
#ifndef ALLOCHECK_RESULTS_URI_H
#define ALLOCHECK_RESULTS_URI_H

/* A relative reference for a relative path, a file: URI for an absolute one; what is neither a
 * letter, a digit, one of `-._~', nor a slash is percent-encoded. To be freed; NULL: no memory. */
char *uri_of_path(const char *path);

#endif
