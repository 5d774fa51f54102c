# SPDX-License-Identifier: MIT
"""ci/bench: how fast the targets run under each engine, and what checking costs."""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

import campaigns
import streams
import traces
from build import BuildFailed, build

ROOT = pathlib.Path(__file__).resolve().parents[2]
CALLS = 64          # of each program that bench_oracles writes
SECONDS = 3         # that one measurement of a target takes, about
ROUNDS = 3          # measurements of a target; the median counts
ENGINE_BUILDS = {"libfuzzer-asan": "libFuzzer, address", "libfuzzer": "libFuzzer, address+undefined",
                 "afl": "AFL++ persistent, plain"}
BENCH_BUILD = "clang"


def command_of(preset, binary, folders):
    """Runs each file of the folders once, under the engine, its feedback on."""
    if preset == "afl":
        return ["afl-showmap", "-q", "-C", "-i", folders[0], "-o", "/dev/null", "--", binary]
    return [binary, "-runs=0", *folders]


def rate(preset, binary, folder, environment):
    """Inputs per second of one processor: the files as often as fill SECONDS, ROUNDS times."""
    inputs = len(list(folder.iterdir()))

    def measure(times):
        if preset == "afl":
            return sum(streams.seconds_of(command_of(preset, binary, [folder]), environment)
                       for _ in range(times))
        return streams.seconds_of(command_of(preset, binary, [folder] * times), environment)

    measure(1)
    times = max(1, round(SECONDS / measure(1)))
    return statistics.median(times * inputs / measure(times) for _ in range(ROUNDS))


def targets():
    """Names of libraries without instrumentation, and what the engines are reported to test."""
    yield "libc", "libc"
    for name, (package, file) in traces.LIBRARIES.items():
        path = traces.installed(file)
        if path is None:
            print(f"{name} is left out: Debian's {package} is not installed")
        else:
            yield name, str(path)


def stream_row(target):
    target = ROOT / "build" / BENCH_BUILD / "fuzz/target/libfuzzer/target_stream"
    programs, calls = streams.rate(target, {**traces.ENVIRONMENT, "ALLOCHECK_ALLOCATOR": target})
    return f"{programs:>12,.0f}{calls:>14,.0f}"


def afl_row(target, folder):
    target = ROOT / "build" / BENCH_BUILD / "harness/cli/allocheck-afl"
    programs = rate("afl", target, folder / "bytes",
                    {**traces.ENVIRONMENT, "ALLOCHECK_ALLOCATOR": target, "AFL_NO_AFFINITY": "1"})
    return f"{programs:>12,.0f}{'-':>14}"


def show_targets(folder):
    """Returns those that the programs find nothing on."""
    print("\nprograms of 64 calls on libraries without instrumentation, guided by behaviour, all "
          "oracles of one\nrun; libFuzzer fed from memory, AFL++ from files")
    print(f"{'allocator':14}{'engine':14}{'programs/s':>12}{'calls/s':>14}   per processor")
    clean = []
    for name, target in targets():
        try:
            print(f"{name:14}{'libFuzzer':14}{stream_row(target)}", flush=True)
            print(f"{name:14}{'AFL++':14}{afl_row(target, folder)}", flush=True)
            clean.append((name, target))
        except streams.Found as oracle:
            print(f"{name:14}no figure: the programs end in a finding of {oracle}", flush=True)
    return clean


def show_campaigns(clean):
    print("\nwhole campaigns: `allocheck fuzz' on programs of 64 calls, replays and confirmed findings "
          "included")
    print(f"{'allocator':14}{'programs/s':>12}   per processor")
    for name, target in clean:
        programs, kept, confirmed = campaigns.rate(ROOT / "build" / BENCH_BUILD, target,
                                               {**os.environ, **traces.ENVIRONMENT})
        print(f"{name:14}{programs:>12,.0f}   {confirmed} findings confirmed, {kept} kept",
              flush=True)


def file_rate(preset, target, folder):
    return rate(preset, ROOT / "build" / preset / "fuzz" / target, folder, {"AFL_NO_AFFINITY": "1"})


def measurements(folder):
    """What is measured: target, where its inputs come from, build, inputs per second."""
    for preset in ENGINE_BUILDS:
        if preset == "afl":
            yield "slate_fuzz", "files", preset, file_rate(preset, "slate_fuzz", folder / "bytes")
        else:
            target = ROOT / "build" / preset / "fuzz" / "bench" / "slate_stream"
            yield "slate_fuzz", "memory", preset, streams.rate(target, {})[0]
    for target, form in (("decoder_fuzz", "bytes"), ("parser_fuzz", "text")):
        for preset in ENGINE_BUILDS:
            yield target, "files", preset, file_rate(preset, target, folder / form)


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
        build(ROOT, BENCH_BUILD, ["bench_oracles", "bench_threads", "bench_traces", "allocheck",
                                  "slate_shared", "target_stream", "allocheck-afl"])
        for preset in ENGINE_BUILDS:
            build(ROOT, preset, ["fuzzers"])
        bench = ROOT / "build" / BENCH_BUILD / "fuzz" / "bench"
        folder = pathlib.Path(tempfile.mkdtemp())
        try:
            print("\nprograms of 64 calls, at most 64 KiB live at once, on slate:", flush=True)
            subprocess.run([bench / "bench_oracles"], check=True)
            print("\nthe same, spread over threads that take turns:", flush=True)
            subprocess.run([bench / "bench_threads"], check=True)
            write_programs(folder)
            show_campaigns(show_targets(folder))
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
