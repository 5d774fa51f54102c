// SPDX-License-Identifier: MIT
// Which malloc the C library's names are in this build, and its choices.
#ifndef ALLOCHECK_LIBC_PROFILE_H
#define ALLOCHECK_LIBC_PROFILE_H

#include "allocheck/profile.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LIBC_IS_ASAN
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define LIBC_IS_ASAN
#endif

#ifdef LIBC_IS_ASAN
#define LIBC_NAME "libc-asan"
#else
#define LIBC_NAME "libc"
#endif

extern const struct ac_profile ac_libc_profile;

#endif
