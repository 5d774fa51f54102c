#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Fuzzes many broken allocators and judges the findings.

The allocators are those with a planted bug (harness/planted, as shared objects: instances/NAME has
ac_allocator, names/NAME the libc names) and the released ones that are installed here; NAME chooses
among them. Each gets one campaign: `allocheck fuzz --keep-going --seconds N'. Printed for each: the
findings; how many have a C reproducer that was verified, and why the others have none; the seconds
given and taken.

A planted-bug allocator has one cause, so its findings should be one. What a released allocator shows
is for people to judge: it counts for the reproducers only.

Exit status: 0 at least 95 % of the reproducers are verified, none is kept unverified without saying
so, and a planted bug has at most 1.2 findings on average; 1 not so; 2 usage, or nothing was found."""

import argparse
import collections
import dataclasses
import glob
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "gcc" / "harness"
RELEASED = ["libjemalloc.so.2", "libmimalloc.so.2", "libtcmalloc_minimal.so.4", "libtbbmalloc_proxy.so.2"]
FOLDERS = ["/usr/lib/*", "/usr/lib", "/usr/local/lib"]

LEAST_VERIFIED = 0.95    # of all findings
MOST_PER_CAUSE = 1.2     # findings of one planted bug, on average
LATE_SHARE, LATE_SECONDS = 0.10, 5  # a campaign may take longer by the larger of these


@dataclasses.dataclass
class Allocator:
    name: str
    kind: str  # boundary, slab ...; `released'
    path: str

    @property
    def is_planted(self):
        return self.kind != "released"


@dataclasses.dataclass
class Finding:
    name: str
    confirmed: bool
    verified: bool
    why: str      # not verified; empty: unknown
    also_seen: int  # findings of the same cause that were not kept
    has_c: bool


@dataclasses.dataclass
class Campaign:
    allocator: Allocator
    given: float
    taken: float
    status: int
    findings: list


# --- the allocators ---

def planted(table):
    rows = [line.split(maxsplit=4) for line in table.read_text(encoding="utf-8").splitlines()]
    return [Allocator(f"{form}/{name}", base, path) for name, form, base, oracle, path in rows if oracle != "clean"]


def released():
    for library in RELEASED:
        found = [path for folder in FOLDERS for path in glob.glob(f"{folder}/{library}")]
        if found:
            yield Allocator(library, "released", found[0])


