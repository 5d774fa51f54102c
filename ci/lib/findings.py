# SPDX-License-Identifier: MIT
"""Findings of the engines: runs each stored input again, alone, under the sanitizers, and keeps it."""

import dataclasses
import hashlib
import json
import pathlib
import re
import shlex
import shutil
import subprocess

REPLAY_SECONDS = 300
FOUND = 1


@dataclasses.dataclass
class Find:
    place: pathlib.Path  # a folder; the input if it does not reproduce
    engine: str
    oracle: str
    command: str         # reproduces it, from the top of the tree
    report: str
    inputs: int = 1      # with the same finding


def run(job, command):
    """Exit status and output of a command; status None: timeout."""
    try:
        done = subprocess.run(command, cwd=job.root, capture_output=True, timeout=REPLAY_SECONDS)
    except subprocess.TimeoutExpired:
        return None, f"no end within {REPLAY_SECONDS} s"
    return done.returncode, (done.stdout + done.stderr).decode(errors="replace")


def keep_input(job, engine, source):
    """Copies an input to a name made of its content."""
    folder = job.out / "findings"
    folder.mkdir(exist_ok=True)
    file = folder / f"{engine}-{hashlib.sha1(source.read_bytes()).hexdigest()[:12]}"
    shutil.copy(source, file)
    return file


def verdict_of(status, text):
    """The oracle that fails in a run of one input."""
    if status == 0:
        return "does not reproduce alone"
    oracle = re.search(r"finding:? ([a-z-]+)", text)
    return oracle[1] if oracle else "liveness" if status is None else "survives"


# --- inputs of decoder and parser: the fuzz target replays them ---

def replay(job, engine, source):
    file = keep_input(job, engine, source)
    command = [str(pathlib.Path("build") / "libfuzzer" / "fuzz" / job.target), str(file)]
    status, text = run(job, command)
    return Find(file, engine, verdict_of(status, text), shlex.join(command), text)


# --- programs: allocheck confirms, shrinks and keeps them ---

def tool_of(job):
    """allocheck in the target's sanitizer build, and its options to run a program."""
    races = job.target == "slate_race_fuzz"
    preset = "libfuzzer-tsan" if races else "libfuzzer"
    return (pathlib.Path("build") / preset / "harness" / "cli" / "allocheck",
            ["--race"] if races else [])


def keep_program(job, engine, source):
    """Keeps an input's finding in a folder; if it does not reproduce, keeps the input alone."""
    tool, how = tool_of(job)
    given = [tool, "triage", *how, "--allocator", "slate"]
    status, text = run(job, [*given, "--out", job.out, source])
    folder = re.search(r"^  saved in  ([^(].*)$", text, re.MULTILINE)
    if status != FOUND or not folder:
        file = keep_input(job, engine, source)
        # triage derives the schedules of a race from the program, as the engine did.
        command = [*given, file] if how else [tool, "run", "--allocator", "slate", file]
        return Find(file, engine, verdict_of(status, text), shlex.join(map(str, command)), text)
    place = pathlib.Path(folder[1])
    finding = json.loads((place / "finding.json").read_text(encoding="utf-8"))
    # A finding that was not reproduced has no command. The program is in the folder of the finding.
    words = finding.get("arguments", ["run", *how, "--allocator", "slate", "input"])
    command = shlex.join(map(str, [tool, *words[:-1], place / words[-1]]))
    report = text[text.index("\nfinding: ") + 1:folder.start()] if "\nfinding: " in text else text
    return Find(place, engine, finding["oracle"]["id"], command, report)


def collect(results):
    """One Find per distinct finding."""
    distinct = {}
    for result in results:
        keep = keep_program if result.job.target.startswith("slate_") else replay
        for source in result.finds():
            find = keep(result.job, result.engine, source)
            if find.place in distinct:
                distinct[find.place].inputs += 1
            else:
                distinct[find.place] = find
    return list(distinct.values())
