# SPDX-License-Identifier: MIT
"""ci/bench: speed of the fuzz targets under each engine, and the cost of checking."""

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

import campaign_rate
import stream_rate
import traces
from build import BuildFailed, build

ROOT = pathlib.Path(__file__).resolve().parents[2]
CALLS = 64          # in each program that bench_oracles writes
SECONDS = 3         # approximate time of one measurement
ROUNDS = 3          # measurements of a target; the median is printed
ENGINE_BUILDS = {"libfuzzer-asan": "libFuzzer, address", "libfuzzer": "libFuzzer, address+undefined",
                 "afl": "AFL++ persistent, plain"}
BENCH_BUILD = "clang"


def command_of(preset, binary, folders):
    """The command that runs each file of the folders once, under the engine with its feedback."""
    if preset == "afl":
        return ["afl-showmap", "-q", "-C", "-i", folders[0], "-o", "/dev/null", "--", binary]
    return [binary, "-runs=0", *folders]


def rate(preset, binary, folder, environment):
    """Inputs per second and processor: runs the files for about SECONDS, ROUNDS times."""
    inputs = len(list(folder.iterdir()))

    def measure(times):
        if preset == "afl":
            return sum(stream_rate.seconds_of(command_of(preset, binary, [folder]), environment)
                       for _ in range(times))
        return stream_rate.seconds_of(command_of(preset, binary, [folder] * times), environment)

    measure(1)
    times = max(1, round(SECONDS / measure(1)))
    return statistics.median(times * inputs / measure(times) for _ in range(ROUNDS))


def libraries():
    """Allocators without instrumentation: name, and argument for ALLOCHECK_ALLOCATOR."""
    yield "libc", "libc"
    for name, (package, file) in traces.LIBRARIES.items():
        path = traces.installed(file)
        if path is None:
            print(f"{name} skipped: Debian package {package} is not installed")
        else:
            yield name, str(path)


def stream_row(allocator):
    binary = ROOT / "build" / BENCH_BUILD / "fuzz/any/libfuzzer/any_stream"
    programs, calls = stream_rate.rate(binary, {**traces.ENVIRONMENT,
                                                "ALLOCHECK_ALLOCATOR": allocator})
    return f"{programs:>12,.0f}{calls:>14,.0f}"


def afl_row(allocator, folder):
    binary = ROOT / "build" / BENCH_BUILD / "harness/cli/allocheck-afl"
    programs = rate("afl", binary, folder / "bytes",
                    {**traces.ENVIRONMENT, "ALLOCHECK_ALLOCATOR": allocator,
                     "AFL_NO_AFFINITY": "1"})
    return f"{programs:>12,.0f}{'-':>14}"


def show_libraries(folder):
    """Returns the libraries on which the programs find nothing."""
    print("\nprograms of 64 calls on libraries without instrumentation, guided by behaviour, with all "
          "inline\noracles; libFuzzer reads them from memory, AFL++ from files")
    print(f"{'allocator':14}{'engine':14}{'programs/s':>12}{'calls/s':>14}   per processor")
    clean = []
    for name, allocator in libraries():
        try:
            print(f"{name:14}{'libFuzzer':14}{stream_row(allocator)}", flush=True)
            print(f"{name:14}{'AFL++':14}{afl_row(allocator, folder)}", flush=True)
            clean.append((name, allocator))
        except stream_rate.Found as oracle:
            print(f"{name:14}no rate: the programs end in a finding of {oracle}", flush=True)
    return clean


def show_campaigns(clean):
    print("\nwhole campaigns: `allocheck fuzz' on programs of 64 calls, with replays and confirmed findings")
    print(f"{'allocator':14}{'programs/s':>12}   per processor")
    for name, allocator in clean:
        programs, kept, confirmed = campaign_rate.rate(ROOT / "build" / BENCH_BUILD, allocator,
                                                        {**os.environ, **traces.ENVIRONMENT})
        print(f"{name:14}{programs:>12,.0f}   {confirmed} findings confirmed, {kept} kept",
              flush=True)


def file_rate(preset, target, folder):
    return rate(preset, ROOT / "build" / preset / "fuzz" / target, folder, {"AFL_NO_AFFINITY": "1"})


def measurements(folder):
    """Fuzz target, origin of its inputs, build, inputs per second."""
    for preset in ENGINE_BUILDS:
        if preset == "afl":
            yield "slate_fuzz", "files", preset, file_rate(preset, "slate_fuzz", folder / "bytes")
        else:
            target = ROOT / "build" / preset / "fuzz" / "bench" / "slate_stream"
            yield "slate_fuzz", "memory", preset, stream_rate.rate(target, {})[0]
    for target, form in (("decoder_fuzz", "bytes"), ("parser_fuzz", "text")):
        for preset in ENGINE_BUILDS:
            yield target, "files", preset, file_rate(preset, target, folder / form)


def show_targets(folder):
    print("\ninputs from memory measure the engine's loop alone; from files, reading them too")
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
            subprocess.run([bench / "harness" / "cli" / "allocheck", "convert", "--to", "text",
                            program], stdout=text, check=True)


def main():
    argparse.ArgumentParser(prog="ci/bench", description=__doc__, epilog="With --detection "
                            "(see ci/bench --detection --help) it counts programs until a planted "
                            "bug is found.").parse_args()
    try:
        print("building ...", flush=True)
        build(ROOT, BENCH_BUILD, ["bench_oracles", "bench_pages", "bench_threads", "bench_traces",
                                  "allocheck", "slate_shared", "any_stream", "allocheck-afl"])
        for preset in ENGINE_BUILDS:
            build(ROOT, preset, ["fuzzers"])
        bench = ROOT / "build" / BENCH_BUILD / "fuzz" / "bench"
        folder = pathlib.Path(tempfile.mkdtemp())
        try:
            print("\nprograms of 64 calls, at most 64 KiB live at once, on slate:", flush=True)
            subprocess.run([bench / "bench_oracles"], check=True)
            print("\nthe same, spread over threads that run one at a time:", flush=True)
            subprocess.run([bench / "bench_threads"], check=True)
            print("\na fresh heap, from the page source and from mmap(2):", flush=True)
            subprocess.run([bench / "bench_pages"], check=True)
            write_programs(folder)
            show_campaigns(show_libraries(folder))
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
