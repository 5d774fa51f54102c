#!/usr/bin/env python3
"""Checks that each room of the harness uses only rooms that it links.

usage: walls.py [--nm NM] HARNESS TABLE

TABLE has a line for each room, from the bottom up: name|rooms it links|public headers|archive.
A room may include headers and use its symbols and those of the rooms that it links, directly or
through others. Prints a table of the rooms and each offence. Exits with 1 if there is one.
"""
import argparse
import re
import subprocess
import sys
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)


def read_rooms(table):
    rooms = {}
    for line in table.read_text().splitlines():
        name, links, headers, archive = line.split("|")
        unknown = [link for link in links.split() if link not in rooms]
        if unknown:
            sys.exit(f"walls: {name} links {', '.join(unknown)}, which is not below it")
        below = set(links.split()).union(*(rooms[link]["below"] for link in links.split()))
        rooms[name] = {"links": links.split(), "below": below, "headers": headers.split(),
                       "archive": archive}
    return rooms


def room_of_include(include, own, rooms, owners):
    if include.startswith("allocheck/"):
        return owners.get(include.removeprefix("allocheck/"))
    first, slash, _ = include.partition("/")
    return first if slash and first in rooms else own


def offences_of_file(path, own, rooms, owners, folder=""):
    for include in INCLUDE.findall(path.read_text()):
        room = room_of_include(folder + include, own, rooms, owners)
        if room is None:
            yield f"{path}: no room owns {include}; name it in HEADERS of its room"
        elif room != own and room not in rooms[own]["below"]:
            yield f"{path}: {own}/ includes {include} of {room}/, which it does not link"


def symbols(nm, archive, option):
    text = subprocess.run([nm, "--extern-only", option, archive], check=True, capture_output=True, text=True).stdout
    return {line.split()[-1] for line in text.splitlines() if len(line.split()) >= 2}


def offences_of_symbols(nm, rooms):
    defined = {name: symbols(nm, room["archive"], "--defined-only") for name, room in rooms.items()}
    owner = {}
    for name, names in defined.items():
        for symbol in names:
            owner.setdefault(symbol, name)
    for name, room in rooms.items():
        for symbol in symbols(nm, room["archive"], "--undefined-only") - defined[name]:
            other = owner.get(symbol)
            if other is not None and other not in room["below"]:
                yield f"{name}/ uses {symbol} of {other}/, which it does not link"


def sources_of(folder):
    return sorted(path for path in folder.glob("*.[ch]"))


def print_rooms(harness, rooms):
    for name, room in rooms.items():
        files = sources_of(harness / name)
        lines = sum(len(path.read_text().splitlines()) for path in files)
        print(f"{name:<10} {len(files):>3} files {lines:>6} lines  links {' '.join(room['links'])}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nm", help="check symbols too, with this nm(1)")
    parser.add_argument("harness", type=Path)
    parser.add_argument("table", type=Path)
    options = parser.parse_args()
    rooms = read_rooms(options.table)
    owners = {header: name for name, room in rooms.items() for header in room["headers"]}
    offences, files = [], 0
    for name in rooms:
        for path in sources_of(options.harness / name):
            offences += offences_of_file(path, name, rooms, owners)
            files += 1
    for header, name in owners.items():
        path = options.harness / "include/allocheck" / header
        offences += offences_of_file(path, name, rooms, owners, folder="allocheck/")
        files += 1
    if options.nm:
        offences += offences_of_symbols(options.nm, rooms)
    print_rooms(options.harness, rooms)
    print("\n".join(offences))
    print(f"{files} files, {len(offences)} offences")
    sys.exit(1 if offences or files == 0 else 0)


main()
