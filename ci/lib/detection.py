# SPDX-License-Identifier: MIT
"""ci/bench --detection: how many programs each engine runs until a specimen is found, with and without
behaviour as its feedback, with and without the mutator on programs."""

import argparse
import math
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

import counters
from build import BuildFailed, build

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = "clang"
GRACE_SECONDS = 30  # that an engine may take to end, beyond its time
SETTINGS = {"both": (True, True), "no behaviour": (False, True), "no mutator": (True, False),
            "neither": (False, False)}  # behaviour, mutator
AFL = {name: "1" for name in ("AFL_NO_UI", "AFL_SKIP_CPUFREQ", "AFL_NO_AFFINITY",
                              "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES", "AFL_BENCH_UNTIL_CRASH")}


def specimens():
    """Names of those that one run of a program can show in a build without sanitizers."""
    rows = (ROOT / "harness/specimen/specimens.def").read_text()
    oracles = (ROOT / "harness/include/allocheck/oracles.def").read_text()
    replayed = set(re.findall(r"^AC_ORACLE\((\w+), [^,]*, REPLAY", oracles, re.M))
    found = re.findall(r'^AC_SPECIMEN\(\w+, "([a-z-]+)",\s*\w+,\s*(\w+),', rows, re.M)
    return [name for name, oracle in found if oracle != "NONE" and oracle not in replayed]


def command_of(engine, mutator, seed, seconds, folder):
    tools = ROOT / "build" / BUILD / "fuzz"
    if engine == "afl":
        return ["afl-fuzz", "-i", folder / "seeds", "-o", folder / "out", "-s", str(seed), "-V",
                str(seconds), "-t", "20000", "--", tools / "subject/afl/specimen_afl"]
    target = "specimen_libfuzzer" if mutator else "specimen_libfuzzer_bytes"
    return [tools / "subject/libfuzzer" / target, f"-seed={seed}", f"-max_total_time={seconds}",
            f"-artifact_prefix={folder}/", folder / "seeds"]


def environment_of(engine, specimen, behaviour, mutator, folder):
    settings = {**os.environ, "ALLOCHECK_ALLOCATOR": specimen,
                "ALLOCHECK_COUNTERS": str(folder / "counters"),
                "ALLOCHECK_BEHAVIOUR": "on" if behaviour else "off"}
    if engine == "afl":
        settings.update(AFL)
        if mutator:
            library = ROOT / "build" / BUILD / "fuzz" / "libmutator_afl.so"
            settings.update(AFL_CUSTOM_MUTATOR_LIBRARY=str(library), AFL_CUSTOM_MUTATOR_ONLY="1")
    return settings


def found(engine, folder):
    if engine == "afl":
        return any((folder / "out/default").glob("crashes/id:*"))
    return any(folder.glob("crash-*")) or any(folder.glob("timeout-*"))


def hunt(engine, specimen, setting, seed, seconds):
    """Programs run until the finding; None: not within the time."""
    behaviour, mutator = SETTINGS[setting]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "seeds").mkdir()
        (folder / "seeds" / "empty").write_bytes(b"\1\0")  # a program without ops
        done = subprocess.run(command_of(engine, mutator, seed, seconds, folder),
                              env=environment_of(engine, specimen, behaviour, mutator, folder),
                              cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, timeout=seconds + GRACE_SECONDS)
        inputs = counters.read(folder / "counters").get("inputs", 0)
        if inputs == 0:
            raise OSError(f"{engine} ran nothing on {specimen}:\n{done.stderr.decode()[-2000:]}")
        return inputs if found(engine, folder) else None


def median(runs):
    """Of the programs; a run without a finding counts as endless."""
    return statistics.median_high([math.inf if run is None else run for run in runs])


def show(number):
    return f"{'-' if number == math.inf else format(number, ',.0f'):>14}"


def summary(column):
    seen = [number for number in column if number != math.inf]
    mean = statistics.geometric_mean(seen) if seen else math.inf
    return len(seen), mean


def table(engine, names, rounds, seconds):
    print(f"\n{engine}: programs until found, median of {rounds}, "
          f"at most {seconds} s; - is not found")
    print(f"{'specimen':26}" + "".join(f"{setting:>14}" for setting in SETTINGS))
    columns = {setting: [] for setting in SETTINGS}
    for name in names:
        print(f"{name:26}", end="", flush=True)
        for setting, column in columns.items():
            runs = [hunt(engine, name, setting, seed, seconds) for seed in range(1, rounds + 1)]
            column.append(median(runs))
            print(show(column[-1]), end="", flush=True)
        print()
    sums = [summary(column) for column in columns.values()]
    print(f"{'found':26}" + "".join(f"{seen:>14}" for seen, _ in sums))
    print(f"{'mean of those (geometric)':26}" + "".join(show(mean) for _, mean in sums))


def parse():
    parser = argparse.ArgumentParser(prog="ci/bench --detection", description=__doc__)
    parser.add_argument("--engine", choices=("libfuzzer", "afl"), help="only this one")
    parser.add_argument("--seconds", type=int, default=20, help="for one hunt, at most (20)")
    parser.add_argument("--rounds", type=int, default=3, help="with other random seeds (3)")
    parser.add_argument("names", nargs="*", metavar="SPECIMEN", help="only these")
    return parser.parse_args()


def main():
    options = parse()
    names = options.names or specimens()
    try:
        build(ROOT, BUILD, ["specimen_libfuzzer", "specimen_libfuzzer_bytes", "specimen_afl",
                            "mutator_afl"])
        for engine in [options.engine] if options.engine else ["libfuzzer", "afl"]:
            table(engine, names, options.rounds, options.seconds)
    except (BuildFailed, OSError, subprocess.TimeoutExpired) as error:
        print(f"ci/bench: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
