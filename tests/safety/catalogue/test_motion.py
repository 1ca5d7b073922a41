"""Rows 34 to 41: what motion and kinematics may do wrong, and what is in the arm's way.

The real control process over the ideal arm. What it sends is judged from outside: distances and singular values are
worked out anew from the set-points in the trace.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from armctl.config.load import builtin
from armctl.control import messages as say
from armctl.kinematics.collision import CollisionModel
from armctl.kinematics.jacobian import jacobian
from armctl.motion.rates import LEVER, SLOW_BELOW, STOP_BELOW
from armctl.safety.limits import HEAD_FRESH
from tests.safety.catalogue.conftest import Reaction
from tests.soak.facts import Body
from tests.support import trace_view
from tests.support.arms import so101
from tests.support.control_bench import robot_model, scene_config
from tests.support.live_control import HOME, LiveControl

TICK = 0.01
DEPTH = 0.004
"""What sampled shapes and a stop may add to a distance [m]."""
BESIDE_THE_HEAD = (-0.8, *HOME[1:])
STRETCHED = (0.0, 0.40, -0.42, 0.02, -1.522)
"""The hand some 2 cm before the end of its reach."""


class Make:
    """Starts control with the arm in a pose, once for each pose and scene."""

    def __init__(self, folders: pytest.TempPathFactory) -> None:
        self._folders = folders
        self._started: dict[object, LiveControl] = {}

    def __call__(self, home: tuple[float, ...] = HOME, scene: str = "") -> LiveControl:
        key = (home, scene)
        if key not in self._started or not self._started[key].alive:
            self._started[key] = LiveControl(self._folders.mktemp("motion"), home=home, scene=scene)
        return self._started[key]

    @property
    def alive(self) -> bool:
        return all(live.alive for live in self._started.values())

    def starved(self, since: float) -> bool:
        """True when this computer kept one of them from running in time from ``since`` [s] on: see conftest."""
        return any(live.starved(since) for live in self._started.values())

    def close(self) -> None:
        for live in self._started.values():
            live.close()


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """What starts control; all are ended after the tests of this file."""
    it = Make(tmp_path_factory)
    yield it
    it.close()


@pytest.fixture
def live(make: Make) -> LiveControl:
    return make()


# -- wrong set-points --------------------------------------------------------------------------------------------------


@pytest.mark.catalogue(34)
@pytest.mark.parametrize("number", ["nan", "inf"])
def test_what_is_not_a_number_is_refused_and_the_arm_comes_to_rest(
    live: LiveControl, number: str, reaction: Reaction
) -> None:
    live.cruise()
    live.fault(f"point {number}")
    at = live.happened()
    told = next(s for s in wait_for(live, lambda s: "not a number" in s.notice + s.motion.reason, at))
    reaction(told.stamp - at, "not_finite", began=at)
    live.rest()
    after = trace_view.sent(live.trace)
    assert np.isfinite(after.positions).all()
    _, speeds = after.speeds()
    following = speeds[after.stamps[1:] > at]
    # The one after the refusal is two ticks ahead of the last one sent; from then on every one is slower.
    assert (np.diff(following[1:]) <= 1e-9).all(), "the arm did not slow down with the next set-point"
    assert following[1] < following.max() or len(following) < 3


@pytest.mark.catalogue(37)
def test_a_set_point_of_another_branch_is_refused(live: LiveControl, reaction: Reaction) -> None:
    """The wrist flips: the same place of the hand, half a turn away in a joint."""
    live.cruise()
    before = trace_view.sent(live.trace, 1).positions[0]
    live.fault("point flip")
    at = live.happened()
    told = wait_for(live, lambda s: "its limit is" in s.notice + s.motion.reason, at)[0]
    reaction(told.stamp - at, "position_limit", began=at)
    live.rest()
    sent = trace_view.sent(live.trace)
    assert float(np.abs(sent.positions[~sent.held][-1] - before)[1:].max()) < 0.05, "a joint left its branch"
    live.stays_at_rest()


def wait_for(live: LiveControl, what: Callable[[say.Snapshot], bool], since: float) -> list[say.Snapshot]:
    live.until(what, since=since)
    return [snapshot for at, snapshot in list(live.seen) if at >= since and what(snapshot)]


@pytest.mark.catalogue(35)
@pytest.mark.parametrize(
    "place",
    [(2.0, 0.0, 0.3), (0.0, 0.0, 1.5), (0.05, 0.0, 0.02), (-0.4, 0.0, -0.5)],
    ids=["far", "high", "inside", "low"],
)
def test_a_target_out_of_reach_is_refused_with_its_reason(
    live: LiveControl, place: tuple[float, float, float], reaction: Reaction
) -> None:
    live.rest() if live.now.mode == "moving" else None
    live.arm_it()
    begin = time.monotonic()
    number = live.ask(say.MoveTool, position=place)
    told = wait_for(live, lambda s: s.refused.sequence == number, begin)[0]
    read = next(s.stamp for _, s in list(live.seen) if s.stamp > begin)  # the tick that found it in its link
    reaction(told.stamp - read, "out of reach, and why", began=read)
    assert len(told.refused.reason) > 20, told.refused
    live.stays_at_rest(0.1)


# -- poses -------------------------------------------------------------------------------------------------------------


@pytest.mark.catalogue(36)
def test_towards_a_straight_elbow_the_arm_slows_down_and_stops_and_a_way_out_is_shown(
    make: Make, reaction: Reaction
) -> None:
    live = make(STRETCHED)
    live.arm_it()
    begin = live.jog_to_the_end((1.0, 0.0, 0.0), 2.8)
    sent = trace_view.sent(live.trace)
    moved = sent.positions[(sent.stamps > begin) & ~sent.held]
    least, outward = singular(moved), np.diff(tools(moved)[:, 0]) / TICK
    assert least[-1] < SLOW_BELOW, "the arm was not near a straight elbow"
    near = outward[least[1:] < STOP_BELOW]
    assert abs(outward[-1]) < 0.004, "it did not come to rest"
    steps = np.abs(np.diff(moved, axis=0)).max(axis=0) / TICK
    assert (steps <= [joint.max_speed * 1.01 for joint in so101().joints]).all(), "a joint ran away"
    reaction(longest(near > 0.01) * TICK, "The arm cannot reach further this way.", began=begin)
    assert any("cannot reach further" in s.notice for at, s in list(live.seen) if at > begin)
    live.rest()
    assert live.now.stuck, "no way out is shown"
    live.ask(say.WayOut)
    end = float(tools(moved[-1:])[0, 0])
    live.until(lambda s: s.motion.kind == "wayout" and s.tool[0] < end - 0.002, since=begin, seconds=5.0)
    live.stop()


def singular(points: np.ndarray) -> np.ndarray:
    """Return the least singular value of each pose's Jacobian without the turn about upright, as the arm can do it."""
    chain = robot_model().chain
    scale = np.array([1.0, 1.0, 1.0, LEVER, LEVER])
    found = []
    for point in points:
        full = jacobian(chain, point[: chain.dof])
        tool = robot_model().tool_pose(point)[:3, :3]
        tilt = np.stack([tool[:, 0] @ full[3:], tool[:, 1] @ full[3:], tool[:, 2] @ full[3:]])
        level = np.delete(tilt, int(np.argmax(np.abs(tool[2]))), axis=0)
        found.append(np.linalg.svd(np.vstack([full[:3], level]) * scale[:, None], compute_uv=False)[-1])
    return np.array(found)


