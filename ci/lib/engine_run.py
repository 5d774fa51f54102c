# SPDX-License-Identifier: MIT
"""Runs the workers of one engine in parallel and shows their progress on one line."""

import dataclasses
import pathlib
import shutil
import sys
import time

import counters
from engines import ENGINES

PLAIN_LINE_SECONDS = 5  # between lines if output is not a terminal
GRACE_SECONDS = 15      # an engine may start late and end late by this much


def preset_of(target, engine):
    """The build of a target for an engine; libFuzzer runs races under ThreadSanitizer."""
    return "libfuzzer-tsan" if (target, engine) == ("slate_race_fuzz", "libfuzzer") else engine


@dataclasses.dataclass
class Job:
    """A fuzz target and its files."""
    target: str
    root: pathlib.Path           # of the source tree
    out: pathlib.Path            # folder of this target
    seeds: pathlib.Path
    dictionary: pathlib.Path | None
    afl_mutator: pathlib.Path | None

    def binary(self, engine):
        return self.root / "build" / preset_of(self.target, engine) / "fuzz" / self.target


class Progress:
    """A status line, rewritten in place on a terminal, printed every few seconds elsewhere."""

    def __init__(self):
        self.live = sys.stdout.isatty()
        self.due = 0

    def show(self, text, last=False):
        now = time.monotonic()
        if self.live:
            text = text[:shutil.get_terminal_size().columns - 1]
            print(f"\r\x1b[K{text}", end="\n" if last else "", flush=True)
        elif last or now >= self.due:
            print(text, flush=True)
            self.due = now + PLAIN_LINE_SECONDS


def describe(workers, elapsed, seconds):
    total = counters.add(worker.counted() for worker in workers)
    seen, edges = max(worker.coverage() for worker in workers)
    inputs, operations = total.get("inputs", 0), total.get("ops", 0)
    finds = sum(len(worker.finds()) for worker in workers)
    first = workers[0]
    return (f"{first.job.target} {first.engine} {min(elapsed, seconds):.0f}/{seconds} s: "
            f"{inputs:,} programs, {operations:,} ops, {inputs / max(elapsed, 1):,.0f}/s, "
            f"coverage {seen or '-'} of {edges or '-'} edges, {finds} findings")


def run(job, engine, jobs, seconds, progress):
    """Runs one engine on one target until time, findings or Ctrl-C end it. Returns a Result."""
    workers = [ENGINES[engine](job, number) for number in range(jobs)]
    begun = time.monotonic()
    interrupted = False
    try:
        for worker in workers:
            worker.start(seconds)
        while any(worker.running() for worker in workers):
            elapsed = time.monotonic() - begun
            if elapsed > seconds + GRACE_SECONDS or any(worker.finds() for worker in workers):
                break
            progress.show(describe(workers, elapsed, seconds))
            time.sleep(min(1, max(0.1, seconds - elapsed)))
    except KeyboardInterrupt:
        interrupted = True
    broken = [worker for worker in workers if worker.process is None or worker.failed()]
    for worker in workers:
        worker.stop()
    elapsed = time.monotonic() - begun
    progress.show(describe(workers, elapsed, seconds), last=True)
    return Result(job, engine, workers, elapsed, [] if interrupted else broken, interrupted)


@dataclasses.dataclass
class Result:
    job: Job
    engine: str
    workers: list
    elapsed: float
    broken: list        # workers that ended early without a finding
    interrupted: bool

    def counted(self):
        return counters.add(worker.counted() for worker in self.workers)

    def coverage(self):
        return max(worker.coverage() for worker in self.workers)

    def finds(self):
        return sorted({find for worker in self.workers for find in worker.finds()})
