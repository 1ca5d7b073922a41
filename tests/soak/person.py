"""A person, and a screen process, that do whatever comes to mind: arm, move, stop, press again, and talk nonsense."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np

from armctl.control import messages as say
from armctl.control.messages import AnyIntent, Snapshot
from tests.soak.facts import Facts

VALID = 0.15
"""How long an intent is valid [s]."""
JOG_EVERY = 0.04
"""How often a held jog is repeated [s]."""
NO_NUMBERS = (math.nan, math.inf, -math.inf, 1e300, -1.0, 0.0)
MOST_OLD = 200
"""Old intents kept to be sent again."""


class Person:
    """Asks for things; `act` returns the intents of one moment.

    Args:
        chance: Where all choices come from.
        facts: The arm.
        count: Called with the name of each thing done.
    """

    def __init__(self, chance: random.Random, facts: Facts, count: Callable[[str], None]) -> None:
        self._chance = chance
        self._facts = facts
        self._count = count
        self._sequence = 0
        self._epoch = 0
        self._busy_until = 0.0
        self._jog: dict[str, Any] | None = None
        self._jog_until = self._next_jog = 0.0
        self._press_at = math.inf
        self._stop_at = math.inf
        self.old: list[AnyIntent] = []

    def begin_again(self) -> None:
        """The screen's process is a new one: it counts from the beginning."""
        self._sequence, self._jog, self._epoch = 0, None, 0

    def act(self, now: float, seen: Snapshot | None) -> list[AnyIntent]:
        """Return what is asked for now."""
        out = [self._make(say.Heartbeat)]
        if seen is None:
            return out
        self._epoch = seen.epoch
        out += self._scheduled(now)
        if now >= self._busy_until:
            self._busy_until = now + self._chance.expovariate(4.0)
            out += self._by_mode(now, seen.mode)
        self.old = (self.old + [intent for intent in out if not isinstance(intent, say.Heartbeat)])[-MOST_OLD:]
        return [self._with_deadline(intent, now) for intent in out]

    def _scheduled(self, now: float) -> list[AnyIntent]:
        out: list[AnyIntent] = []
        if now >= self._press_at:
            late = self._chance.choice([0.0, 0.02, 0.1, 0.15, 0.19, 0.3, -0.1])
            out.append(self._make(say.StopTest, pressed_at=now - late))
            self._press_at = math.inf
        if self._jog and now >= self._jog_until:
            self._jog = None
            if self._chance.random() < 0.7:
                out.append(self._stop())
        elif self._jog and now >= self._next_jog:
            self._next_jog = now + JOG_EVERY
            out.append(self._make(say.Jog, **self._jog))
        if now >= self._stop_at:
            self._stop_at = math.inf
            out.append(self._stop())
        return out

    def _by_mode(self, now: float, mode: str) -> list[AnyIntent]:
        self._busy_until = now + self._chance.uniform(0.05, 0.5)
        if mode == "disarmed":
            self._press_at = now + self._chance.choice([0.03, 0.1, 0.1, 0.3])
            self._busy_until = self._press_at + 0.1
            return [self._make(say.Enable)]
        if mode == "stop_test" and math.isinf(self._press_at):
            self._press_at = now + 0.05
        if mode == "fault":
            return [self._make(say.ClearFault)] if self._chance.random() < 0.5 else []
        if mode == "ready":
            return [self._motion(now)]
        if mode == "moving" and self._chance.random() < 0.35:
            return [self._chance.choice([self._stop, self._stop, self._motion_now, self._pause, self._again])()]
        if self._chance.random() < 0.03:
            return [self._make(self._chance.choice([say.Enable, say.ClearFault, say.StopTest]))]
        return []

    def _motion(self, now: float) -> AnyIntent:
        self._busy_until = now + self._chance.uniform(0.1, 2.5)
        if self._chance.random() < 0.3:
            self._stop_at = now + self._chance.uniform(0.0, 1.5)
        if self._chance.random() < 0.4:
            self._jog = self._direction()
            self._jog_until = now + self._chance.uniform(0.1, 3.0)
            self._next_jog = now + JOG_EVERY
            self._count("jog")
            return self._make(say.Jog, **self._jog)
        return self._motion_now()

    def _motion_now(self) -> AnyIntent:
        chance, kinds = self._chance, ("step", "joints", "joints", "tool", "tool", "tool", "grip", "undo", "resume")
        kind = chance.choice(kinds)
        self._count(kind)
        speed = chance.choice([1.0, 1.0, 0.6, 0.2])
        if kind == "step":
            way = [chance.uniform(-0.05, 0.05) for _ in range(3)]
            turn = [chance.choice([0.0, chance.uniform(-0.5, 0.5)]) for _ in range(3)]
            return self._make(
                say.MoveBy, translation=tuple(way), rotation=tuple(turn), frame=self._frame(), speed=speed
            )
        if kind == "joints":
            goal = tuple(chance.uniform(joint.lower, joint.upper) for joint in self._facts.joints[:-1])
            return self._make(say.MoveJoints, positions=goal, speed=speed)
        if kind == "tool":
            path = chance.choice(["joint", "line", "arc"])
            level = chance.random() < 0.5
            return self._make(say.MoveTool, position=self._spot(), level=level, path=path, speed=speed)
        if kind == "grip":
            return self._make(say.Grip, opening=chance.uniform(0.0, 1.0))
        return self._make(say.Undo, speed=speed) if kind == "undo" else self._make(say.Resume)

    def _spot(self) -> tuple[float, float, float]:
        """A place within reach, often one at the person or in a thing."""
        things = self._facts.things
        if things and self._chance.random() < 0.5:
            middle = self._chance.choice(things).pose[:3, 3]
            x, y, z = middle + np.array([self._chance.gauss(0.0, 0.08) for _ in range(3)])
            return float(x), float(y), float(z)
        angle, away = self._chance.uniform(-2.0, 2.0), self._chance.uniform(0.1, 0.45)
        return 0.04 + away * math.cos(angle), away * math.sin(angle), self._chance.uniform(-0.15, 0.4)

    def _direction(self) -> dict[str, Any]:
        chance = self._chance
        values: dict[str, Any] = {
            "linear": tuple(chance.choice([0.0, chance.uniform(-1.0, 1.0)]) for _ in range(3)),
            "angular": tuple(chance.choice([0.0, 0.0, chance.uniform(-1.0, 1.0)]) for _ in range(3)),
            "grip": chance.choice([0.0, 0.0, -1.0, 1.0]),
            "frame": self._frame(),
            "speed": chance.choice([1.0, 1.0, 0.5]),
        }
        return values

    def _frame(self) -> str:
        return self._chance.choice(["base", "tool"])

    def _stop(self) -> AnyIntent:
        self._count("stop")
        self._jog = None
        return self._make(say.Stop, reason="input")

    def _pause(self) -> AnyIntent:
        self._count("pause")
        return self._make(say.Pause)

    def _again(self) -> AnyIntent:
        return self._make(say.Resume)

    # -- nonsense --------------------------------------------------------------------------------------------------

    def no_number(self) -> AnyIntent:
        """A request with values that are none, or far out."""
        bad = self._chance.choice(NO_NUMBERS)
        vector = (bad, 0.0, self._chance.choice(NO_NUMBERS))
        return self._chance.choice(
            [
                lambda: self._make(say.Jog, linear=vector, speed=1.0),
                lambda: self._make(say.Jog, linear=(1.0, 0.0, 0.0), grip=bad, speed=bad),
                lambda: self._make(say.MoveBy, translation=vector),
                lambda: self._make(say.MoveJoints, positions=(bad,) * 5, speed=1.0),
                lambda: self._make(say.MoveJoints, positions=(0.0, 0.0), speed=1.0),
                lambda: self._make(say.MoveTool, position=vector, speed=bad),
                lambda: self._make(say.Grip, opening=bad),
                lambda: self._make(say.StopTest, pressed_at=bad),
                lambda: self._make(say.Undo, speed=bad),
            ]
        )()

    def invalid(self, kind: str, now: float) -> list[AnyIntent]:
        """Intents that must not count: "late", "replayed", "epoch" or "horizon"."""
        motion = self._motion_now()
        if kind == "late":
            return [_changed(motion, deadline=now - self._chance.uniform(0.001, 5.0))]
        if kind == "replayed":
            return self._chance.choices(self.old, k=3) if self.old else []
        if kind == "epoch":
            return [_changed(motion, deadline=now + VALID, epoch=self._epoch + self._chance.choice([-1, 1, 100]))]
        return [_changed(motion, deadline=self._chance.choice([now + 1.2, now + 1e6, math.inf, math.nan]))]

    def _make(self, kind: type, **fields: Any) -> AnyIntent:
        self._sequence += 1
        # The deadline is put in when it is sent; 0 stands for "now and a little".
        return kind(sequence=self._sequence, epoch=self._epoch, deadline=0.0, **fields)  # type: ignore[no-any-return]

    def _with_deadline(self, intent: AnyIntent, now: float) -> AnyIntent:
        return _changed(intent, deadline=now + VALID) if intent.deadline == 0.0 else intent


def _changed(intent: AnyIntent, **fields: Any) -> AnyIntent:
    values = {name: getattr(intent, name) for name in intent.__struct_fields__}
    return type(intent)(**{**values, **fields})
