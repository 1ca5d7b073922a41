"""A child of the guard that beats, writes down what it hears, and does what a test asks: no arm, no screen.

Each line of the ``--log`` file is JSON: what was heard, and when. Commands come as lines of the ``--do`` file, read as
it grows: ``exit CODE``, ``hang``, ``ask NAME`` (restart), ``shutdown``, ``words TEXT``.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from pathlib import Path

import msgspec

from armctl.control.heartbeat import Pace
from armctl.control.link import GuardLink, ends_of, guard_end
from armctl.control.messages import Alive, NewLink, PeerGone, Restart, Shutdown


class Fake:
    def __init__(self, options: argparse.Namespace) -> None:
        self.log = Path(options.log)
        self.do = Path(options.do)
        self.done = self.do.stat().st_size if self.do.exists() else 0
        self.guard: GuardLink = guard_end(ends_of(options.guard_fd, options.guard_alive_fd))
        self.peer = ends_of(options.link_fd, options.alive_fd)
        self.peer.alive.setblocking(False)
        self.peer_there = True
        self.pace = Pace()
        self.end: int | None = None
        signal.signal(signal.SIGTERM, self.on_term)

    def on_term(self, *_: object) -> None:
        self.write("sigterm")
        self.end = 0

    def write(self, what: str, **more: object) -> None:
        with self.log.open("a") as log:
            log.write(json.dumps({"at": time.monotonic(), "pid": os.getpid(), "what": what, **more}) + "\n")

    def obey(self) -> None:
        if not self.do.exists() or self.do.stat().st_size == self.done:
            return
        text = self.do.read_text()[self.done :]
        self.done += len(text)
        for line in text.splitlines():
            order, _, rest = line.partition(" ")
            if order == "exit":
                self.end = int(rest)
            elif order == "hang":
                self.write("hang")
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                time.sleep(60)
            elif order == "ask":
                self.guard.send(Restart(rest))
            elif order == "shutdown":
                self.guard.send(Shutdown("test"))
            elif order == "words":
                self.guard.send(PeerGone(process="control", message=rest))

    def turn(self) -> None:
        now = time.monotonic()
        if self.pace.due(now):
            self.guard.send(Alive(now))
        if self.peer_there and self.peer_ended():
            self.peer_there = False
            self.write("peer closed")
        for message in self.guard.receive():
            if isinstance(message, NewLink):
                self.peer.close()
                self.peer = ends_of(message.link_fd, message.alive_fd)
                self.peer.alive.setblocking(False)
                self.peer_there = True
            if not isinstance(message, Alive):
                self.write(type(message).__name__, **msgspec.to_builtins(message))
        if self.guard.closed:
            self.write("guard closed")
            self.end = 0
        self.obey()

    def peer_ended(self) -> bool:
        try:
            return self.peer.alive.recv(1) == b""
        except BlockingIOError:
            return False

    def run(self) -> int:
        self.write("begun", argv=sys.argv[1:], fds=sorted(os.listdir("/proc/self/fd")))
        while self.end is None:
            self.turn()
            time.sleep(0.003)
        self.write("ended")
        return self.end


def main() -> int:
    parser = argparse.ArgumentParser()
    for name in ("log", "do"):
        parser.add_argument(f"--{name}", required=True)
    for name in ("link-fd", "alive-fd", "guard-fd", "guard-alive-fd"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--refuse", type=int, default=None, help="exit at once with this code")
    options = parser.parse_args()
    if options.refuse is not None:
        return int(options.refuse)
    return Fake(options).run()


if __name__ == "__main__":
    sys.exit(main())
