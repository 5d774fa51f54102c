# SPDX-License-Identifier: MIT
"""One process of a fuzz engine: its command, its coverage, its findings."""

import os
import re
import resource
import signal
import subprocess

import counters

SLOW_INPUT_SECONDS = 20  # a slower input is a finding (the liveness oracle allows a call 5 s, twice)


def no_core_dumps():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Worker:
    """Runs until its time expires, its first finding, or stop()."""

    def __init__(self, job, number):
        self.job, self.number = job, number
        self.out = job.out / self.engine
        self.logs = self.out / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)
        self.log = self.logs / f"{number}.log"
        self.counters = self.logs / f"{number}.counters"
        self.counters.unlink(missing_ok=True)
        self.known = set(self.stored())
        self.process = None

    def start(self, seconds):
        environment = {**os.environ, **self.environment(), "ALLOCHECK_COUNTERS": str(self.counters)}
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                self.command(seconds), env=environment, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True, preexec_fn=no_core_dumps)

    def running(self):
        return self.process.poll() is None

    def stop(self):
        """Interrupts the process group, then kills it."""
        for number in (signal.SIGINT, signal.SIGKILL):
            if self.running():
                try:
                    os.killpg(self.process.pid, number)
                    self.process.wait(timeout=5)
                except (ProcessLookupError, subprocess.TimeoutExpired):
                    continue

    def counted(self):
        return counters.read(self.counters)

    def finds(self):
        """Inputs that this run stored as findings."""
        return sorted(set(self.stored()) - self.known)

    def failed(self):
        """True if the process ended with neither a finding nor success."""
        return not self.running() and self.process.returncode not in (0, -2) and not self.finds()

    def text(self):
        return self.log.read_text(errors="replace")

    def environment(self):
        return {}


class LibFuzzer(Worker):
    engine = "libfuzzer"

    def command(self, seconds):
        corpus = self.out / "corpus"
        corpus.mkdir(exist_ok=True)
        (self.out / "findings").mkdir(exist_ok=True)
        options = [f"-max_total_time={seconds}", f"-timeout={SLOW_INPUT_SECONDS}", "-reload=1",
                   f"-artifact_prefix={self.out / 'findings'}/", "-print_final_stats=1"]
        # Without this option slow programs, which reach slightly more, fill the corpus: a minute then
        # runs at most a quarter of the programs and reaches no more.
        options += ["-entropic_scale_per_exec_time=1"]
        options += [f"-dict={self.job.dictionary}"] if self.job.dictionary else []
        return [str(self.job.binary(self.engine)), *options, str(corpus), str(self.job.seeds)]

    def stored(self):
        return [find for kind in ("crash", "timeout", "oom")
                for find in (self.out / "findings").glob(f"{kind}-*")]

    def coverage(self):
        text = self.text()
        seen = re.findall(r" cov: (\d+) ", text)
        total = re.search(r"\((\d+) inline 8-bit counters\)", text)
        return (int(seen[-1]) if seen else 0, int(total[1]) if total else 0)


class Afl(Worker):
    engine = "afl"

    def __init__(self, job, number):
        self.name = f"worker{number}"
        super().__init__(job, number)

    def command(self, seconds):
        options = ["-i", self.job.seeds, "-o", self.out / "corpus", "-S", self.name, "-V", seconds,
                   "-t", SLOW_INPUT_SECONDS * 1000]
        options += ["-x", self.job.dictionary] if self.job.dictionary else []
        return [str(word) for word in ["afl-fuzz", *options, "--", self.job.binary(self.engine)]]

    def environment(self):
        settings = dict.fromkeys(
            ("AFL_NO_UI", "AFL_SKIP_CPUFREQ", "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES",
             "AFL_NO_AFFINITY", "AFL_AUTORESUME", "AFL_BENCH_UNTIL_CRASH"), "1")
        if self.job.afl_mutator:
            settings["AFL_CUSTOM_MUTATOR_LIBRARY"] = str(self.job.afl_mutator)
            settings["AFL_CUSTOM_MUTATOR_ONLY"] = "1"
        return settings

    def stored(self):
        return [find for kind in ("crashes", "hangs")
                for find in (self.out / "corpus" / self.name / kind).glob("id:*")]

    def coverage(self):
        try:
            text = (self.out / "corpus" / self.name / "fuzzer_stats").read_text()
            plot = (self.out / "corpus" / self.name / "plot_data").read_text().splitlines()
        except FileNotFoundError:
            return (0, 0)
        total = re.search(r"total_edges\s*: (\d+)", text)
        seen = plot[-1].rpartition(",")[2].strip() if plot else ""
        return (int(seen) if seen.isdigit() else 0, int(total[1]) if total else 0)


ENGINES = {kind.engine: kind for kind in (LibFuzzer, Afl)}