def tools(points: np.ndarray) -> np.ndarray:
    return np.array([robot_model().tool_pose(point)[:3, 3] for point in points])


def longest(flags: np.ndarray) -> int:
    """Return the length of the longest row of True."""
    rows, row = 0, 0
    for flag in flags:
        row = row + 1 if flag else 0
        rows = max(rows, row)
    return rows


@pytest.mark.catalogue(38)
def test_folding_onto_itself_the_arm_slows_down_and_comes_to_rest_before_it_touches(
    make: Make, reaction: Reaction
) -> None:
    live = make((0.0, -1.45, 1.25, 0.2, -1.522))
    live.arm_it()
    begin = live.jog((-1.0, 0.0, 0.0), 1.8)
    sent = trace_view.sent(live.trace)
    moved = sent.positions[(sent.stamps > begin) & ~sent.held]
    own = CollisionModel(robot_model())
    distances = own.distances_many(moved).min(axis=1)
    assert distances.min() >= 0.0, "two parts of the arm touched"
    speeds = np.linalg.norm(np.diff(tools(moved), axis=0), axis=1) / TICK
    assert speeds[-1] < 0.002, "it did not come to rest"
    notices = {s.notice for at, s in list(live.seen) if at > begin}
    told = next(text for text in notices if "is close to the" in text)
    assert speeds.max() > 0.02
    # Nowhere may it close in faster than it can brake before it touches.
    closing = -np.diff(distances) / TICK
    allowed = np.sqrt(2.0 * so101().tool.max_acceleration * distances[:-1]) + 0.02
    reaction(longest(closing > allowed) * TICK, told, began=begin)
    live.jog((1.0, 0.0, 0.3), 0.5)
    live.stop()
    assert own.distances(np.array(live.now.positions)).min() > distances.min(), "the way out is closed"


