# SPDX-License-Identifier: MIT
"""A command on a pseudo-terminal, so that its status line can be read."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios

LINE = re.compile(r"\r([^\r\n]*)\033\[K")
COLUMNS = 160


class Terminal:
    """Runs a command. `line' is its status line, `text' all its output, `status' as of subprocess."""

    def __init__(self, command, folder, environment):
        self.line, self.text, self.status = "", "", None
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, COLUMNS, 0, 0))
                for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                    signal.signal(number, signal.SIG_DFL)
                os.chdir(folder)
                os.execve(command[0], command, {**os.environ, "TERM": "xterm", "NO_COLOR": "1", **environment})
            finally:
                os._exit(127)

    def read(self, seconds):
        """Reads what comes within so long, and learns whether the command has ended."""
        try:
            if select.select([self.terminal], [], [], seconds)[0]:
                self.text += os.read(self.terminal, 1 << 16).decode(errors="replace")
                lines = LINE.findall(self.text[-8192:])
                self.line = lines[-1] if lines else ""
        except OSError:  # nobody can write to it any more
            pass
        ended, status = os.waitpid(self.pid, os.WNOHANG)
        if ended == self.pid:
            self.status = os.waitstatus_to_exitcode(status)

    def kill(self, number):
        os.kill(self.pid, number)

    def end(self):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.terminal)
