# SPDX-License-Identifier: MIT
"""Programs per second of whole campaigns: `allocheck fuzz' on programs of 64 calls.

fuzz/bench/stream_mutator.c replaces the engine's mutator, so that the programs are known. The time is
the processor time of all processes, including replays and confirming, shrinking and saving findings.
A false profile (usable sizes are exact) produces findings on any library."""

import json
import pathlib
import re
import shutil
import subprocess
import tempfile

import stream_rate

PROGRAMS = 500_000
EACH = 100_000       # programs of the stream per finding
SHOWS = "ops 1\np0 = malloc page-64\nmalloc_usable_size p0\n"


def lay_out(build, folder):
    """Copies the tool, and the stream as the engine that it looks for beside itself."""
    for source, name in (("harness/cli/allocheck", "allocheck"),
                         ("fuzz/any/libfuzzer/any_stream", "allocheck-libfuzzer")):
        shutil.copy(build / source, folder / name)
    return folder / "allocheck"


def text_of(command, environment, statuses):
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True)
    if done.returncode not in statuses:
        reported = done.stderr.decode(errors="replace")
        raise stream_rate.Failed(f"{' '.join(map(str, command[:4]))} failed:\n{reported[-2000:]}")
    return done.stdout


def write_profile(tool, target, environment, path):
    profile = json.loads(text_of([tool, "profile", "--allocator", target, "--json"], environment,
                                 (0, 1)))
    profile["usable_exact"] = True
    path.write_text(json.dumps(profile))


def read(summary):
    """Programs run, findings kept, findings confirmed."""
    programs = int(re.search(r"^\S.*: (\d+) programs? in ", summary, re.M)[1])
    kept = int(re.search(r"^(\d+) findings?:", summary, re.M)[1])
    return programs, kept, kept + sum(map(int, re.findall(r", and (\d+) more of", summary)))


def rate(build, target, environment):
    """Programs per second and processor, findings kept, findings confirmed."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        tool = lay_out(build, folder)
        (folder / "last.ops").write_text(SHOWS)
        (folder / "last").write_bytes(text_of([tool, "convert", "--to", "bytes", folder / "last.ops"],
                                              environment, (0,)))
        write_profile(tool, target, environment, folder / "profile.json")
        stream = {"ALLOCHECK_STREAM_COUNT": str(EACH), "ALLOCHECK_STREAM_LAST": str(folder / "last")}
        begun = stream_rate.processor_seconds()
        summary = text_of([tool, "fuzz", "--allocator", target, "--engine", "libfuzzer", "--jobs",
                           "1", "--keep-going", "--seed", "1", "--programs", str(PROGRAMS),
                           "--profile", folder / "profile.json", "-o", folder / "campaign"],
                          {**environment, **stream}, (1,))
        seconds = stream_rate.processor_seconds() - begun
        programs, kept, confirmed = read(summary.decode())
        return programs / seconds, kept, confirmed
