"""What is held and a tracked head: who tells, from when on it counts, and how old it may get."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from armctl.config.load import find, load
from armctl.config.scene import SceneConfig
from armctl.hal.scene import Head, Pose7, SceneState
from armctl.kinematics.rotation import pose7, pose_matrix
from armctl.safety.limits import HEAD_STALE
from armctl.safety.sensed import HEAD_PLACE, NEWS, Sensed, grip_pose, held_at
from armctl.safety.zones import Zones
from tests.unit.safety.bench import home, robot, scene

KITCHEN = load(find("scenes", "kitchen_table"), SceneConfig)
CUP = KITCHEN.objects["cup"]
HEAD = (0.27, 0.36, 0.32)


def sensed(where: SceneConfig = KITCHEN, *, arm: bool = True) -> tuple[Sensed, Zones]:
    zones = Zones(robot(), where)
    made = Sensed(robot(), where, zones)
    if arm:
        made.arm_at(home())
    return made, zones


def cup_in_hand() -> Pose7:
    return pose7(robot().tool_pose(home()) @ grip_pose(robot().config, CUP))


def state(held: str = "", head: Head | None = None) -> SceneState:
    return SceneState(stamp=0.0, objects={"cup": cup_in_hand()}, held=held, head=head)


def test_what_a_simulator_says_is_held_is_carried_where_it_is() -> None:
    made, zones = sensed()
    made.look(state("cup"))
    held = zones.model.held
    assert held is not None
    assert held.name == "the cup"
    assert [shape.kind for shape in held.shapes] == ["box", "box"]
    assert held.shapes[0].size == (0.055, 0.055, 0.1)
    middle = grip_pose(robot().config, CUP) @ pose_matrix((0.0, 0.0, 0.05))
    np.testing.assert_allclose(held.shapes[0].pose, middle, atol=1e-9)


def test_what_was_let_go_is_not_carried_any_more() -> None:
    made, zones = sensed()
    for held in ("cup", ""):
        made.look(state(held))
    assert zones.model.held is None


def test_while_the_same_is_held_nothing_is_new() -> None:
    made, zones = sensed()
    made.look(state("cup"))
    version = zones.version
    made.look(state("cup"))
    assert zones.version == version


@pytest.mark.parametrize("name", ["plate", ""])
def test_what_the_scene_does_not_know_is_not_carried(name: str) -> None:
    made, zones = sensed()
    made.look(SceneState(stamp=0.0, objects={}, held=name))
    assert zones.model.held is None


@pytest.mark.parametrize(("held", "there"), [("cup", ()), ("cup", ("plate",)), ("plate", ("plate",))])
def test_only_what_the_scene_knows_and_the_report_shows_is_carried(held: str, there: tuple[str, ...]) -> None:
    made, zones = sensed()
    made.look(SceneState(stamp=0.0, objects={name: cup_in_hand() for name in there}, held=held))
    assert zones.model.held is None


def test_before_the_arm_was_read_nothing_can_be_carried() -> None:
    made, zones = sensed(arm=False)
    made.look(state("cup"))
    assert zones.model.held is None
    made.arm_at(home())
    made.look(state("cup"))
    assert zones.model.held is not None


def test_without_a_look_around_the_grippers_feeling_counts() -> None:
    made, zones = sensed()
    made.grip(True)
    held = zones.model.held
    assert held is not None
    assert held.name == "the cup"
    version = zones.version
    made.grip(True)
    assert zones.version == version
    made.grip(False)
    assert zones.model.held is None


def test_with_a_look_around_the_grippers_feeling_does_not_count() -> None:
    made, zones = sensed()
    made.look(state())
    made.grip(True)
    assert zones.model.held is None


def test_where_several_things_can_be_held_it_may_be_any_of_them() -> None:
    two = KITCHEN.model_copy(update={"objects": {"cup": CUP, "mug": CUP.model_copy(update={"title": "the mug"})}})
    made, zones = sensed(two)
    made.grip(True)
    held = zones.model.held
    assert held is not None
    assert held.name == "what is held"
    assert len(held.shapes) == 4


def test_where_nothing_can_be_held_nothing_is() -> None:
    made, zones = sensed(scene())
    made.grip(True)
    assert zones.model.held is None


def test_shapes_that_are_not_cylinders_stay_what_they_are() -> None:
    ball = CUP.model_copy(update={"shapes": (CUP.shapes[0].model_copy(update={"kind": "sphere", "size": (0.03,)}),)})
    held = held_at(robot().config, ball, np.eye(4))
    assert (held.shapes[0].kind, held.shapes[0].size) == ("sphere", (0.03,))


def test_a_gripped_cup_is_upright_and_between_the_fingers() -> None:
    pose = robot().tool_pose(home()) @ grip_pose(robot().config, CUP)
    np.testing.assert_allclose(pose[:3, 2], [0.0, 0.0, 1.0], atol=0.02)
    grip = pose @ np.array([0.0, 0.0, CUP.grasp_height, 1.0])
    assert np.linalg.norm(grip[:3] - robot().tool_pose(home())[:3, 3]) < CUP.grasp_width
    assert np.linalg.det(pose[:3, :3]) == pytest.approx(1.0)


def test_where_a_gripped_thing_is_in_the_tool_is_this_for_the_so101() -> None:
    """0.56 of its width beside the fixed finger, 1 cm behind the tool point, gripped at its own height."""
    np.testing.assert_allclose(
        grip_pose(robot().config, CUP)[:3, 3], [-0.56 * CUP.grasp_width, -CUP.grasp_height, -0.01], atol=1e-12
    )


def test_a_configured_head_never_ages() -> None:
    made, _ = sensed()
    made.look(state())
    assert made.head_age(1e6) == 0.0
    assert made.stale(1e6) is None


def test_a_tracked_head_is_kept_clear_where_it_was_seen() -> None:
    made, zones = sensed()
    made.look(state(head=Head(5.0, HEAD)))
    np.testing.assert_allclose(zones.model.world["head"].pose[:3, 3], HEAD)


@pytest.mark.parametrize(("moved", "news"), [(0.5 * NEWS, False), (1.5 * NEWS, True)])
def test_a_head_that_hardly_moved_is_where_it_was(moved: float, news: bool) -> None:
    made, zones = sensed()
    made.look(state(head=Head(5.0, HEAD)))
    version = zones.version
    made.look(state(head=Head(5.1, (HEAD[0] + moved, *HEAD[1:]))))
    assert (zones.version > version) == news
    assert made.head_age(5.1) == 0.0


@pytest.mark.parametrize("way", [-NEWS, NEWS])
def test_a_head_that_moved_exactly_so_far_in_any_direction_is_news(way: float) -> None:
    made, zones = sensed()
    made.look(state(head=Head(5.0, (0.0, HEAD[1], HEAD[2]))))
    version = zones.version
    made.look(state(head=Head(5.1, (way, HEAD[1], HEAD[2]))))
    assert zones.version > version


@pytest.mark.parametrize(
    "unseen",
    [
        Head(5.1, (np.nan, *HEAD[1:])),
        Head(5.1, (HEAD[0], np.inf, HEAD[2])),
        Head(np.nan, HEAD),
        Head(5.1, (HEAD[0], HEAD[1] + 1.5, HEAD[2])),
        Head(5.1, (HEAD[0], HEAD[1], -1e308)),
    ],
)
def test_a_head_that_cannot_be_was_not_seen(unseen: Head) -> None:
    made, zones = sensed()
    version = zones.version
    made.look(state(head=unseen))
    assert zones.version == version
    made.look(state(head=Head(5.0, HEAD)))
    made.look(state(head=unseen))
    np.testing.assert_allclose(zones.model.world["head"].pose[:3, 3], HEAD)
    assert made.head_age(5.3) == pytest.approx(0.3)
    made.look(state(head=Head(5.3, (HEAD[0] + 0.05, *HEAD[1:]))))
    np.testing.assert_allclose(zones.model.world["head"].pose[:3, 3], (HEAD[0] + 0.05, *HEAD[1:]))


@pytest.mark.parametrize(("now", "age"), [(5.0, 0.0), (4.9, 0.1), (5.15, 0.15), (None, 0.0)])
def test_a_tracked_head_ages(now: float | None, age: float) -> None:
    made, _ = sensed()
    made.look(state(head=Head(5.0, HEAD)))
    assert made.head_age(now) == pytest.approx(age)


@pytest.mark.parametrize(("age", "stale"), [(HEAD_STALE - 1e-6, False), (HEAD_STALE + 1e-6, True), (9.0, True)])
def test_a_head_not_seen_for_too_long_is_found(age: float, stale: bool) -> None:
    made, _ = sensed()
    made.look(state(head=Head(5.0, HEAD)))
    finding = made.stale(5.0 + age)
    assert (finding is not None) == stale
    if finding is not None:
        assert finding.code == "head_stale"
        assert finding.value == pytest.approx(age * 1000.0)
        assert "200 ms is the limit" in finding.fault().message


def test_a_head_seen_in_the_future_gets_too_old_as_well() -> None:
    made, _ = sensed()
    made.look(state(head=Head(1e6, HEAD)))
    assert made.stale(5.0) is not None


@pytest.mark.parametrize("place", [-1.0, 1.0])
def test_a_head_within_a_metre_of_its_place_is_believed(place: float) -> None:
    person = KITCHEN.person
    assert person is not None
    x, y, z = person.head_xyz
    for beyond, believed in ((0.0, True), (1e-6, False)):
        made, zones = sensed()
        made.look(state(head=Head(5.0, (x, y + place * (HEAD_PLACE + beyond), z))))
        assert (zones.version > 1) == believed


@pytest.mark.parametrize("place", [-HEAD_PLACE, HEAD_PLACE])
def test_a_scene_without_a_person_has_no_head_to_keep_clear_but_whoever_tracks_one_at_the_arm_can_lose_it(
    place: float,
) -> None:
    made, zones = sensed(scene({}))
    made.look(SceneState(stamp=0.0, objects={}, head=Head(5.0, (place, place, place))))
    assert zones.version == 1
    assert made.stale(9.0) is not None


@pytest.mark.parametrize(
    "pose",
    [
        (0.3, 0.0, 0.1, 0.0, 0.0, 0.0, 0.0),
        (0.3, 0.0, 0.1, 0.0, np.nan, 0.0, 1.0),
        (np.inf, 0.0, 0.1, 0.0, 0.0, 0.0, 1.0),
        (0.3, 1e308, 0.1, 0.0, 0.0, 0.0, 1.0),
        (0.3, 0.0, -10.1, 0.0, 0.0, 0.0, 1.0),
        (0.3, np.nan, 0.1, 0.0, 0.0, 0.0, 1.0),
        (0.3, 0.0, 0.1, 0.0, 0.0, 0.0, 1.125),
    ],
)
def test_what_is_held_where_nothing_can_be_is_taken_for_gripped_as_it_should_be(pose: Pose7) -> None:
    made, zones = sensed()
    made.look(SceneState(stamp=0.0, objects={"cup": pose}, held="cup"))
    held = zones.model.held
    assert held is not None
    wanted = held_at(robot().config, CUP, grip_pose(robot().config, CUP))
    for shape, other in zip(held.shapes, wanted.shapes, strict=True):
        np.testing.assert_allclose(shape.pose, other.pose)


def test_what_is_held_ten_metres_away_with_a_rounded_turn_is_believed() -> None:
    made, zones = sensed()
    made.look(SceneState(stamp=0.0, objects={"cup": (0.3, 10.0, 0.1, 0.0, 0.0, 0.0, 1.05)}, held="cup"))
    assert zones.model.held is not None
    assert np.linalg.norm(zones.model.held.shapes[0].pose[:3, 3]) > 9.0


def test_what_is_held_upside_down_is_believed() -> None:
    made, zones = sensed()
    made.look(SceneState(stamp=0.0, objects={"cup": (0.3, 0.0, 0.1, 1.0, 0.0, 0.0, 0.0)}, held="cup"))
    assert zones.model.held is not None
    down = robot().tool_pose(home())[:3, :3] @ zones.model.held.shapes[0].pose[:3, 2]
    np.testing.assert_allclose(down, [0.0, 0.0, -1.0], atol=1e-9)


@pytest.mark.parametrize("unread", [range(6), [2]])
def test_a_reading_that_is_no_number_leaves_the_arm_where_it_was(unread: Sequence[int]) -> None:
    made, zones = sensed()
    positions = home()
    positions[list(unread)] = np.nan
    made.arm_at(positions)
    made.look(state("cup"))
    assert zones.model.held is not None
    assert np.isfinite(zones.model.held.shapes[0].pose).all()


def test_a_head_that_was_seen_before_any_motion_can_be_lost() -> None:
    made, _ = sensed()
    made.look(state(head=Head(5.0, HEAD)))
    assert made.lost(5.3) is not None


def test_a_head_is_lost_once_and_who_moves_after_that_knows() -> None:
    made, _ = sensed()
    made.look(state(head=Head(5.0, HEAD)))
    made.begin(5.1)
    assert made.lost(5.1) is None
    assert made.lost(5.3) is not None
    made.begin(5.4)
    assert made.lost(5.5) is None
    made.look(state(head=Head(5.5, HEAD)))
    assert made.lost(5.6) is None
    lost = made.lost(5.8)
    assert lost is not None
    assert lost.code == "head_stale"


def test_a_head_seen_exactly_so_long_ago_is_not_too_old() -> None:
    made, _ = sensed()
    made.look(state(head=Head(0.0, HEAD)))
    assert made.stale(HEAD_STALE) is None
    assert made.stale(np.nextafter(HEAD_STALE, 1.0)) is not None
