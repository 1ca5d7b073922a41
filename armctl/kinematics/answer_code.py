"""Write how one goal gets its answer: whole turns into the limits, and the look-up of poses to begin from."""

from __future__ import annotations

import math
from collections.abc import Sequence

from armctl.hal.state import FloatArray
from armctl.kinematics.chain import Chain, joint_names, written_tip
from armctl.kinematics.pose_table import ROOM, PoseTable
from armctl.kinematics.reduction import GoalKind, goal_names
from armctl.kinematics.solver_code import POSITION_TOLERANCE, ROTATION_TOLERANCE, Effort, SolverCode
from armctl.kinematics.straightline import Frame, Scalar, Writer, shown
from armctl.kinematics.walk import turned_vector


def settle_source(chain: Chain, found: Sequence[int], middle: FloatArray) -> str:
    """Return the text of ``settle``: the angles that were found, base first, to all dof within the limits, or None.

    Args:
        chain: Its limits, and its periods: turning by one changes nothing.
        found: Indices into q of what is found.
        middle: Shape (dof,), where the other joints are unless told otherwise, by name.
    """
    idle = [motor for motor in range(chain.dof) if motor not in found]
    arguments = [*(f"q{motor}" for motor in found), *(f"q{motor}={float(middle[motor])!r}" for motor in idle)]
    lines = [f"def settle({', '.join(arguments)}):"]
    for motor in found:
        lower, upper, period = (float(each[motor]) for each in (chain.lower, chain.upper, chain.periods))
        low, high = lower, upper
        if math.isfinite(period):
            centre = float(middle[motor])
            low, high = max(lower, centre - 0.5 * period), min(upper, centre + 0.5 * period)
            lines += [
                f"    if not {low!r} <= q{motor} <= {high!r}:",
                f"        q{motor} -= {period!r} * round((q{motor} - {centre!r}) / {period!r})",
            ]
            lines += _refusal(f"q{motor}", lower, upper, "        ")
        else:
            lines += _refusal(f"q{motor}", lower, upper, "    ")
    lines += _coupled(chain)
    return "\n".join([*lines, f"    return [{', '.join(f'q{motor}' for motor in range(chain.dof))}]", ""])


def _refusal(name: str, lower: float, upper: float, indent: str) -> list[str]:
    if math.isinf(lower) and math.isinf(upper):
        return []
    return [f"{indent}if not {_number(lower)} <= {name} <= {_number(upper)}:", f"{indent}    return None"]


def _number(value: float) -> str:
    return repr(value) if math.isfinite(value) else f"{'-' if value < 0 else ''}1e300"


def _coupled(chain: Chain) -> list[str]:
    """Return the checks of joints that several motors move together."""
    if chain.coupling is None:
        return []
    writer = Writer()
    values = joint_names(writer, chain.drive)
    lines = [f"    {line}" for line in writer.body(values)]
    for joint, value in zip(chain.moved, values, strict=True):
        # Limits written with six digits are not exactly the sum of the motors'.
        lines += _refusal(shown(value), joint.lower - 1e-6, joint.upper + 1e-6, "    ")
    return lines


def check_source(chain: Chain, kind: GoalKind, axis: FloatArray | None) -> str:
    """Return the text of ``check``: whether all angles (dof) bring the tool to a goal, given as numbers after them.

    It takes the forward kinematics of the whole arm, of which nothing was left out or reduced. Angles are measured by
    their chords, which are exact where angles are small.
    """
    writer = Writer()
    tip = written_tip(writer, chain)
    goal = goal_names(kind)
    place = placed_goal(writer, kind, tip, axis)
    gaps = [
        writer.total(f"e{i}", [(1.0, 1.0, name), (-1.0, 1.0, value)])
        for i, (name, value) in enumerate(zip(goal, place, strict=True))
    ]
    off = writer.write("off", shown(writer.total("off_", [(1.0, gap, gap) for gap in gaps[:3]])), "off_", *gaps[:3])
    turned = writer.write(
        "turned", shown(writer.total("turned_", [(1.0, gap, gap) for gap in gaps[3:]])), "turned_", *gaps[3:]
    )
    chord = (2.0 if kind == "pose" else 1.0) * ROTATION_TOLERANCE**2
    return "\n".join(
        [
            f"def check({', '.join([*(f'q{motor}' for motor in range(chain.dof)), *goal])}):",
            *(f"    {line}" for line in writer.body([off, turned])),
            f"    return off <= {POSITION_TOLERANCE**2!r} and turned <= {chord!r}",
            "",
        ]
    )


