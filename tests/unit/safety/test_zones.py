"""Zones: what is too close, what slows, and what neither stops nor slows: moving along and away."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.config.scene import FurnitureConfig, SceneConfig, ShapeConfig
from armctl.hal.state import FloatArray
from armctl.kinematics.collision import Held
from armctl.kinematics.rotation import pose_matrix
from armctl.kinematics.shapes import LinkShape
from armctl.safety.limits import BRAKING_DELAY, ESCAPE_SPEED
from armctl.safety.zones import CLOSING, STANDING, WAY_STEP, Going, Reach, Zones
from tests.unit.safety.bench import DT, home, person, robot, scene, table, vector

seeds = st.integers(0, 2**32 - 1)


def zones(furniture: dict[str, FurnitureConfig] | None = None, who: Any = None) -> Zones:
    return Zones(robot(), scene(furniture, who))


def box(xyz: tuple[float, float, float], size: tuple[float, float, float] = (0.1, 0.1, 0.1)) -> FurnitureConfig:
    return FurnitureConfig(title="Big Box", shape=ShapeConfig(kind="box", size=size, xyz=xyz))


WHOLE = zones({"table": table(), "box": box((0.3, 0.1, 0.1))}, person())
PLAIN = zones()
ALONE = zones({})


def pair_of(made: Zones, part: str, other: str) -> int:
    return next(i for i, about in enumerate(made.clearances) if (about.part, about.other) == (part, other))


def reach_with(made: Zones, margins: dict[int, float], head: float = math.inf) -> Reach:
    values = np.full(len(made.limits), 1.0)
    for index, margin in margins.items():
        values[index] = margin
    return Reach(np.zeros(3), np.eye(3), values, head, made.version)


def closing_at(made: Zones, speeds: dict[int, float], tool_speed: float = 0.1, slowing: float = 0.0) -> Going:
    values = np.zeros(len(made.limits))
    for index, speed in speeds.items():
        values[index] = speed
    return Going(tool_speed, values, slowing)


def random_posture(rng: np.random.Generator) -> FloatArray:
    joints = robot().config.joints
    return rng.uniform([joint.lower for joint in joints], [joint.upper for joint in joints])


def test_without_person_and_furniture_only_the_arm_itself_is_kept_away_from() -> None:
    reach = ALONE.reach(home())
    assert {about.code for about in ALONE.clearances} == {"self_zone"}
    assert math.isinf(reach.head)
    assert ALONE.check(reach, reach) is None
    assert ALONE.speed(reach, STANDING, 0.3) == (math.inf, "")
    np.testing.assert_allclose(reach.tool, robot().tool_pose(home())[:3, 3])
    np.testing.assert_allclose(reach.turn, robot().tool_pose(home())[:3, :3], atol=1e-12)


def test_margins_below_the_look_are_exact_and_never_larger_beyond() -> None:
    rng = np.random.default_rng(3)
    near = 0
    for _ in range(40):
        q = random_posture(rng)
        exact = WHOLE.model.distances(q) - WHOLE.limits
        margins = WHOLE.reach(q).margins
        assert (margins <= exact + 1e-9).all()
        close = margins < WHOLE.look
        np.testing.assert_allclose(margins[close], exact[close], atol=1e-9)
        near += int(close.sum())
    assert near > 100


@pytest.mark.parametrize(
    ("now", "before", "refused"),
    [
        (0.0, 1.0, False), (1e-9, 1.0, False), (-1e-9, 1.0, True), (-1e-6, 0.0, True),
        (-0.01, -0.01, False), (-0.01, -0.02, False), (-0.01, -0.01 + 5e-10, False), (-0.01, -0.01 + 5e-9, True),
        (0.5, -0.5, False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("pair", [0, 3, 40])
def test_only_coming_closer_than_allowed_is_refused(now: float, before: float, refused: bool, pair: int) -> None:
    finding = WHOLE.check(reach_with(WHOLE, {pair: now}), reach_with(WHOLE, {pair: before}))
    assert (finding is not None) == refused


@pytest.mark.parametrize(("now", "refused"), [(-0.001, False), (-0.001 - 1e-9, True), (0.0, False)])
def test_a_little_too_close_may_be_left_to_a_stop(now: float, refused: bool) -> None:
    finding = WHOLE.check(reach_with(WHOLE, {5: now}), reach_with(WHOLE, {}), 0.001)
    assert (finding is not None) == refused


@pytest.mark.parametrize(
    ("part", "other", "margin", "code", "message"),
    [
        ("forearm", "big box", -0.002, "furniture_zone",
         "The forearm would come within 3 mm of the big box; 5 mm is the limit."),
        ("hand", "head", -0.001, "head_zone", "The hand would come within 19 mm of the head; 20 mm is the limit."),
        ("upper arm", "body", -0.03, "torso_zone",
         "The upper arm would come within -10 mm of the body; 20 mm is the limit."),
        ("hand", "upper arm", -0.0051, "self_zone",
         "The hand would come within 0 mm of the upper arm; 5 mm is the limit."),
    ],
)  # fmt: skip
def test_a_refusal_names_part_thing_distance_and_limit(
    part: str, other: str, margin: float, code: str, message: str
) -> None:
    index = pair_of(WHOLE, part, other)
    finding = WHOLE.check(reach_with(WHOLE, {index: margin, 0: -1e-4}), reach_with(WHOLE, {}))
    assert finding is not None
    assert finding.code == code
    assert finding.fault().message == message


@pytest.mark.parametrize("margin", [-0.5, 0.0, 1e-6, 0.001, 0.003, 0.01, 0.04])
@pytest.mark.parametrize("closing", [0.02, 0.1, 0.3])
def test_what_comes_closer_may_do_so_at_the_speed_of_the_braking_curve(margin: float, closing: float) -> None:
    pair = pair_of(PLAIN, "forearm", "table")
    going = closing_at(PLAIN, {pair: closing}, tool_speed=0.12)
    allowed, reason = PLAIN.speed(reach_with(PLAIN, {pair: margin}), going, 0.3)
    curve = max(ESCAPE_SPEED, math.sqrt(2 * 0.3 * max(0.0, margin - BRAKING_DELAY)))
    assert allowed == pytest.approx(0.12 * curve / closing)
    assert reason == "Slow: the forearm is close to the table."


@pytest.mark.parametrize("closing", [0.0, -0.2, CLOSING])
def test_moving_along_or_away_is_not_slowed_however_close(closing: float) -> None:
    pair = pair_of(PLAIN, "forearm", "table")
    assert PLAIN.speed(reach_with(PLAIN, {pair: 1e-4}), closing_at(PLAIN, {pair: closing}), 0.3) == (math.inf, "")


def test_the_pair_that_must_brake_hardest_gives_speed_and_reason() -> None:
    first, second = pair_of(WHOLE, "hand", "upper arm"), pair_of(WHOLE, "forearm", "big box")
    reach = reach_with(WHOLE, {first: 0.01, second: 0.01})
    for slow, quick, words in ((first, second, "forearm is close to the big box"), (second, first, "hand is close to")):
        _, reason = WHOLE.speed(reach, closing_at(WHOLE, {slow: 0.05, quick: 0.1}), 0.3)
        assert words in reason


@pytest.mark.parametrize("slowing", [0.2, 0.6])
def test_joints_that_brake_more_slowly_than_the_tool_count(slowing: float) -> None:
    pair, closing = pair_of(PLAIN, "forearm", "table"), 0.06
    going = closing_at(PLAIN, {pair: closing}, slowing=slowing)
    allowed, _ = PLAIN.speed(reach_with(PLAIN, {pair: 0.022}), going, 0.3)
    assert allowed == pytest.approx(0.1 / closing * math.sqrt(2.0 * min(0.3, closing / slowing) * 0.02))


@pytest.mark.parametrize("distance", [-0.1, 0.0, 0.1, 0.2 - 1e-9, 0.2])
def test_everything_is_slow_within_the_slow_radius_whichever_way_it_goes(distance: float) -> None:
    made = zones({}, person(slow_radius=0.2, slow_speed=0.05))
    for going in (STANDING, closing_at(made, {0: -0.1})):
        assert made.speed(reach_with(made, {}, distance), going, 0.3) == (
            pytest.approx(0.05),
            "Slow: close to the head.",
        )


@pytest.mark.parametrize("ahead", [0.001, 0.01, 0.03])
def test_the_slow_radius_is_reached_at_slow_speed(ahead: float) -> None:
    made = zones({}, person(slow_radius=0.2, slow_speed=0.05))
    allowed, _ = made.speed(reach_with(made, {}, 0.2 + ahead), STANDING, 0.3)
    assert allowed == pytest.approx(math.sqrt(0.05**2 + 2 * 0.3 * ahead))


@settings(max_examples=20)
@given(seeds)
def test_the_head_distance_is_that_of_the_nearest_part(seed: int) -> None:
    q = random_posture(np.random.default_rng(seed))
    head = [index for index, pair in enumerate(WHOLE.model.pairs) if pair.b == "head"]
    assert WHOLE.reach(q).head == pytest.approx(float(WHOLE.model.distances(q)[head].min()), abs=1e-9)


@settings(max_examples=20)
@given(seeds)
def test_closing_speeds_are_the_change_of_the_exact_distances_and_none_where_it_is_far(seed: int) -> None:
    rng = np.random.default_rng(seed)
    q = random_posture(rng)
    after = q + rng.normal(0.0, 0.003, len(q))
    one, other = WHOLE.reach(q), WHOLE.reach(after)
    closing = WHOLE.closing(other, one, DT)
    near = (one.margins < WHOLE.look) & (other.margins < WHOLE.look)
    np.testing.assert_allclose(
        closing[near], ((WHOLE.model.distances(q) - WHOLE.model.distances(after)) / DT)[near], atol=1e-6
    )
    assert not closing[~near].any()


@settings(max_examples=60)
@given(seeds)
def test_of_a_way_everything_counts_that_dense_looking_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    q = random_posture(rng)
    way = rng.normal(0.0, 0.1, len(q))
    reach = WHOLE.reach(q)
    dense = np.array([WHOLE.reach(q + share * way).margins for share in np.linspace(0.0, 1.0, 101)[1:]])
    depth = np.where(dense.min(axis=0) < reach.margins - 1e-6, dense.min(axis=0), np.inf).min()
    found = WHOLE.check_way(q, way, reach, reach)
    if depth < -0.5 * WAY_STEP:
        assert found is not None
    if depth >= 0.0:
        assert found is None


def test_what_only_lies_on_the_way_counts() -> None:
    """A post between here and there: both ends are clear."""
    q, way = home() - vector(0, 0.7), vector(0, 1.4)
    x, y, _ = (float(value) for value in robot().tool_pose(home())[:3, 3])
    post = FurnitureConfig(title="Post", shape=ShapeConfig(kind="box", size=(0.01, 0.01, 1.0), xyz=(x, y, 0.3)))
    made = zones({"post": post})
    here = made.reach(q)
    assert made.check(made.reach(q + way), here) is None
    found = made.check_way(q, way, here, here)
    assert found is not None
    assert found.detail == "post"
    assert made.check_way(q, 0.1 * way, here, here) is None


def test_a_way_out_of_what_is_too_close_is_no_finding() -> None:
    q = home()
    x, y, z = (float(value) for value in robot().tool_pose(q)[:3, 3])
    near = zones({"box": box((x, y + 0.12, z), (0.3, 0.2, 0.1))})
    here = near.reach(q)
    assert here.margins.min() < -0.01
    out, further_in = vector(0, 0.2), vector(0, -0.05)  # the shoulder turns clockwise
    assert near.check_way(q, out, here, here) is None
    assert near.check_way(q, further_in, here, here) is not None


def test_a_way_that_does_not_move_what_is_too_close_is_no_finding() -> None:
    x, y, z = (float(value) for value in robot().tool_pose(home())[:3, 3])
    made = zones({"box": box((x, y, z))})
    here = made.reach(home())
    assert here.margins.min() < 0.0
    assert made.check_way(home(), np.zeros(6), here, here) is None


def test_far_from_everything_a_small_way_is_not_even_looked_at() -> None:
    reach = PLAIN.reach(home())
    nowhere = np.full(6, np.nan)
    assert PLAIN.check_way(nowhere, np.full(6, 0.01), reach, reach) is None
    assert PLAIN.check_way(nowhere, np.full(6, -0.01), reach, reach) is None


def test_the_elbow_counts_as_much_as_the_hand() -> None:
    """A head beside the elbow, with the hand far away from it."""
    q = home()
    poses = dict(zip(robot().links, robot().link_array(q), strict=True))
    elbow = poses["lower_arm_link"][:3, 3]
    near = person(head_xyz=(float(elbow[0]), float(elbow[1]) + 0.18, float(elbow[2])))
    made = zones({}, near)
    before = made.reach(q)
    assert before.margins.min() > 0.0
    assert np.linalg.norm(before.tool - near.head_xyz) > 0.2
    for step in range(1, 200):
        for way in (-1.0, 1.0):
            finding = made.check(made.reach(q + vector(0, way * 0.01 * step)), before)
            if finding is not None:
                assert finding.code == "head_zone"
                assert finding.joint in {"upper arm", "forearm", "shoulder", "wrist"}
                return
    pytest.fail("the elbow never came too close")


def test_folding_the_forearm_onto_the_shoulder_is_too_close() -> None:
    before = ALONE.reach(home())
    for step in range(1, 200):
        finding = ALONE.check(ALONE.reach(home() + vector(2, 0.01 * step)), before)
        if finding is not None:
            assert finding.code == "self_zone"
            return
    pytest.fail("the arm folded into itself")


def test_a_real_scene_has_room_for_the_named_poses() -> None:
    from armctl.config.load import find, load

    made = Zones(robot(), load(find("scenes", "kitchen_table"), SceneConfig))
    for pose in ("home", "rest"):
        reach = made.reach(np.array([*robot().config.poses[pose], 0.3]))
        assert reach.margins.min() > 0.005, pose


def cup() -> Held:
    tip = robot().config.tool.tip_link
    return Held("the cup", (LinkShape(tip, "box", (0.3, 0.055, 0.1), pose_matrix((-0.03, 0.0, -0.01))),))


def test_what_is_held_counts_from_now_on_and_what_was_let_go_does_not() -> None:
    made = zones({"table": table()}, person())
    before = made.reach(home())
    made.hold(cup())
    held = made.reach(home())
    assert held.version != before.version
    assert len(held.margins) > len(before.margins)
    assert held.head < before.head
    made.hold(None)
    np.testing.assert_array_equal(made.reach(home()).margins, before.margins)


def test_a_head_that_was_seen_elsewhere_is_kept_clear_there() -> None:
    made = zones({}, person())
    version = made.version
    tool = robot().tool_pose(home())[:3, 3]
    made.see_head(tool)
    assert made.version > version
    assert made.reach(home()).head < 0.0
    assert made.reach(home()).margins.min() < 0.0


def test_how_far_a_tracked_head_is_stays_exact_however_far_and_whatever_the_hand_takes() -> None:
    """Should it be lost, only the way out is open: a distance that may be told smaller could not tell which that is."""
    made = zones({}, person())
    made.see_head(np.array([1.2, 0.3, 0.3]))
    for taken in (None, cup(), None):
        made.hold(taken)
        for q in (home(), home() + vector(0, 0.2)):
            head = next(index for index, pair in enumerate(made.model.pairs) if pair.b == "head")
            exact = made.model.distances(q)[[pair.b == "head" for pair in made.model.pairs]].min()
            reach = made.reach(q)
            assert exact > made.limits[head] + made.look + 0.1
            assert reach.head == pytest.approx(exact, abs=1e-9)


def test_a_scene_without_a_person_has_no_head_to_see() -> None:
    made = zones({})
    made.see_head(np.zeros(3))
    assert math.isinf(made.reach(home()).head)


def test_barriers_are_there_for_what_is_near_and_allow_the_braking_curve() -> None:
    q = home() + vector(2, 0.35)
    reach = ALONE.reach(q)
    near = np.flatnonzero(reach.margins < ALONE.look)
    barriers = ALONE.barriers(reach, q, 0.3)
    assert len(barriers) == len(near) > 0
    for index, barrier in zip(near, barriers, strict=True):
        room = max(0.0, reach.margins[index] - BRAKING_DELAY)
        assert barrier.speed == pytest.approx(math.sqrt(2 * 0.3 * room))
        change = ALONE.model.distances(q + vector(2, 1e-6))[index] - ALONE.model.distances(q)[index]
        assert barrier.gradient[2] == pytest.approx(change / 1e-6, abs=1e-3)


def test_far_from_everything_there_are_no_barriers() -> None:
    far = Reach(np.zeros(3), np.eye(3), np.full(len(ALONE.limits), 1.0), math.inf, ALONE.version)
    assert ALONE.barriers(far, home(), 0.3) == ()
