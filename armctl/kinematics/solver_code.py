"""Write the solver of one reduced problem as straight-line code: for one goal on floats, for many on arrays.

One step is Levenberg and Marquardt's, dq = (JᵀJ + λI)⁻¹·Jᵀe with λ = k·|e|² + 1e-7, or, where the goal has fewer
numbers than the arm has joints, dq = Jᵀ·(JJᵀ + λI)⁻¹·e, which is the same in fewer operations. The error e is the
reduced goal minus where the arm is; it is zero at an answer, so near one the steps are Newton's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from armctl.hal.state import FloatArray
from armctl.kinematics.chain import joint_names, motor_columns
from armctl.kinematics.reduction import WEIGHT, Reduction, goal_names
from armctl.kinematics.rotation import inverse_pose
from armctl.kinematics.straightline import ARRAYS, SCALAR, Frame, Scalar, Writer, compiled, shown
from armctl.kinematics.symmetric import dots, normal, solved
from armctl.kinematics.walk import column, cross, placed_point, turned_vector, walk

POSITION_TOLERANCE: Final = 1e-5
"""Largest distance between tool and goal of an answer [m]."""
ROTATION_TOLERANCE: Final = 1e-4
"""Largest angle between tool and goal of an answer [rad]."""
DAMPING: Final = 0.03
"""k for goals with orientation; measured on six arms to need the fewest steps."""
POSITION_DAMPING: Final = 0.1
"""k for goals of position only."""
LEAST_DAMPING: Final = 1e-7
"""Keeps the system solvable in singular poses."""
TINY: Final = 1e-24
"""Added to a squared radius [m²]: at the first axis it is divided by 1e-12, not by zero."""


FIRST_CHECK: Final = 6
"""The first steps may lead away; from this one on a descent has to come nearer."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long a descent is followed.

    Attributes:
        limit: Steps at most.
        least: It ends when its squared error, after two steps, is above this share of what it was.
    """

    limit: int
    least: float


QUICK: Final = Effort(16, 0.5)
"""Costs least per answer, of fifteen rules measured on seven arms: a new start is better than a long descent."""
PATIENT: Final = Effort(50, 0.9)
"""For goals that quick descents did not lead to."""


@dataclass(slots=True)
class _Names:
    """What holds which result."""

    unknown: list[int]
    place: list[Scalar]
    phase: list[Scalar]
    spokes: list[list[Scalar]]
    columns: list[list[Scalar]]


class SolverCode:
    """The generated functions for one `Reduction`, compiled when first used.

    A goal is (x, y, z), followed by a direction (3) for kind axis, or a rotation row by row (9) for kind pose. A
    *place* is what `Reduction` leaves of it: [radius, height or x, y, z, then directions]; a *target* is a place and
    what the joints left out need to follow.

    Args:
        reduction: The problem.
        guarded: Keep every joint within its limits at every step; one that is at a limit leaves the problem while it is
            pulled outward. Costs a fifth more, and finds what can only be reached at a limit.
    """

    def __init__(self, reduction: Reduction, *, guarded: bool = False) -> None:
        self.reduction = reduction
        self._guarded = guarded
        self._writer = Writer()
        self._names = _write_place(self._writer, reduction)
        self._write_step()

    @property
    def unknown(self) -> list[int]:
        """Which motors have to be found; a joint that moves nothing the goal fixes is not among them."""
        return self._names.unknown

    @cached_property
    def goal_names(self) -> list[str]:
        """Names of the numbers of a goal."""
        return goal_names(self.reduction.kind)

    @cached_property
    def target_names(self) -> list[str]:
        """Names of the numbers of a target."""
        names = [f"t{i}" for i in range(self.reduction.residuals)]
        names += ["tc", "ts"] if self.reduction.first is not None else []
        return names + (["tx", "ty", "tz"] if self.reduction.last is not None else [])

    @cached_property
    def reduce(self) -> Callable[..., Any]:
        """Goal to target."""
        return compiled(self.reduce_source, SCALAR, "reduce")

    @cached_property
    def reduce_many(self) -> Callable[..., Any]:
        """Goal to target, arrays."""
        return compiled(self.reduce_source, ARRAYS, "reduce")

    @cached_property
    def descend(self) -> Callable[..., Any]:
        """(unknown angles, target, limit, least) to all angles that are found, base first, or None.

        See `Effort` for the last two.
        """
        return compiled(self.descend_source, SCALAR, "descend")

    @cached_property
    def place_many(self) -> Callable[..., Any]:
        """Unknown angles to place and, where the first joint is left out, cosine and sine of the heading; arrays."""
        return compiled(self._function("place", [], [*self._names.place, *self._names.phase]), ARRAYS, "place")

    @cached_property
    def columns_many(self) -> Callable[..., Any]:
        """Unknown angles to how each moves the numbers of a place, unknown by unknown; arrays."""
        flat = [value for motion in self._names.columns for value in motion]
        return compiled(self._function("columns", [], flat), ARRAYS, "columns")

    def places(self, q: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the places (numbers, M) and headings (M,) [rad] (0 where no joint is left out) at ``q``."""
        values = np.array([np.broadcast_to(value, q.shape[1]) for value in self.place_many(*q)])
        if self.reduction.first is None:
            return values, np.zeros(q.shape[1])
        return values[:-2], np.arctan2(values[-1], values[-2])

    def columns(self, q: FloatArray) -> FloatArray:
        """Return the Jacobian of places, shape (unknown, numbers, M), at ``q`` (unknown, M)."""
        values = [np.broadcast_to(value, q.shape[1]) for value in self.columns_many(*q)]
        return np.array(values).reshape(len(q), -1, q.shape[1])

    @cached_property
    def step_many(self) -> Callable[..., Any]:
        """(unknown angles, target) to (next angles, squared error of position and of directions before the step)."""
        return compiled(self._function("step", self.target_names, [*self._moved(), "miss", "turn"]), ARRAYS, "step")

    @cached_property
    def finish_many(self) -> Callable[..., Any]:
        """(unknown angles, target) to (first, last angle where left out; squared errors)."""
        return compiled(self._function("finish", self.target_names, [*self._ends(), "miss", "turn"]), ARRAYS, "finish")

    @cached_property
    def tolerance(self) -> tuple[float, float]:
        """Largest squared errors (position [m²], directions [m²]) of an answer: the tool then is within tolerance.

        The point that is compared may lie apart from the tool point, and a wrong direction moves one about the other.
        """
        lever = float(np.linalg.norm(self.reduction.tool.point))
        angle = min(0.5 * ROTATION_TOLERANCE, 0.4 * POSITION_TOLERANCE / max(lever, 1e-9))
        return (0.5 * POSITION_TOLERANCE) ** 2, (WEIGHT * angle) ** 2

    @cached_property
    def reduce_source(self) -> str:
        """The text of `reduce`."""
        writer = Writer()
        target = _write_target(writer, self.reduction, self.goal_names)
        lines = [f"def reduce({', '.join(self.goal_names)}):", *(f"    {line}" for line in writer.body(target))]
        return "\n".join([*lines, f"    return {_tuple(target)}", ""])

    @cached_property
    def descend_source(self) -> str:
        """The text of `descend`: the whole search, so that a step costs no call."""
        near, straight = self.tolerance
        first = self._writer.body(["miss", "turn"])
        known = {line.split(" = ")[0] for line in first}
        second = self._writer.body(self._moved(), known)
        last = self._writer.body(self._ends(), known)
        unknown = [f"q{motor}" for motor in self.unknown]
        arguments = ", ".join([*unknown, *self.target_names, "limit", "least"])
        return "\n".join(
            [
                f"def descend({arguments}):",
                "    mark = 1e9",
                "    for count in range(limit):",
                *(f"        {line}" for line in first),
                f"        if miss < {near!r} and turn < {straight!r}:",
                "            break",
                "        if not count & 1:",
                "            cost = miss + turn",
                f"            if count >= {FIRST_CHECK} and cost > least * mark:",
                "                return None",
                "            mark = cost",
                *(f"        {line}" for line in second),
                *(f"        {name} = {shown(value)}" for name, value in zip(unknown, self._moved(), strict=True)),
                "    else:",
                "        return None",
                *(f"    {line}" for line in last),
                f"    return {_tuple(self._answer())}",
                "",
            ]
        )

    def _function(self, name: str, targets: Sequence[str], outputs: Sequence[Scalar]) -> str:
        arguments = ", ".join([*(f"q{motor}" for motor in self.unknown), *targets])
        body = [f"    {line}" for line in self._writer.body(outputs)]
        return "\n".join([f"def {name}({arguments}):", *body, f"    return {_tuple(outputs)}", ""])

    def _moved(self) -> list[Scalar]:
        return [f"n{motor}" for motor in self.unknown]

    def _ends(self) -> list[Scalar]:
        r = self.reduction
        ends: list[Scalar] = [] if r.first is None else ["qfirst"]
        return ends if r.last is None else [*ends, "qlast"]

    @cached_property
    def found(self) -> list[int]:
        """Which motors `descend` returns: the unknown ones and those left out, base first."""
        left_out = [motor for motor in (self.reduction.first, self.reduction.last) if motor is not None]
        return sorted([*self.unknown, *left_out])

    @cached_property
    def idle(self) -> list[int]:
        """Which motors `descend` does not return: they move nothing the goal fixes."""
        return [motor for motor in range(self.reduction.chain.dof) if motor not in self.found]

    def _answer(self) -> list[Scalar]:
        named = {self.reduction.first: "qfirst", self.reduction.last: "qlast"}
        return [named.get(motor, f"q{motor}") for motor in self.found]

    def _write_step(self) -> None:
        w, r, names = self._writer, self.reduction, self._names
        split = r.residuals - 3 * len(r.marks.directions)
        error: list[Scalar] = [
            w.total(f"e{i}", [(1.0, 1.0, f"t{i}"), (-1.0, 1.0, place)]) for i, place in enumerate(names.place)
        ]
        w.write("miss", shown(w.total("miss_", [(1.0, e, e) for e in error[:split]])), "miss_", *error)
        w.write("turn", shown(w.total("turn_", [(1.0, e, e) for e in error[split:]])), "turn_", *error)
        share = DAMPING if r.marks.directions else POSITION_DAMPING
        w.write("damping", f"{share!r} * (miss + turn) + {LEAST_DAMPING!r}", "miss", "turn")
        columns, held = names.columns, self._guarded and bool(len(self.unknown))
        if held:
            free = [self._write_free(motor, motion, error) for motor, motion in zip(self.unknown, columns, strict=True)]
            columns = [
                [w.total(f"y{motor}_{i}", [(1.0, value, room)]) for i, value in enumerate(motion)]
                for motor, motion, room in zip(self.unknown, columns, free, strict=True)
            ]
        if r.residuals < len(self.unknown):
            rows = [[motion[i] for motion in columns] for i in range(r.residuals)]
            step = dots(w, "dq", columns, solved(w, "s", normal(w, "h", rows, "damping"), error))
        else:
            step = solved(w, "s", normal(w, "h", columns, "damping"), dots(w, "g", columns, error))
        for motor, value in zip(self.unknown, step, strict=True):
            moved = f"q{motor} + {shown(value)}"
            bounds = self._bounds(motor) if held else ""
            w.write(f"n{motor}", f"clip({moved}, {bounds})" if bounds else moved, f"q{motor}", value)
        _write_ends(w, r, names)

    def _write_free(self, motor: int, motion: Sequence[Scalar], error: Sequence[Scalar]) -> Scalar:
        """Write 0 for a joint that is at a limit and pulled outward, 1 for any other."""
        bounds = self._bounds(motor)
        if not bounds:
            return 1.0
        (pull,) = dots(self._writer, f"p{motor}_", [motion], error)
        return self._writer.write(f"free{motor}", f"free(q{motor}, {shown(pull)}, {bounds})", f"q{motor}", pull)

    def _bounds(self, motor: int) -> str:
        drive = self.reduction.chain.moving[motor]
        return f"{drive.lower!r}, {drive.upper!r}" if math.isfinite(drive.upper - drive.lower) else ""


