#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Is the time given the time taken?

Each row runs one command on an allocator that hangs, is slow, leaks, races or wears out
(harness/cli/test/library/timed.c). A campaign must end within the larger of 5 s and 10 % after its
--seconds. A command that gets a signal, in the phase that the row names, must end within 2 s, with
what was found. Afterwards no process, no temporary file and no half-written finding may be left.

Rows are named KIND/ALLOCATOR/ENGINE or KIND/PHASE/ENGINE; a ROW of the command line is a part of a name.

Exit status: 0 all in time; 1 not so; 2 usage, or nothing ran."""

import argparse
import dataclasses
import itertools
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import terminal

ROOT = pathlib.Path(__file__).resolve().parents[2]
HARNESS = pathlib.Path(os.environ.get("DEADLINES_BUILD", ROOT / "build" / "gcc")) / "harness"
TOOL = HARNESS / "cli" / "allocheck"
RACING = HARNESS / "cli" / "test" / "allocheck_racing"
TIMED = HARNESS / "cli" / "test" / "library" / "libtimed.so"

LATE_SHARE, LATE_SECONDS = 0.10, 5  # a campaign may take longer by the larger of these
SIGNAL_SECONDS = 2                  # from a signal to the end
NEVER_SECONDS = 120                 # --seconds where a signal is to end the command
MISSED = "the phase was not reached"
ATTEMPTS = 5                        # to meet it: saving takes milliseconds
ENGINES = ["random", "exhaustive", "libfuzzer", "afl"]
HANGS = ["malloc", "calloc", "realloc", "free", "aligned_alloc", "posix_memalign", "malloc_usable_size"]

GROWS = "ops 1\np0 = malloc 24\nfree p0\n"
WEARS = "ops 1\nrepeat 3001: p0 = malloc 24\np1 = calloc 3 40\n"
# Shrinking takes long if each try that hangs does.
HANG_LATE = "ops 1\nrepeat 300: p0 = malloc 24\ncheck_all\nfree_every 2\np400 = calloc 3 40\np401 = malloc 504\n"


@dataclasses.dataclass
class Row:
    kind: str       # seconds, INT, TERM, KILL
    what: str       # the allocator, or the phase
    engine: str     # or the command
    arguments: list
    timed: str = ""              # the environment variable TIMED
    programs: tuple = ()         # files to write, by name: p0.ops, p1.ops ...
    tool: pathlib.Path = TOOL
    when: object = None          # of a signal: a function of a Run, true once the phase is reached
    slow_compiler: bool = False
    finds: bool = False          # by then there is a finding, which must be kept

    def keeps_results(self):
        """Other commands have nothing to lose: the signal may end them."""
        return self.arguments[0] in ("fuzz", "triage", "sweep")

    @property
    def name(self):
        return f"{self.kind}/{self.what}/{self.engine}"


# --- rows of --seconds ---

def fuzz(engine, *more):
    return ["fuzz", "-e", engine, "-a", str(TIMED), "--seed", "1", *more]


def campaigns():
    """Allocator by allocator, each with the engines that can run it."""
    for function in HANGS:
        yield Row("seconds", f"hang={function}", "random", fuzz("random", "--keep-going"), f"hang={function} after=50")
    yield Row("seconds", "hang=malloc always", "random", fuzz("random", "--keep-going"), "hang=malloc")
    for engine in ENGINES:
        for timed in ("hang=free after=50", "slow=10", "pool", "worn=3000", ""):
            yield Row("seconds", timed or "correct", engine, fuzz(engine, "--keep-going"), timed)
        yield Row("seconds", "worn=3000, 2 jobs", engine, fuzz(engine, "--keep-going", "-j", "2"), "worn=3000")
        yield Row("seconds", "leak", engine, fuzz(engine, "--keep-going", "p0.ops"), "leak", (GROWS,))
    races = ["fuzz", "--race", "--keep-going", "--seed", "1", "-a"]
    for allocator in ("takes", "hastes", "marks", "right"):
        yield Row("seconds", f"races: {allocator}", "random", [*races, allocator], tool=RACING)
    yield Row("seconds", "races: hang=free", "random", [*races, str(TIMED)], "hang=free after=50")
    yield Row("seconds", "hang=malloc", "triage", ["triage", "-a", str(TIMED), *[f"p{i}.ops" for i in range(8)]],
              "hang=malloc after=302", (HANG_LATE,) * 8)
    yield Row("seconds", "slow=10", "sweep", ["sweep", "-a", str(TIMED), "p0.ops", "p1.ops"], "slow=10", (WEARS,) * 2)


# --- rows of signals ---

# Of the allocator without TIMED: nothing is left to measure.
PROFILE = HARNESS / "deadlines-profile.json"

def line(*texts):
    """The status line, which is rewritten in place, shows one of these texts."""
    return lambda run: any(text in run.screen.line for text in texts)


def after(seconds):
    return lambda run: run.elapsed() > seconds


def is_saving(run):
    """The C file of a finding is there, the finding itself not yet."""
    return bool(list(run.folder.glob("allocheck-out/findings/.*/repro.c")))


def phases(engine):
    yield Row("", "measuring", engine, fuzz(engine), "slow=10", when=line("measuring the profile"))
    goes_on = fuzz(engine, "--keep-going", "--oracles=-no-growth", f"--profile={PROFILE}")
    yield Row("", "given programs", engine, [*goes_on, "p0.ops"], "slow=10", (WEARS,), when=line("given programs"))
    yield Row("", "engine", engine, goes_on, when=line(" new 0:"))
    yield Row("", "engine, in a hang", engine, goes_on, "hang=free after=50", when=after(4))
    yield Row("", "confirming", engine, [*goes_on, "p0.ops"], "hang=malloc after=302", (HANG_LATE,),
              when=line("confirming"), finds=True)
    yield Row("", "shrinking", engine, [*goes_on, "p0.ops"], "hang=malloc after=302", (HANG_LATE,),
              when=line("shrinking"), finds=True)
    yield Row("", "verifying", engine, [*goes_on, "p0.ops"], "worn=3000", (WEARS,), when=line("verifying"),
              slow_compiler=True, finds=True)
    yield Row("", "saving", engine, [*goes_on, "p0.ops"], "worn=3000", (WEARS,), when=is_saving, finds=True)


def commands():
    """Other commands, each in a call that hangs."""
    hangs, one = "hang=malloc after=302", (HANG_LATE,)
    measured, allocator = ["-a", str(TIMED)], ["-a", str(TIMED), f"--profile={PROFILE}"]
    yield Row("", "hang", "run", ["run", *allocator, "--junit", "out.xml", "p0.ops"], hangs, one, when=after(2))
    yield Row("", "measuring", "profile", ["profile", *measured, "--json", "-o", "out.json"], "slow=10", when=after(2))
    yield Row("", "slow", "sweep", ["sweep", *allocator, "p0.ops"], "slow=10", (WEARS,), when=after(2))
    yield Row("", "hang", "triage", ["triage", *allocator, "p0.ops"], hangs, one, when=after(2))
    yield Row("", "hang", "shrink", ["shrink", *allocator, "-o", "out.ops", "p0.ops"], hangs, one, when=after(2))
    yield Row("", "shrinking", "shrink", ["shrink", *allocator, "-o", "out.ops", "p0.ops"], hangs, one,
              when=line(" ops"))
    yield Row("", "hang", "explain", ["explain", *allocator, "--html", "out.html", "p0.ops"], hangs, one, when=after(2))
    yield Row("", "hang", "compare", ["compare", *measured, "-a", "libc", "p0.ops"], hangs, one, when=after(2))
    yield Row("", "hang", "scorecard", ["scorecard", str(TIMED)], "hang=free after=50", when=after(2))
    yield Row("", "slow", "scorecard", ["scorecard", str(TIMED)], "slow=10", when=after(2))
    yield Row("", "verifying", "convert", ["convert", *measured, "--to", "c", "--verify", "-o", "out.c", "p0.ops"],
              "worn=3000", (WEARS,), when=after(2), slow_compiler=True)
    yield Row("", "engine", "matrix", ["--shrink"], when=after(2), tool=HARNESS / "planted" / "matrix")
    yield Row("", "a sleeping command", "record", ["record", "-o", "out.ops", "sleep", "60"], when=after(1))


def signals():
    everything = [*itertools.chain.from_iterable(phases(engine) for engine in ("random", "libfuzzer", "afl")),
                  *commands()]
    for kind in ("INT", "TERM", "KILL"):
        for row in everything:
            if kind != "KILL" or row.what in ("engine", "engine, in a hang", "shrinking", "verifying"):
                yield dataclasses.replace(row, kind=kind)


# --- one run ---

class Run:
    """A row's command, in its own folder and TMPDIR, by which its processes are recognised."""

    def __init__(self, row, seconds):
        self.row = row
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="deadlines-"))
        self.temporary = self.folder / "temporary"
        self.temporary.mkdir()
        for i, program in enumerate(row.programs):
            (self.folder / f"p{i}.ops").write_text(program, encoding="utf-8")
        command = [str(row.tool), *row.arguments]
        if row.kind == "seconds" or row.arguments[0] == "fuzz":
            command += ["--seconds", str(seconds if row.kind == "seconds" else NEVER_SECONDS)]
        self.begun = time.monotonic()
        self.screen = terminal.Terminal(command, self.folder, self.environment())

    def environment(self):
        paths = os.environ["PATH"]
        if self.row.slow_compiler:
            compiler = self.folder / "bin" / "cc"
            compiler.parent.mkdir()
            compiler.write_text("#!/bin/sh\nsleep 60\n", encoding="utf-8")
            compiler.chmod(0o755)
            paths = f"{compiler.parent}:{paths}"
        return {"TIMED": self.row.timed, "TMPDIR": str(self.temporary), "PATH": paths}

    def elapsed(self):
        return time.monotonic() - self.begun

    def processes(self):
        """Processes of this run, but for zombies."""
        marker = f"TMPDIR={self.temporary}".encode()
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if marker in (process / "environ").read_bytes().split(b"\0"):
                    yield int(process.name), (process / "comm").read_text().strip()
            except OSError:
                continue

    def left_running(self):
        """Processes that do not end within a second. They are killed."""
        for _ in range(20):
            left = list(self.processes())
            if not left:
                return []
            time.sleep(0.05)
        for pid, _ in left:
            os.kill(pid, signal.SIGKILL)
        return sorted({name for _, name in left})

    def findings(self):
        return list(self.folder.glob("allocheck-out/findings/[!.]*"))

    def half_written(self):
        """Hidden files and folders, and findings whose description cannot be read."""
        names = [path.name for path in self.folder.glob("allocheck-out/findings/.*")]
        names += [path.name for path in self.folder.glob("out.*") if path.suffix not in (".xml", ".json", ".c", ".ops", ".html")]
        for finding in self.findings():
            try:
                json.loads((finding / "finding.json").read_text(encoding="utf-8"))
            except (OSError, ValueError):
                names.append(finding.name)
        return names

    def end(self):
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclasses.dataclass
class Outcome:
    row: Row
    given: float
    taken: float
    status: int
    findings: int
    faults: list

    def cells(self):
        return [self.row.kind, self.row.what, self.row.engine, f"{self.given:g}", f"{self.taken:.1f}",
                "-" if self.status is None else str(self.status), str(self.findings), "; ".join(self.faults) or "ok"]