@pytest.mark.catalogue(39)
def test_no_part_of_the_arm_comes_into_the_heads_zone_and_the_way_out_is_open(make: Make, reaction: Reaction) -> None:
    live = make(BESIDE_THE_HEAD, "kitchen_table")
    live.arm_it()
    person = scene_config().person
    assert person
    head = np.array(person.head_xyz)
    inward = head - np.array(live.now.tool[:3])
    inward /= np.linalg.norm(inward)
    begin = live.jog_to_the_end((float(inward[0]), float(inward[1]), float(inward[2])), 2.0)
    sent = trace_view.sent(live.trace)
    moved = sent.positions[(sent.stamps > begin) & ~sent.held]
    body = Body(builtin("arms", "so101", ".urdf").read_text(encoding="utf-8"), so101().joint_names)
    gaps = np.array([gap(body, point, head, person.head_radius) for point in moved])
    assert gaps.min() >= person.head_keep_out - DEPTH, f"{gaps.min() * 1e3:.1f} mm"
    assert gaps.min() < 0.06, "the arm never came near"
    speeds = np.linalg.norm(np.diff(tools(moved), axis=0), axis=1) / TICK
    slow = gaps[1:] < person.slow_radius
    closing = -np.diff(gaps) / TICK
    allowed = np.sqrt(2.0 * so101().tool.max_acceleration * np.maximum(gaps[:-1] - person.head_keep_out + DEPTH, 0.0))
    reaction(longest(closing > allowed + 0.02) * TICK, "head_zone", began=begin)
    settled = np.convolve(speeds[slow][60:], np.full(20, 0.05), mode="valid")
    assert len(settled) == 0 or settled.max() <= person.slow_speed * 1.1 + 0.007, "too fast near the head"
    assert closing[-5:].max() < 0.005, "it still closed in"
    live.jog((-float(inward[0]), -float(inward[1]), -float(inward[2])), 0.6)
    live.stop()
    assert gap(body, np.array(live.now.positions), head, person.head_radius) > gaps[-1] + 0.003, "no way out"


def gap(body: Body, point: np.ndarray, head: np.ndarray, radius: float) -> float:
    """Return the distance of the nearest part of the arm from the head [m]."""
    spots, _ = body.place(point)
    return float((np.linalg.norm(spots - head, axis=1) - body.radius).min()) - radius


# -- the person --------------------------------------------------------------------------------------------------------


@pytest.mark.catalogue(40)
def test_a_head_that_is_not_seen_any_more_slows_the_arm_and_brings_it_to_rest(make: Make, reaction: Reaction) -> None:
    """The fault can be seen when no pose came for longer than poses take."""
    live = make(HOME, "kitchen_table")
    person = scene_config().person
    assert person
    live.fault("head {} {} {}".format(*person.head_xyz))
    live.happened()
    live.arm_it()
    side = -1.0 if live.now.tool[1] > 0.0 else 1.0  # where there is more room
    live.jog((0.0, side, 0.0), 0.4)
    live.fault("tell_stop")
    live.happened()
    live.fault("blind")
    live.jog((0.0, side, 0.0), 0.5)
    visible = live.happened() + HEAD_FRESH
    stopped = live.happened()
    told = [s.notice for at, s in list(live.seen) if visible < s.stamp <= stopped]
    assert any("head is not seen" in text for text in told), told
    reaction(stopped - visible, "head_stale", began=visible)
    live.rest()
    assert live.now.mode == "ready"
    # Nothing leads nearer to where it was seen last; away from there the arm goes all the same.
    way = np.array(person.head_xyz) - live.now.tool[:3]
    near = float(np.linalg.norm(way))
    for sign, least, most in ((1.0, near - 0.003, near + 0.003), (-1.0, near + 0.002, near + 0.02)):
        live.jog(tuple((sign * way / near).tolist()), 0.6)
        live.rest()
        assert least < np.linalg.norm(np.array(person.head_xyz) - live.now.tool[:3]) < most
    live.fault("head {} {} {}".format(*person.head_xyz))
    live.happened()


@pytest.mark.catalogue(41)
def test_a_touch_stops_the_arm_and_it_retreats_only_on_command(live: LiveControl, reaction: Reaction) -> None:
    live.cruise()
    live.fault("touch head 2")
    at = live.happened()
    live.until(lambda s: s.fault is not None and s.fault.code == "contact", since=at)
    live.rest()
    reaction(trace_view.braked(live.trace, at) - at, "contact", began=at)
    live.stays_at_rest()
    assert live.now.mode == "fault"
    live.arm_it()  # cleared and armed anew, while it still touches
    live.stays_at_rest(0.2)
    before = live.now.tool
    live.jog((1.0, 0.0, 0.3), 0.4)
    live.stop()
    assert np.linalg.norm(np.subtract(live.now.tool[:3], before[:3])) > 0.003, "it cannot retreat"
    live.fault("touch head 0")
    live.happened()
