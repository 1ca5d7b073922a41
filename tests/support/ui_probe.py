"""A screen process without a screen: a real `Session` that does what a test's ``--do`` file says, line by line.

``arm``: enable and pass the stop test. ``home``: go to the home pose. ``joints A B …``: go there slowly. ``jog X Y Z``:
hold a jog until ``stop``. ``restart control``, ``clear``, ``exit CODE``. Orders from before its start are not obeyed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import deque
from pathlib import Path

from armctl.clock import SystemClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.control.link import ends_of, guard_end, ui_end
from armctl.session import Session


class Probe:
    def __init__(self, options: argparse.Namespace) -> None:
        self.log = Path(options.log)
        self.do = Path(options.do)
        self.read = self.do.stat().st_size if self.do.exists() else 0
        self.home = load(builtin("arms", "so101"), ArmConfig).poses["home"]
        self.orders: deque[str] = deque()
        self.jog: tuple[float, ...] | None = None
        self.end: int | None = None
        self.mode = ""
        self.motion = ("", "")
        self.notices = 0
        self.session = Session(
            ui_end(ends_of(options.link_fd, options.alive_fd)),
            SystemClock(),
            lambda kind, **data: None,
            guard_end(ends_of(options.guard_fd, options.guard_alive_fd)),
        )

    def write(self, what: str, **more: object) -> None:
        line = {"at": time.monotonic(), "pid": os.getpid(), "what": what, **more}
        with self.log.open("a") as log:
            log.write(json.dumps(line) + "\n")

    def run(self) -> int:
        self.write("begun")
        while self.end is None:
            self.session.update()
            self.look()
            self.obey()
            if self.jog:
                self.session.jog((self.jog[0], self.jog[1], self.jog[2]), speed=1.0)
            if self.session.ended:
                self.write("ended by guard")
                self.end = 0
            time.sleep(0.008)
        return self.end

    def look(self) -> None:
        for notice in self.session.notices[self.notices :]:
            self.write("notice", process=notice.process, message=notice.message)
        self.notices = len(self.session.notices)
        snapshot = self.session.snapshot
        if snapshot is None:
            return
        if snapshot.mode != self.mode:
            self.mode = snapshot.mode
            fault = snapshot.fault.code if snapshot.fault else ""
            self.write("mode", mode=self.mode, epoch=snapshot.epoch, fault=fault, realtime=snapshot.realtime)
        motion = (snapshot.motion.phase, snapshot.motion.reason)
        if motion != self.motion:
            self.motion = motion
            self.write("motion", phase=motion[0], reason=motion[1], kind=snapshot.motion.kind)

    def obey(self) -> None:
        if self.do.exists() and self.do.stat().st_size > self.read:
            text = self.do.read_text()[self.read :]
            self.read += len(text)
            self.orders.extend(text.splitlines())
        if self.orders and self.obey_one(self.orders[0]):
            self.orders.popleft()

    def obey_one(self, order: str) -> bool:
        """Carry ``order`` on; return True when it is done."""
        word, *rest = order.split()
        session, mode = self.session, self.mode
        if word == "arm":
            if mode == "disarmed":
                session.enable()
                session.update()
                time.sleep(0.03)
            elif mode == "stop_test":
                session.stop_test(time.monotonic())
                time.sleep(0.03)
            return mode == "ready"
        if word in ("home", "joints"):
            if mode != "ready":
                return False
            session.move_joints(
                self.home if word == "home" else tuple(map(float, rest)), 1.0 if word == "home" else 0.5
            )
            return True
        if word == "jog":
            self.jog = tuple(map(float, rest))
        elif word == "stop":
            self.jog = None
            session.stop()
        elif word == "restart":
            session.restart(rest[0])
        elif word == "clear":
            session.clear_fault()
        elif word == "exit":
            self.end = int(rest[0])
        return True


def main() -> int:
    parser = argparse.ArgumentParser()
    for name in ("log", "do"):
        parser.add_argument(f"--{name}", required=True)
    for name in ("link-fd", "alive-fd", "guard-fd", "guard-alive-fd"):
        parser.add_argument(f"--{name}", type=int, required=True)
    return Probe(parser.parse_args()).run()


if __name__ == "__main__":
    sys.exit(main())
