# SPDX-License-Identifier: MIT
"""Shrinks inputs that expose planted bugs with `allocheck shrink', libFuzzer's -minimize_crash=1 and
afl-tmin, each for the same time, and prints the results.

usage: python3 fuzz/bench/shrink.py [--build FOLDER] [--seconds N] [BUG...]

FOLDER is a build of the gcc or clang preset with both engines. The default BUGs cover each oracle that
engines check. `allocheck shrink' prefers two single ops to one that repeats twice, and a refused page
to a request for all memory, so it may leave one op more. Exit status: 0 measured, 1 a shrunk program
shows another finding, 2 could not run.
"""

import argparse
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLANTED_BUGS = ["product-wraps", "failure-frees", "copies-word-less", "empty-counts-as-new",
             "tests-first-word", "alignment-by-size", "usable-less-header", "clears-null",
             "free-loses-errno", "trims-below-list", "walks-boundary-twice", "inverted-loop"]
QUIET = {"AFL_NO_AFFINITY": "1", "AFL_SKIP_CPUFREQ": "1",
         "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1"}
GRACE = 0.5  # seconds before a late tool is killed


class Bench:
    def __init__(self, build, seconds, folder):
        target = build / "fuzz/any"
        self.allocheck = target / "broken/allocheck"
        self.libfuzzer = target / "libfuzzer/planted_libfuzzer"
        self.afl = target / "afl/planted_afl"
        self.matrix = build / "harness/planted/matrix"
        self.seconds = seconds
        self.folder = folder

    def missing(self):
        tools = [str(tool) for tool in (self.allocheck, self.matrix, self.libfuzzer, self.afl)
                 if not tool.exists()]
        return tools + [name for name in ["afl-tmin"] if shutil.which(name) is None]

    def run(self, planted, *command):
        """Seconds that a tool ran. Kills it and its children at the time limit."""
        environment = {**os.environ, **QUIET, "ALLOCHECK_ALLOCATOR": planted}
        start = time.monotonic()
        with subprocess.Popen(command, env=environment, cwd=self.folder, start_new_session=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as tool:
            try:
                tool.wait(timeout=self.seconds + GRACE)
            except subprocess.TimeoutExpired:
                os.killpg(tool.pid, signal.SIGKILL)
        return time.monotonic() - start

    def output(self, *command):
        done = subprocess.run([self.allocheck, *command], capture_output=True, text=True,
                              check=False)
        return done.stdout

    def ops(self, file):
        text = self.output("convert", "--to", "text", file)
        return sum(1 for line in text.splitlines()
                   if line and not line.startswith(("#", "ops ", "with ")))

    def finding(self, planted, file):
        """Oracle and kind of op of a file's finding."""
        text = self.output("run", "--inline", "--call-time", "0.3", "--allocator", planted, file)
        found = re.search(r"finding: ([a-z-]+) on ", text)
        op = re.search(r"^ +-> +\d+ +(?:on \d+: )?(?:repeat \d+: )?(?:p\d+ = )?(\w+)", text, re.M)
        return f"{found.group(1)} at {op.group(1) if op else 'the end'}" if found else "none"

    def measure(self, planted, given, left, *command):
        """Ops, finding and seconds of a tool's result; the input itself if it wrote none."""
        seconds = self.run(planted, *command)
        file = left if left.exists() and left.stat().st_size > 0 else given
        return self.ops(file), self.finding(planted, file), seconds

    def row(self, planted):
        given = self.folder / planted
        left = {tool: self.folder / f"{planted}.{tool}" for tool in ("ops", "libfuzzer", "afl")}
        tools = {
            "allocheck": self.measure(
                planted, given, left["ops"], self.allocheck, "shrink", "--seconds",
                str(self.seconds), "--call-time", "0.3", "--allocator", planted, given, "-o",
                left["ops"]),
            "libFuzzer": self.measure(
                planted, given, left["libfuzzer"], self.libfuzzer, "-minimize_crash=1",
                f"-max_total_time={self.seconds}", "-timeout=1",
                f"-exact_artifact_path={left['libfuzzer']}", given),
            "afl-tmin": self.measure(
                planted, given, left["afl"], "afl-tmin", "-t",
                "1000", "-i", given, "-o", left["afl"], "--", self.afl),
        }
        return self.ops(given), self.finding(planted, given), tools


def cell(finding, measured):
    ops, shown, seconds = measured
    return f"{ops:>4} {seconds:>4.1f} s {'' if shown == finding else shown:<25}"


def compare(bench, names):
    more = others = 0
    print(f"{'planted bug':<20} {'finding':<26} {'ops':>4}  "
          f"{'allocheck shrink':<37} {'-minimize_crash=1':<37} afl-tmin")
    for name in names:
        before, finding, tools = bench.row(name)
        print(f"{name:<20} {finding:<26} {before:>4} " +
              " ".join(cell(finding, measured) for measured in tools.values()), flush=True)
        own = tools["allocheck"]
        same = [tool for tool in tools.values() if tool[1] == finding]
        others += own[1] != finding
        more += own[0] > min((tool[0] for tool in same), default=0)
    print(f"\n{len(names)} planted bugs, {bench.seconds} s per tool; ops left and seconds taken, "
          f"and the finding\nif it differs; allocheck shrink left more ops than another "
          f"with the same finding in {more},\nand another finding in {others}")
    return others


def main():
    parser = argparse.ArgumentParser(description="Compares shrinkers on the same inputs.")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/gcc")
    parser.add_argument("--seconds", type=int, default=5, help="time limit per tool and input")
    parser.add_argument("planted_bugs", nargs="*", default=PLANTED_BUGS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options.build.resolve(), options.seconds, pathlib.Path(folder))
        missing = bench.missing()
        if missing:
            print("missing: " + ", ".join(missing), file=sys.stderr)
            return 2
        for name in options.planted_bugs:
            subprocess.run([bench.matrix, "--shrink", "--planted", name, "-o", folder],
                           stdout=subprocess.DEVNULL, check=False)
            if not (bench.folder / name).exists():
                print(f"{name}: unknown planted bug, or no engine here finds it", file=sys.stderr)
                return 2
        return 1 if compare(bench, options.planted_bugs) > 0 else 0


if __name__ == "__main__":
    sys.exit(main())
