#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Exports programs without a finding as C files: each compiles without a warning and passes.

FOLDER is harness/planted/library of the build, whose clean allocators alternate with libc; INCLUDE
holds allocheck/allocator.h. Exit status: 0 as expected, 1 not."""
import argparse
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

FLAGS = ["-O2", "-std=c11", "-pedantic", "-Wall", "-Wextra", "-Werror"]
ALLOCATORS = ["libc", "guarded", "boundary", "tlsf", "slab"]


def run(command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, timeout=60)


def verify(options, index, program, folder):
    """The error, or an empty text."""
    allocator = ALLOCATORS[index % len(ALLOCATORS)]
    compiler = ["gcc", "clang"][index // len(ALLOCATORS) % 2]
    library = os.path.join(options.libraries, "instances", allocator + ".so")
    target = ["--allocator", "libc"] if allocator == "libc" else [
        "--allocator", library, "--interface"]
    link = [] if allocator == "libc" else ["-I", options.include, library]
    file, executable = (os.path.join(folder, f"{index}{end}") for end in (".c", ""))
    steps = [[options.allocheck, "convert", "--to", "c", *target, "-o", file, program],
             [compiler, *FLAGS, file, "-o", executable, *link], [executable]]
    for step in steps:
        done = run(step)
        if done.returncode != 0:
            return f"{program} on {allocator}: {' '.join(step)} ends with {done.returncode}\n" \
                   f"{done.stdout}"
        if step is steps[0] and "no finding" not in done.stdout:
            return f"{program} has a finding on {allocator}\n{done.stdout}"
    return ""


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("allocheck")
    parser.add_argument("libraries", metavar="FOLDER")
    parser.add_argument("include", metavar="INCLUDE")
    parser.add_argument("programs", metavar="DIR", help="with programs")
    options = parser.parse_args()
    programs = sorted(os.path.join(options.programs, name) for name in os.listdir(options.programs)
                      if name.endswith(".ops"))
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        wrong = [text for text in pool.map(
            lambda pair: verify(options, *pair, folder), enumerate(programs)) if text]
    for text in wrong:
        print(text)
    print(f"{len(programs)} programs, {len(wrong)} failures")
    return 1 if wrong or not programs else 0


if __name__ == "__main__":
    sys.exit(main())
