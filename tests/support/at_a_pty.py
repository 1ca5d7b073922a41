"""The real command in a terminal of its own, worked like a person would: wait for words, press a key."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time

PATIENCE = 25.0
_CONTROLS = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07|\r")


class InTerminal:
    """A command on a pseudo-terminal. ``text`` is all it wrote, without control sequences."""

    def __init__(self, *arguments, environment=None, size=(40, 120)):
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        self.text = ""
        self._seen = 0
        self._cut = b""
        # A size in the environment, of the tests' own terminal, would count more than that of this one.
        inherited = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        self.process = subprocess.Popen(
            # A session of its own, with this as its terminal: so that Ctrl-C reaches it.
            ["setsid", "--ctty", sys.executable, "-m", "armctl", *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**inherited, "TERM": "xterm-256color", "COLORTERM": "truecolor", **(environment or {})},
        )
        os.close(slave)

    def read(self, seconds=0.05):
        """Take what it writes within ``seconds``; return False at its end."""
        with contextlib.suppress(OSError):
            if select.select([self._master], (), (), seconds)[0]:
                more = os.read(self._master, 65536)
                self._take(more)
                return bool(more)
            return True
        return False

    def _take(self, more):
        """Keep the words of ``more``, once: pictures are long, and whoever works it may also be serving the servos."""
        data = self._cut + more
        end = data.rfind(b"\x1b")
        if end < 0 or _CONTROLS.match(data, end):
            end = len(data)
        self._cut = data[end:]
        self.text += _CONTROLS.sub(b"", data[:end]).decode("utf-8", "ignore").replace("▀", "")

    def wait_for(self, *words):
        """Wait until one of ``words`` was newly written, and return which."""
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            new = self.text[self._seen :]
            found = [(new.find(word), word) for word in words if word in new]
            if found:
                at, word = min(found)
                self._seen += at + len(word)
                return word
            if not self.read() and self.process.poll() is not None:
                break
        raise AssertionError(f"none of {words} within {PATIENCE} s; the end of what was written:\n{self.text[-3000:]}")

    def wait(self, seconds):
        """Let time pass, and take what it writes: a terminal that takes nothing stops the program."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0.0:
            if not self.read(left):
                return

    def press(self, keys):
        os.write(self._master, keys.encode())

    def result(self):
        """Wait for the end; return the exit code."""
        limit = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < limit:
            self.read()
        while self.read(0.0) and select.select([self._master], (), (), 0.0)[0]:
            pass
        return self.process.wait(1.0)

    def hang_up(self):
        """Close the terminal."""
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def close(self):
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.hang_up()
