"""Write one tick of tracking as straight-line Python: once for each arm and kind of goal, before anything moves.

One tick is kinematics, Jacobian, error, the normal equations in task space, their LDLᵀ factors, the step and the error
that is left. As one function of plain floats it takes about as long as three calls into numpy.

The task of a goal has m rows: 3 of position [m], then 2 for an axis or 3 for an orientation, in metres too by the
weight of `Goal`. With the (m, n) Jacobian J of the task, the error e, a wish r for the step and damping λ, the step is

    dq = r + Jᵀ·(J·Jᵀ + λ·I)⁻¹·(e - J·r),

the one that minimises |e - J·dq|² + λ·|dq - r|². In task space the matrix is never larger than 6 by 6, and it is the
smaller one where joints are to spare.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain, joint_names, motor_columns
from armctl.kinematics.curvature import bends
from armctl.kinematics.rotation import rotation_vector
from armctl.kinematics.straightline import SCALAR, Frame, Scalar, Writer, compiled, snapped
from armctl.kinematics.tracklines import (
    Algebra,
    Floats,
    algebra,
    back,
    dot,
    factors,
    function,
    joined,
    products,
    squares,
    sum_of,
    tuple_of,
    without_wish,
)
from armctl.kinematics.walk import column, cross, segments, turned_vector, walk

GoalKind: TypeAlias = Literal["position", "level", "axis", "pose"]
"""What of a goal is asked for; ``level`` is an axis of the tool kept along +z of the base."""
Vector: TypeAlias = tuple[Scalar, Scalar, Scalar]
Seen: TypeAlias = tuple[float, ...] | None
"""Where the parts of the arm are, as far as errors and Jacobian ask; None where that is not known."""
Ticked: TypeAlias = tuple[list[float], float, float, Floats, Seen]
Functions: TypeAlias = dict[str, Callable[..., Any]]

ROWS: Final[dict[GoalKind, int]] = {"position": 3, "level": 5, "axis": 5, "pose": 6}
FIRM: Final = 4e-5
"""Least pivot of J·Jᵀ [m²] in a pose that moves every way with ease: 6 mm of the tool for one radian of the joints."""
DAMPING: Final = 1e-9
"""λ in such a pose [m²]; it only keeps rounding from mattering."""
NAME: Final = re.compile(r"\b[a-zA-Z_]\w*")
STILL: Final = 1e-14
"""Weighted error |e|² [m²] below which nothing moves: a tenth of a micrometre."""
FAR: Final = 9e-4
"""Weighted error |e|² [m²] above which a tick is no ordinary one: 30 mm."""
HALFWAY: Final = 0.1
"""Share of |e|² that the first step of an ordinary tick may leave."""
REST_GAIN: Final = 0.1
"""Share of the way back to a posture of rest that the arm takes in a tick, with the joints it has to spare. Of 60
random excursions of arms of six joints 19 ended in another posture with 0.02, and 4 with this."""
REST_SHARE: Final = 0.3
"""Of the least of the joints' largest steps, each takes so much at most for that."""
SLIGHT: Final = 1.0 - 5e-7
"""Cosine of the rotation error above which the sine is the angle: within 1e-3 rad they differ by 2e-7 of themselves."""
SLACK: Final = 1e-8
"""|e|² [m²] that it may leave besides: joints to spare bend the way, however small the error is."""
FINE: Final = 6.25e-12
"""Weighted error |e|² [m²] that it may leave in the end: 2.5 µm. Uneven from tick to tick, it is felt; in the joints it
is some 10 µrad, where a step of a good servo is 1.5 mrad."""
UNDER_WAY: Final = 1e-10
"""Weighted error |e|² [m²] above which joints to spare move: 10 µm. While the goal stands, nothing does."""
OPPOSITE: Final = -0.999
"""Cosine of the rotation error below which the sine tells no axis of it any more."""


