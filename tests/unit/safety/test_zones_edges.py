"""Zones at their edges: where distances begin to be exact, ties, and what is exactly at a limit."""

from __future__ import annotations

import math

import numpy as np
import pytest

from armctl.config.arm import CAP_TOOL_SPEED
from armctl.hal.state import FloatArray
from armctl.safety.checks import SAME
from armctl.safety.limits import ESCAPE_SPEED
from armctl.safety.zones import STANDING, WAY_LOOKS, WAY_STEP, Going, Reach, Zones
from tests.unit.safety.bench import home, person, robot, scene, table, vector

WHOLE = Zones(robot(), scene({"table": table()}, person()))
COUNT = len(WHOLE.limits)


def reach(margins: dict[int, float], head: float = math.inf) -> Reach:
    values = np.full(COUNT, 1.0)
    for index, margin in margins.items():
        values[index] = margin
    return Reach(np.zeros(3), np.eye(3), values, head, WHOLE.version)


def coming(speeds: dict[int, float], tool_speed: float) -> Going:
    values = np.zeros(COUNT)
    for index, speed in speeds.items():
        values[index] = speed
    return Going(tool_speed, values, 0.0)


def test_it_looks_exactly_as_far_as_the_tool_needs_to_brake_and_a_little() -> None:
    tool = robot().config.tool
    assert tool.max_speed < CAP_TOOL_SPEED
    assert pytest.approx(0.15**2 / (2.0 * 0.5 * 0.6) + 0.002 + 0.01) == WHOLE.look


def test_margins_are_exact_below_the_look_also_where_much_room_is_asked() -> None:
    wide = Zones(robot(), scene({}, person(head_keep_out=0.2)))
    rng, near = np.random.default_rng(5), 0
    joints = robot().config.joints
    for _ in range(60):
        q = rng.uniform([joint.lower for joint in joints], [joint.upper for joint in joints])
        margins, exact = wide.reach(q).margins, wide.model.distances(q) - wide.limits
        close = margins < wide.look
        np.testing.assert_allclose(margins[close], exact[close], atol=1e-9)
        near += int((close & (margins > wide.look - 0.2)).sum())
    assert near > 20


def test_standing_is_no_speed_and_nothing_that_comes_closer() -> None:
    assert (STANDING.tool_speed, STANDING.closing.size, STANDING.slowing) == (0.0, 0, 0.0)


def test_the_version_counts_the_changes() -> None:
    made = Zones(robot(), scene({}, person()))
    before = made.version
    made.see_head(np.array([0.3, 0.4, 0.3]))
    made.hold(None)
    assert made.version - before == 2
    assert made.reach(home()).version == made.version


def test_what_is_too_close_may_stay_as_close_up_to_rounding_exactly() -> None:
    before = -0.25
    assert WHOLE.check(reach({3: before - SAME}), reach({3: before})) is None
    assert WHOLE.check(reach({3: before - 2.0 * SAME}), reach({3: before})) is not None


@pytest.mark.parametrize(
    ("now", "before", "closing"),
    [(-2e-3, -1e-3, 0.1), (0.0, -1e-3, 0.0), (-1e-3, 0.0, 0.0), (-1e-3, 0.01, 0.0)],
)
def test_how_fast_a_pair_closes_is_known_only_where_both_distances_are_exact(
    now: float, before: float, closing: float
) -> None:
    """``now`` and ``before`` are how much nearer or farther than the look the pair is."""
    look = WHOLE.look
    found = WHOLE.closing(reach({3: look + now}), reach({3: look + before}), 0.01)
    assert found[3] == pytest.approx(closing)
    assert np.count_nonzero(found) == (closing > 0.0)


def test_a_pair_at_the_look_has_no_barrier_yet() -> None:
    assert WHOLE.barriers(reach({3: WHOLE.look}), home(), 0.3) == ()
    assert len(WHOLE.barriers(reach({3: math.nextafter(WHOLE.look, 0.0)}), home(), 0.3)) == 1


def test_of_two_that_are_as_close_the_first_is_told() -> None:
    first, other = (index for index in (0, COUNT - 1))
    _, reason = WHOLE.speed(reach({first: 0.0, other: 0.0}), coming({first: 0.1, other: 0.1}, 0.1), 0.3)
    about = WHOLE.clearances[first]
    assert reason == f"Slow: the {about.part} is close to the {about.other}."


def test_where_head_and_another_thing_ask_for_the_same_the_other_thing_is_told() -> None:
    allowed, reason = WHOLE.speed(reach({0: 0.0}, head=0.1), coming({0: ESCAPE_SPEED}, 0.05), 0.3)
    assert allowed == 0.05
    assert reason != "Slow: close to the head."


def test_a_way_of_no_length_is_clear_where_the_arm_touches_a_limit() -> None:
    touching = reach({0: 0.0})
    assert WHOLE.check_way(np.full(6, np.nan), np.zeros(6), touching, touching) is None


class Looked(Zones):
    """Notes where it looks at a way, and finds there that all pairs have ``margin`` [m]."""

    def __init__(self, margin: float = 1.0) -> None:
        super().__init__(robot(), scene({"table": table()}, person()))
        self.margin = margin
        self.at: list[FloatArray] = []

    def margins_many(self, positions: FloatArray) -> FloatArray:
        self.at.append(positions)
        return np.full((len(positions), len(self.limits)), self.margin)


def way_of(made: Zones, length: float) -> FloatArray:
    """A turn of the first joint that can bring what it moves most ``length`` nearer [m]."""
    return vector(0, length / float(made.model.levers[:, 0].max()))


@pytest.mark.parametrize(("length", "looks"), [(0.5, 1), (1.5, 2), (4.5, 5), (1000.0, WAY_LOOKS)])
def test_a_way_is_looked_at_a_step_after_its_beginning_and_so_on_to_its_end(length: float, looks: int) -> None:
    """``length`` is in steps of what moves farthest; other pairs are as near and move less."""
    made, touching = Looked(), reach(dict.fromkeys(range(COUNT), 0.0))
    way = way_of(made, length * WAY_STEP)
    assert len(np.unique(made.model.levers[:, 0])) > 2
    assert made.check_way(home(), way, touching, touching) is None
    (at,) = made.at
    np.testing.assert_allclose(at - home(), np.arange(1, looks + 1)[:, None] / looks * way, atol=1e-12)


@pytest.mark.parametrize(("farther", "looked"), [(0.0, False), (-1e-9, True)])
def test_what_is_as_far_as_it_can_move_is_not_looked_at(farther: float, looked: bool) -> None:
    made = Looked()
    way = way_of(made, 0.03)
    moved = made.model.levers @ np.abs(way)
    far = Reach(np.zeros(3), np.eye(3), moved + farther, math.inf, made.version)
    made.check_way(home(), way, far, far)
    assert bool(made.at) == looked


@pytest.mark.parametrize(
    ("margin", "before", "bad"),
    [
        (0.0, 0.25, False),
        (-SAME, 0.25, True),
        (-0.25 - SAME, -0.25, False),
        (-0.25 - 2.0 * SAME, -0.25, True),
    ],
)
def test_on_a_way_as_at_its_end_a_limit_may_be_touched_and_what_is_too_close_may_stay_as_close(
    margin: float, before: float, bad: bool
) -> None:
    made, touching = Looked(margin), reach(dict.fromkeys(range(COUNT), 0.0))
    compared = reach(dict.fromkeys(range(COUNT), before))
    assert (made.check_way(home(), way_of(made, 0.03), touching, compared) is not None) == bad
