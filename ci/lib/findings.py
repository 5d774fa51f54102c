# SPDX-License-Identifier: MIT
"""What the engines found, each input run again by itself under the sanitizers."""

import dataclasses
import hashlib
import pathlib
import re
import shutil
import subprocess

REPLAY_SECONDS = 120


@dataclasses.dataclass
class Find:
    file: pathlib.Path
    engine: str
    oracle: str
    command: str
    report: str


def command_of(job, file):
    """What shows a finding again, from the top of the tree."""
    folder = pathlib.Path("build") / "libfuzzer"
    if job.target == "slate_fuzz":
        return [str(folder / "harness" / "cli" / "allocheck"), "run", "--allocator", "slate", file]
    return [str(folder / "fuzz" / job.target), file]


def replay(job, file):
    """The oracle that an input breaks when it runs by itself, and what the run printed."""
    try:
        done = subprocess.run(command_of(job, file), cwd=job.root, capture_output=True,
                              timeout=REPLAY_SECONDS)
    except subprocess.TimeoutExpired:
        return "liveness", f"no end within {REPLAY_SECONDS} s"
    text = (done.stdout + done.stderr).decode(errors="replace")
    if done.returncode == 0:
        return "does not show again by itself", text
    oracle = re.search(r"finding:? ([a-z-]+)", text)
    return oracle[1] if oracle else "survives", text


def collect(result):
    """One Find per input, copied to a name that does not change."""
    folder = result.job.out / "findings"
    for source in result.finds():
        folder.mkdir(exist_ok=True)
        name = hashlib.sha1(source.read_bytes()).hexdigest()[:12]
        file = folder / f"{result.engine}-{name}"
        shutil.copy(source, file)
        oracle, report = replay(result.job, file)
        words = [str(word) for word in command_of(result.job, file)]
        yield Find(file, result.engine, oracle, " ".join(words), report)