@dataclass(frozen=True, slots=True)
class Code:
    """The compiled functions of one arm and kind of goal.

    Attributes:
        weight: Metres that one radian of rotation error counts as [m/rad].
        algebra: The functions for the size of the problem.
        tick: (q, goal, lower, upper, steps, rest, seen) to (next q, distance left [m], turn left [m], J·Jᵀ: lower
            triangle row by row, seen there), or None where the tick is no ordinary one: far from the goal, at a bound,
            near a singular pose. What is left may be told larger than it is, up to the square root of `FINE`. Joints
            to spare move towards the posture ``rest``. What was ``seen`` of the arm at q, where the tick before ended,
            need not be worked out again; None where it is not known.
        look: (q, goal) to (error [m], J row by row (m·n)), both seen from the frame that turns with the first joint.
        miss: (q, goal) to error [m], seen so too.
        source: The text of the last three.
    """

    weight: float
    algebra: Algebra
    tick: Callable[[Floats, Floats, Floats, Floats, Floats, Floats, Seen], Ticked | None]
    look: Callable[[Floats, Floats], tuple[Floats, Floats]]
    miss: Callable[[Floats, Floats], Floats]
    source: str


@dataclass(frozen=True)
class Geometry:
    """What the kinematics of a chain depend on, to compare: chains that differ in limits and names only are equal."""

    chain: Chain = field(compare=False)
    key: tuple[object, ...]

    @classmethod
    def of(cls, chain: Chain) -> Geometry:
        """Return the geometry of ``chain``."""
        joints = tuple((joint.kind, joint.origin.tobytes(), joint.axis.tobytes()) for joint in chain.joints)
        return cls(chain, (joints, chain.drive.matrix.tobytes(), chain.drive.offset.tobytes()))


@lru_cache(maxsize=64)
def code_for(geometry: Geometry, kind: GoalKind, weight: float) -> Code:
    """Return the functions for an arm and a ``kind`` of goal; chains of the same geometry share them."""
    writing = _Writing(geometry.chain, kind, weight)
    known: Functions = {**SCALAR, "tilt": _tilt, "log": _log, "half": _half_turn}
    look, miss = compiled(writing.look, known, "look"), compiled(writing.miss, known, "miss")
    tick = compiled(writing.tick, {**known, "min": min}, "tick")
    return Code(
        weight,
        algebra(ROWS[kind], geometry.chain.dof),
        tick,
        look,
        miss,
        "\n".join((writing.miss, writing.look, writing.tick)),
    )


@dataclass(frozen=True, slots=True)
class _Turning:
    """The frame that turns with the first joint: seen from it, an arm that bends in a plane has half its terms.

    Attributes:
        foot: Its origin in the base (3,) [m].
        still: From the base to it where the joint is at zero.
        sine: Of the joint's angle.
        cosine: Of the joint's angle.
    """

    foot: tuple[float, ...]
    still: Frame
    sine: str
    cosine: str

    @classmethod
    def of(cls, writer: Writer, before: FloatArray, angle: Scalar) -> _Turning:
        """Write what there is to know of the ``angle`` of a first joint that is at the pose ``before`` (4, 4)."""
        inverse = tuple(snapped(value) for value in before[:3, :3].T.ravel().tolist())
        sine, cosine = writer.call("turn_s", "sin", str(angle)), writer.call("turn_c", "cos", str(angle))
        return cls(tuple(before[:3, 3].tolist()), Frame(inverse), sine, cosine)


