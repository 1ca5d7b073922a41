"""A screen process without a screen, at which a `Person` does what comes to mind. Started by the guard.

Everything it sends and hears goes to a datagram socket as JSON: ``[what, time, value]``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import socket
import sys
from pathlib import Path

import msgspec

from armctl.clock import SystemClock
from armctl.control.heartbeat import Pace
from armctl.control.link import ends_of, guard_end, ui_end
from armctl.control.messages import Alive, AnyIntent, Heartbeat, NewLink, PeerGone, Restart, Snapshot
from tests.soak.facts import read_facts
from tests.soak.person import Person
from tests.soak.rig import ARM, Post, told

FRAME = 0.01
NONSENSE = ("late", "replayed", "epoch", "horizon", "no number")


class Screen:
    """The process; `run` it."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.clock = SystemClock()
        self.chance = random.Random(options.seed ^ os.getpid())
        self.out = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.out.connect(options.out)
        self.link = ui_end(ends_of(options.link_fd, options.alive_fd))
        self.guard = guard_end(ends_of(options.guard_fd, options.guard_alive_fd))
        self.pace = Pace()
        self.person = Person(self.chance, read_facts(ARM, options.scene), lambda what: self.say("count", what))
        self.post = Post(self.chance)
        self.seen: Snapshot | None = None
        self.ended = False
        signal.signal(signal.SIGTERM, self._end)

    def _end(self, *_: object) -> None:
        self.ended = True

    def say(self, what: str, value: object = None, at: float | None = None) -> None:
        self.out.send(json.dumps([what, self.clock.now() if at is None else at, value]).encode())

    def run(self) -> int:
        self.say("begun", os.getpid())
        due = self.clock.now()
        while not self.ended:
            self._turn(self.clock.now())
            due = max(due + FRAME, self.clock.now())
            self.clock.sleep_until(due)
        return 0

    def _turn(self, now: float) -> None:
        self._hear_guard(now)
        for snapshot in self.link.receive():
            self.seen = snapshot
            self.say("told", told(snapshot), snapshot.stamp)
        self.post.bad = 0.3 if self.chance.random() < 0.1 else 0.0
        self.post.take(now, self.person.act(now, self.seen))
        if self.chance.random() < 0.01:
            kind = self.chance.choice(NONSENSE)
            self.say("count", f"intent {kind}")
            bad = [self.person.no_number()] if kind == "no number" else self.person.invalid(kind, now)
            self.post.take(now, bad)
        for intent in self.post.due(now):
            self._send(intent)

    def _send(self, intent: AnyIntent) -> None:
        # Said first: what control does about it must not be heard of before.
        if isinstance(intent, Heartbeat):
            self.say("beat", "screen")
        else:
            self.say("asked", {"kind": type(intent).__name__, **msgspec.structs.asdict(intent)})
        self.link.send(intent)

    def _hear_guard(self, now: float) -> None:
        if self.pace.due(now):
            self.guard.send(Alive(now))
        for message in self.guard.receive():
            if isinstance(message, PeerGone) and message.process == "control":
                self.say("control gone")
                self.guard.send(Restart("control"))
            elif isinstance(message, NewLink):
                self.say("control anew")
                self.link.close()
                self.link = ui_end(ends_of(message.link_fd, message.alive_fd))
                self.person.begin_again()
                self.seen = None
        if self.guard.closed:
            self.ended = True


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", required=True)
    parser.add_argument("--scene", type=Path, required=True)
    parser.add_argument("--seed", type=int, required=True)
    for name in ("link-fd", "alive-fd", "guard-fd", "guard-alive-fd"):
        parser.add_argument(f"--{name}", type=int, required=True)
    return Screen(parser.parse_args()).run()


if __name__ == "__main__":
    sys.exit(main())