def _tuple(values: Sequence[Scalar]) -> str:
    return "(" + "".join(f"{shown(value)}, " for value in values) + ")"


def _write_place(w: Writer, r: Reduction) -> _Names:
    """Write where the marks are, and how each motor moves them."""
    angles = joint_names(w, r.chain.drive)[r.skipped : r.skipped + len(r.parts)]
    frames = walk(w, r.parts, angles)
    end = frames[-1].moved(w, "end", r.end)
    point = placed_point(w, "p", end, r.marks.point.tolist())
    directions = [turned_vector(w, f"d{k}_", end, mark.tolist()) for k, mark in enumerate(r.marks.directions)]
    columns = []
    for i, (part, axis) in enumerate(zip(r.parts, frames, strict=False)):
        twist = column(w, f"j{i}", part.kind, axis, point)
        turns = [cross(w, f"j{i}w{k}_", twist[3:], direction) for k, direction in enumerate(directions)]
        columns.append([*twist[:3], *(value for turn in turns for value in turn)])
    matrix = r.chain.drive.matrix[r.skipped : r.skipped + len(r.parts), r.inner]
    driven = motor_columns(w, matrix, columns)
    moving = [(motor, motion) for motor, motion in zip(r.inner, driven, strict=True) if any(motion)]
    names = _Names([m for m, _ in moving], [*point], [], [], [c for _, c in moving])
    if r.last is not None:
        names.spokes = [list(end.column(0)), list(end.column(1))]
    if r.first is None:
        names.place += [value for direction in directions for value in direction]
    else:
        _write_radial(w, names, point, directions)
    return names


