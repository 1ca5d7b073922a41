"""A real control process over the ideal arm, with the test itself as its screen; in it things go wrong on order."""

from __future__ import annotations

import math
import re
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from armctl.config.load import builtin
from armctl.control import messages as say
from armctl.control.link import connection, ui_end
from armctl.control.messages import AnyIntent, Snapshot
from tests.support import trace_view

PATIENCE = 20.0
SETTLING = 0.3
CREEP = 0.002
"""A hand slower than this goes no farther [m/s]."""
VALID = 0.15
STARVED = 0.004
"""A tick this late is late through the computer [s]."""
HOME = (0.0, -0.9, 1.1, -0.2, -1.522)


class ControlProcess:
    """The process, and the screen's end of its link. Attributes: ``link``, ``trace``, and ``said``, its complaints."""

    def __init__(self, folder: Path, *, scene: str = "", home: tuple[float, ...] = HOME) -> None:
        self.trace = folder / "trace"
        self.said = folder / "said"
        mine, theirs = connection()
        self.link = ui_end(mine)
        self._faults, faults = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._faults.settimeout(PATIENCE)
        command = [
            *(sys.executable, "-m", "tests.support.faulty_control", "--faults-fd", str(faults.fileno())),
            *(
                "--arm",
                str(arm_at(home, folder)),
                "--scene",
                scene or str(nobody_near(folder)),
                "--driver",
                "ideal",
                "--trace",
                str(self.trace),
            ),
            *("--link-fd", str(theirs.link.fileno()), "--alive-fd", str(theirs.alive.fileno())),
        ]
        with self.said.open("w") as said:
            self.process = subprocess.Popen(command, pass_fds=(*theirs.fds(), faults.fileno()), stderr=said)
        theirs.close()
        faults.close()

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def close(self) -> None:
        self.link.close()
        self._faults.close()
        if self.alive:
            self.process.terminate()
        self.process.wait(PATIENCE)

    def fault(self, order: str) -> None:
        """Order a fault, which happens in the next tick."""
        self._faults.send(order.encode())

    def happened(self) -> float:
        """Wait for the fault that was ordered, and return when it happened [s]."""
        return float(self._faults.recv(200).split()[-1])


