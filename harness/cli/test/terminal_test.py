#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a person sees: commands on a terminal, case by case.
usage: terminal_test.py CASE ALLOCHECK BROKEN   (BROKEN: the same tool, testing broken allocators)

Runs each command on a pseudo-terminal and keeps what it writes. A status line is a line that is rewritten: what is
between a carriage return and the erasing of the rest of the line."""
import fcntl
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import termios

COLOUR = re.compile(r"\033\[[0-9;]*m")
STATUS = re.compile(r"\r([^\r\n]*)\033\[K")
TIME = r"^\d+:\d\d  "


class Shown:
    """What a command wrote to its terminal."""

    def __init__(self, raw, status):
        self.raw, self.status = raw, status
        self.lines = [COLOUR.sub("", line) for line in STATUS.findall(raw)]
        self.drawn = [line for line in self.lines if line]
        rest = STATUS.sub("", raw)
        self.rest = COLOUR.sub("", rest).replace("\r\n", "\n")  # the other output


def fail(shown, why):
    sys.exit(f"{why}\n--- the terminal got\n{shown.raw!r}")


def check(shown, good, why):
    if not good:
        fail(shown, why)


def show(command, columns=100, signal=None, **environment):
    """Runs a command on a terminal of so many columns, to its end."""
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        for name in ("NO_COLOR", "COLUMNS"):
            os.environ.pop(name, None)
        os.environ.update({"TERM": "xterm", **environment})
        try:
            os.execv(command[0], command)
        finally:
            os._exit(127)
    raw = b""
    while True:
        try:
            got = os.read(terminal, 1 << 16)
        except OSError:  # nobody can write to it any more
            break
        raw += got
        if signal is not None and b"\033[K" in raw:
            os.write(terminal, signal)  # as typed
            signal = None
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.close(terminal)
    return Shown(raw.decode(errors="replace"), status)


def check_line(shown, columns, *patterns):
    """The status line has these parts, never wraps, and is gone in the end."""
    check(shown, shown.drawn, "no status line")
    check(shown, all(len(line) < columns for line in shown.drawn), f"a line of {columns} columns or more")
    check(shown, shown.lines[-1] == "", "the line is still there at the end")
    for pattern in patterns:
        check(shown, any(re.search(pattern, line) for line in shown.drawn), f"no {pattern} in the status line")
    check(shown, not re.search(r"\[[=>.]+\]", shown.rest), "a status line among other output")


def write(name, text):
    with open(name, "w", encoding="utf-8") as file:
        file.write(text)
    return name


# Hangs in its second op, on an allocator that keeps its lock.
HANG = "ops 1\nwith limit=128K\np0 = posix_memalign 128 left-768\np9 = malloc 26187\n"
GOOD = "ops 1\np0 = malloc 24\nfree p0\n"
DIRTY = "ops 1\np0 = malloc 8\np1 = calloc 3 40\n"
BAR = r"\[[=>.]+\]"


def case_run(tool, broken):
    names = [write(f"{i}.ops", GOOD) for i in range(3)] + [write("dirty.ops", "# x\n" + DIRTY), write("hang.ops", HANG)]
    shown = show([broken, "run", "-a", "failure-keeps-lock", "--timeout", "3", *names])
    check(shown, shown.status == 3, f"exit status {shown.status}")
    check_line(shown, 100, TIME + BAR + r" +80 %  \d+:\d\d left  4 of 5  0 findings  hang.ops$")
    check(shown, "hang.ops: stopped: --timeout of 3 s expired\n" in shown.rest, "the error is not a line of its own")
    # A shorter command shows none.
    shown = show([broken, "run", "-a", "failure-keeps-lock", names[0]])
    check(shown, not shown.lines and "1 of 1 run" in shown.rest, "a status line of a short command")


def case_narrow(tool, broken):
    name = write("a-program-with-a-very-long-name-that-is-wider-than-all-of-this-terminal.ops", HANG)
    for columns in (60, 12):
        shown = show([broken, "run", "-a", "failure-keeps-lock", "--timeout", "2.5", name], columns)
        check_line(shown, columns)
    shown = show([broken, "run", "-a", "failure-keeps-lock", "--timeout", "2.5", name], 100, COLUMNS="25")
    check_line(shown, 25)


def case_fuzz(tool, broken):
    fuzz = [broken, "fuzz", "-a", "twice", "--engine", "random", "--seed", "5", "--keep-going", "--seconds", "4"]
    shown = show(fuzz, 140)
    check(shown, shown.status == 1, f"exit status {shown.status}")
    check_line(shown, 140, TIME + BAR + r" +\d+ %  \d+:\d\d left  [1-9][0-9,]* programs  [0-9,]+/s  \d findings?",
               r"  new \d+:\d\d ago")
    check(shown, "\033[1;31m" in shown.raw and "\033[32m[" in shown.raw, "no colour")
    shares = [int(line.split(" %")[0].split("]")[1]) for line in shown.drawn]
    check(shown, shares == sorted(shares), "the bar goes back")
    check(shown, shown.rest.count("\n  saved in  ") >= 1, "a finding is not printed on lines of its own")


def case_without_colour(tool, broken):
    fuzz = [tool, "fuzz", "-a", "libc", "--engine", "random", "--seconds", "2"]
    shown = show(fuzz, NO_COLOR="1")
    check_line(shown, 100, BAR)
    check(shown, not COLOUR.search(shown.raw), "colour in spite of NO_COLOR")
    shown = show(fuzz, TERM="dumb")
    check(shown, "\033" not in shown.raw and "\r" not in shown.raw.replace("\r\n", ""), "escapes on a dumb terminal")
    check(shown, re.search(r"^0:01  \[", shown.rest, re.M), "no plain line on a dumb terminal")
    done = subprocess.run(fuzz, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL)
    if "\033" in done.stdout + done.stderr or "\r" in done.stdout + done.stderr or done.stderr:
        sys.exit(f"not plain in a pipe: {done}")


def case_exhaustive(tool, broken):
    shown = show([tool, "fuzz", "-a", "libc", "--engine", "exhaustive", "--depth", "8", "--sizes", "2", "--seconds",
                  "3"], 120)
    check_line(shown, 120, TIME + BAR + r" +\d+ %  \d+:\d\d left  [0-9,]+ programs?")
    shown = show([tool, "fuzz", "-a", "libc", "--engine", "exhaustive", "--depth", "5"], 120, signal=b"\003")
    check_line(shown, 120, r"  at least .* left  ")
    check(shown, shown.status == 5 and "; interrupted\n" in shown.rest, "not interrupted")


def case_other_commands(tool, broken):
    write("a.ops", GOOD)
    write("hang.ops", HANG)
    triage = [broken, "triage", "-a", "failure-keeps-lock", "--seconds", "3", "a.ops", "hang.ops"]
    check_line(show(triage), 100, BAR + r".*  \d+ program")
    shrink = [broken, "shrink", "-a", "failure-keeps-lock", "--seconds", "3", "hang.ops"]
    check_line(show(shrink), 100, BAR + r".* left")
    compare = [broken, "compare", "-a", "failure-keeps-lock", "-a", "boundary", "--timeout", "3", "hang.ops"]
    check_line(show(compare), 100, TIME + r"0 of 1  0 disagreements  hang.ops")
    shown = show(compare[:-3] + ["a.ops", "hang.ops"], signal=b"\003")
    check_line(shown, 100, TIME + BAR + r".*  1 of 2  0 disagreements  hang.ops")
    check(shown, shown.status == 5 and "1 of 2 run, 2 calls, 0 with a finding; interrupted\n" in shown.rest, "not interrupted")
    os.mkdir("corpus")
    shutil.copy("hang.ops", "corpus")
    shown = show([broken, "scorecard", "--corpus", "corpus", "failure-keeps-lock"], signal=b"\003")
    check_line(shown, 100, r"  measuring the profile|  0 of 1  corpus/hang.ops")
    check(shown, shown.status == 5 and "allocheck: interrupted after 0 of 1 programs\n" in shown.rest, "not interrupted")
    sweep = [broken, "sweep", "-a", "failure-keeps-lock", "--seconds", "3", "a.ops", "hang.ops"]
    check_line(show(sweep), 100, r"counting page requests: 1 of 2 programs|" + BAR)


def main():
    name, tool, broken = sys.argv[1], os.path.realpath(sys.argv[2]), os.path.realpath(sys.argv[3])
    folder = tempfile.mkdtemp()
    os.chdir(folder)
    try:
        globals()[f"case_{name}"](tool, broken)
    finally:
        shutil.rmtree(folder)


main()