def _write_radial(w: Writer, names: _Names, point: list[Scalar], directions: list[list[Scalar]]) -> None:
    """Turn everything about z to where the point is straight ahead: (x, y) becomes (radius, 0)."""
    x, y, z = point
    square = w.total("square", [(1.0, x, x), (1.0, y, y)])
    w.write("radius", f"sqrt({shown(square)} + {TINY!r})", square)
    w.write("ahead", "1.0 / radius", "radius")
    c, s = w.total("uc", [(1.0, x, "ahead")]), w.total("us", [(1.0, y, "ahead")])
    seen = [radial(w, f"a{k}_", direction, c, s) for k, direction in enumerate(directions)]
    for i, motion in enumerate(names.columns):
        along, aside, up, *rest = radial(w, f"c{i}_", motion[:3], c, s) + motion[3:]
        heading = w.total(f"c{i}_h", [(1.0, aside, "ahead")])
        turned: list[Scalar] = [along, up]
        for k, (a, b, _) in enumerate(seen):
            da, db, dc = radial(w, f"c{i}_{k}_", rest[3 * k : 3 * k + 3], c, s)
            turned.append(w.total(f"c{i}_{k}_a", [(1.0, 1.0, da), (1.0, heading, b)]))
            turned.append(w.total(f"c{i}_{k}_b", [(1.0, 1.0, db), (-1.0, heading, a)]))
            turned.append(dc)
        names.columns[i] = turned
    names.place = ["radius", z, *(value for direction in seen for value in direction)]
    names.phase = [c, s]
    names.spokes = [radial(w, f"x{i}_", spoke, c, s) for i, spoke in enumerate(names.spokes)]


