"""What following a goal remembers from tick to tick, and the way back it makes possible.

Where a goal cannot be reached, the arm comes as near as it can, and that may leave it in a posture from which no
descent leads back: turned over, against its limits. The posture in which the goal was last met is known ground, and so
is the one in which the following began. Where the goal can be met close to one of them, the arm goes there, joint by
joint, no faster than its steps allow. It never goes to a posture far from where it has been.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

from armctl.kinematics.trackcode import Code
from armctl.kinematics.tracklines import Floats
from armctl.kinematics.trackstep import Task, descend

MET: Final = 1e-8
"""Weighted error |e|² [m²] below which a goal counts as met: a tenth of a millimetre."""
EASE: Final = 0.03
"""Where the square root of 1 / trace((J·Jᵀ)⁻¹) is a smaller share of the arm's length, the posture tells too little of
which way the elbow bends."""
LOOK_EVERY: Final = 8
"""Ticks that met the goal between two looks whether the posture is a firm one."""
PATIENCE: Final = 8
"""Ticks without meeting the goal after which a way back is looked for, and between two looks."""
KNOWN: Final = 0.7
"""Farthest that a joint may be from where it once was, for a posture to be known ground [rad or m]."""
SEARCH_STEPS: Final = 10
"""Damped steps to find the posture that meets the goal on known ground."""
SEARCH_CALM: Final = 0.02
"""Their damping times the arm's length [m]: they need not be small."""
AHEAD_STEP: Final = 0.1
"""Largest step of the posture that the arm is on its way to [rad or m]."""


class Sight(NamedTuple):
    """What one tick saw of the arm.

    Attributes:
        code: The functions that looked: others look at other things.
        q: Shape (dof,), where the arm was [rad, or m for prismatic joints].
        parts: What they saw.
    """

    code: Code
    q: list[float]
    parts: tuple[float, ...]


class Memory(NamedTuple):
    """What following a goal remembers. Begin with None, and give each tick what the one before returned.

    Attributes:
        rest: Shape (dof,), the first posture; joints to spare lead back to it [rad, or m for prismatic joints].
        good: Shape (dof,), a posture of late that met the goal and could move every way.
        unmet: Ticks since the goal was last met.
        ahead: Shape (dof,), a posture on known ground that meets the goal and that the arm is on its way to, or None.
        age: Ticks that met the goal since the posture was last looked at.
        seen: What the tick saw of the arm where it ended, if it looked.
    """

    rest: Floats
    good: Floats
    unmet: int = 0
    ahead: Floats | None = None
    age: int = 0
    seen: Sight | None = None

    def after(
        self, q: Floats, cost: float, code: Code, square: Floats, firm: float, seen: Sight | None = None
    ) -> Memory:
        """Return the memory after a tick that ended at ``q``.

        Args:
            q: Joint angles [rad or m].
            cost: Weighted error |e|² left [m²].
            code: The compiled functions of arm and goal.
            square: J·Jᵀ there, lower triangle row by row [m²].
            firm: 1 / trace of its inverse above which the posture is a firm one [m²].
            seen: What was seen of the arm there.
        """
        if cost > MET:
            return Memory(self.rest, self.good, self.unmet + 1, None, self.age, seen)
        if self.age < LOOK_EVERY - 1:
            return Memory(self.rest, self.good, 0, None, self.age + 1, seen)
        return Memory(self.rest, q if code.algebra.ease(square) > firm else self.good, seen=seen)


def ground_ahead(memory: Memory, code: Code, goal: Floats, lower: Floats, upper: Floats) -> Floats | None:
    """Return a posture on known ground that meets the ``goal`` within the limits, or None.

    Looks only now and then, and in turn at one of them, since where nothing is found it is asked again every tick.
    """
    turn, now = divmod(memory.unmet, PATIENCE)
    if now != PATIENCE - 1:
        return None
    known = memory.rest if turn % 2 else memory.good
    low = [max(limit, at - KNOWN) for limit, at in zip(lower, known, strict=True)]
    high = [min(limit, at + KNOWN) for limit, at in zip(upper, known, strict=True)]
    if not all(a <= at <= b for a, at, b in zip(low, known, high, strict=True)):
        return None
    found = descend(Task(code, goal, low, high, 1.0, calm=SEARCH_CALM), known, SEARCH_STEPS)
    return found.q if found.cost < MET else None


def moved_ahead(ahead: Floats, code: Code, goal: Floats) -> Floats | None:
    """Return the posture ``ahead`` after the ``goal`` moved on; None where it cannot follow with ease."""
    n = len(ahead)
    found = code.tick(ahead, goal, (-math.inf,) * n, (math.inf,) * n, (AHEAD_STEP,) * n, ahead, None)
    return None if found is None else found[0]


def stepped(q: Floats, ahead: Floats, steps: Floats, lower: Floats, upper: Floats) -> tuple[list[float], bool]:
    """Return where the arm is after a tick straight to the posture ``ahead``, all joints in step, and if it arrived.

    Args:
        q: Joint angles now [rad or m].
        ahead: Where to go.
        steps: Largest step of each joint.
        lower: Lower bounds of this tick.
        upper: Upper bounds of this tick.
    """
    ways = [there - here for there, here in zip(ahead, q, strict=True)]
    share = min(1.0, *(step / abs(way) if way else 1.0 for step, way in zip(steps, ways, strict=True)))
    bounds = zip(q, ways, lower, upper, strict=True)
    return [min(max(here + share * way, low), high) for here, way, low, high in bounds], share == 1.0