def placed_goal(writer: Writer, kind: GoalKind, tip: Frame, axis: FloatArray | None) -> list[Scalar]:
    """Write what of the ``tip`` a goal of ``kind`` fixes, in its numbers' order; ``axis`` is (3,), of length one."""
    if kind == "pose":
        return [*tip.position, *tip.rotation]
    if axis is None:
        return list(tip.position)
    return [*tip.position, *turned_vector(writer, "axis", tip, axis.tolist())]


def lookup_source(code: SolverCode, table: PoseTable, first: tuple[float, float] | None, effort: Effort) -> str:
    """Return the text of ``lookup``: a goal to all angles (dof), or None where no kept pose leads to it.

    It calls ``descend`` and ``settle``, and reads ``begin`` (a list) and ``rows``.

    Args:
        code: Of the reduced problem.
        table: Its poses.
        first: Limits of the angle of the first joint about its axis [rad], where it is left out; None without.
        effort: How long a descent is followed.
    """
    places = code.reduction.residuals
    unknown = [f"q{motor}" for motor in code.unknown]
    row = ["heading", *unknown, *(f"p{i}" for i in range(places))]
    row += [f"m{motor}_{i}" for motor in code.unknown for i in range(places)]
    away = [f"        d{i} = t{i} - p{i}" for i in range(places)]
    start = [
        f"        q{motor} += " + " + ".join(f"m{motor}_{i} * d{i}" for i in range(places)) for motor in code.unknown
    ]
    targets = ", ".join(code.target_names)
    lines = code.reduce_source.splitlines()
    return "\n".join(
        [
            lines[0].replace("reduce", "lookup"),
            *lines[1:-1],
            f"    {targets}, = {lines[-1].strip().removeprefix('return ')}",
            *_cell(code, table),
            *(["    ahead = atan2(ts, tc)"] if first else []),
            "    for number in range(begin[cell], begin[cell + 1]):",
            f"        {', '.join(row)}, = rows[number].tolist()",
            *(_in_reach(*first) if first else []),
            *away,
            *start,
            f"        found = descend({', '.join(unknown)}, {targets}, {effort.limit}, {effort.least!r})",
            "        if found is not None:",
            "            answer = settle(*found)",
            "            if answer is not None:",
            "                return answer",
            "    return None",
            "",
        ]
    )


def _in_reach(lower: float, upper: float) -> list[str]:
    """Return the check that the first joint can turn as far as this pose needs, with a little room."""
    middle, half = 0.5 * (lower + upper), 0.5 * (upper - lower) + ROOM
    if half >= math.pi:
        return []
    return [
        f"        turn = ahead - heading - {middle!r}",
        f"        if abs(turn - {2.0 * math.pi!r} * round(turn / {2.0 * math.pi!r})) > {half!r}:",
        "            continue",
    ]


def _cell(code: SolverCode, table: PoseTable) -> list[str]:
    """Return the lines that find the cell of a target."""
    split = 3 if code.reduction.first is None else 2
    names = [f"t{i}" for i in range(split)]
    lines: list[str] = []
    if len(table.counts) > split:
        x, y, z = (f"t{split + i}" for i in range(3))
        lines = [
            f"    size = abs({x}) + abs({y}) + abs({z})",
            f"    u = {x} / size",
            f"    v = {y} / size",
            f"    if {z} < 0.0:",
            "        u, v = (1.0 - abs(v)) * (-1.0 if u < 0.0 else 1.0), (1.0 - abs(u)) * (-1.0 if v < 0.0 else 1.0)",
        ]
        names += ["u", "v"]
    for i, (name, low, scale, count) in enumerate(
        zip(names, table.low.tolist(), table.scale.tolist(), table.counts, strict=True)
    ):
        lines += [
            f"    i{i} = int(({name} - {low!r}) * {scale!r})",
            f"    i{i} = 0 if i{i} < 0 else {count - 1} if i{i} >= {count} else i{i}",
        ]
    index = "i0"
    for i, count in enumerate(table.counts[1:], 1):
        index = f"({index}) * {count} + i{i}"
    return [*lines, f"    cell = {index}"]