def radial(w: Writer, label: str, vector: Sequence[Scalar], c: Scalar, s: Scalar) -> list[Scalar]:
    """Write ``vector`` (3,) turned about z by minus the angle of cosine ``c`` and sine ``s``."""
    x, y, z = vector
    return [w.total(f"{label}r", [(1.0, c, x), (1.0, s, y)]), w.total(f"{label}t", [(1.0, c, y), (-1.0, s, x)]), z]


def _write_ends(w: Writer, r: Reduction, names: _Names) -> None:
    """Write the angles of the joints left out, `qfirst` and `qlast`."""
    if r.first is not None:
        c, s = names.phase
        sine, cosine = w.total("fs", [(1.0, "ts", c), (-1.0, "tc", s)]), w.total("fc", [(1.0, "tc", c), (1.0, "ts", s)])
        _write_end(w, r, "qfirst", 0, r.first, sine, cosine)
    if r.last is not None:
        x, y = (dots(w, f"l{k}", [spoke], ["tx", "ty", "tz"])[0] for k, spoke in enumerate(names.spokes))
        _write_end(w, r, "qlast", len(r.chain.drive.offset) - 1, r.last, y, x)


def _write_end(w: Writer, r: Reduction, name: str, joint: int, motor: int, sine: Scalar, cosine: Scalar) -> None:
    angle = w.write(f"{name}_", f"atan2({shown(sine)}, {shown(cosine)})", sine, cosine)
    gain, offset = float(r.chain.drive.matrix[joint, motor]), float(r.chain.drive.offset[joint])
    value = w.total(f"{name}__", [(1.0 / gain, 1.0, angle), (-1.0 / gain, 1.0, offset)])
    w.write(name, shown(value), value)


