import numpy as np
import pytest

from armctl.motion.grip import SQUEEZE_SHARE
from armctl.motion.requests import GripRequest, JogRequest, JointRequest, RetraceRequest
from tests.unit.motion.rig import HOME, Rig, assert_within_limits, robot

CONFIG = robot().config
SQUEEZE = SQUEEZE_SHARE * CONFIG.joints[-1].following_error


def held(rig: Rig, at: float = 0.21) -> None:
    """Close onto something that stops the jaws at an angle."""
    rig.generator.begin(GripRequest(0.0))
    while rig.step().phase == "running":
        if rig.now[-1] < at:
            rig.generator.grip_contact(np.append(rig.now[:5], at))


@pytest.mark.parametrize("opening", [0.0, 0.3, 1.0])
def test_the_gripper_goes_to_the_opening_while_the_arm_is_still(opening: float) -> None:
    rig = Rig()
    last = rig.do(GripRequest(opening))
    assert rig.now[-1] == pytest.approx(rig.robot.gripper_angle(opening), abs=1e-6)
    assert rig.now[:5] == pytest.approx(HOME[:5], abs=0)
    assert last.progress == 1.0
    assert last.remaining == 0.0
    progress = [given.progress for given in rig.given]
    assert progress == sorted(progress)
    assert_within_limits(rig)


def test_a_grip_asked_for_while_the_arm_moves_waits_until_it_rests() -> None:
    rig = Rig()
    rig.hold(JogRequest((0, 1, 0), speed=1.0), 100)
    rig.do(GripRequest(1.0))
    points = np.array(rig.points)
    moving = np.abs(np.diff(points[:, :5], axis=0)).max(axis=1) > 1e-9
    gripping = np.abs(np.diff(points[:, 5])) > 1e-9
    assert gripping.any()
    assert not (moving & gripping).any()
    assert_within_limits(rig)


def test_on_contact_the_goal_stays_just_behind_the_measured_angle() -> None:
    rig = Rig()
    held(rig)
    assert rig.given[-1].phase == "done"
    assert rig.now[-1] == pytest.approx(0.21 - SQUEEZE, abs=1e-6)
    assert_within_limits(rig)


def test_a_held_object_stays_held_while_the_arm_moves_and_stops() -> None:
    rig = Rig()
    held(rig)
    rig.hold(JogRequest((0, 1, 0)), 50)
    rig.release()
    rig.do(JointRequest(tuple(CONFIG.poses["home"])))
    assert rig.now[-1] == pytest.approx(0.21 - SQUEEZE, abs=1e-6)


def test_a_slipping_object_is_followed_and_the_goal_stays_bounded() -> None:
    rig = Rig()
    held(rig)
    for measured in (0.15, 0.1, 0.05):
        for _ in range(150):
            rig.generator.grip_contact(np.append(rig.now[:5], measured))
            rig.step()
        assert measured - SQUEEZE - 1e-6 <= rig.now[-1] < measured
    assert_within_limits(rig)


def test_contact_on_the_opening_side_is_not_heard() -> None:
    rig = Rig()
    rig.generator.begin(GripRequest(1.0))
    for _ in range(10):
        rig.step()
        rig.generator.grip_contact(rig.now + 0.1)
    rig.until("done")
    assert rig.now[-1] == pytest.approx(CONFIG.gripper.open, abs=1e-6)


def test_contact_never_presses_more_than_was_asked() -> None:
    rig = Rig()
    wanted = rig.robot.gripper_angle(0.2)
    rig.generator.begin(GripRequest(0.2))
    while rig.now[-1] > wanted + 0.02:
        rig.step()
    rig.generator.grip_contact(np.append(rig.now[:5], rig.now[-1] + 0.01))
    rig.until("done")
    assert rig.now[-1] == pytest.approx(wanted, abs=1e-6)


def test_opening_lets_go() -> None:
    rig = Rig()
    held(rig)
    rig.do(GripRequest(1.0))
    assert rig.now[-1] == pytest.approx(CONFIG.gripper.open, abs=1e-6)


def test_stop_ends_the_gripper_s_motion_at_any_time_of_a_contact() -> None:
    for ticks in (1, 5, 20):
        rig = Rig()
        rig.generator.begin(GripRequest(0.0))
        rig.step(times=25)
        for _ in range(ticks):
            rig.generator.grip_contact(rig.now + 0.05)
            rig.step()
        rig.generator.stop()
        rig.until("idle", most=45)
        stood = rig.now
        rig.step(times=20)
        assert rig.now == pytest.approx(stood, abs=1e-9)
        assert_within_limits(rig)


def test_an_undo_that_closes_on_something_stops_there() -> None:
    rig = Rig()
    rig.do(GripRequest(1.0))
    rig.generator.begin(RetraceRequest())
    while rig.now[-1] > 1.0:
        rig.step()
    for _ in range(200):
        rig.generator.grip_contact(np.append(rig.now[:5], 1.0))
        given = rig.step()
    assert given.phase == "idle"
    assert 1.0 - SQUEEZE - 1e-6 <= rig.now[-1] < 1.0
    assert_within_limits(rig)


def test_a_grip_can_be_stopped_on_the_way() -> None:
    rig = Rig()
    rig.generator.begin(GripRequest(1.0))
    rig.step(times=30)
    rig.release()
    assert HOME[-1] < rig.now[-1] < CONFIG.gripper.open
    assert_within_limits(rig)


@pytest.mark.parametrize("ticks", [5, 40, 90])
def test_a_grip_can_be_paused_and_goes_on_to_its_goal(ticks: int) -> None:
    rig = Rig()
    rig.generator.begin(GripRequest(1.0))
    rig.step(times=ticks)
    rig.generator.pause()
    assert rig.step().phase == "stopping"
    rig.until("paused", most=60)
    stood = rig.now
    assert rig.step(times=30).phase == "paused"
    assert rig.now == pytest.approx(stood, abs=0)
    rig.generator.resume()
    assert rig.step().phase == "running"
    rig.until("done")
    assert rig.now[-1] == pytest.approx(robot().gripper_angle(1.0))
    assert rig.generator.undo_depth == 1
    assert_within_limits(rig)


@pytest.mark.parametrize("rest_first", [True, False])
def test_what_is_met_in_a_pause_is_held_and_the_motion_still_goes_on_when_resumed(rest_first: bool) -> None:
    rig = Rig()
    rig.generator.begin(GripRequest(0.0))
    rig.step(times=40)
    rig.generator.pause()
    if rest_first:
        rig.until("paused")
    met = rig.now[-1] - 0.02 * np.sign(CONFIG.gripper.closed - CONFIG.gripper.open)
    for _ in range(150):
        rig.generator.grip_contact(np.append(rig.now[:-1], met))
        rig.step()
    assert rig.step().phase == "paused"
    assert abs(rig.now[-1] - met) < 0.5 * CONFIG.joints[-1].following_error
    rig.generator.resume()
    assert rig.step().phase in ("running", "done")
    rig.until("done")
    assert abs(rig.now[-1] - met) < 0.5 * CONFIG.joints[-1].following_error
    assert_within_limits(rig)


def test_a_paused_grip_can_be_stopped() -> None:
    rig = Rig()
    rig.generator.begin(GripRequest(1.0))
    rig.step(times=40)
    rig.generator.pause()
    rig.until("paused")
    rig.generator.stop()
    assert rig.step().phase == "idle"
    rig.generator.resume()
    stood = rig.now
    assert rig.step(times=20).phase == "idle"
    assert rig.now == pytest.approx(stood, abs=0)