def choose(options):
    """The named ones, or at most `--most' of each kind, evenly from the table."""
    everything = [*planted(BUILD / "planted" / "library" / "table"), *released()]
    if options.names:
        known = {allocator.name for allocator in everything}
        unknown = [name for name in options.names if name not in known]
        if unknown:
            sys.exit(f"ci/accuracy: {unknown[0]}: unknown allocator; `ci/accuracy --list' names them all")
        return [allocator for allocator in everything if allocator.name in options.names]
    kinds = collections.defaultdict(list)
    for allocator in everything:
        kinds[allocator.kind].append(allocator)
    chosen = []
    for members in kinds.values():
        count = min(options.most or len(members), len(members))
        chosen += [members[i * len(members) // count] for i in range(count)]
    return chosen


# --- findings ---

def read_finding(folder):
    document = json.loads((folder / "finding.json").read_text(encoding="utf-8"))
    reproducer = document.get("reproducer") or {}
    not_made = [each.get("why", "") for each in document.get("not_made", []) if each.get("file") == "repro.c"]
    return Finding(folder.name, document.get("search", {}).get("confirmed", True),
                   bool(reproducer.get("verified")), reproducer.get("why") or (not_made or [""])[0],
                   len(document.get("also_seen", [])), (folder / "repro.c").exists())


def read_findings(out):
    return [read_finding(file.parent) for file in sorted(out.glob("findings/*/finding.json"))]


def run(allocator, options, out):
    """Runs one campaign; its output goes to the file `log'."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    command = [BUILD / "cli" / "allocheck", "fuzz", "--allocator", allocator.path, "--engine", options.engine,
               "--keep-going", "--seconds", str(options.seconds), "--seed", str(options.seed), "-o", str(out)]
    begun = time.monotonic()
    with open(out / "log", "wb") as log:
        status = subprocess.run([str(word) for word in command], stdout=log, stderr=log, cwd=ROOT).returncode
    taken = time.monotonic() - begun
    facts = {**dataclasses.asdict(allocator), "given": options.seconds, "taken": taken, "status": status}
    (out / "campaign.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")


def read_campaign(out):
    facts = json.loads((out / "campaign.json").read_text(encoding="utf-8"))
    allocator = Allocator(facts["name"], facts["kind"], facts["path"])
    return Campaign(allocator, facts["given"], facts["taken"], facts["status"], read_findings(out))


# --- the table ---

ROW = "{:32} {:9} {:>8} {:>9} {:>9} {:>11} {:>6} {:>6}  {}"


def confirmed(campaign):
    return [finding for finding in campaign.findings if finding.confirmed]


def is_late(campaign):
    return campaign.taken > campaign.given + max(LATE_SHARE * campaign.given, LATE_SECONDS)


def remark(campaign):
    remarks = [f"{finding.name}: not verified: {finding.why or 'it does not say why'}"
               for finding in confirmed(campaign) if not finding.verified]
    if campaign.status not in (0, 1):
        remarks.insert(0, f"exit status {campaign.status}")
    if is_late(campaign):
        remarks.insert(0, "late")
    return remarks


def print_campaign(campaign):
    found = confirmed(campaign)
    remarks = remark(campaign) or [""]
    print(ROW.format(campaign.allocator.name, campaign.allocator.kind, len(found),
                     sum(finding.also_seen for finding in found), sum(finding.verified for finding in found),
                     len(campaign.findings) - len(found), f"{campaign.given:g}", f"{campaign.taken:.1f}", remarks[0]))
    for line in remarks[1:]:
        print(f"    {line}")
    sys.stdout.flush()


def print_heading():
    print(ROW.format("allocator", "kind", "findings", "also seen", "verified", "unconfirmed", "given", "taken", ""))


# --- the sums ---

def judge(campaigns):
    """Prints the sums. Returns the exit status."""
    found = [finding for campaign in campaigns for finding in confirmed(campaign)]
    causes = [campaign for campaign in campaigns if campaign.allocator.is_planted and confirmed(campaign)]
    missed = [campaign for campaign in campaigns if campaign.allocator.is_planted and not confirmed(campaign)]
    groups = sum(len(confirmed(campaign)) for campaign in causes)
    verified = sum(finding.verified for finding in found)
    silent = [finding for finding in found if finding.has_c and not finding.verified and not finding.why]
    kinds = {campaign.allocator.kind for campaign in campaigns if confirmed(campaign)}
    print(f"\n{len(found)} findings on {sum(bool(confirmed(each)) for each in campaigns)} allocators of "
          f"{len(kinds)} kinds; {len(missed)} planted bugs not found; {sum(map(is_late, campaigns))} campaigns late")
    if not found:
        print("nothing was found, so nothing can be judged")
        return 2
    share = verified / len(found)
    per_cause = groups / len(causes) if causes else 0
    print(f"verified    {verified} of {len(found)}: {100 * share:.1f} % (at least {100 * LEAST_VERIFIED:.0f} %)")
    print(f"silent      {len(silent)} reproducers unverified without saying so (none)")
    print(f"per cause   {groups} findings of {len(causes)} planted bugs: {per_cause:.2f} (at most {MOST_PER_CAUSE})")
    holds = share >= LEAST_VERIFIED and not silent and per_cause <= MOST_PER_CAUSE
    print("the thresholds hold" if holds else "the thresholds do not hold")
    return 0 if holds else 1


def parse_arguments():
    parser = argparse.ArgumentParser(prog="ci/accuracy", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", metavar="NAME", nargs="*", help="allocators of --list (default: see --most)")
    parser.add_argument("--seconds", type=float, default=30, metavar="N", help="for each campaign (default: 30)")
    parser.add_argument("--most", type=int, default=0, metavar="N", help="allocators of each kind (default: all)")
    parser.add_argument("--engine", default="random", metavar="E", help="as for `allocheck fuzz' (default: random)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="random seed (default: 1)")
    parser.add_argument("--out", default="fuzz-out/accuracy", metavar="DIR", help="default: fuzz-out/accuracy")
    parser.add_argument("--list", action="store_true", help="list the allocators, and run nothing")
    parser.add_argument("--report", action="store_true", help="judge what an earlier run left in DIR, and run nothing")
    return parser.parse_args()


def main():
    options = parse_arguments()
    out = pathlib.Path(options.out).resolve()
    if options.list:
        for allocator in choose(options):
            print(f"{allocator.name:32} {allocator.kind:9} {allocator.path}")
        return 0
    places = [file.parent for file in sorted(out.glob("*/campaign.json"))] if options.report else []
    jobs = [] if options.report else [(each, out / each.name.replace("/", "-")) for each in choose(options)]
    print_heading()
    campaigns = []
    for place in places:
        campaigns.append(read_campaign(place))
        print_campaign(campaigns[-1])
    for allocator, place in jobs:
        run(allocator, options, place)
        campaigns.append(read_campaign(place))
        print_campaign(campaigns[-1])
    return judge(campaigns)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (KeyboardInterrupt, BrokenPipeError):
        os._exit(130)
