// SPDX-License-Identifier: MIT
// Which malloc the C library's names are in this build, and its choices.
#ifndef ALLOCHECK_LIBC_PROFILE_H
#define ALLOCHECK_LIBC_PROFILE_H

#include "allocheck/allocator.h"
#include "allocheck/profile.h"

#if AC_INSTRUMENTED
#define LIBC_NAME "libc-asan"
#else
#define LIBC_NAME "libc"
#endif

extern const struct ac_profile ac_libc_profile;

#endif
