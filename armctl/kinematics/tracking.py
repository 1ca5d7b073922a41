"""Follow a moving goal, one small step a tick.

An ordinary tick is one call of a straight-line function (`trackcode`): near the goal, in a pose that moves every way
with ease, no joint at a bound. What is not ordinary is taken with care (`trackstep`). What there is to remember goes
out of one call and into the next (`trackmemory`): nothing is kept in between.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from armctl.errors import KinematicsError
from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain, as_angles, pose_of
from armctl.kinematics.goal import ROTATION_WEIGHT, SPARE_ROTATION_WEIGHT, Goal
from armctl.kinematics.trackcode import ROWS, Code, Geometry, GoalKind, code_for
from armctl.kinematics.tracklines import Floats
from armctl.kinematics.trackmemory import EASE, Memory, Sight, ground_ahead, moved_ahead, stepped
from armctl.kinematics.trackstep import Point, Task, descend, pushed

__all__ = ["Memory", "Tracked", "prepare", "track"]

TICK_STEPS: Final = 6
"""Damped steps a tick at most; two are usual, six bound the time where the goal is out of reach."""
LEASH: Final = 0.03
"""A goal farther off than this [m] is looked for only so far in its direction. Beyond reach, a distant goal would
otherwise outweigh the orientation and tilt the tool."""
NEAR: Final = 1e-8
"""Weighted error |e|² [m²] below which no joint is said to limit: a tenth of a millimetre."""
STUCK: Final = 0.98
"""A tick that leaves more than this share of |e|², looked for on its leash, does not get nearer."""


UP: Final = [0.0, 0.0, 1.0]
"""The direction that has code of its own."""


ONE_FIGURE: Final = (float, int)


class Tracked(NamedTuple):
    """One tick of tracking.

    Attributes:
        q: Shape (dof,), where the joints should be next [rad, or m for prismatic joints].
        position_error: Distance left between tool and goal [m]; of a goal that is met, to some µm, at most that.
        rotation_error: Angle left [rad]; 0 where the orientation is free.
        limited: Names of the joints that are at a limit and would have to go on.
        memory: For the next tick.
        square: J·Jᵀ [m²] of the goal's task where the last step was taken, lower triangle row by row.
    """

    q: FloatArray
    position_error: float
    rotation_error: float
    limited: tuple[str, ...]
    memory: Memory
    square: Floats

    @property
    def singular(self) -> float:
        """0 in a pose that can move every way the goal needs, rising to 1 in one that cannot.

        1 - σ_least / (0.1·σ_greatest), at least 0, of the weighted Jacobian. Only the directions that the goal needs
        and the joints could give count: an arm of five joints is not singular because it lacks a sixth. Worked out
        when asked for, in 20 µs.
        """
        m = math.isqrt(2 * len(self.square))
        matrix = np.zeros((m, m))
        matrix[np.tril_indices(m)] = self.square
        values = np.linalg.eigvalsh(matrix)
        return max(0.0, 1.0 - math.sqrt(max(0.0, values[m - min(m, len(self.q))])) / (0.1 * math.sqrt(values[-1])))


@dataclass(frozen=True, slots=True, eq=False)
class _Arm:
    """A chain as plain floats, with its compiled functions; ``firm``: see `Memory.after`."""

    chain: Chain
    dof: int
    lower: list[float]
    upper: list[float]
    length: float
    firm: float
    codes: dict[GoalKind, Code]

    @classmethod
    def of(cls, chain: Chain) -> _Arm:
        """Return the arm of ``chain``, kept as long as the chain is."""
        arm = _arms.get(chain)
        if arm is None:
            arm = cls(
                chain,
                chain.dof,
                chain.lower.tolist(),
                chain.upper.tolist(),
                chain.length,
                (EASE * chain.length) ** 2,
                {},
            )
            _arms[chain] = arm
        return arm

    def code(self, kind: GoalKind) -> Code:
        """Return the functions for a kind of goal, compiled when first asked for."""
        found = self.codes.get(kind)
        if found is None:
            conditions = 6 if kind == "pose" else ROWS[kind]
            weight = ROTATION_WEIGHT if conditions <= self.dof else SPARE_ROTATION_WEIGHT
            found = code_for(Geometry.of(self.chain), kind, weight)
            self.codes[kind] = found
        return found


_arms: WeakKeyDictionary[Chain, _Arm] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """One call of `track`, in plain floats."""

    arm: _Arm
    code: Code
    goal: Floats
    q: list[float]
    steps: Floats
    memory: Memory


def prepare(chain: Chain) -> None:
    """Compile all that tracking with ``chain`` needs, some 50 ms, so that no tick has to."""
    arm = _Arm.of(chain)
    for kind in ROWS:
        arm.code(kind)


def track(
    chain: Chain,
    q: Sequence[float] | FloatArray,
    goal: Goal,
    max_step: float | Sequence[float] | FloatArray = 0.03,
    memory: Memory | None = None,
) -> Tracked:
    """Return the next joint angles on the way to ``goal``, a small step from ``q``.

    Made for a goal that moves a little every tick. Where it cannot be reached, the tool comes as near as it can and
    stays there without jumps; when the goal comes back, the tool follows.

    Args:
        chain: Base to tip.
        q: Shape (dof,), present angles. Outside the limits (a measured pose may be) they are led back inside.
        goal: Where the tool should be.
        max_step: No joint moves farther than this [rad or m]; one figure, or one per joint.
        memory: What the tick before returned; None for the first one, and whenever something else moved the arm. With
            it the arm keeps its elbow on the same side beyond reach and finds its way back, and joints to spare lead
            to the posture that the following began in. Without it they just stay.

    Raises:
        KinematicsError: ``q`` or ``max_step`` has another length, a value that is not finite, or a step not above zero.
    """
    arm = _Arm.of(chain)
    kind, aim = _aim(goal)
    code = arm.codes.get(kind) or arm.code(kind)
    start, steps = as_angles(chain, q), _steps(arm, max_step)
    known = Memory(start, start) if memory is None else memory
    if known.ahead is None:
        sight = known.seen
        seen = sight.parts if sight is not None and sight.q == start and sight.code is code else None
        found = code.tick(start, aim, arm.lower, arm.upper, steps, known.rest, seen)
        if found is not None:
            q, away, turned, square, seen = found
            after = None if seen is None else Sight(code, q, seen)
            return _told(arm, code, known, q, away, turned, square, seen=after)
    return _careful(_Asked(arm, code, aim, start, steps, known))


def _aim(goal: Goal) -> tuple[GoalKind, list[float]]:
    """Return the kind of goal, and the goal as `Code` takes it."""
    if goal.tool_axis is None:
        return ("position" if goal.rotation is None else "pose"), goal.numbers
    wanted = goal.numbers[3:]
    aim = [*goal.numbers[:3], *goal.tool_axis]
    return ("level", aim) if wanted == UP else ("axis", aim + wanted)


def _steps(arm: _Arm, max_step: float | Sequence[float] | FloatArray) -> Floats:
    """Return the largest step of each joint."""
    if isinstance(max_step, ONE_FIGURE):
        if 0.0 < max_step < math.inf:
            return (float(max_step),) * arm.dof
        steps: tuple[float, ...] = (float(max_step),)
    else:
        steps = tuple(map(float, max_step))
        if len(steps) == arm.dof and all(0.0 < step < math.inf for step in steps):
            return steps
    raise KinematicsError(f"Largest steps {list(steps)} are not {arm.dof} finite figures above zero.")


def _told(
    arm: _Arm,
    code: Code,
    memory: Memory,
    q: Floats,
    away: float,
    turned: float,
    square: Floats,
    limited: tuple[str, ...] = (),
    seen: Sight | None = None,
) -> Tracked:
    """Return what a tick comes to that ended at ``q`` with this distance and weighted turn left [m], and J·Jᵀ."""
    after = memory.after(q, away * away + turned * turned, code, square, arm.firm, seen)
    return Tracked(np.array(q), away, turned / code.weight, limited, after, square)


def _told_of(asked: _Asked, q: Floats, error: Floats, jacobian: Floats, limited: tuple[str, ...] = ()) -> Tracked:
    """Return the same for a weighted ``error``, and with J."""
    away, turned = math.hypot(*error[:3]), math.hypot(*error[3:])
    square = asked.code.algebra.square(jacobian)
    return _told(asked.arm, asked.code, asked.memory, q, away, turned, square, limited)


def _careful(asked: _Asked) -> Tracked:
    """Take a tick that is not ordinary."""
    arm, code, memory = asked.arm, asked.code, asked.memory
    lower, upper = _box(asked)
    if memory.ahead is not None:
        ahead = moved_ahead(memory.ahead, code, asked.goal)
        if ahead is not None:
            return _on_the_way(asked, ahead, lower, upper)
    inside = [min(max(at, low), high) for at, low, high in zip(asked.q, lower, upper, strict=True)]
    goal, before = _on_leash(asked, inside)
    task = Task(code, goal, lower, upper, arm.length, memory.good)
    point = descend(task, inside, TICK_STEPS)
    limited = () if point.cost < NEAR else _limited(arm, task, point)
    error = code.miss(point.q, asked.goal)
    told = _told_of(asked, point.q, error, point.jacobian, limited)
    if told.memory.unmet == 0 or point.cost < STUCK * before:
        return told
    ahead = ground_ahead(memory, code, asked.goal, arm.lower, arm.upper)
    return told if ahead is None else told._replace(memory=told.memory._replace(ahead=ahead))


def _on_the_way(asked: _Asked, ahead: Floats, lower: Floats, upper: Floats) -> Tracked:
    """Take a tick to a posture on known ground."""
    q, arrived = stepped(asked.q, ahead, asked.steps, lower, upper)
    error, jacobian = asked.code.look(q, asked.goal)
    told = _told_of(asked, q, error, jacobian)
    return told if arrived else told._replace(memory=told.memory._replace(ahead=ahead))


def _on_leash(asked: _Asked, q: list[float]) -> tuple[Floats, float]:
    """Return the goal, drawn in to `LEASH` from where the tool is, and |e|² to it [m²]."""
    error = asked.code.miss(q, asked.goal)
    away, turned = math.hypot(*error[:3]), math.hypot(*error[3:])
    if away <= LEASH:
        return asked.goal, away * away + turned * turned
    tool, _ = pose_of(asked.arm.chain, q)
    share = LEASH / away
    drawn = [here + share * (there - here) for here, there in zip(tool, asked.goal[:3], strict=True)]
    return [*drawn, *asked.goal[3:]], LEASH * LEASH + turned * turned


def _box(asked: _Asked) -> tuple[list[float], list[float]]:
    """Return the bounds of this tick: within the limits and within a step; the way back first when outside."""
    lower: list[float] = []
    upper: list[float] = []
    for q, step, low, high in zip(asked.q, asked.steps, asked.arm.lower, asked.arm.upper, strict=True):
        lower.append(min(max(low, q - step), q + step))
        upper.append(max(min(high, q + step), q - step))
    return lower, upper


def _limited(arm: _Arm, task: Task, point: Point) -> tuple[str, ...]:
    """Return the joints that are at a limit, not merely at the end of their step, and would have to go on."""
    held = (k for k in pushed(task, point) if not arm.lower[k] < point.q[k] < arm.upper[k])
    return tuple(arm.chain.names[k] for k in held)