class LiveControl(ControlProcess):
    """Attributes: ``seen``, when each snapshot came and what it says; ``beating``, the screen shows signs of life."""

    def __init__(self, folder: Path, *, scene: str = "", home: tuple[float, ...] = HOME) -> None:
        super().__init__(folder, scene=scene, home=home)
        self.beating = True
        self.seen: deque[tuple[float, Snapshot]] = deque(maxlen=2000)
        self._lock = threading.Lock()
        self._sequence = int(time.monotonic() * 1e6)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()
        self.until(lambda s: s.mode == "disarmed")

    @property
    def now(self) -> Snapshot:
        return self.seen[-1][1]

    def close(self) -> None:
        self._ended.set()
        self._thread.join()
        super().close()

    def starved(self, since: float) -> bool:
        """True when this computer kept control from running in time from ``since`` [s] on, through no order of ours."""
        seen = [snapshot for at, snapshot in list(self.seen) if at >= since]
        return any(one.lateness > STARVED for one in seen) or bool(
            seen and seen[-1].missed_ticks > seen[0].missed_ticks
        )

    # -- asking and looking

    def ask(self, kind: Callable[..., AnyIntent], **fields: object) -> int:
        with self._lock:
            self._sequence += 1
            epoch = self.now.epoch if self.seen else 0
            envelope = {"sequence": self._sequence, "epoch": epoch, "deadline": time.monotonic() + VALID}
            self.link.send(kind(**{**envelope, **fields}))
            return self._sequence

    def until(self, what: Callable[[Snapshot], bool], since: float = 0.0, seconds: float = PATIENCE) -> float:
        """Return when the first snapshot since ``since`` [s] came for which ``what`` holds."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            for at, snapshot in list(self.seen):
                if at >= since and what(snapshot):
                    return at
            assert self.alive, self.said.read_text()
            time.sleep(0.004)
        raise AssertionError(f"not within {seconds} s: {self.now if self.seen else self.said.read_text()}")

    # -- moving

    def arm_it(self) -> None:
        """Whatever the mode is, arm, with the stop test."""
        begin = time.monotonic()
        while self.now.mode != "ready":
            assert time.monotonic() - begin < PATIENCE, self.now
            mode = self.now.mode
            if mode == "fault":
                self.ask(say.ClearFault)
            elif mode == "disarmed":
                self.ask(say.Enable)
            elif mode == "stop_test":
                time.sleep(0.02)
                self.ask(say.StopTest, pressed_at=time.monotonic())
            time.sleep(0.03)

    def cruise(self) -> None:
        """Arm, and swing the base joint until it moves at a constant speed."""
        if self.now.mode == "moving":
            self.stop()  # what is left of another motion may end too soon
        limit = time.monotonic() + PATIENCE
        while not trace_view.cruising(self.trace):
            assert time.monotonic() < limit, (self.now, trace_view.sent(self.trace, 400).speeds()[1][::10])
            if self.now.mode not in ("moving", "stopping"):
                self.arm_it()
                aside = swing(self.now.positions[0])
                self.ask(say.MoveJoints, positions=(aside, *HOME[1:]), speed=0.5)
                time.sleep(0.1)
            time.sleep(0.02)

    def jog(self, way: tuple[float, float, float], seconds: float) -> float:
        """Hold a motion of the hand for some time; return when it began [s]."""
        begin = time.monotonic()
        while time.monotonic() - begin < seconds:
            self.ask(say.Jog, linear=way, speed=1.0)
            time.sleep(0.03)
        return begin

    def jog_to_the_end(self, way: tuple[float, float, float], seconds: float) -> float:
        """Hold a motion for at least so long, and on until the arm goes no farther; return when it began [s]."""
        begin = self.jog(way, seconds)
        limit = time.monotonic() + PATIENCE
        while True:
            before = self.now.tool[:3]
            self.jog(way, SETTLING)
            if math.dist(before, self.now.tool[:3]) < CREEP * SETTLING:
                return begin
            assert time.monotonic() < limit, self.now

    def stop(self) -> None:
        """Stop, and wait until the arm stands."""
        self.ask(say.Stop)
        self.rest()

    def rest(self) -> None:
        """Wait until the arm stands."""
        limit = time.monotonic() + PATIENCE
        while not trace_view.at_rest(self.trace) or self.now.mode in ("moving", "stopping"):
            assert time.monotonic() < limit, self.now
            time.sleep(0.01)

    def braked(self, moment: float) -> float:
        """Wait for rest and return when the first slower set-point, or hold, went out after ``moment`` [s]."""
        self.rest()
        return trace_view.braked(self.trace, moment)

    def stays_at_rest(self, seconds: float = 0.15) -> None:
        """Nothing that moves may be sent for a while."""
        begin = time.monotonic()
        time.sleep(seconds)
        sent = trace_view.sent(self.trace)
        moved = sent.positions[(sent.stamps > begin) & ~sent.held]
        assert len(moved) == 0 or float(abs(moved - moved[0]).max()) < 1e-9

    def _live(self) -> None:
        beat = 0.0
        while not self._ended.wait(0.003):
            now = time.monotonic()
            with self._lock:
                if self.beating and now - beat >= 0.01:
                    beat = now
                    self.link.send(say.Heartbeat(sequence=0, epoch=0, deadline=0.0))
                received = self.link.receive()
            self.seen.extend((now, snapshot) for snapshot in received)


def swing(angle: float) -> float:
    """Return where the base joint, now at ``angle``, has a long way to at one speed [rad]."""
    return -0.9 if angle > 0.0 else 0.9


def nobody_near(folder: Path) -> Path:
    """Return the scene of the kitchen without the person: near a head no speed is constant."""
    text = builtin("scenes", "kitchen_table").read_text(encoding="utf-8")
    path = folder / "kitchen.toml"
    path.write_text(re.sub(r"(?ms)^\[person\].*?(?=^\[|\Z)", "", text), encoding="utf-8")
    return path


def arm_at(pose: tuple[float, ...], folder: Path) -> Path:
    """Return a configuration of the SO-101 whose arm is found in ``pose`` [rad]."""
    text = builtin("arms", "so101").read_text(encoding="utf-8")
    path = folder / "so101.toml"
    path.write_text(re.sub(r"(?m)^rest = .*$", f"rest = {list(pose)}", text), encoding="utf-8")
    return path
