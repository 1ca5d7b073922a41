import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.kinematics.forward import forward
from armctl.motion.rates import NO_TURN, STRETCHED, Pose, shift, turn
from tests.unit.motion.rig import HOME, robot

CHAIN = robot().chain
directions = st.tuples(st.floats(-1, 1), st.floats(-1, 1), st.floats(-1, 1)).filter(lambda v: np.linalg.norm(v) > 0.1)


def home() -> Pose:
    return Pose.of(CHAIN, HOME[:5])


@given(directions)
@settings(max_examples=40, deadline=None)
def test_a_shift_moves_the_point_as_wanted_and_keeps_the_tilt(direction: tuple[float, float, float]) -> None:
    pose, velocity = home(), 0.05 * np.array(direction)
    rates = shift(CHAIN, pose, velocity, pose.rotation, 2.5)
    assert pose.linear @ rates.speeds == pytest.approx(velocity, abs=1e-9)
    assert (pose.angular @ rates.speeds)[:2] == pytest.approx([0.0, 0.0], abs=1e-9)
    assert rates.share == 1.0


def test_a_shift_works_off_a_tilt() -> None:
    pose = home()
    tilted = Pose.of(CHAIN, HOME[:5] + np.array([0, 0, 0, 0.1, 0.05]))
    rates = shift(CHAIN, tilted, np.zeros(3), pose.rotation, 2.5)
    after = forward(CHAIN, tilted.q + 0.1 * rates.speeds)[2, :3]
    assert np.linalg.norm(after - pose.rotation[2]) < 0.8 * np.linalg.norm(tilted.rotation[2] - pose.rotation[2])
    assert tilted.linear @ rates.speeds == pytest.approx(np.zeros(3), abs=1e-9)


def test_towards_a_stretched_arm_the_share_falls_and_says_why_but_not_on_the_way_back() -> None:
    pose = Pose.of(CHAIN, np.array([0.018, 1.297, -1.11, -0.187, -1.522]))
    out = shift(CHAIN, pose, np.array([0.05, 0.0, 0.0]), pose.rotation, 0.0)
    assert out.share < 1.0
    assert out.notice == STRETCHED
    back = shift(CHAIN, pose, np.array([-0.05, 0.0, 0.0]), pose.rotation, 0.0)
    assert back.share == 1.0
    assert back.notice == ""


def test_out_of_an_exactly_stretched_pose_there_is_a_way() -> None:
    # Upper arm and forearm in one line: no first-order motion towards the base exists.
    values = [
        (float(np.linalg.svd(Pose.of(CHAIN, q).linear[:, 1:3], compute_uv=False)[-1]), e)
        for e in np.linspace(-1.6, -1.0, 6001)
        for q in [np.array([0.0, 0.6, e, 0.0, -1.522])]
    ]
    stretched = np.array([0.0, 0.6, min(values)[1], 0.0, -1.522])
    pose = Pose.of(CHAIN, stretched)
    shoulder = forward(CHAIN, np.array([0.0, 0, 0, 0, 0]))[:3, 3] * 0 + np.array([0.07, 0.0, 0.1166])
    inward = 0.05 * (shoulder - pose.position) / np.linalg.norm(shoulder - pose.position)
    q = stretched
    for _ in range(100):
        here = Pose.of(CHAIN, q)
        q = q + 0.01 * np.clip(shift(CHAIN, here, inward, here.rotation, 0.0).speeds, -0.5, 0.5)
    assert (forward(CHAIN, q)[:3, 3] - pose.position) @ inward / np.linalg.norm(inward) > 0.005


def test_pitch_and_roll_turn_about_the_point_and_sideways_is_told_to_be_impossible() -> None:
    pose = home()
    for axis in (0, 2):
        wanted = 0.4 * pose.rotation[:, axis]
        rates = turn(pose, np.zeros(3), [wanted])
        assert pose.angular @ rates.speeds == pytest.approx(wanted, abs=0.02)
        assert pose.linear @ rates.speeds == pytest.approx(np.zeros(3), abs=1e-9)
        assert rates.notice == ""
    sideways = turn(pose, np.zeros(3), [0.4 * pose.rotation[:, 1]])
    assert sideways.speeds == pytest.approx(np.zeros(5), abs=1e-9)
    assert sideways.notice == NO_TURN


def test_of_a_pitch_with_a_sideways_turn_the_pitch_is_done() -> None:
    pose = home()
    pitch, sideways = 0.4 * pose.rotation[:, 0], 0.4 * pose.rotation[:, 1]
    rates = turn(pose, np.zeros(3), [pitch, sideways])
    assert pose.angular @ rates.speeds == pytest.approx(pitch, abs=0.02)
    assert rates.notice == NO_TURN


def test_while_the_point_moves_a_turn_is_only_what_was_asked() -> None:
    pose = home()
    pitch = 0.4 * pose.rotation[:, 0]
    rates = turn(pose, 0.05 * pose.rotation[:, 2], [pitch])
    assert pose.linear @ rates.speeds == pytest.approx(0.05 * pose.rotation[:, 2], abs=1e-5)
    assert pose.angular @ rates.speeds == pytest.approx(pitch, abs=0.02)


def test_a_vector_of_the_tool_frame_is_turned_into_the_base_frame() -> None:
    pose = home()
    assert pose.in_base((0, 0, 1), "tool") == pytest.approx(pose.rotation[:, 2])
    assert pose.in_base((0, 0, 1), "base") == pytest.approx([0, 0, 1])
