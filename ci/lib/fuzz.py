# SPDX-License-Identifier: MIT
"""ci/fuzz: builds the fuzz targets, runs the engines, replays what they found, sums up.

With --allocator it builds `allocheck fuzz' and its engines, and leaves the rest to it."""

import argparse
import os
import pathlib
import sys

import campaign
import findings
import seeds
import summary
from build import BuildFailed, build
from engines import ENGINES

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLEAN, FOUND, COULD_NOT_RUN = 0, 1, 2
CODEC_TARGETS = ("decoder_fuzz", "parser_fuzz")
RACE_TARGET = "slate_race_fuzz"
TARGETS = ("slate_fuzz", RACE_TARGET, *CODEC_TARGETS)
CODEC_SECONDS = 5
RACE_SHARE = 12  # of the seconds of slate one in so many is for races, besides
TARGET_BUILD = "clang"  # without sanitizers: they would take the place of a library's malloc
TARGET_TARGETS = ("allocheck_cli", "allocheck-libfuzzer", "allocheck-afl")


def positive(text):
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"expected a whole number above 0, got {text!r}")
    return int(text)


def processors():
    return len(os.sched_getaffinity(0))


def arguments():
    parser = argparse.ArgumentParser(
        prog="ci/fuzz", description="Fuzzes slate; for a twelfth of that time more (5 s for 60) slate "
        "with threads that race, where the engine is libFuzzer under ThreadSanitizer; and for 5 more "
        "seconds the decoder and the text parser. Corpora are kept and grow from run to run. Exit "
        "status: 0 clean, 1 findings, 2 could not run.")
    parser.add_argument("--allocator", metavar="PATH",
                        help="fuzz this one in place of slate: a shared object that exports malloc, "
                        "unmodified, or a name that `allocheck list allocators' prints")
    parser.add_argument("--seconds", type=positive, default=60, metavar="N",
                        help="of fuzzing slate after the build, shared by the engines (60)")
    parser.add_argument("--engine", choices=[*ENGINES, "all"], default="all",
                        help="which engine (all: half of the time each)")
    parser.add_argument("--target", choices=[*TARGETS, "all"], default="all",
                        help="which fuzz target (all)")
    parser.add_argument("--jobs", type=positive, default=processors(), metavar="N",
                        help="processes at a time (as many as there are processors)")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "fuzz-out", metavar="DIR",
                        help="folder for corpora and findings (fuzz-out)")
    return parser.parse_args()


PARTS = {"libfuzzer": ["fuzzers", "allocheck"], "afl": ["fuzzers"],
         "libfuzzer-tsan": [RACE_TARGET, "allocheck_cli"]}


def presets(target, engine):
    """What a step is built with. Sanitizer builds are needed in any case: finds of AFL++ are replayed in
    them."""
    yield "libfuzzer"
    if target == RACE_TARGET:
        yield "libfuzzer-tsan"
    if engine == "afl":
        yield "afl"


def build_once(preset, built):
    if preset not in built:
        print(f"building {preset} ...", end=" ", flush=True)
        print(f"{build(ROOT, preset, PARTS[preset]):.0f} s", flush=True)
        built.add(preset)


def plan(options, engines):
    """(target, engine, processes, seconds) in the order they run."""
    share = max(1, options.seconds // len(engines))
    if options.target == "all":
        yield from (("slate_fuzz", engine, options.jobs, share) for engine in engines)
        # Each race takes several processors.
        yield RACE_TARGET, engines[0], max(1, options.jobs // 2), max(1, options.seconds // RACE_SHARE)
        yield from ((target, engines[0], 1, CODEC_SECONDS / 2) for target in CODEC_TARGETS)
    else:
        yield from ((options.target, engine, options.jobs, share) for engine in engines)


def fuzz_target(options):
    """Any allocator, by the front end that users have. Does not return when it could be built."""
    print(f"building {TARGET_BUILD} ...", end=" ", flush=True)
    print(f"{build(ROOT, TARGET_BUILD, TARGET_TARGETS):.0f} s", flush=True)
    tool = ROOT / "build" / TARGET_BUILD / "harness" / "cli" / "allocheck"
    engine = "auto" if options.engine == "all" else options.engine
    os.execv(tool, [tool, "fuzz", "--allocator", options.allocator, "--engine", engine,
                    "--seconds", str(options.seconds), "--jobs", str(options.jobs),
                    "--out", options.out])


def fuzz(options, engines):
    """What came of each step; and what kept the rest from being run, or None. Each is built when its turn
    comes, so that the first one begins soon."""
    progress, built, results = campaign.Progress(), set(), []
    try:
        for target, engine, jobs, seconds in plan(options, engines):
            for preset in presets(target, engine):
                build_once(preset, built)
            job = seeds.prepare(ROOT, options.out.resolve(), target)
            results.append(campaign.run(job, engine, jobs, seconds, progress))
            if results[-1].interrupted:
                break
    except (BuildFailed, OSError) as error:
        return results, error
    return results, None


def troubles(results, error):
    if error is not None:
        yield str(error)
    for worker in (worker for result in results for worker in result.broken):
        yield f"{worker.engine} ended by itself; log: {worker.log}"
    if error is None and not any(result.counted().get("inputs") for result in results):
        yield "no input was run"


def main():
    options = arguments()
    engines = list(ENGINES) if options.engine == "all" else [options.engine]
    try:
        if options.allocator is not None:
            fuzz_target(options)
        results, error = fuzz(options, engines)
        finds = findings.collect(results)
    except (BuildFailed, OSError) as trouble:
        print(f"ci/fuzz: {trouble}", file=sys.stderr)
        return COULD_NOT_RUN
    reported = list(troubles(results, error))
    if results:
        summary.show(results, finds, not reported)
    for trouble in reported:
        print(f"ci/fuzz: {trouble}", file=sys.stderr)
    return FOUND if finds else COULD_NOT_RUN if reported else CLEAN


if __name__ == "__main__":
    sys.exit(main())
