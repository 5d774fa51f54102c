// SPDX-License-Identifier: MIT
// Paths and the tool's name in commands that are printed or kept.
#ifndef ALLOCHECK_TOOL_SHOWN_PATH_H
#define ALLOCHECK_TOOL_SHOWN_PATH_H

/* For a command that is printed: relative to the current folder if the file is below it, else
 * absolute. The caller frees it. NULL: out of memory. */
char *path_shown(const char *name);

/* For a command that is kept in a file. Links are not resolved. The caller frees it. NULL: out of
 * memory. */
char *path_absolute(const char *name);

/* How a person calls this tool: `allocheck` if PATH finds it, else its path, shown or absolute. The
 * caller frees it. NULL: out of memory. */
char *tool_shown_name(void);
char *tool_absolute_name(void);

#endif
