#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Finds planted races with `allocheck fuzz --race`: how many random seeds find each within a time
limit, after how many seconds, and how often the shrunk program shows it again; clean builds must pass.

BUILD is a build folder, such as that of the preset gcc or tsan (where a report of ThreadSanitizer, by
the oracle `survives`, counts too). Prints a row for each planted race. Exit status: 0 each was found
by its oracle with at least one seed, and there were no other findings; 1 otherwise; 2 usage."""
import argparse
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

ROW = re.compile(r'^AC_PLANTED_RACE\(\w+, "([a-z0-9-]+)", (\w+), (\w+), (\w+),', re.MULTILINE)
CLEAN_BUILDS_SEED = "1"


@dataclass
class Campaign:
    oracle: str | None  # of the first finding
    seconds: float
    shown: int = 0  # runs that show it again
    runs: int = 0   # confirmation runs
    text: str = ""


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", metavar="BUILD", type=pathlib.Path)
    parser.add_argument("--seconds", default="60", help="for each campaign (default: 60)")
    parser.add_argument("--seeds", type=int, default=3, metavar="N",
                        help="random seeds 1 to N for each (default: 3)")
    parser.add_argument("--call-time", default="1", metavar="SECONDS",
                        help="as for `allocheck fuzz': calls of planted_bugs are quick, or never end")
    return parser.parse_args()


def rows():
    table = pathlib.Path(__file__).resolve().parent.parent / "planted_bugs.def"
    for name, base, first, second in ROW.findall(table.read_text(encoding="utf-8")):
        yield name, base, {oracle.lower().replace("_", "-") for oracle in (first, second)}


def campaign(options, name, seed):
    with tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        done = subprocess.run(
            [options.build / "harness/planted/test/allocheck_planted", "fuzz", "--race",
             "--allocator", name, "--seed", seed, "--seconds", options.seconds,
             "--call-time", options.call_time, "-o", folder],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        seconds = time.monotonic() - start
    if done.returncode not in (0, 1):
        sys.exit(f"{name}: exit status {done.returncode}\n{done.stdout}")
    finding = re.search(r"^finding: (\S+) on ", done.stdout, re.MULTILINE)
    shown = re.search(r"shown in (\d+) of (\d+) runs", done.stdout)
    counts = (int(shown[1]), int(shown[2])) if shown else (0, 0)
    return Campaign(finding[1] if finding else None, seconds, *counts, done.stdout)


def failed(name, what):
    print(f"  FAILED: {name}: {what.oracle} was found\n" + re.sub("^", "    ", what.text, flags=re.M))


def try_planted(options, name, oracles, reported):
    """Prints a row; False: not as expected."""
    campaigns = [campaign(options, name, str(seed)) for seed in range(1, options.seeds + 1)]
    found = [one for one in campaigns if one.oracle is not None]
    wrong = [one for one in found if one.oracle not in oracles | reported]
    seconds = f"{statistics.median(one.seconds for one in found):.1f}" if found else "-"
    again = f"{sum(one.shown for one in found)}/{sum(one.runs for one in found)}"
    print(f"{name:<26} {'/'.join(sorted({one.oracle for one in found})):<20} "
          f"{len(found)}/{len(campaigns):<5} {seconds:>8} {again:>9}", flush=True)
    for one in wrong:
        failed(name, one)
    return bool(found) and not wrong


def try_clean_build(options, base):
    result = campaign(options, base, CLEAN_BUILDS_SEED)
    print(f"{base:<26} {result.oracle or 'clean':<20} {'':<7} {result.seconds:>8.1f}", flush=True)
    if result.oracle is not None:
        failed(base, result)
    return result.oracle is None


def main():
    options = parse_arguments()
    cache = (options.build / "CMakeCache.txt").read_text(encoding="utf-8")
    reported = {"survives"} if re.search("ALLOCHECK_SANITIZE:.*thread", cache) else set()
    print(f"{'planted':<26} {'found by':<20} {'seeds':<7} {'seconds':>8} {'again':>9}")
    chosen = list(rows())
    good = [try_planted(options, name, oracles, reported) for name, _, oracles in chosen]
    good += [try_clean_build(options, base) for base in sorted({base for _, base, _ in chosen})]
    print(f"\n{len(chosen)} planted-bug allocators, {good.count(False)} failures")
    return 0 if chosen and all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
