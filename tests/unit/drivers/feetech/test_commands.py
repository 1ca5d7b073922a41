import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.errors import CommandRefusedError
from armctl.hal.command import ApprovedCommand, supervisor_seal
from drivers.feetech.commands import CommandCheck
from drivers.feetech.joints import scales
from tests.support.arms import HOME, so101

JOINTS = scales(so101())
NOW = 50.0


def command(**changes):
    values = {"positions": np.array(HOME), "speeds": np.full(6, 0.4), "stamp": NOW, "deadline": NOW + 0.1}
    return ApprovedCommand(seal=supervisor_seal(), **(values | {"sequence": 1, "epoch": 1} | changes))


def test_goals_are_the_nearest_steps():
    goals = CommandCheck(JOINTS).goals(command(), NOW)
    assert [joint.angle(goal) for joint, goal in zip(JOINTS, goals, strict=True)] == pytest.approx(HOME, abs=0.0008)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"positions": np.zeros(5)}, "for 5 joints was refused: there are 6"),
        ({"speeds": np.ones(7)}, "there are 6"),
        ({"positions": np.array([0, 0, np.nan, 0, 0, 0.0])}, "not a number"),
        ({"speeds": np.array([1, 1, np.inf, 1, 1, 1.0])}, "not a number"),
        ({"speeds": np.array([1, 1, 0, 1, 1, 1.0])}, "without speed"),
        ({"deadline": NOW - 0.02}, "20 ms too late"),
        ({"positions": np.array([0, 0, 4.0, 0, 0, 0])}, "elbow_flex cannot go to 4.000 rad"),
    ],
)
def test_what_is_not_right_is_refused_in_words(changes, words):
    with pytest.raises(CommandRefusedError, match=words):
        CommandCheck(JOINTS).goals(command(**changes), NOW)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), max_size=12),
)
def test_no_command_is_carried_out_twice_nor_after_a_later_one(stamps):
    check, taken = CommandCheck(JOINTS), []
    for epoch, sequence in stamps:
        given = command(epoch=epoch, sequence=sequence)
        try:
            check.goals(given, NOW)
        except CommandRefusedError:
            continue
        check.taken(given)
        taken.append((epoch, sequence))
    assert taken == sorted(set(taken))


def test_a_command_that_was_looked_at_but_not_taken_may_come_again():
    check = CommandCheck(JOINTS)
    check.goals(command(), NOW)
    assert check.goals(command(), NOW)
