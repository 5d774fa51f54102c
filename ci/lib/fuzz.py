# SPDX-License-Identifier: MIT
"""ci/fuzz: builds the fuzz targets, runs the engines, replays their findings, prints a summary.

With --allocator it builds `allocheck fuzz' and its engines and runs that."""

import argparse
import os
import pathlib
import signal
import sys

import engine_run
import findings
import seeds
import summary
from build import BuildFailed, build
from engines import ENGINES

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLEAN, FOUND, COULD_NOT_RUN, INTERRUPTED = 0, 1, 2, 5  # as those of allocheck
CODEC_TARGETS = ("decoder_fuzz", "parser_fuzz")
RACE_TARGET = "slate_race_fuzz"
TARGETS = ("slate_fuzz", RACE_TARGET, *CODEC_TARGETS)
CODEC_SECONDS = 5
RACE_SHARE = 12  # races get a twelfth of slate's seconds, in addition
TARGET_BUILD = "clang"  # without sanitizers, which would replace the library's malloc
TARGET_TARGETS = ("allocheck_cli", "allocheck-libfuzzer", "allocheck-afl")


def positive(text):
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"expected a whole number above 0, got {text!r}")
    return int(text)


def processors():
    return len(os.sched_getaffinity(0))


def arguments():
    parser = argparse.ArgumentParser(
        prog="ci/fuzz", description="Fuzzes slate, then races of slate's threads for a twelfth of "
        "that time (libFuzzer under ThreadSanitizer), then decoder and text parser for 5 s. Keeps the "
        "corpora for the next run. Exit status: 0 clean, 1 findings, 2 could not run, 5 interrupted.")
    parser.add_argument("--allocator", metavar="PATH",
                        help="fuzz this allocator instead of slate: a shared object that exports malloc, "
                        "or a name from `allocheck list allocators'")
    parser.add_argument("--seconds", type=positive, default=60, metavar="N",
                        help="time to fuzz slate, without the build, shared by the engines (default 60)")
    parser.add_argument("--engine", choices=[*ENGINES, "all"], default="all",
                        help="engine to run (default all, half of the time each)")
    parser.add_argument("--target", choices=[*TARGETS, "all"], default="all",
                        help="fuzz target to run (default all)")
    parser.add_argument("--jobs", type=positive, default=processors(), metavar="N",
                        help="parallel processes (default: number of processors)")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "fuzz-out", metavar="DIR",
                        help="folder for corpora and findings (default fuzz-out)")
    return parser.parse_args()


# Each preset needs these besides fuzz targets.
TOOLS = {"libfuzzer": ["swarm", "dictionary", "allocheck_cli"], "afl": ["mutator_afl"],
         "libfuzzer-tsan": ["allocheck_cli"]}


def parts(preset, options):
    """What to build of a preset."""
    if preset == "libfuzzer-tsan":
        return [RACE_TARGET, *TOOLS[preset]]
    return [*(TARGETS if options.target == "all" else [options.target]), *TOOLS[preset]]


def presets(target, engine):
    """The presets that a step needs; AFL++'s findings are replayed in the sanitizer build."""
    yield "libfuzzer"
    if target == RACE_TARGET:
        yield "libfuzzer-tsan"
    if engine == "afl":
        yield "afl"


def build_once(preset, options, built):
    if preset not in built:
        print(f"building {preset} ...", end=" ", flush=True)
        print(f"{build(ROOT, preset, parts(preset, options)):.0f} s", flush=True)
        built.add(preset)


def plan(options, engines):
    """The steps in order: (target, engine, processes, seconds)."""
    share = max(1, options.seconds // len(engines))
    if options.target == "all":
        yield from (("slate_fuzz", engine, options.jobs, share) for engine in engines)
        # A race uses several processors.
        yield RACE_TARGET, engines[0], max(1, options.jobs // 2), max(1, options.seconds // RACE_SHARE)
        yield from ((target, engines[0], 1, CODEC_SECONDS / 2) for target in CODEC_TARGETS)
    else:
        yield from ((options.target, engine, options.jobs, share) for engine in engines)


def fuzz_target(options):
    """Runs `allocheck fuzz' on any allocator; returns only if the build fails."""
    print(f"building {TARGET_BUILD} ...", end=" ", flush=True)
    print(f"{build(ROOT, TARGET_BUILD, TARGET_TARGETS):.0f} s", flush=True)
    tool = ROOT / "build" / TARGET_BUILD / "harness" / "cli" / "allocheck"
    engine = "auto" if options.engine == "all" else options.engine
    os.execv(tool, [tool, "fuzz", "--allocator", options.allocator, "--engine", engine,
                    "--seconds", str(options.seconds), "--jobs", str(options.jobs),
                    "--out", options.out])


def fuzz(options, engines):
    """Results of the steps, and the error that ended them early or None. Builds each preset just
    before its step, so that the first one starts soon."""
    progress, built, results = engine_run.Progress(), set(), []
    try:
        for target, engine, jobs, seconds in plan(options, engines):
            for preset in presets(target, engine):
                build_once(preset, options, built)
            job = seeds.prepare(ROOT, options.out.resolve(), target)
            results.append(engine_run.run(job, engine, jobs, seconds, progress))
            if results[-1].interrupted:
                break
    except (BuildFailed, OSError) as error:
        return results, error
    return results, None


def troubles(results, error):
    if error is not None:
        yield str(error)
    for worker in (worker for result in results for worker in result.broken):
        yield f"{worker.engine} ended early; log: {worker.log}"
    if error is None and not any(result.counted().get("inputs") for result in results):
        yield "no input was run"


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
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
    if finds or reported:
        return FOUND if finds else COULD_NOT_RUN
    return INTERRUPTED if any(result.interrupted for result in results) else CLEAN


if __name__ == "__main__":
    sys.exit(main())
