# SPDX-License-Identifier: MIT
"""ci/bench --detection: how many programs each engine runs until a planted is found, with and without
behaviour as its feedback, with and without the mutator on programs."""

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
HANG_SECONDS = 4     # that one program may take: the finding on a planted that hangs
MEMORY_MB = 4096     # that an engine's process may hold: twice what the harness may make of it
GRACE_SECONDS = 30   # that an engine may take to end, beyond its time
POLL_SECONDS = 0.05
SETTINGS = {"both": (True, True), "no behaviour": (False, True), "no mutator": (True, False),
            "neither": (False, False)}  # behaviour, mutator
AFL = {name: "1" for name in ("AFL_NO_UI", "AFL_SKIP_CPUFREQ", "AFL_NO_AFFINITY",
                              "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES", "AFL_BENCH_UNTIL_CRASH")}


def planted_bugs():
    """Of those that one run of a program can show in a build without sanitizers: name to oracle.
    Races are not among them."""
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
                tools / "target/afl/planted_afl"]
    target = "planted_libfuzzer" if mutator else "planted_libfuzzer_bytes"
    return [tools / "target/libfuzzer" / target, f"-seed={seed}", f"-max_total_time={seconds}",
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
    """What inputs the engine has stored: some of `crash', `hang', `memory'."""
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
    """Until the engine ends, has stored something, or is late."""
    late = time.monotonic() + seconds + GRACE_SECONDS
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdin=subprocess.DEVNULL,
                                   stdout=log, stderr=log, start_new_session=True)
        while process.poll() is None:
            if time.monotonic() > late or (engine == "afl" and stored(engine, folder)):
                end(process)
            time.sleep(POLL_SECONDS)


def campaign(engine, planted, oracle, setting, seed, seconds):
    """Programs run until the finding, or a word for why there is none. A hang is a finding where it
    is what the planted is to be found by."""
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
    """The median of the programs, a run without a finding being endless; or the first word."""
    words = [run for run in runs if isinstance(run, str)]
    median = statistics.median_high([math.inf if run in words else run for run in runs])
    return words[0] if median == math.inf else median


def show(content):
    return f"{content if isinstance(content, str) else format(content, ',.0f'):>14}"


def summary(column):
    seen = [content for content in column if not isinstance(content, str)]
    return len(seen), statistics.geometric_mean(seen) if seen else "-"


def table(engine, names, rounds, seconds):
    print(f"\n{engine}: programs until found, median of {rounds}, at most {seconds} s; - is not "
          f"found,\n`hang' and `memory' that this alone was stored, after {HANG_SECONDS} s and at "
          f"{MEMORY_MB} MiB")
    print(f"{'planted':26}" + "".join(f"{setting:>14}" for setting in SETTINGS))
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
    print(f"{'mean of those (geometric)':26}" + "".join(show(mean) for _, mean in sums))


def parse():
    parser = argparse.ArgumentParser(prog="ci/bench --detection", description=__doc__)
    parser.add_argument("--engine", choices=("libfuzzer", "afl"), help="only this one")
    parser.add_argument("--seconds", type=int, default=20, help="for one campaign, at most (20)")
    parser.add_argument("--rounds", type=int, default=3, help="with other random seeds (3)")
    parser.add_argument("names", nargs="*", metavar="PLANTED", help="only these")
    return parser.parse_args()


def main():
    options = parse()
    every = planted_bugs()
    unknown = [name for name in options.names if name not in every]
    if unknown:
        print(f"ci/bench: {unknown[0]}: expected a planted that one run can show", file=sys.stderr)
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
