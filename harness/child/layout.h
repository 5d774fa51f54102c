// SPDX-License-Identifier: MIT
// The address space of a child: the same for every child of every run, so that a finding that
// depends on addresses shows again.
#ifndef ALLOCHECK_CHILD_LAYOUT_H
#define ALLOCHECK_CHILD_LAYOUT_H

enum { AC_LAYOUTS = 2 };

/* In a forked process: the memory that it will map no longer depends on what its parent has mapped.
 * `layout', below AC_LAYOUTS: each has other addresses. Where the system does not allow it,
 * addresses stay as they are. */
void ac_layout_settle(unsigned layout);

#endif
