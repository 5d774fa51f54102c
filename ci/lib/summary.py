# SPDX-License-Identifier: MIT
"""The summary of ci/fuzz."""

import counters

THREADS = {"groups=threads", *(f"threads={number}" for number in range(2, 9))}  # off by default
REPORT_LINES = 24  # lines of each finding's report


def table(header, rows):
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]
    for row in [header, *rows]:
        cells = [cell.ljust(width) if column < 2 else cell.rjust(width)
                 for column, (cell, width) in enumerate(zip(row, widths))]
        print("  ".join(cells).rstrip())


def engine_row(result):
    total = result.counted()
    seen, edges = result.coverage()
    inputs = total.get("inputs", 0)
    return (result.job.target, result.engine, f"{result.elapsed:.0f}", f"{inputs:,}",
            f"{total.get('ops', 0):,}", f"{inputs / max(result.elapsed, 1):,.0f}",
            f"{seen}/{edges}", str(len(result.finds())))


def show_heads(results):
    """Share of the programs with each setting of the head."""
    total = counters.add(result.counted() for result in results)
    programs = total.get("inputs", 0) - total.get("too slow", 0)
    shares = {name: value for name, value in total.items() if "=" in name}
    if not programs or not shares:
        return
    print(f"\nshare of {programs:,} programs per setting of their heads:")
    groups = {}
    for name, value in shares.items():
        key, _, setting = name.partition("=")
        groups.setdefault(key, []).append(f"{setting} {100 * value / programs:.1f} %")
    for key, settings in groups.items():
        print(f"  {key}: {', '.join(settings)}")
    off = [name for name, value in shares.items() if value == 0 and name not in THREADS]
    print(f"  never on: {', '.join(off) if off else 'none'}")
    print(f"skipped because too slow: {total['too slow']:,}; without any call: {total['no call']:,}")


def show_checked(results):
    total = counters.add(result.counted() for result in results)
    checked = {name.removeprefix("checked "): value for name, value in total.items()
              if name.startswith("checked ") and value}
    if checked:
        print("\ncomparisons per oracle: " +
              ", ".join(f"{name} {value:,}" for name, value in checked.items()))


def show_finding(number, find):
    more = f", and {find.inputs - 1} more inputs" if find.inputs > 1 else ""
    print(f"\nfinding {number}: {find.oracle} ({find.engine}{more})")
    for line in find.report.splitlines()[:REPORT_LINES]:
        print(f"  {line}")
    print(f"  saved in: {find.place}")
    if find.place.is_dir():
        print(f"  files: {', '.join(sorted(file.name for file in find.place.iterdir()))}")
    print(f"  reproduce: {find.command}")


def show(results, finds, whole):
    print()
    table(("target", "engine", "s", "inputs", "ops", "inputs/s", "edges", "finds"),
          [engine_row(result) for result in results])
    allocator = [result for result in results if result.job.target.startswith("slate_")]
    show_heads(allocator)
    show_checked(allocator)
    for number, find in enumerate(finds, 1):
        show_finding(number, find)
    nothing = "clean: no finding" if whole else "no finding; not everything ran"
    print(f"\n{len(finds)} findings" if finds else f"\n{nothing}")