def wait_for_end(run, most):
    """Seconds until the command ends; None: it does not within `most'."""
    begun = time.monotonic()
    while run.screen.status is None and time.monotonic() - begun < most:
        run.screen.read(0.02)
    return time.monotonic() - begun if run.screen.status is not None else None


def wait_for_phase(run):
    while run.screen.status is None and run.elapsed() < NEVER_SECONDS:
        if run.row.when(run):
            return True
        if run.row.when is is_saving and run.findings():
            return False
        run.screen.read(0.002)
    return False


def measure(run, seconds):
    """The seconds that may be taken, those taken, and what is wrong."""
    kind = run.row.kind
    if kind == "seconds":
        allowed = seconds + max(LATE_SECONDS, LATE_SHARE * seconds)
        taken = wait_for_end(run, allowed + 60)
    else:
        if not wait_for_phase(run):
            return 0, run.elapsed(), [MISSED]
        allowed = SIGNAL_SECONDS
        run.screen.kill(getattr(signal, f"SIG{kind}"))
        taken = wait_for_end(run, allowed + 60)
    if taken is None:
        return allowed, allowed + 60, ["it does not end"]
    faults = [f"late by {taken - allowed:.1f} s"] if taken > allowed else []
    if run.screen.status < 0 and kind != "KILL" and run.row.keeps_results():
        faults.append(f"ended by signal {-run.screen.status}")
    return allowed, taken, faults


