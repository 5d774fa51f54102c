# SPDX-License-Identifier: MIT
"""Reads the counters of a running fuzz target (fuzz/engine_counters.h for the format)."""

import struct

RECORD = struct.Struct("=24sQ")


def read(path):
    """The counters of one file by name; empty if the target has not started yet."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return {}
    whole = len(data) - len(data) % RECORD.size
    records = RECORD.iter_unpack(data[:whole])
    return {name.rstrip(b"\0").decode(): value for name, value in records if name[0]}


def add(tables):
    """The sums over several tables; names keep the order of their first appearance."""
    total = {}
    for table in tables:
        for name, value in table.items():
            total[name] = total.get(name, 0) + value
    return total
