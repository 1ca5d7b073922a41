"""Write the kinematics of one arm as straight-line Python, once, when the arm is loaded.

A call into numpy costs as much as thirty to a hundred float operations, and a 4x4 product has sixty-four of which an
arm needs about ten: most of its constants are zeros and ones. So the products are carried out here symbolically,
zeros and ones folded out, what nothing needs dropped, and the rest compiled. Forward kinematics with the Jacobian
then takes about 4 µs instead of 118 (measured with plain 4x4 products).

The text stays readable (`Program.source`) and holds nothing from the file but numbers: names of links and joints
never reach it.
"""

from __future__ import annotations

import linecache
import math
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final, TypeAlias

import numpy as np

from armctl.hal.state import FloatArray

Scalar: TypeAlias = float | str
"""A number known now, or the name of one known when the program runs."""

Term: TypeAlias = tuple[float, Scalar, Scalar]
"""sign · a · b."""

SNAP: Final = 1e-9
"""Constants this near to -1, 0 or 1 are taken as exact: π/2 written with nine digits is off by 2e-10."""


def _free(q: float, pull: float, lower: float, upper: float) -> float:
    return 0.0 if (q <= lower and pull < 0.0) or (q >= upper and pull > 0.0) else 1.0


def _free_many(q: FloatArray, pull: FloatArray, lower: float, upper: float) -> FloatArray:
    held = ((q <= lower) & (pull < 0.0)) | ((q >= upper) & (pull > 0.0))
    return np.where(held, 0.0, 1.0)


def _clip(q: float, lower: float, upper: float) -> float:
    return lower if q < lower else upper if q > upper else q


SCALAR: Final[Mapping[str, Callable[..., Any]]] = {
    "sin": math.sin,
    "cos": math.cos,
    "sqrt": math.sqrt,
    "atan2": math.atan2,
    "free": _free,
    "clip": _clip,
}
"""What a program of floats calls. ``free`` is 0 for a joint at a limit and pulled outward, else 1."""
ARRAYS: Final[Mapping[str, Callable[..., Any]]] = {
    "sin": np.sin,
    "cos": np.cos,
    "sqrt": np.sqrt,
    "atan2": np.arctan2,
    "free": _free_many,
    "clip": np.clip,
}
"""What a program of arrays calls."""

_numbers = count()


@dataclass(frozen=True)
class Program:
    """A compiled straight-line function and its text."""

    source: str
    run: Callable[[Sequence[float]], tuple[float, ...]]


@dataclass
class Writer:
    """Collects lines ``name = expression``, folding what is known already."""

    lines: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)

    def call(self, name: str, function: str, argument: str) -> str:
        """Write ``name = function(argument)``."""
        self.lines.append((name, f"{function}({argument})", (argument,)))
        return name

    def write(self, name: str, expression: str, *uses: Scalar) -> str:
        """Write ``name = expression``, which reads ``uses``."""
        self.lines.append((name, expression, tuple(value for value in uses if isinstance(value, str))))
        return name

    def total(self, name: str, terms: Iterable[Term]) -> Scalar:
        """Write ``name`` as the sum of ``terms``; return a number where all is known, or the name that holds it."""
        known = 0.0
        parts: list[str] = []
        uses: list[str] = []
        for sign, first, second in terms:
            if isinstance(first, float) and isinstance(second, float):
                known += sign * first * second
                continue
            part = _product(sign, first, second)
            if part:
                parts.append(part)
                uses.extend(value for value in (first, second) if isinstance(value, str))
        known = snapped(known)
        if not parts:
            return known
        if len(parts) == 1 and known == 0.0 and parts[0].removeprefix("+ ") in uses:
            return parts[0].removeprefix("+ ")
        if known:
            parts.append(f"{'-' if known < 0 else '+'} {abs(known)!r}")
        self.lines.append((name, " ".join(parts).removeprefix("+ "), tuple(uses)))
        return name

    def body(self, outputs: Iterable[Scalar], known: Container[str] = ()) -> list[str]:
        """Return the lines, in order, that the ``outputs`` need and that are not ``known`` already."""
        needed = {value for value in outputs if isinstance(value, str)}
        kept: list[str] = []
        for name, expression, uses in reversed(self.lines):
            if name in needed and name not in known:
                needed.update(uses)
                kept.append(f"{name} = {expression}")
        return kept[::-1]

    def program(self, inputs: int, outputs: Sequence[Scalar]) -> Program:
        """Compile what the ``outputs`` need into a function of a sequence of ``inputs`` floats."""
        unpack = "".join(f"q{i}, " for i in range(inputs))
        lines = [f"    {unpack}= q"] if inputs else []
        lines += [f"    {line}" for line in self.body(outputs)]
        result = "".join(f"        {shown(value)},\n" for value in outputs)
        source = "def run(q):\n" + "\n".join(lines) + f"\n    return (\n{result}    )\n"
        run: Callable[[Sequence[float]], tuple[float, ...]] = compiled(source, SCALAR)
        return Program(source, run)


