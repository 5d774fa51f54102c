# SPDX-License-Identifier: MIT
"""Reads what a fuzz target counts while it runs (fuzz/engine_counters.c): records of 32 bytes, a name
of up to 24 bytes filled with zeros and a 64-bit value in the machine's byte order."""

import struct

RECORD = struct.Struct("=24sQ")


def read(path):
    """The counters of one file by name; empty where the target has not begun yet."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return {}
    whole = len(data) - len(data) % RECORD.size
    records = RECORD.iter_unpack(data[:whole])
    return {name.rstrip(b"\0").decode(): value for name, value in records if name[0]}


def add(tables):
    """The sum of several tables, in the order of their names' first appearance."""
    total = {}
    for table in tables:
        for name, value in table.items():
            total[name] = total.get(name, 0) + value
    return total
