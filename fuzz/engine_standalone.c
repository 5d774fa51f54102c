// SPDX-License-Identifier: MIT
// The engine of every ordinary build: replays the files on the command line.
#include "engine.h"

int main(int argc, char **argv) {
    LLVMFuzzerInitialize(&argc, &argv);
    return engine_replay(argc - 1, argv + 1);
}
