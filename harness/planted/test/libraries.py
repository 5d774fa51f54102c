#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs `allocheck fuzz` on planted-bug allocators as shared objects: the first finding must come from
the oracle in the table, and the saved program must show it again in a new process; clean builds must
pass.

TABLE is harness/planted/library/table in the build folder: name, form, base, oracle and path of each
library. Prints a row for each library and engine. Exit status: 0 as expected, 1 otherwise, 2 usage."""
import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass


@dataclass
class Library:
    name: str
    form: str
    base: str
    oracle: str  # that finds it; `clean': none
    path: str

    @property
    def is_clean(self):
        return self.oracle == "clean"


def read_table(path):
    with open(path, encoding="utf-8") as table:
        return [Library(*line.split(maxsplit=4)) for line in table.read().splitlines()]


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("allocheck", help="the tool")
    parser.add_argument("table", metavar="TABLE")
    parser.add_argument("names", metavar="NAME", nargs="*", help="of planted_bugs and clean_builds; else all")
    parser.add_argument("--engine", action="append", metavar="E",
                        help="as for `allocheck fuzz'; may be given again (default: auto)")
    parser.add_argument("--seconds", default="60", help="for each planted (default: 60)")
    parser.add_argument("--seed", default="1", help="random seed (default: 1)")
    parser.add_argument("--call-time", metavar="SECONDS",
                        help="as for `allocheck fuzz': calls of planted_bugs are quick, or never end")
    parser.add_argument("--clean-programs", default="5000", metavar="N",
                        help="that a clean one survives, at least within --seconds (default: 5000)")
    parser.add_argument("--without", action="append", default=[], metavar="ORACLE[:BASE]",
                        help="leaves out the planted_bugs of an oracle (made from that base), and "
                             "says so")
    parser.add_argument("--form", choices=["instances", "names"], help="only these")
    parser.add_argument("--no-behaviour", action="store_true",
                        help="libFuzzer and AFL++ are not fed the behaviour of the allocator")
    return parser.parse_intermixed_args()


@dataclass
class Campaign:
    found: str = "clean"
    file: str = ""
    programs: str = "?"
    seconds: float = 0.0
    text: str = ""


# A campaign goes on after a deviation from the standards that the measured profile shows.
GOES_ON = re.compile(r" +found by +its profile: ")


def until_first_finding(command, environment):
    """The output and the exit status of a campaign, which is interrupted if it goes on after a finding."""
    lines = []
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True) as process:
        for line in process.stdout:
            lines.append(line)
            if GOES_ON.match(line):
                process.send_signal(signal.SIGTERM)
    return "".join(lines), process.returncode


def campaign(options, engine, library, folder):
    """What `allocheck fuzz' says, in an empty folder."""
    limit = (["--programs", options.clean_programs] if library.is_clean else []) + [
        "--seconds", options.seconds]
    if options.call_time:
        limit += ["--call-time", options.call_time]
    environment = dict(os.environ)
    if options.no_behaviour:
        environment["ALLOCHECK_BEHAVIOUR"] = "off"
    start = time.monotonic()
    text, status = until_first_finding(
        [options.allocheck, "fuzz", "--allocator", library.path, "--engine", engine, "--seed",
         options.seed, "--jobs", "1", "-o", folder, *limit], environment)
    result = Campaign(seconds=time.monotonic() - start, text=text)
    first = re.search(r"^finding: (\S+) on ", text, re.MULTILINE)
    summary = re.search(r"^\S+ on .*: (\d+) programs? in ", text, re.MULTILINE)
    if first is None and status != 0 or summary is None:
        result.found = f"(exit status {status})"
    elif first is not None:
        result.found = first[1]
        kept = sorted(os.listdir(os.path.join(folder, "findings")))
        result.file = os.path.join(folder, "findings", kept[0], "shrunk.ops") if kept else ""
    result.programs = summary[1] if summary else "?"
    return result


def shows_again(options, library, result):
    """The kept program, in a fresh process."""
    limit = ["--call-time", options.call_time] if options.call_time else []
    done = subprocess.run(
        [options.allocheck, "run", "--allocator", library.path, *limit, result.file],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    result.text += done.stdout
    return done.returncode == 1 and f": finding: {result.found} on " in done.stdout


def try_one(options, engine, library):
    """Prints a row; False: not as expected."""
    with tempfile.TemporaryDirectory() as folder:
        result = campaign(options, engine, library, folder)
        again = "-"
        if result.file:
            again = "yes" if shows_again(options, library, result) else "no"
    good = result.found == library.oracle and again == ("-" if library.is_clean else "yes")
    print(f"{library.name:<24} {library.form:<10} {engine:<10} {library.oracle:<15} "
          f"{result.found:<15} {again:<6} {result.programs:>9} {result.seconds:>8.2f}", flush=True)
    if not good:
        print("  FAILED:\n" + re.sub("^", "    ", result.text, flags=re.MULTILINE), flush=True)
    return good


def main():
    options = parse_arguments()
    libraries = [library for library in read_table(options.table)
                 if options.form in (None, library.form)]
    unknown = set(options.names) - {library.name for library in libraries}
    if unknown:
        sys.exit(f"no library is called {' or '.join(sorted(unknown))}")
    chosen = [library for library in libraries
              if not options.names or library.name in options.names]
    left_out = [library for library in chosen
                if {library.oracle, f"{library.oracle}:{library.base}"} & set(options.without)]
    chosen = [library for library in chosen if library not in left_out]
    print(f"{'planted':<24} {'form':<10} {'engine':<10} {'expected':<15} {'found by':<15} "
          f"{'again':<6} {'programs':>9} {'seconds':>8}")
    failures = sum(not try_one(options, engine, library)
                   for engine in options.engine or ["auto"] for library in chosen)
    for library in left_out:
        print(f"{library.name:<24} {library.form:<10} {'':<10} {library.oracle:<15} (left out)")
    print(f"\n{len(chosen)} libraries, {failures} failures")
    return 1 if failures or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
