"""Doctored streams: a session as the checker would hear it, written byte by byte, sound unless told otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from armctl.config.load import builtin
from tests.soak.checker import STEP, Checker
from tests.soak.facts import Body, read_facts
from tests.soak.frames import ACCELERATION, SYNC_WRITE, TORQUE, WRITE

TICK = 0.01
ARM = Path(str(builtin("arms", "so101")))
URDF = Path(str(builtin("arms", "so101", ".urdf")))
SCENE = Path(str(builtin("scenes", "kitchen_table")))
HOME = np.array([0.0, -0.9, 1.1, -0.2, -1.522, 0.5])


def frame(servo: int, code: int, data: bytes) -> bytes:
    body = bytes((servo, len(data) + 2, code)) + data
    return b"\xff\xff" + body + bytes((~sum(body) & 0xFF,))


class Story:
    """Attributes: ``checker``, ``now``, ``goals`` (the last ones sent)."""

    def __init__(self) -> None:
        facts = read_facts(ARM, SCENE)
        self.joints = facts.joints
        self.facts = facts
        self.body = Body(URDF.read_text(encoding="utf-8"), tuple(joint.name for joint in facts.joints))
        self.checker = Checker(facts, self.body)
        self.now = 100.0
        self.goals = HOME.copy()
        self.stands = HOME.copy()
        self.sequence = 0
        self.epoch = 0
        self.mode = "disarmed"
        self.fault = ""
        self.motion = 0
        self.answers = True
        self.speaks = True

    @property
    def rules(self) -> set[str]:
        """The rules that were violated so far."""
        return {violation.rule for violation in self.checker.violations}

    # -- what is said ----------------------------------------------------------------------------------------------

    def ask(self, kind: str, **fields: Any) -> int:
        self.sequence += 1
        values = {"kind": kind, "sequence": self.sequence, "epoch": self.epoch, "deadline": self.now + 0.15}
        self.checker.asked(self.now, {**values, **fields})
        return int(fields.get("sequence", self.sequence))

    def begin(self, kind: str = "MoveJoints", **fields: Any) -> None:
        """A command that control carries out."""
        self.motion = self.ask(kind, **fields)
        self.mode = "moving"

    def tell(self) -> None:
        self.checker.told(
            self.now,
            {
                "mode": self.mode,
                "epoch": self.epoch,
                "fault": self.fault,
                "sequence": self.motion,
                "phase": "running" if self.mode == "moving" else "idle",
            },
        )

    def arm(self) -> Story:
        """The person arms the arm: goals where it stands, torque, the stop test."""
        self.tick()
        self.ask("Enable")
        self.mode = "stop_test"
        self.send(self.stands)
        self.tick(10)
        self.ask("StopTest", pressed_at=self.now - 0.05)
        self.mode, self.epoch = "ready", self.epoch + 1
        self.stream(np.zeros(6), 3)
        return self

    # -- what is sent ----------------------------------------------------------------------------------------------

    def send(self, goals: np.ndarray, *, speed: float = 0.5, rate: int = 50) -> None:
        """Send goals to all servos, and let the servos follow them."""
        rows = b""
        for joint, goal in zip(self.joints, goals, strict=True):
            step = round(joint.zero + joint.sign * goal / STEP)
            rows += bytes((joint.servo, rate)) + step.to_bytes(2, "little") + b"\0\0"
            rows += round(speed / STEP).to_bytes(2, "little")
        self.write(frame(0xFE, SYNC_WRITE, bytes((ACCELERATION, 7)) + rows))
        self.goals = goals.copy()

    def write(self, data: bytes) -> None:
        self.checker.written(self.now, data)

    def write_register(self, servo: int, address: int, data: bytes) -> None:
        self.write(frame(servo, WRITE, bytes((address,)) + data))

    def torque(self, servo: int, value: int) -> None:
        self.write(frame(0xFE, SYNC_WRITE, bytes((TORQUE, 1, servo, value))))

    def tick(self, count: int = 1) -> None:
        """Let time pass: the servos answer and get nearer to their goals, screen and guard speak, control tells."""
        for _ in range(count):
            self.now += TICK
            self.stands = self.stands + 0.5 * (self.goals - self.stands)
            steps = [round(j.zero + j.sign * q / STEP) for j, q in zip(self.joints, self.stands, strict=True)]
            self.checker.reading(self.now, steps)
            if self.answers:
                for joint in self.joints:
                    self.checker.answered(self.now, frame(joint.servo, 0, bytes(15)))
            if self.speaks:
                self.checker.licence.beat(self.now, "screen")
                self.checker.licence.beat(self.now, "guard")
            self.tell()
            self.checker.passes(self.now)

    def stream(self, velocity: np.ndarray, ticks: int, **how: Any) -> Story:
        """Send set-points that move at ``velocity`` (6,) [rad/s], one a tick."""
        for _ in range(ticks):
            self.tick()
            self.send(self.goals + velocity * TICK, **how)
        return self

    def run_up(self, velocity: np.ndarray, ticks: int = 30) -> Story:
        """Bring the arm to ``velocity`` (6,) within ``ticks``."""
        for tick in range(ticks):
            self.stream(velocity * (tick + 1) / ticks, 1)
        return self

    def slow_down(self, velocity: np.ndarray, ticks: int = 30) -> Story:
        for tick in range(ticks):
            self.stream(velocity * (ticks - tick - 1) / ticks, 1)
        return self