class _Writing:
    """Writes the functions of one arm and kind of goal.

    Everything is written by one `Writer`; each function takes the lines it needs. Errors and Jacobian are those seen
    from the frame that turns with the first joint; their lengths and singular values are the same from anywhere.
    """

    def __init__(self, chain: Chain, kind: GoalKind, weight: float) -> None:
        self._kind = kind
        self._weight = weight
        self._m = ROWS[kind]
        self._n = chain.dof
        self._bends = bends(chain, weight).tolist()
        self._writer = Writer()
        parts, to_tip = segments(chain.joints)
        values = joint_names(self._writer, chain.drive)
        first = 0 if parts[0].kind == "prismatic" else 1
        self._turning = _Turning.of(self._writer, parts[0].before, values[0]) if first else None
        frames = walk(self._writer, parts[first:], values[first:])
        tip = frames[-1].moved(self._writer, "tip", to_tip)
        self._errors = self._error(tip)
        moving = enumerate(zip(parts, [*[Frame()] * first, *frames[:-1]], strict=True))
        columns = [column(self._writer, f"j{i}", part.kind, axis, tip.position) for i, (part, axis) in moving]
        self._rows = self._task(motor_columns(self._writer, chain.drive.matrix, columns))
        self._square = [
            self._writer.total(f"a{i}_{j}", dot(self._rows[i], self._rows[j]))
            for i in range(self._m)
            for j in range(i + 1)
        ]

    @cached_property
    def miss(self) -> str:
        """The function of the error alone."""
        lines = self._writer.body(self._errors)
        return function("miss(q, goal)", [*self._inputs(), *lines, f"return {tuple_of(self._errors)}"])

    @cached_property
    def look(self) -> str:
        """The function of the error and the Jacobian."""
        flat = [value for row in self._rows for value in row]
        lines = self._writer.body([*self._errors, *flat])
        return function(
            "look(q, goal)", [*self._inputs(), *lines, f"return {tuple_of(self._errors)}, {tuple_of(flat)}"]
        )

    @cached_property
    def tick(self) -> str:
        """The function of a whole ordinary tick: one step, and one more with the same factors."""
        m, n, square = self._m, self._n, tuple_of(self._square)
        wished = n > m
        body = [*self._inputs(), f"{joined('l', n)}= lower", f"{joined('h', n)}= upper", f"{joined('s', n)}= steps"]
        body += self._placed
        body += [f"{joined('e', m)}= {tuple_of(self._errors)}", *_sizes(m), "size = away + turned"]
        body += [f"if size > {FAR!r}:", "    return None"]
        body += [
            f"if size < {STILL!r}:",
            f"    return q, sqrt(away), sqrt(turned), {square}, {tuple_of(self._carried)}",
        ]
        body += factors(m, self._square, repr(DAMPING))
        body += [f"if {' or '.join(f'd{i} < {FIRM!r}' for i in range(m))}:", "    return None"]
        body += [*_towards_rest(n), *without_wish(self._rows)] if wished else []
        body += [*back("u" if wished else "e", m), *self._moved("q", wished=wished), *self._there, *_sizes(m)]
        body += [f"seen = {tuple_of(f'{name}n' for name in self._carried)}"]
        body += ["left = away + turned", f"if left > {FINE!r}:", *(f"    {line}" for line in self._again())]
        inside = (f"l{k} <= n{k} <= h{k} and -s{k} <= n{k} - q{k} <= s{k}" for k in range(n))
        body += [f"if not ({' and '.join(inside)}):", "    return None"]
        body.append(f"return [{joined('n', n)}], sqrt(away), sqrt(turned), {square}, seen")
        return function("tick(q, goal, lower, upper, steps, rest, seen)", body)

    @cached_property
    def _carried(self) -> list[str]:
        """What the error after a step needs to know of the arm, and the tick that begins there as well."""
        free = {f"q{k}" for k in range(self._n)}
        for name, _, uses in self._writer.lines:
            if free.issuperset(uses):
                free.add(name)
        there = [name for name in (line.split(" = ")[0] for line in self._writer.body(self._errors)) if name in free]
        outputs = [*self._errors, *self._square, *(value for row in self._rows for value in row)]
        needed = {line.split(" = ")[0] for line in self._writer.body(outputs)} - set(there)
        used = {use for name, _, uses in self._writer.lines if name in needed for use in uses}
        return [name for name in there if name in used or name in outputs]

    @property
    def _placed(self) -> list[str]:
        """The lines of errors, Jacobian and J·Jᵀ at q, with what was seen there already."""
        outputs = [*self._errors, *self._square, *(value for row in self._rows for value in row)]
        anew = (f"    {line}" for line in self._writer.body(self._carried))
        known = [f"    {', '.join(self._carried)}, = seen"]
        return ["if seen is None:", *anew, "else:", *known, *self._writer.body(outputs, self._carried)]

    def _again(self) -> list[str]:
        """Return the lines of one more step with the same factors.

        What it leaves need not be looked at where it is known to be small enough. After the steps a and b, with
        J·b = e - λ·y, it is at most |D²e(a + b/2, b)| + 2·|e|·|b| + λ·|y|, the second because everything is seen from a
        frame that turns.
        """
        m, n = self._m, self._n
        lines = [f"if left > {HALFWAY!r} * size + {SLACK!r}:", "    return None"]
        lines += [f"o{k} = n{k}" for k in range(n)]
        lines += [*back("e", m), *self._moved("n", wished=False)]
        way, more = (sum_of(f"{bend!r} * abs({pair})" for bend, pair in self._pairs(ends)) for ends in ("oq", "no"))
        damped = sum_of(f"abs(y{i})" for i in range(m))
        turned = 2.0 / min(self._bends)
        lines.append(f"more = {more}")
        lines.append(f"away = ({way} + 0.5 * more + {turned!r} * sqrt(left)) * more + {DAMPING!r} * ({damped})")
        lines += ["seen, turned = None, (away := away * away)", f"if not away <= {0.5 * FINE!r}:"]
        looked = [*self._there, *_sizes(m), f"if away + turned > {FINE!r}:", "    return None"]
        looked.append(f"seen = {tuple_of(f'{name}n' for name in self._carried)}")
        return [*lines, *(f"    {line}" for line in looked)]

    def _pairs(self, ends: str) -> list[tuple[float, str]]:
        """Return how much each joint bends the way, and the text of its step between two ``ends``."""
        return [(bend, f"{ends[0]}{k} - {ends[1]}{k}") for k, bend in enumerate(self._bends)]

    def _moved(self, origin: str, *, wished: bool) -> list[str]:
        """Return the lines that add the step to ``origin``."""
        start = [[f"{origin}{k}", f"x{k}"] if wished else [f"{origin}{k}"] for k in range(self._n)]
        return [f"n{k} = {sum_of([*start[k], *products(self._rows, k)])}" for k in range(self._n)]

    @cached_property
    def _there(self) -> list[str]:
        """The lines of the error after a step: a call would take 0.4 µs more."""
        lines = self._writer.body(self._errors)
        own = {name: f"{name}n" for name in (line.split(" = ")[0] for line in lines)}
        own |= {f"q{k}": f"n{k}" for k in range(self._n)}
        there = [*lines, f"{joined('e', self._m)}= {tuple_of(self._errors)}"]
        return [NAME.sub(lambda found: own.get(found[0], found[0]), line) for line in there]

    def _inputs(self) -> list[str]:
        """Return the lines that unpack q and goal; for an axis, two directions across it as long as the weight."""
        more = {
            "position": "",
            "level": joined("t", 3),
            "axis": joined("t", 3) + joined("w", 3),
            "pose": joined("r", 9),
        }
        lines = [f"{joined('q', self._n)}= q", f"{joined('g', 3)}{more[self._kind]}= goal"]
        if self._kind != "axis":
            return lines
        # Duff et al., Building an Orthonormal Basis, Revisited (2017): no square root, no case but the sign.
        weight = repr(self._weight)
        return [
            *lines,
            "side = 1.0 if w2 >= 0.0 else -1.0",
            "a = -1.0 / (side + w2)",
            "b = w0 * w1 * a",
            f"v0, v1, v2 = {weight} * (1.0 + side * w0 * w0 * a), {weight} * side * b, {weight} * -side * w0",
            f"z0, z1, z2 = {weight} * b, {weight} * (side + w1 * w1 * a), {weight} * -w1",
        ]

    def _task(self, columns: list[list[Scalar]]) -> list[list[Scalar]]:
        """Write the m rows of the task's Jacobian from its columns (v, ω)."""
        rows = [[own[i] for own in columns] for i in range(3)]
        for i, way in enumerate(self._ways()):
            written: dict[tuple[Scalar, ...], Scalar] = {}
            for k, own in enumerate(columns):
                # Joints with parallel axes share their entry.
                if tuple(own[3:]) not in written:
                    written[tuple(own[3:])] = self._writer.total(f"o{i}_{k}", dot(own[3:], way))
            rows.append([written[tuple(own[3:])] for own in columns])
        return rows

    def _seen(self, label: str, vector: Sequence[Scalar]) -> list[Scalar]:
        """Write a ``vector`` (3,) of the base in the frame that everything is told in."""
        if self._turning is None:
            return list(vector)
        sine, cosine = self._turning.sine, self._turning.cosine
        x, y, z = turned_vector(self._writer, f"{label}r", self._turning.still, vector)
        turned = self._writer.total(f"{label}x", [(1.0, cosine, x), (1.0, sine, y)])
        return [turned, self._writer.total(f"{label}y", [(1.0, cosine, y), (-1.0, sine, x)]), z]

    def _ways(self) -> list[Sequence[Scalar]]:
        """Return the directions that the rows of rotation turn about, as long as the weight."""
        if self._m == ROWS["axis"] and self._wanted()[2] not in (1.0, -1.0):
            across: list[Vector] = [("v0", "v1", "v2"), ("z0", "z1", "z2")]
            if self._kind == "level":
                across = [(self._weight, 0.0, 0.0), (0.0, self._weight, 0.0)]
            return [self._seen(f"way{i}", way) for i, way in enumerate(across)]
        unit: list[Sequence[Scalar]] = [tuple(self._weight if i == j else 0.0 for j in range(3)) for i in range(3)]
        return unit[: self._m - 3]

    def _wanted(self) -> list[Scalar]:
        """Return the direction that an axis of the tool is to have."""
        return self._seen("wanted", (0.0, 0.0, 1.0) if self._kind == "level" else ("w0", "w1", "w2"))

    def _error(self, tip: Frame) -> list[Scalar]:
        """Write the m errors of the task."""
        foot = (0.0, 0.0, 0.0) if self._turning is None else self._turning.foot
        raised = [self._writer.total(f"raised{i}", [(1.0, 1.0, f"g{i}"), (-1.0, 1.0, foot[i])]) for i in range(3)]
        goal = self._seen("goal", raised)
        left = [self._writer.total(f"left{i}", [(1.0, 1.0, goal[i]), (-1.0, 1.0, tip.position[i])]) for i in range(3)]
        if self._kind == "pose":
            return left + self._whole_turn(tip)
        return left if self._kind == "position" else left + self._axis_turn(tip)

    def _axis_turn(self, tip: Frame) -> list[Scalar]:
        """Write the turn from the tool's axis to the wanted direction, about the two ways that count."""
        tool = turned_vector(self._writer, "axis", tip, ("t0", "t1", "t2"))
        wanted = self._wanted()
        over = cross(self._writer, "over", tool, wanted)
        along = self._writer.total("along", dot(tool, wanted))
        sines = [self._writer.total(f"sine{i}", dot(over, way)) for i, way in enumerate(self._ways())]
        usual = f"tilt({', '.join(map(str, sines))}, {along}, {self._weight!r})"
        return self._unpacked(f"{tuple_of(sines)} if {along} > {SLIGHT!r} else {usual}", 2, (*sines, along))

    def _whole_turn(self, tip: Frame) -> list[Scalar]:
        """Write the log map of wanted · presentᵀ: half the sum of the columns' products is its sine times axis."""
        have = tip.rotation
        columns = [self._seen(f"want{k}", [f"r{k}", f"r{3 + k}", f"r{6 + k}"]) for k in range(3)]
        want = [columns[k][i] for i in range(3) for k in range(3)]
        sines = []
        for i, a, b in ((0, 3, 6), (1, 6, 0), (2, 0, 3)):
            terms = dot(have[a : a + 3], want[b : b + 3])
            terms += [(-1.0, x, y) for _, x, y in dot(have[b : b + 3], want[a : a + 3])]
            sines.append(self._writer.total(f"sine{i}", terms))
        trace = self._writer.total("trace", dot(have, want))
        usual = f"log({', '.join(map(str, sines))}, {trace}, {self._weight!r})"
        opposite = f"half({tuple_of(have)}, {tuple_of(want)}, {self._weight!r})"
        slight = tuple_of(f"{0.5 * self._weight!r} * {sine}" for sine in sines)
        call = f"{slight} if {trace} > {1.0 + 2.0 * SLIGHT!r} else {usual}"
        call += f" if {trace} > {1.0 + 2.0 * OPPOSITE!r} else {opposite}"
        return self._unpacked(call, 3, (*sines, trace, *have, *want))

    def _unpacked(self, call: str, count: int, uses: tuple[Scalar, ...]) -> list[Scalar]:
        self._writer.write("turn", call, *uses)
        return [self._writer.write(f"turn{i}", f"turn[{i}]", "turn") for i in range(count)]


