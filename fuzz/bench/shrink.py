# SPDX-License-Identifier: MIT
"""Shrinks the first inputs that kill planted_bugs with `allocheck shrink', with libFuzzer's
-minimize_crash=1 and with afl-tmin, each with the same time, and prints what each leaves.

usage: python3 fuzz/bench/shrink.py [--build FOLDER] [--seconds N] [PLANTED...]

FOLDER is a build of the gcc or clang preset with both engines. Without names, some of each oracle
that engines check are taken. `allocheck shrink' takes two single ops before one
that repeats twice, and a refused page before a request for all the memory there is: that may be one
op more. Exit status: 0 all was measured; 1 allocheck shrink shows another finding; 2 it could not
run.
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
GRACE = 0.5  # seconds that a tool may be late before it is killed


class Bench:
    def __init__(self, build, seconds, folder):
        target = build / "fuzz/target"
        self.allocheck = target / "broken/allocheck"
        self.libfuzzer = target / "libfuzzer/planted_libfuzzer"
        self.afl = target / "afl/planted_afl"
        self.seconds = seconds
        self.folder = folder

    def missing(self):
        tools = [str(tool) for tool in (self.allocheck, self.libfuzzer, self.afl)
                 if not tool.exists()]
        return tools + [name for name in ["afl-tmin"] if shutil.which(name) is None]

    def run(self, planted, *command):
        """How long a tool ran; it is killed, and what it started, when its time is over."""
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
        text = self.output("show", file)
        return sum(1 for line in text.splitlines()
                   if line and not line.startswith(("#", "ops ", "with ")))

    def finding(self, planted, file):
        """The oracle and the kind of op of a file's finding."""
        text = self.output("run", "--inline", "--call-time", "0.3", "--allocator", planted, file)
        found = re.search(r"finding: ([a-z-]+) on ", text)
        op = re.search(r"^ +-> +\d+ +(?:on \d+: )?(?:repeat \d+: )?(?:p\d+ = )?(\w+)", text, re.M)
        return f"{found.group(1)} at {op.group(1) if op else 'the end'}" if found else "none"

    def measure(self, planted, given, left, *command):
        """Ops, finding and seconds of what a tool leaves; what it writes nothing of stays."""
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
    print(f"{'planted':<20} {'finding':<26} {'ops':>4}  "
          f"{'allocheck shrink':<37} {'-minimize_crash=1':<37} afl-tmin")
    for name in names:
        before, finding, tools = bench.row(name)
        print(f"{name:<20} {finding:<26} {before:>4} " +
              " ".join(cell(finding, measured) for measured in tools.values()), flush=True)
        own = tools["allocheck"]
        same = [tool for tool in tools.values() if tool[1] == finding]
        others += own[1] != finding
        more += own[0] > min((tool[0] for tool in same), default=0)
    print(f"\n{len(names)} planted-bug allocators, {bench.seconds} s for each tool; ops left and seconds taken, "
          f"and the finding\nwhere it is another one; allocheck shrink left more ops than another "
          f"with the same finding in {more},\nand another finding in {others}")
    return others


def main():
    parser = argparse.ArgumentParser(description="Compares shrinkers on the same inputs.")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/gcc")
    parser.add_argument("--seconds", type=int, default=5, help="for each tool and input")
    parser.add_argument("planted_bugs", nargs="*", default=PLANTED_BUGS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options.build.resolve(), options.seconds, pathlib.Path(folder))
        missing = bench.missing()
        if missing:
            print("missing: " + ", ".join(missing), file=sys.stderr)
            return 2
        for name in options.planted_bugs:
            bench.output("matrix", "--shrink", "--planted", name, "-o", folder)
            if not (bench.folder / name).exists():
                print(f"{name}: no such planted, or nothing kills it here", file=sys.stderr)
                return 2
        return 1 if compare(bench, options.planted_bugs) > 0 else 0


if __name__ == "__main__":
    sys.exit(main())
