# SPDX-License-Identifier: MIT
"""Rate of libFuzzer's own loop on programs of 64 calls from memory (fuzz/bench/stream_mutator.c).

It measures processor time, so that other work on the machine matters little."""

import os
import pathlib
import re
import resource
import statistics
import subprocess
import tempfile

import counters

ROUNDS = 3          # measurements; the median is printed
RUNS = 5000, 55000  # executions: with start-up and new coverage only; with many more
# Entropic scheduling is off: a stream needs no choice of stored inputs, and on uniform programs its
# bookkeeping takes a third of the time (almost none in a campaign).
OPTIONS = ["-seed=1", "-len_control=0", "-max_len=4096", "-entropic=0"]
BEGINS = 2          # inputs without calls that libFuzzer runs before the stream


class Failed(OSError):
    """A command failed, so there is nothing to measure."""


class Found(Failed):
    """A command ended in a finding; the argument is the oracle."""


def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def seconds_of(command, environment):
    begun = processor_seconds()
    done = subprocess.run(command, env={**os.environ, **environment}, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if done.returncode != 0:
        reported = done.stderr.decode(errors="replace")
        oracle = re.search(r"^finding: (\S+) on ", reported, re.M)
        if oracle:
            raise Found(oracle[1])
        raise Failed(f"{' '.join(map(str, command[:3]))} failed:\n{reported[-2000:]}")
    return processor_seconds() - begun


def run(binary, runs, environment):
    """Seconds and counters of that many executions."""
    with tempfile.TemporaryDirectory() as folder:
        counted, corpus = pathlib.Path(folder) / "counters", pathlib.Path(folder) / "corpus"
        corpus.mkdir()
        seconds = seconds_of([binary, f"-runs={runs}", *OPTIONS, f"-artifact_prefix={folder}/",
                              corpus], {**environment, "ALLOCHECK_COUNTERS": str(counted)})
        ran = counters.read(counted)
    if ran.get("inputs") != runs or ran.get("too slow") != 0 or ran.get("no call", 0) > BEGINS:
        raise Failed(f"{binary}: expected {runs} programs with calls, counted {ran}")
    return seconds, ran


def rate(binary, environment):
    """Programs and calls per second and processor, without the start of the process."""
    few, many = RUNS

    def measure():
        (start, before), (all_of_it, after) = (run(binary, runs, environment) for runs in RUNS)
        return ((many - few) / (all_of_it - start),
                (after["calls"] - before["calls"]) / (all_of_it - start))

    return [statistics.median(figures) for figures in zip(*(measure() for _ in range(ROUNDS)))]
