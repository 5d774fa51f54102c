#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Exports the shortest known program of every planted-bug allocator as a C file, compiles it with each
compiler at -O0 and -O2 without a warning, and runs it: it fails on the planted bug and passes on the
clean build.

FOLDER is harness/planted/library of the build; DEF is planted_bugs.def; INCLUDE holds
allocheck/allocator.h. Prints one row per bug: shown by libc names, by the interface, or refused. Exit
status: 0 as expected; 1 not, or libc names show fewer than three quarters of the bugs."""
import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

FLAGS = ["-std=c11", "-pedantic", "-Wall", "-Wextra", "-Werror", "-pthread"]
LEVELS = ["-O0", "-O2"]
# Bugs that no C file can reproduce, and why.
REFUSED = {"reads-foot-of-used": "no finding without a sanitizer",
           "remembers-last-heap": "deterministic"}
AT_LEAST = 3 / 4  # of the bugs are shown by libc names


@dataclass
class Planted:
    name: str
    base: str
    program: str


def read_planted_bugs(path):
    text = open(path, encoding="utf-8").read()
    found = []
    for row in re.findall(r"^AC_PLANTED\((.*?)\)$", text, re.MULTILINE | re.DOTALL):
        fields = re.match(r'\w+, "([^"]+)",\s*(\w+),', row)
        literals = re.search(r'((?:\s*"(?:[^"\\]|\\.)*")+)\Z', row)
        if fields:
            parts = re.findall(r'"((?:[^"\\]|\\.)*)"', literals[1])
            # The last literals are the program; class and source come first.
            program = "".join(part for part in parts if "\\n" in part)
            found.append(Planted(*fields.groups(), program.replace("\\n", "\n")))
    return found


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("allocheck")
    parser.add_argument("libraries", metavar="FOLDER", help="with the planted-bug allocators as shared objects")
    parser.add_argument("planted_bugs", metavar="DEF")
    parser.add_argument("include", metavar="INCLUDE")
    parser.add_argument("names", metavar="NAME", nargs="*", help="planted bugs (default: all)")
    parser.add_argument("--compiler", action="append", metavar="CC")
    parser.add_argument("--keep", metavar="DIR", help="keep the C files there")
    return parser.parse_intermixed_args()


def run(command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, **more)


class Trouble(Exception):
    pass


def export(options, planted, folder):
    """The path of the C file; None: refused, as expected."""
    program = os.path.join(folder, planted.name + ".ops")
    file = os.path.join(folder, planted.name.replace("-", "_") + ".c")
    library = os.path.join(options.libraries, "instances", planted.name + ".so")
    with open(program, "w", encoding="utf-8") as to:
        to.write("ops 1\n" + planted.program)
    done = run([options.allocheck, "convert", "--to", "c", "--allocator", library, "--call-time", "1",
                "-o", file, program])
    if planted.name in REFUSED:
        if "no finding on" not in done.stdout:
            refusal = f"a C file cannot reproduce {REFUSED[planted.name]}"
            if done.returncode != 2 or refusal not in done.stdout or os.path.exists(file):
                raise Trouble(f"exit status {done.returncode}, expected 2, '{refusal}' and no "
                              f"file:\n{done.stdout}")
        return None
    if done.returncode != 0 or "no finding" in done.stdout or not os.path.exists(file):
        raise Trouble(f"exit status {done.returncode}:\n{done.stdout}")
    return file


def is_interface(file):
    return "allocheck/allocator.h" in open(file, encoding="utf-8").read().split("#include")[1]


def link_to(library, folder):
    """A folder with the library under the name that executables link to."""
    os.makedirs(folder, exist_ok=True)
    link = os.path.join(folder, "target.so")
    if not os.path.lexists(link):
        os.symlink(os.path.abspath(library), link)
    return folder


def build(options, compiler, level, file, folder):
    """An executable for the bug and its clean build; a warning is an error. `folder' has the library if
    the file calls the interface."""
    target = f"{file[:-2]}{level}-{compiler}"
    command = [compiler, level, *FLAGS, file, "-o", target]
    if folder:
        command += ["-I", options.include, "-L", folder, "-l:target.so"]
    done = run(command)
    if done.returncode != 0:
        raise Trouble(f"{' '.join(command)}:\n{done.stdout}")
    return target


def ends(executable, library, folder):
    preloaded = {"LD_LIBRARY_PATH": folder} if folder else {"LD_PRELOAD": library}
    done = run([executable], env={**os.environ, **preloaded}, timeout=60)
    return done.returncode, done.stdout


def fails(status, text):
    """A signal, or status 1 and a message."""
    return status < 0 or (status == 1 and text.startswith("FAIL: "))


def verify(options, planted, file):
    """Returns how the bug was shown, and the messages of the C file."""
    form = "instances" if is_interface(file) else "names"
    paths = [os.path.join(options.libraries, form, name + ".so")
             for name in (planted.name, planted.base)]
    if not all(os.path.exists(path) for path in paths):
        raise Trouble(f"no library {' or '.join(paths)}")
    folders = [None, None] if form == "names" else [
        link_to(path, file[:-2] + role) for path, role in zip(paths, ["-bug", "-clean_build"])]
    reported = set()
    for compiler in options.compiler or ["gcc", "clang"]:
        for level in LEVELS:
            executable = build(options, compiler, level, file, folders[0])
            status, text = ends(executable, paths[0], folders[0])
            reported.add(text.strip() if status == 1 else f"signal {-status}")
            if not fails(status, text):
                raise Trouble(f"{compiler} {level}: with the bug it ends with {status}\n{text}")
            status, text = ends(executable, paths[1], folders[1])
            if status != 0:
                raise Trouble(f"{compiler} {level}: on the clean build it ends with {status}\n{text}")
    return form, " / ".join(sorted(reported))


def try_one(options, planted, folder):
    start = time.monotonic()
    try:
        file = export(options, planted, folder)
        how, reported = ("refused", REFUSED[planted.name]) if file is None else verify(
            options, planted, file)
    except (Trouble, subprocess.TimeoutExpired) as trouble:
        how, reported = "FAILED", str(trouble)
    return planted, how, reported, time.monotonic() - start


def main():
    options = parse_arguments()
    planted_bugs = [planted for planted in read_planted_bugs(options.planted_bugs)
                 if not options.names or planted.name in options.names]
    counts = {"names": 0, "instances": 0, "refused": 0, "FAILED": 0}
    words = {"names": "libc names", "instances": "interface"}
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(2) as pool:
        folder = options.keep or scratch
        for planted, how, reported, seconds in pool.map(
                lambda planted: try_one(options, planted, folder), planted_bugs):
            counts[how] += 1
            print(f"{planted.name:<24} {words.get(how, how):<11} {seconds:5.1f} s  {reported}",
                  flush=True)
    total = len(planted_bugs)
    few = not options.names and counts["names"] < AT_LEAST * total
    print(f"\n{total} planted bugs: {counts['names']} by libc names, {counts['instances']} by the "
          f"interface, {counts['refused']} refused, {counts['FAILED']} failures")
    if few:
        print(f"libc names show fewer than {AT_LEAST:.0%} of the bugs")
    return 1 if counts["FAILED"] or total == 0 or few else 0


if __name__ == "__main__":
    sys.exit(main())