def measure_again(row, options):
    """Once more if a short phase was missed."""
    for _ in range(ATTEMPTS - 1):
        run = Run(row, options.seconds)
        result = measure(run, options.seconds)
        if result[2] != [MISSED]:
            return (run, *result)
        run.screen.end()
        run.end()
    run = Run(row, options.seconds)
    return (run, *measure(run, options.seconds))


def perform(row, options):
    run, allowed, taken, faults = measure_again(row, options)
    status = run.screen.status
    run.screen.end()
    left = run.left_running()
    faults += [f"left running: {', '.join(left)}"] if left else []
    found = len(run.findings())
    if row.kind != "KILL":
        faults += [f"half-written: {name}" for name in run.half_written()]
        faults += [f"temporary: {path.name}" for path in run.temporary.iterdir()]
        faults += ["the finding is lost"] if row.finds and found == 0 else []
    if faults and options.verbose:
        print(run.screen.text, file=sys.stderr)
    run.end()
    return Outcome(row, options.seconds if row.kind == "seconds" else allowed, taken, status, found, faults)


# --- all of it ---

HEADER = ["given", "allocator or phase", "engine or command", "s given", "s taken", "status", "findings", "verdict"]
WIDTHS = [8, 20, 17, 7, 7, 6, 8, 0]


