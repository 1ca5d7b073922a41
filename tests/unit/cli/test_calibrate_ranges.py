"""What hand-turned joints say: travel, enough, wrap, closed."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.cli.calibrate_ranges import (
    MIDDLE,
    RangeRecorder,
    Span,
    closed_end,
    complaint,
    is_full_turn,
    middle_angle,
)
from drivers.feetech.bench import RULES
from tests.support.arms import so101

TURN = 4096
NEEDED = 2276  # shoulder_lift: 200°


def span(lowest, highest, now=MIDDLE, joint="shoulder_lift", needed=NEEDED):
    return Span(joint, now, lowest, highest, needed, TURN)


@given(
    actual_middle=st.integers(0, TURN - 1),
    old=st.integers(-2047, 2047),
    path=st.lists(st.integers(-1900, 1900), min_size=1, max_size=30),
)
def test_travel_is_found_wherever_the_magnet_sits_and_whatever_offset_the_servo_has(actual_middle, old, path):
    offset = RULES.offset_for(actual_middle, MIDDLE)
    recorder = RangeRecorder(so101(), RULES, {1: offset}, {1: old})
    places, here = [0], 0
    for aim in path:  # in steps of less than half a turn, as hands and readings go
        while here != aim:
            here += max(-1000, min(1000, aim - here))
            places.append(here)
    for place in places:
        recorder.see({1: RULES.reading((actual_middle + place) % TURN, old)})
    found = recorder.spans[0]
    off = RULES.reading(actual_middle, offset) - MIDDLE
    assert (found.lowest, found.highest) == (MIDDLE + off + min(places), MIDDLE + off + max(places))
    assert found.now == MIDDLE + off + places[-1]


@pytest.mark.parametrize(
    ("lowest", "highest", "state"),
    [
        (MIDDLE, MIDDLE, "not moved"),
        (MIDDLE - 500, MIDDLE + 500, "more"),
        (1000, 1000 + round(0.89 * NEEDED), "more"),
        (1000, 1000 + math.ceil(0.9 * NEEDED), "enough"),
        (1000, 1000 + math.floor(1.3 * NEEDED), "enough"),
        (1000, 1002 + math.ceil(1.3 * NEEDED), "too much"),
        (19, 19 + NEEDED, "wrapped"),
        (20, 20 + NEEDED, "enough"),
        (4075 - NEEDED, 4075, "enough"),
        (4076 - NEEDED, 4076, "wrapped"),
    ],
)
def test_each_travel_has_one_verdict(lowest, highest, state):
    assert span(lowest, highest).state == state


def test_a_joint_without_stops_need_not_be_turned_and_may_be():
    roll = next(joint for joint in so101().joints if joint.name == "wrist_roll")
    assert is_full_turn(roll)
    assert middle_angle(roll) == 0.0
    assert span(-3000, 9000, needed=0).state == "enough"


def test_the_middle_of_the_other_joints_is_between_their_limits():
    assert [round(middle_angle(joint), 4) for joint in so101().joints] == [0, 0, 0, 0, 0, 0.7854]


FULL = [span(900, 900 + NEEDED), span(1400, 2650, now=1400, joint="gripper", needed=1251)]


def test_nothing_is_left_to_do_when_all_were_turned_and_the_gripper_is_closed():
    assert complaint(FULL, "gripper") == ""


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (span(1500, 2600), "Not from stop to stop yet: shoulder lift \\(97° of 200°\\)"),
        (span(-5, 2300), "shoulder lift was turned past the end of its count"),
        (span(100, 100 + 3300), "two servos may have each other's numbers"),
    ],
)
def test_what_is_missing_is_said_with_its_figures(changed, said):
    import re

    assert re.search(said, complaint([changed, FULL[1]], "gripper"))


@pytest.mark.parametrize(("now", "end"), [(1400, 1400), (1580, 1400), (2650, 2650), (2470, 2650), (2000, None)])
def test_the_gripper_counts_as_closed_at_the_end_where_it_was_left(now, end):
    jaws = span(1400, 2650, now=now, joint="gripper", needed=1251)
    assert closed_end(jaws) == end
    assert bool(complaint([FULL[0], jaws], "gripper")) == (end is None)
