# SPDX-License-Identifier: MIT
"""ci/bench: how fast the targets run under each engine, and what judging costs."""

import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile

from build import BuildFailed, build

ROOT = pathlib.Path(__file__).resolve().parents[2]
CALLS = 64          # of each program that bench_oracles writes
SECONDS = 3         # that one measurement of a target takes, about
ROUNDS = 3          # measurements of a target; the median counts
ENGINE_BUILDS = {"libfuzzer-asan": "libFuzzer, address", "libfuzzer": "libFuzzer, address+undefined",
                 "afl": "AFL++ persistent, plain"}
BENCH_BUILD = "clang"


def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def seconds_of(command, environment):
    """Of processor time, so that other work on the machine matters little."""
    begun = processor_seconds()
    done = subprocess.run(command, env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise OSError(f"{' '.join(map(str, command[:3]))} failed:\n{done.stderr.decode()[-2000:]}")
    return processor_seconds() - begun


def command_of(preset, target, folders):
    """Runs each file of the folders once, under the engine, its feedback on."""
    binary = ROOT / "build" / preset / "fuzz" / target
    if preset == "afl":
        return ["afl-showmap", "-q", "-C", "-i", folders[0], "-o", "/dev/null", "--", binary]
    return [binary, "-runs=0", *folders]


def rate(preset, target, folder):
    """Inputs per second of one processor: the files as often as fill SECONDS, ROUNDS times."""
    inputs = len(list(folder.iterdir()))
    environment = {"AFL_NO_AFFINITY": "1"}

    def measure(times):
        if preset == "afl":
            return sum(seconds_of(command_of(preset, target, [folder]), environment)
                       for _ in range(times))
        return seconds_of(command_of(preset, target, [folder] * times), environment)

    measure(1)
    times = max(1, round(SECONDS / measure(1)))
    return statistics.median(times * inputs / measure(times) for _ in range(ROUNDS))


def show_targets(folder):
    print(f"\n{'target':14}{'build':30}{'inputs/s':>10}{'calls/s':>14}   per processor")
    for target in ("slate_fuzz", "decoder_fuzz", "parser_fuzz"):
        for preset, name in ENGINE_BUILDS.items():
            inputs = rate(preset, target, folder / ("text" if target == "parser_fuzz" else "bytes"))
            calls = f"{CALLS * inputs:,.0f}" if target == "slate_fuzz" else "-"
            print(f"{target:14}{name:30}{inputs:>10,.0f}{calls:>14}", flush=True)


def write_programs(folder):
    bytes_form, text_form = folder / "bytes", folder / "text"
    for form in (bytes_form, text_form):
        form.mkdir()
    bench = ROOT / "build" / BENCH_BUILD
    subprocess.run([bench / "fuzz" / "bench" / "bench_oracles", bytes_form], check=True)
    for program in bytes_form.iterdir():
        with open(text_form / program.name, "wb") as text:
            subprocess.run([bench / "harness" / "cli" / "allocheck", "show", program], stdout=text,
                           check=True)


def main():
    try:
        print("building ...", flush=True)
        build(ROOT, BENCH_BUILD, ["bench_oracles", "bench_traces", "allocheck"])
        for preset in ENGINE_BUILDS:
            build(ROOT, preset, ["fuzzers"])
        bench = ROOT / "build" / BENCH_BUILD / "fuzz" / "bench"
        folder = pathlib.Path(tempfile.mkdtemp())
        try:
            print("\nprograms of 64 calls, at most 64 KiB lent at once, on slate:", flush=True)
            subprocess.run([bench / "bench_oracles"], check=True)
            write_programs(folder)
            show_targets(folder)
        finally:
            shutil.rmtree(folder)
        print("\nrecorded programs, bare calls:", flush=True)
        traces = sorted((ROOT / "corpus" / "trace").glob("*.ops"))
        subprocess.run([bench / "bench_traces", *(trace.relative_to(ROOT) for trace in traces)],
                       cwd=ROOT, check=True)
    except (BuildFailed, OSError, subprocess.CalledProcessError) as error:
        print(f"ci/bench: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
