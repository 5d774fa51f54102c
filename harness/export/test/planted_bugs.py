#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Exports the shortest known program of every planted-bug allocator as C files, compiles them without a
warning, and runs them: they fail on the planted bug and pass on the clean build.

Each bug has up to three files: by libc names from the library with instances (--names); by the interface of that library, which the tool verifies itself (--verify); and
what the tool makes of the library with libc names, where that shows the bug, verified likewise.

FOLDER is harness/planted/library of the build; DEF is planted_bugs.def; INCLUDE holds
allocheck/allocator.h. Prints one row per bug: shown by libc names, by the interface, or refused. Exit
status: 0 as expected; 1 not, or libc names show fewer than three quarters of the bugs, or fewer than
three quarters of the files by the interface are short."""
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
BUILDS = [("gcc", "-O2"), ("clang", "-O0")]
# Bugs that no C file can reproduce, and why.
REFUSED = {"reads-foot-of-used": "no finding without a sanitizer",
           "remembers-last-heap": "deterministic"}
# CPU time limit of a call in the tool: planted bugs are quick, or never end. The C files have at least 1 s.
CALL_TIME = "0.2"
SHORT = {"names": 40, "instances": 110}  # lines; by the interface, with a page source
AT_LEAST = 3 / 4  # of the bugs are shown by libc names; of the files by the interface are short


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
    parser.add_argument("--keep", metavar="DIR", help="keep the C files there")
    return parser.parse_intermixed_args()


def run(command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, **more)


class Trouble(Exception):
    pass


def convert(options, planted, folder, form, end, *more):
    """Makes a C file of the bug in a library; returns its path, and the result of the command."""
    program = os.path.join(folder, f"{planted.name}{end}.ops")
    file = os.path.join(folder, planted.name.replace("-", "_") + end + ".c")
    library = os.path.join(options.libraries, form, planted.name + ".so")
    with open(program, "w", encoding="utf-8") as to:
        to.write("ops 1\n" + planted.program)
    done = run([options.allocheck, "convert", "--to", "c", "--allocator", library, "--call-time", CALL_TIME,
                "-o", file, *more, program])
    return file, done


def export(options, planted, folder):
    """The path of the C file; None: refused, as expected."""
    file, done = convert(options, planted, folder, "instances", "", "--names")
    if "libc names cannot reproduce" in done.stdout:
        file, done = convert(options, planted, folder, "instances", "")
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


def build(options, compiler, level, file):
    """An executable for the bug and its clean build; a warning is an error."""
    target = f"{file[:-2]}{level}-{compiler}"
    command = [compiler, level, *FLAGS, "-I", options.include, file, "-o", target]
    done = run(command)
    if done.returncode != 0:
        raise Trouble(f"{' '.join(command)}:\n{done.stdout}")
    return target


def ends(executable, library, form):
    """Runs it with a library that it loads, or that is preloaded; None: on the C library."""
    loads = form == "instances"
    preloaded = {"LD_PRELOAD": library} if library and not loads else {}
    done = run([executable] + ([library] if loads else []), env={**os.environ, **preloaded}, timeout=60)
    return done.returncode, done.stdout


def fails(status, text):
    """A signal, or status 1 and a message."""
    return status < 0 or (status == 1 and text.startswith("FAIL: "))


def libraries_of(options, planted, form):
    paths = [os.path.join(options.libraries, form, name + ".so")
             for name in (planted.name, planted.base)]
    if not all(os.path.exists(path) for path in paths):
        raise Trouble(f"no library {' or '.join(paths)}")
    return paths


def check(options, planted, file, form, compiler, level, on_libc=False):
    """Returns what the file reports of the bug."""
    bug, clean = libraries_of(options, planted, form)
    executable = build(options, compiler, level, file)
    status, reported = ends(executable, bug, form)
    if not fails(status, reported):
        raise Trouble(f"{compiler} {level}: with the bug it ends with {status}\n{reported}")
    for library in [clean, None] if on_libc else [clean]:
        other, text = ends(executable, library, form)
        if other != 0:
            raise Trouble(f"{compiler} {level}: on {library or 'the C library'} it ends with {other}\n{text}")
    return reported.strip() if status == 1 else f"signal {-status}"


def verify(options, planted, file):
    """Returns how the bug was shown, and the messages of the C file."""
    form = "instances" if is_interface(file) else "names"
    reported = {check(options, planted, file, form, compiler, level)
                for compiler, level in BUILDS}
    return form, " / ".join(sorted(reported))


def verify_itself(options, planted, folder, form):
    """Whether the tool verifies the file that it makes of a library, which is then checked here too.
    None: that library does not show the bug."""
    if not os.path.exists(os.path.join(options.libraries, form, planted.name + ".so")):
        return None
    file, done = convert(options, planted, folder, form, "-" + form, "--verify")
    if "no finding" in done.stdout or "cannot reproduce" in done.stdout:
        return None
    if done.returncode != 0:
        raise Trouble(f"{form}: {done.stdout}")
    check(options, planted, file, form, "clang", "-O2", on_libc=form == "names")
    return len(open(file, encoding="utf-8").read().splitlines())


@dataclass
class Row:
    planted: Planted
    how: str
    reported: str
    seconds: float
    lines: dict  # by form of the library: of the C file that the tool verified itself


def try_one(options, planted, folder):
    start, lines = time.monotonic(), {}
    try:
        file = export(options, planted, folder)
        how, reported = ("refused", REFUSED[planted.name]) if file is None else verify(
            options, planted, file)
        lines = {form: verify_itself(options, planted, folder, form) for form in ("instances", "names")}
    except (Trouble, subprocess.TimeoutExpired) as trouble:
        how, reported = "FAILED", str(trouble)
    return Row(planted, how, reported, time.monotonic() - start, lines)


def print_row(row, words):
    verified = "  ".join(f"{row.lines[form]:>4}" if row.lines.get(form) else "   -"
                         for form in ("instances", "names"))
    print(f"{row.planted.name:<24} {words.get(row.how, row.how):<11} {row.seconds:5.1f} s  "
          f"{verified}  {row.reported}", flush=True)


def main():
    options = parse_arguments()
    planted_bugs = [planted for planted in read_planted_bugs(options.planted_bugs)
                 if not options.names or planted.name in options.names]
    counts = {"names": 0, "instances": 0, "refused": 0, "FAILED": 0}
    words = {"names": "libc names", "instances": "interface"}
    rows = []
    print("The numbers: lines of the C file verified by the tool, by the interface and by libc names.")
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(2) as pool:
        folder = options.keep or scratch
        for row in pool.map(lambda planted: try_one(options, planted, folder), planted_bugs):
            rows.append(row)
            counts[row.how] += 1
            print_row(row, words)
    total = len(planted_bugs)
    few = not options.names and counts["names"] < AT_LEAST * total
    print(f"\n{total} planted bugs: {counts['names']} by libc names, {counts['instances']} by the "
          f"interface, {counts['refused']} refused, {counts['FAILED']} failures")
    sizes = {form: [row.lines[form] for row in rows if row.lines.get(form)] for form in words}
    short = {form: sum(size <= SHORT[form] for size in sizes[form]) for form in words}
    for form, what in words.items():
        print(f"verified by the tool, {what}: {len(sizes[form])}, of at most {SHORT[form]} lines: {short[form]}")
    if few:
        print(f"libc names show fewer than {AT_LEAST:.0%} of the bugs")
    long = not options.names and short["instances"] < AT_LEAST * len(sizes["instances"])
    if long:
        print(f"fewer than {AT_LEAST:.0%} of the files by the interface are short")
    return 1 if counts["FAILED"] or total == 0 or few or long else 0


if __name__ == "__main__":
    sys.exit(main())
