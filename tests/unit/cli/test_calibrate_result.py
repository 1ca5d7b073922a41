"""From what was measured to configuration and memory."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.cli.calibrate_ranges import MIDDLE, RangeRecorder, Span, middle_angle
from armctl.cli.calibrate_result import MARGIN, Measured, gripper_sign, result_of
from armctl.errors import HardwareError
from drivers.feetech.bench import RULES
from drivers.feetech.joints import scales
from tests.support.arms import so101

STEP = math.tau / 4096


def truth(joint, sign, zero):
    """From joint angle to the reading of its servo."""
    return lambda angle: round(zero + sign * angle / STEP)


def measured(signs=(1,) * 6, off_middle=(0,) * 6, short=0.0, closed_last=True):
    """What a careful person measures at an SO-101 whose servos turn by ``signs``; ``off_middle`` in steps."""
    spans = []
    for joint, sign, off in zip(so101().joints, signs, off_middle, strict=True):
        reads = truth(joint, sign, MIDDLE + off - round(sign * middle_angle(joint) / STEP))
        ends = sorted((reads(joint.lower + short), reads(joint.upper)))
        needed = 0 if joint.name == "wrist_roll" else round((joint.upper - joint.lower) / STEP)
        now = reads(joint.lower if closed_last else joint.upper) if joint.name == "gripper" else MIDDLE
        if not needed:
            ends = [MIDDLE, MIDDLE]
        spans.append(Span(joint.name, now, *ends, needed, 4096))
    named = dict(zip((joint.name for joint in so101().joints), signs, strict=True))
    named["gripper"] = gripper_sign(so101(), spans[-1])
    return Measured(dict.fromkeys(range(1, 7), 100), spans, named)


@given(st.tuples(*[st.sampled_from([1, -1])] * 6), st.tuples(*[st.integers(-150, 150)] * 6))
def test_an_angle_comes_back_as_it_is_whatever_way_a_servo_turns_and_however_rough_the_middle_was(signs, off):
    off = (*off[:4], 0, off[5])
    result = result_of(so101(), RULES, measured(signs, off))
    scale = scales(result.config)
    for joint, new, sign, shift in zip(so101().joints, scale, signs, off, strict=True):
        reads = truth(joint, sign, MIDDLE + shift - round(sign * middle_angle(joint) / STEP))
        for angle in (joint.lower, middle_angle(joint), joint.upper):
            assert new.angle(reads(angle)) == pytest.approx(angle, abs=2.1 * STEP)


def test_limits_stay_a_degree_inside_the_stops_and_inside_the_model():
    config = result_of(so101(), RULES, measured()).config
    for joint, old in zip(config.joints[:4], so101().joints, strict=False):
        assert joint.upper == pytest.approx(old.upper - MARGIN, abs=2 * STEP)
        assert joint.lower == pytest.approx(old.lower + MARGIN, abs=2 * STEP)
    assert (config.joints[4].lower, config.joints[4].upper) == (-2.7439, 2.8412)
    assert config.joints[5].lower == -0.1745  # closed is pressed on purpose
    assert config.gripper.closed == -0.17


def test_a_servo_keeps_the_travel_that_was_found_and_all_of_a_turn_where_there_are_no_stops():
    given_ = measured()
    kept = result_of(so101(), RULES, given_).memories
    for span, memory in zip(given_.spans, kept.values(), strict=True):
        assert (memory.offset, memory.mode, memory.several_turns) == (100, 0, False)
        assert (memory.lowest, memory.highest) == ((span.lowest, span.highest) if span.needed else (0, 4095))


def test_poses_a_little_outside_are_moved_in_and_those_far_outside_are_refused():
    slightly = measured(short=math.radians(1.0))
    result = result_of(so101(), RULES, slightly)
    for joint, angle in zip(result.config.joints, result.config.poses["rest"], strict=False):
        assert joint.lower <= angle <= joint.upper
    with pytest.raises(HardwareError, match="pose 'rest' needs -99°"):
        result_of(so101(), RULES, measured(short=math.radians(16.0)))


@pytest.mark.parametrize("sign", [1, -1])
def test_closing_tells_the_direction_of_the_gripper(sign):
    assert measured((1, 1, 1, 1, 1, sign)).signs["gripper"] == sign


def test_the_recorder_and_the_result_agree_on_the_needed_travel():
    recorder = RangeRecorder(so101(), RULES, dict.fromkeys(range(1, 7), 0), dict.fromkeys(range(1, 7), 0))
    recorder.see(dict.fromkeys(range(1, 7), MIDDLE))
    assert [span.needed for span in recorder.spans] == [span.needed for span in measured().spans]