def _sizes(m: int) -> list[str]:
    """Return the lines of the squares of what is left: of the distance, and of the turn."""
    return [f"away = {squares('e', 3)}", f"turned = {' + '.join(f'e{i} * e{i}' for i in range(3, m)) or '0.0'}"]


def _towards_rest(n: int) -> list[str]:
    """Return the lines of a wish x: a share of the way to the posture of rest, and of the least step allowed."""
    lines = [f"{joined('x', n)}= rest", f"gain = {REST_GAIN!r} if size > {UNDER_WAY!r} else 0.0"]
    lines += [f"most = {REST_SHARE!r} * min(steps)", "back_most = -most"]
    for k in range(n):
        lines += [f"x{k} = gain * (x{k} - q{k})", f"if not back_most < x{k} < most:"]
        lines.append(f"    x{k} = most if x{k} > 0.0 else back_most")
    return lines


def _tilt(x: float, y: float, along: float, weight: float) -> tuple[float, float]:
    """Return angle · axis, weighted, of a rotation of which (x, y) is weight · sine · axis and ``along`` the cosine."""
    size = math.sqrt(x * x + y * y)
    if size > 1e-9 * weight:
        scale = weight * math.atan2(size, weight * along) / size
        return x * scale, y * scale
    # Exactly opposite: any half turn will do.
    return (x, y) if along > 0.0 else (math.pi * weight, 0.0)


def _log(x: float, y: float, z: float, trace: float, weight: float) -> tuple[float, float, float]:
    """Return angle · axis, weighted, of a rotation of which (x, y, z) / 2 is sine · axis."""
    size = math.sqrt(x * x + y * y + z * z)
    if size < 1e-9:
        return 0.5 * weight * x, 0.5 * weight * y, 0.5 * weight * z
    scale = weight * math.atan2(size, trace - 1.0) / size
    return x * scale, y * scale, z * scale


def _half_turn(have: Floats, want: Floats, weight: float) -> tuple[float, ...]:
    """Return angle · axis, weighted, from one rotation, row by row (9), to one that is almost half a turn away."""
    turn = rotation_vector(np.array(want).reshape(3, 3) @ np.array(have).reshape(3, 3).T)
    return tuple((weight * turn).tolist())
