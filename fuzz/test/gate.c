// SPDX-License-Identifier: MIT
#include "gate.h"

int gate_depth(const uint8_t *bytes, size_t size) {
    if (size < 3 || bytes[0] != 0xA7)
        return 0;
    if (bytes[1] != 0x3C)
        return 1;
    if (bytes[2] != 0xE1)
        return 2;
    return 3;
}
