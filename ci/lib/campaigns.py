# SPDX-License-Identifier: MIT
"""How many programs of 64 calls a second whole campaigns run: `allocheck fuzz' with its engine's mutator
replaced by fuzz/bench/stream_mutator.c, so that the programs are known. Counted is the processor
time of all its processes: what the engine keeps is replayed, findings are confirmed, shrunk and
saved. The findings are of a profile that does not hold, declared for the purpose: on any library
blocks are then larger than asked for."""

import json
import pathlib
import re
import shutil
import subprocess
import tempfile

import streams

PROGRAMS = 500_000
EACH = 100_000       # programs of the stream to a program that ends in a finding
SHOWS = "ops 1\np0 = malloc page-64\nmalloc_usable_size p0\n"


def lay_out(build, folder):
    """The tool with the stream for its engine, which it takes from beside itself."""
    for source, name in (("harness/cli/allocheck", "allocheck"),
                         ("fuzz/target/libfuzzer/target_stream", "allocheck-libfuzzer")):
        shutil.copy(build / source, folder / name)
    return folder / "allocheck"


def text_of(command, environment, statuses):
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True)
    if done.returncode not in statuses:
        reported = done.stderr.decode(errors="replace")
        raise streams.Failed(f"{' '.join(map(str, command[:4]))} failed:\n{reported[-2000:]}")
    return done.stdout


def write_profile(tool, target, environment, path):
    profile = json.loads(text_of([tool, "profile", "--allocator", target, "--json"], environment,
                                 (0, 1)))
    profile["usable_exact"] = True
    path.write_text(json.dumps(profile))


def read(summary):
    """Programs, findings that are kept, and findings confirmed beyond them."""
    programs = int(re.search(r"^\S.*: (\d+) programs in ", summary, re.M)[1])
    kept = int(re.search(r"^(\d+) findings?:", summary, re.M)[1])
    return programs, kept, kept + sum(map(int, re.findall(r", and (\d+) more of", summary)))


def rate(build, target, environment):
    """Programs per second of one processor, findings kept, findings confirmed."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        tool = lay_out(build, folder)
        (folder / "last.ops").write_text(SHOWS)
        (folder / "last").write_bytes(text_of([tool, "encode", folder / "last.ops"], environment,
                                              (0,)))
        write_profile(tool, target, environment, folder / "profile.json")
        stream = {"ALLOCHECK_STREAM_COUNT": str(EACH), "ALLOCHECK_STREAM_LAST": str(folder / "last")}
        begun = streams.processor_seconds()
        summary = text_of([tool, "fuzz", "--allocator", target, "--engine", "libfuzzer", "--jobs",
                           "1", "--keep-going", "--seed", "1", "--programs", str(PROGRAMS),
                           "--profile", folder / "profile.json", "-o", folder / "campaign"],
                          {**environment, **stream}, (1,))
        seconds = streams.processor_seconds() - begun
        programs, kept, confirmed = read(summary.decode())
        return programs / seconds, kept, confirmed