def _write_target(w: Writer, r: Reduction, goal: Sequence[str]) -> list[Scalar]:
    """Write the target of a goal."""
    position: list[Scalar] = list(goal[:3])
    directions: list[list[Scalar]] = []
    spoke: list[Scalar] = []
    if r.kind == "axis":
        directions = [[w.total(f"w{i}", [(1.0, WEIGHT, name)]) for i, name in enumerate(goal[3:])]]
    if r.kind == "pose":
        tool = Frame(tuple(goal[3:]), tuple(position))
        position = placed_point(w, "o", tool, r.tool.point.tolist())
        directions = [turned_vector(w, f"w{k}_", tool, mark.tolist()) for k, mark in enumerate(r.tool.directions)]
        spoke = turned_vector(w, "k", tool, r.spoke.tolist())
    from_base = inverse_pose(r.base)
    position = _constant(w, "b", from_base[:3, :3], position, from_base[:3, 3])
    vectors = [
        _constant(w, f"v{k}_", from_base[:3, :3], vector) for k, vector in enumerate([*directions, spoke]) if vector
    ]
    phase: list[Scalar] = []
    if r.first is not None:
        x, y, z = position
        square = w.total("square", [(1.0, x, x), (1.0, y, y)])
        w.write("radius", f"sqrt({shown(square)} + {TINY!r})", square)
        phase = [w.write(f"u{i}", f"{shown(value)} / radius", value, "radius") for i, value in enumerate((x, y))]
        position = ["radius", z]
        vectors = [radial(w, f"r{k}_", vector, *phase) for k, vector in enumerate(vectors)]
    kept = vectors if r.last is None else vectors[:-1]
    if r.kind == "pose" and r.last is None:
        kept = vectors[:-1]
    place = [*position, *(value for vector in kept for value in vector)]
    return [*place, *phase, *(vectors[-1] if r.last is not None else [])]


def _constant(
    w: Writer,
    label: str,
    matrix: FloatArray,
    vector: Sequence[Scalar],
    offset: Sequence[float] | FloatArray = (0, 0, 0),
) -> list[Scalar]:
    """Write ``matrix`` (3, 3) · ``vector`` + ``offset``."""
    return [
        w.total(
            f"{label}{i}", [(1.0, float(matrix[i, k]), vector[k]) for k in range(3)] + [(1.0, 1.0, float(offset[i]))]
        )
        for i in range(3)
    ]
