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

import counters
import traces
from build import BuildFailed, build

ROOT = pathlib.Path(__file__).resolve().parents[2]
CALLS = 64          # of each program that bench_oracles writes
SECONDS = 3         # that one measurement of a target takes, about
ROUNDS = 3          # measurements of a target; the median counts
ENGINE_BUILDS = {"libfuzzer-asan": "libFuzzer, address", "libfuzzer": "libFuzzer, address+undefined",
                 "afl": "AFL++ persistent, plain"}
BENCH_BUILD = "clang"
STREAM_RUNS = 5000, 55000  # executions of slate_stream: start-up and new coverage; those and more
# Entropic scheduling chooses among stored inputs, which a stream replaces; its bookkeeping takes a
# third of the time where all programs are of one kind, and next to nothing in a campaign.
STREAM_OPTIONS = ["-seed=1", "-len_control=0", "-max_len=4096", "-entropic=0"]
STREAM_BEGINS = 2   # inputs that libFuzzer makes itself before the first of the stream; no calls


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


def stream_seconds(preset, runs):
    """Of so many executions of slate_stream, each of them proven to have made its calls."""
    with tempfile.TemporaryDirectory() as folder:
        counted, corpus = pathlib.Path(folder) / "counters", pathlib.Path(folder) / "corpus"
        corpus.mkdir()
        binary = ROOT / "build" / preset / "fuzz" / "bench" / "slate_stream"
        seconds = seconds_of([binary, f"-runs={runs}", *STREAM_OPTIONS, corpus],
                             {"ALLOCHECK_COUNTERS": str(counted)})
        ran = counters.read(counted)
    expected = {"inputs": runs, "left": 0, "no call": STREAM_BEGINS,
                "calls": CALLS * (runs - STREAM_BEGINS)}
    seen = {name: ran.get(name) for name in expected}
    if seen != expected:
        raise OSError(f"{binary}: expected {expected}, counted {seen}")
    return seconds


def stream_rate(preset):
    """Executions per second of one processor in libFuzzer's own loop, its start not counted."""
    few, many = STREAM_RUNS

    def measure():
        return stream_seconds(preset, many) - stream_seconds(preset, few)

    return statistics.median((many - few) / measure() for _ in range(ROUNDS))


def measurements(folder):
    """What is measured: target, where its inputs come from, build, inputs per second."""
    for preset in ENGINE_BUILDS:
        if preset == "afl":
            yield "slate_fuzz", "files", preset, rate(preset, "slate_fuzz", folder / "bytes")
        else:
            yield "slate_fuzz", "memory", preset, stream_rate(preset)
    for target, form in (("decoder_fuzz", "bytes"), ("parser_fuzz", "text")):
        for preset in ENGINE_BUILDS:
            yield target, "files", preset, rate(preset, target, folder / form)


def show_targets(folder):
    print("\ninputs from memory: the engine's loop alone; from files: reading and loading them too")
    print(f"{'target':14}{'from':8}{'build':30}{'inputs/s':>10}{'calls/s':>14}   per processor")
    for target, origin, preset, inputs in measurements(folder):
        calls = f"{CALLS * inputs:,.0f}" if target == "slate_fuzz" else "-"
        name = ENGINE_BUILDS[preset]
        print(f"{target:14}{origin:8}{name:30}{inputs:>10,.0f}{calls:>14}", flush=True)


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
        build(ROOT, BENCH_BUILD, ["bench_oracles", "bench_traces", "allocheck", "slate_shared"])
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
        traces.show(ROOT, ROOT / "build" / BENCH_BUILD)
    except (BuildFailed, OSError, subprocess.CalledProcessError) as error:
        print(f"ci/bench: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
