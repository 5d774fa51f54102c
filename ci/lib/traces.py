# SPDX-License-Identifier: MIT
"""Compares slate with other allocators on the recorded programs: time and memory held."""

import os
import pathlib
import statistics
import subprocess

LIBRARIES = {  # name: Debian package, file
    "jemalloc": ("libjemalloc2", "libjemalloc.so.2"),
    "mimalloc": ("libmimalloc2.0", "libmimalloc.so.2.0"),
    "tcmalloc": ("libtcmalloc-minimal4", "libtcmalloc_minimal.so.4"),
}
FOLDERS = "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib"
PROCESSES = 3  # measurements; the median is printed
# Space for the thread-local variables of a library that is loaded late.
ENVIRONMENT = {"GLIBC_TUNABLES": "glibc.rtld.optional_static_tls=65536"}


def installed(name):
    found = [path for path in (pathlib.Path(folder) / name for folder in FOLDERS) if path.exists()]
    return found[0] if found else None


def allocators(build):
    """Names and arguments for bench_traces. slate is a library too, so that all calls cost alike."""
    yield "slate", build / "allocator" / "libslate.so"
    for name, (package, file) in LIBRARIES.items():
        path = installed(file)
        if path is None:
            print(f"{name} skipped: Debian package {package} is not installed")
        else:
            yield name, path


def ask_once(build, what, allocator, trace):
    command = [build / "fuzz" / "bench" / "bench_traces", what, allocator, trace]
    done = subprocess.run(command, env={**os.environ, **ENVIRONMENT}, stdout=subprocess.PIPE,
                          check=True)
    return [float(number) for number in done.stdout.split()]


def ask(build, what, allocator, trace):
    """The numbers that bench_traces prints: medians over several processes."""
    answers = [ask_once(build, what, allocator, trace) for _ in range(PROCESSES)]
    return [statistics.median(numbers) for numbers in zip(*answers)]


def print_row(first, second, cells):
    print(f"{first:<16}{second:>10}" + "".join(f"{cell:>16}" for cell in cells), flush=True)


def show_time(build, tested, traces):
    print("\nrecorded programs, calls only: nanoseconds per call (and the ratio to libc in the same "
          "process;\nlibc: minimum and maximum over the processes)")
    print_row("program", "calls", ["libc", *tested])
    for trace in traces:
        rows = {name: ask(build, "time", path, trace) for name, path in tested.items()}
        calls = next(iter(rows.values()))[0]
        libc = sorted(row[1] for row in rows.values())
        print_row(trace.stem, f"{calls:.0f}",
                  [f"{libc[0]:.0f} to {libc[-1]:.0f}", *(f"{row[2]:.1f} ({row[3]:.2f})" for row in rows.values())])


def show_held(build, tested, traces):
    print("\nthe same, with every block written: peak KiB live; peak KiB held (and the ratio of the two)")
    tested = {"libc": "libc", **tested}
    print_row("program", "live", tested)
    for trace in traces:
        rows = {name: ask(build, "held", path, trace) for name, path in tested.items()}
        live = next(iter(rows.values()))[0]
        print_row(trace.stem, f"{live / 1024:.0f}",
                  [f"{held / 1024:.0f} ({held / live:.2f})" for _, held in rows.values()])


def show(root, build):
    traces = sorted((root / "corpus" / "trace").glob("*.ops"))
    tested = dict(allocators(build))
    show_time(build, tested, traces)
    show_held(build, tested, traces)
