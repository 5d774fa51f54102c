# SPDX-License-Identifier: MIT
"""What the engines found: each input run again by itself under the sanitizers, and kept."""

import dataclasses
import hashlib
import json
import pathlib
import re
import shutil
import subprocess

REPLAY_SECONDS = 300
FOUND = 1


@dataclasses.dataclass
class Find:
    place: pathlib.Path  # a folder, or the input where nothing shows again
    engine: str
    oracle: str
    command: str         # that shows it, from the top of the tree
    report: str
    inputs: int = 1      # that show the same


def run(job, command):
    """Exit status and output of a command; the status is None where it does not end."""
    try:
        done = subprocess.run(command, cwd=job.root, capture_output=True, timeout=REPLAY_SECONDS)
    except subprocess.TimeoutExpired:
        return None, f"no end within {REPLAY_SECONDS} s"
    return done.returncode, (done.stdout + done.stderr).decode(errors="replace")


def keep_input(job, engine, source):
    """A copy under a name that does not change."""
    folder = job.out / "findings"
    folder.mkdir(exist_ok=True)
    file = folder / f"{engine}-{hashlib.sha1(source.read_bytes()).hexdigest()[:12]}"
    shutil.copy(source, file)
    return file


def verdict_of(status, text):
    """The oracle that an input breaks, as far as that is known of a run of it alone."""
    if status == 0:
        return "does not show again by itself"
    oracle = re.search(r"finding:? ([a-z-]+)", text)
    return oracle[1] if oracle else "liveness" if status is None else "survives"


# --- inputs of the codec: the target itself shows them again ---

def replay(job, engine, source):
    file = keep_input(job, engine, source)
    command = [str(pathlib.Path("build") / "libfuzzer" / "fuzz" / job.target), str(file)]
    status, text = run(job, command)
    return Find(file, engine, verdict_of(status, text), " ".join(command), text)


# --- programs: the tool confirms, reduces and keeps them ---

def tool_of(job):
    """The tool of the build with the sanitizers that watch the target, and how it runs a program."""
    races = job.target == "slate_race_fuzz"
    preset = "libfuzzer-tsan" if races else "libfuzzer"
    return (pathlib.Path("build") / preset / "harness" / "cli" / "allocheck",
            ["--race"] if races else [])


def keep_program(job, engine, source):
    """A folder for what an input shows; where it shows nothing by itself, the input."""
    tool, how = tool_of(job)
    given = [tool, "triage", *how, "--allocator", "slate"]
    status, text = run(job, [*given, "--out", job.out, source])
    folder = re.search(r"^  kept in   ([^(].*)$", text, re.MULTILINE)
    if status != FOUND or not folder:
        file = keep_input(job, engine, source)
        # The schedules of a race follow from the program, as this engine has it.
        command = [*given, file] if how else [tool, "run", "--allocator", "slate", file]
        return Find(file, engine, verdict_of(status, text), " ".join(map(str, command)), text)
    place = pathlib.Path(folder[1])
    finding = json.loads((place / "finding.json").read_text(encoding="utf-8"))
    # One that was seen once has no command of its own.
    command = finding.get("reproduce", " ".join(
        ["allocheck run", *how, "--allocator slate", str(place / "input")]))
    report = text[text.index("\nfinding: ") + 1:folder.start()] if "\nfinding: " in text else text
    return Find(place, engine, finding["oracle"]["id"],
                re.sub("^allocheck", str(tool), command), report)


def collect(results):
    """One Find for everything distinct."""
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