def print_cells(cells):
    print("  ".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS)).rstrip(), flush=True)


def choose(options):
    everything = [*campaigns(), *signals()]
    wanted = options.rows or [""]
    chosen = [row for row in everything if any(part in row.name for part in wanted)]
    if not (TOOL.parent / "allocheck-afl").exists():
        chosen = [row for row in chosen if row.engine != "afl"]
    if not (TOOL.parent / "allocheck-libfuzzer").exists():
        chosen = [row for row in chosen if row.engine != "libfuzzer"]
    return chosen


def main():
    parser = argparse.ArgumentParser(prog="ci/deadlines", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", metavar="ROW", nargs="*", help="run only rows whose names have this part")
    parser.add_argument("--seconds", type=float, default=30, help="--seconds of the campaigns (default: 30; 5 is quick)")
    parser.add_argument("--list", action="store_true", help="print the names of the rows")
    parser.add_argument("--verbose", action="store_true", help="print the output of rows that fail")
    options = parser.parse_args()
    rows = choose(options)
    if options.list:
        print("\n".join(row.name for row in rows))
        return 0
    if not rows or not TOOL.exists():
        print("ci/deadlines: nothing to run; `ci/deadlines --list' names the rows", file=sys.stderr)
        return 2
    subprocess.run([TOOL, "profile", "-a", TIMED, "--json", "-o", PROFILE], check=False,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    print_cells(HEADER)
    bad = 0
    for row in rows:
        outcome = perform(row, options)
        print_cells(outcome.cells())
        bad += bool(outcome.faults)
    print(f"{len(rows)} rows, {bad} not in time or not clean; load {os.getloadavg()[0]:.1f}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
