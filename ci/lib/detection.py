# SPDX-License-Identifier: MIT
"""ci/bench --detection: counts the programs that each engine runs until it finds a planted bug, with
and without behaviour as feedback, with and without the mutator on ops."""

import argparse
import math
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import counters
from build import BuildFailed, build

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = "clang"
HANG_SECONDS = 4     # time limit of one program; a planted bug may hang
MEMORY_MB = 4096     # limit of an engine's process: twice the harness's limit
GRACE_SECONDS = 30   # an engine may end late by this much
POLL_SECONDS = 0.05
SETTINGS = {"both": (True, True), "no behaviour": (False, True), "no mutator": (True, False),
            "neither": (False, False)}  # behaviour, mutator
AFL = {name: "1" for name in ("AFL_NO_UI", "AFL_SKIP_CPUFREQ", "AFL_NO_AFFINITY",
                              "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES", "AFL_BENCH_UNTIL_CRASH")}


def planted_bugs():
    """Bugs that one run of a program can show without sanitizers: name to oracle. No races."""
    rows = (ROOT / "harness/planted/planted_bugs.def").read_text()
    oracles = (ROOT / "harness/include/allocheck/oracles.def").read_text()
    replayed = set(re.findall(r"^AC_ORACLE\((\w+), [^,]*, REPLAY", oracles, re.M))
    row = r'^AC_PLANTED\(\w+, "([a-z-]+)",\s*\w+,\s*(\w+),'
    found = re.findall(row, rows, re.M)
    return {name: oracle for name, oracle in found if oracle not in replayed | {"NONE"}}


def command_of(engine, mutator, seed, seconds, folder):
    tools = ROOT / "build" / BUILD / "fuzz"
    if engine == "afl":
        return ["afl-fuzz", "-i", folder / "seeds", "-o", folder / "out", "-s", str(seed), "-V",
                str(seconds), "-t", str(HANG_SECONDS * 1000), "--",
                tools / "any/afl/planted_afl"]
    target = "planted_libfuzzer" if mutator else "planted_libfuzzer_bytes"
    return [tools / "any/libfuzzer" / target, f"-seed={seed}", f"-max_total_time={seconds}",
            f"-timeout={HANG_SECONDS}", f"-rss_limit_mb={MEMORY_MB}",
            "-entropic_scale_per_exec_time=1", f"-artifact_prefix={folder}/", folder / "seeds"]


def environment_of(engine, planted, behaviour, mutator, folder):
    settings = {**os.environ, "ALLOCHECK_ALLOCATOR": planted,
                "ALLOCHECK_COUNTERS": str(folder / "counters"),
                "ALLOCHECK_BEHAVIOUR": "on" if behaviour else "off"}
    if engine == "afl":
        settings.update(AFL)
        if mutator:
            library = ROOT / "build" / BUILD / "fuzz" / "libmutator_afl.so"
            settings.update(AFL_CUSTOM_MUTATOR_LIBRARY=str(library), AFL_CUSTOM_MUTATOR_ONLY="1")
    return settings


def stored(engine, folder):
    """Kinds of inputs that the engine has stored: some of `crash', `hang', `memory'."""
    patterns = {"crash": "out/default/crashes/id:*", "hang": "out/default/hangs/id:*"}
    if engine == "libfuzzer":
        patterns = {"crash": "crash-*", "hang": "timeout-*", "memory": "oom-*"}
    return {kind for kind, pattern in patterns.items() if any(folder.glob(pattern))}


def end(process):
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(timeout=GRACE_SECONDS)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


def run(engine, command, environment, folder, seconds):
    """Runs the engine until it ends, stores an input, or exceeds its time."""
    late = time.monotonic() + seconds + GRACE_SECONDS
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdin=subprocess.DEVNULL,
                                   stdout=log, stderr=log, start_new_session=True)
        while process.poll() is None:
            if time.monotonic() > late or (engine == "afl" and stored(engine, folder)):
                end(process)
            time.sleep(POLL_SECONDS)


def campaign(engine, planted, oracle, setting, seed, seconds):
    """Programs run until the finding, or a word that says why there is none. A hang counts if
    liveness is the oracle of the planted bug."""
    behaviour, mutator = SETTINGS[setting]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = pathlib.Path(name)
        (folder / "seeds").mkdir()
        (folder / "seeds" / "empty").write_bytes(b"\1\0")  # a program without ops
        run(engine, command_of(engine, mutator, seed, seconds, folder),
            environment_of(engine, planted, behaviour, mutator, folder), folder, seconds)
        inputs = counters.read(folder / "counters").get("inputs", 0)
        kinds = stored(engine, folder)
        if inputs == 0:
            log = (folder / "log").read_text(errors="replace")[-2000:]
            print(f"ci/bench: {engine} ran nothing on {planted}:\n{log}", file=sys.stderr)
            return "failed"
    if "crash" in kinds or ("hang" in kinds and oracle == "LIVENESS"):
        return inputs
    return next(iter(sorted(kinds)), "-")


def cell(runs):
    """The median of the counts, where a run without a finding counts as infinite; or the first word."""
    words = [run for run in runs if isinstance(run, str)]
    median = statistics.median_high([math.inf if run in words else run for run in runs])
    return words[0] if median == math.inf else median


def show(content):
    return f"{content if isinstance(content, str) else format(content, ',.0f'):>14}"


def summary(column):
    seen = [content for content in column if not isinstance(content, str)]
    return len(seen), statistics.geometric_mean(seen) if seen else "-"


def table(engine, names, rounds, seconds):
    print(f"\n{engine}: programs until found, median of {rounds}, at most {seconds} s each; - not found,\n"
          f"`hang' or `memory': only an input that takes {HANG_SECONDS} s or {MEMORY_MB} MiB was stored")
    print(f"{'planted bug':26}" + "".join(f"{setting:>14}" for setting in SETTINGS))
    columns = {setting: [] for setting in SETTINGS}
    for name, oracle in names.items():
        print(f"{name:26}", end="", flush=True)
        for setting, column in columns.items():
            column.append(cell([campaign(engine, name, oracle, setting, seed, seconds)
                                for seed in range(1, rounds + 1)]))
            print(show(column[-1]), end="", flush=True)
        print()
    sums = [summary(column) for column in columns.values()]
    print(f"{f'found of {len(names)}':26}" + "".join(f"{seen:>14}" for seen, _ in sums))
    print(f"{'geometric mean of these':26}" + "".join(show(mean) for _, mean in sums))


def parse():
    parser = argparse.ArgumentParser(prog="ci/bench --detection", description=__doc__)
    parser.add_argument("--engine", choices=("libfuzzer", "afl"), help="run only this engine")
    parser.add_argument("--seconds", type=int, default=20, help="time limit of one run (default 20)")
    parser.add_argument("--rounds", type=int, default=3, help="runs, each with another random seed (default 3)")
    parser.add_argument("names", nargs="*", metavar="BUG", help="planted bugs to run (default all)")
    return parser.parse_args()


def main():
    options = parse()
    every = planted_bugs()
    unknown = [name for name in options.names if name not in every]
    if unknown:
        print(f"ci/bench: unknown planted bug '{unknown[0]}', or one that a single run cannot show", file=sys.stderr)
        return 2
    names = {name: every[name] for name in options.names} or every
    try:
        build(ROOT, BUILD, ["planted_libfuzzer", "planted_libfuzzer_bytes", "planted_afl",
                            "mutator_afl"])
        for engine in [options.engine] if options.engine else ["libfuzzer", "afl"]:
            table(engine, names, options.rounds, options.seconds)
    except (BuildFailed, OSError) as error:
        print(f"ci/bench: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
