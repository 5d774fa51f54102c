// SPDX-License-Identifier: MIT
// The name and profile of the C library's malloc, which AddressSanitizer replaces in its builds.
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