def _product(sign: float, first: Scalar, second: Scalar) -> str:
    """Return ``sign · first · second`` as text with its sign in front, or nothing when it is zero."""
    if isinstance(second, float):
        first, second = second, first
    if isinstance(first, str):
        return f"{'-' if sign < 0 else '+'} {first} * {second}"
    factor = snapped(sign * first)
    if factor == 0.0:
        return ""
    shown = "" if abs(factor) == 1.0 else f"{abs(factor)!r} * "
    return f"{'-' if factor < 0 else '+'} {shown}{second}"


def shown(value: Scalar) -> str:
    """Return a scalar as it is written in a program."""
    return value if isinstance(value, str) else repr(value)


def compiled(source: str, functions: Mapping[str, Callable[..., Any]], entry: str = "run") -> Callable[..., Any]:
    """Compile ``source`` and return its function ``entry``; a traceback shows its lines.

    The same text works on floats with the `SCALAR` functions and on arrays of any shape with the `ARRAYS` ones.
    """
    name = f"<straight-line kinematics {next(_numbers)}>"
    namespace: dict[str, Any] = dict(functions)
    # The text was written here from numbers and names of our own; nothing of the URDF's text is in it.
    exec(compile(source, name, "exec"), namespace)  # noqa: S102
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    found: Callable[..., Any] = namespace[entry]
    return found


def snapped(value: float) -> float:
    """Return ``value`` [no unit], or -1, 0 or 1 when it is that within `SNAP`."""
    nearest = round(value)
    return float(nearest) if abs(nearest) <= 1 and abs(value - nearest) < SNAP else float(value)


@dataclass(frozen=True)
class Frame:
    """A pose of scalars: ``rotation`` row by row (9), ``position`` (3)."""

    rotation: tuple[Scalar, ...] = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
    position: tuple[Scalar, ...] = (0.0, 0.0, 0.0)

    def column(self, index: int) -> tuple[Scalar, ...]:
        """Return one axis of the frame, (3,)."""
        return self.rotation[index::3]

    def moved(self, writer: Writer, label: str, pose: FloatArray) -> Frame:
        """Return this frame followed by a constant ``pose`` (4, 4)."""
        constant = [[snapped(value) for value in row] for row in pose.tolist()]
        rotation = tuple(
            writer.total(f"{label}_r{i}{j}", [(1.0, self.rotation[3 * i + k], constant[k][j]) for k in range(3)])
            for i in range(3)
            for j in range(3)
        )
        position = tuple(
            writer.total(
                f"{label}_p{i}",
                [(1.0, self.rotation[3 * i + k], constant[k][3]) for k in range(3)] + [(1.0, 1.0, self.position[i])],
            )
            for i in range(3)
        )
        return Frame(rotation, position)

    def turned(self, writer: Writer, label: str, angle: str) -> Frame:
        """Return this frame turned about its z axis by ``angle``."""
        c = writer.call(f"c{label}", "cos", angle)
        s = writer.call(f"s{label}", "sin", angle)
        x, y = self.column(0), self.column(1)
        new_x = [writer.total(f"{label}_x{i}", [(1.0, x[i], c), (1.0, y[i], s)]) for i in range(3)]
        new_y = [writer.total(f"{label}_y{i}", [(1.0, y[i], c), (-1.0, x[i], s)]) for i in range(3)]
        rotation = tuple(value for row in zip(new_x, new_y, self.column(2), strict=True) for value in row)
        return Frame(rotation, self.position)

    def slid(self, writer: Writer, label: str, distance: str) -> Frame:
        """Return this frame moved along its z axis by ``distance``."""
        z = self.column(2)
        moved = (writer.total(f"{label}_p{i}", [(1.0, z[i], distance), (1.0, 1.0, self.position[i])]) for i in range(3))
        return Frame(self.rotation, tuple(moved))


def axis_to_z(axis: FloatArray) -> FloatArray:
    """Return a pose (4, 4) without translation whose z axis is the unit vector ``axis`` (3,).

    Turning about any axis then is turning about z between two constants, which is all that `Frame.turned` knows.
    """
    z = np.array([snapped(value) for value in axis.tolist()])
    # The helper must not be parallel to z; a coordinate axis keeps the zeros and ones of the usual arms.
    helper = np.array([1.0, 0.0, 0.0]) if abs(z[0]) < 0.9 else np.array([0.0, 1.0, 0.0])
    y = np.cross(z, helper)
    y /= np.linalg.norm(y)
    pose = np.eye(4)
    pose[:3, 0], pose[:3, 1], pose[:3, 2] = np.cross(y, z), y, z
    return pose
