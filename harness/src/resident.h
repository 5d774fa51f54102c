// SPDX-License-Identifier: MIT
// Memory of this process, as the operating system counts it.
#ifndef ALLOCHECK_RESIDENT_H
#define ALLOCHECK_RESIDENT_H

#include <stdint.h>

/* Bytes of resident memory that no file backs; 0 where the system does not tell. */
uint64_t ac_resident_anonymous(void);

#endif
