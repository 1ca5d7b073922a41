import math

import numpy as np
import pytest

from armctl.errors import CommandRefusedError
from armctl.hal.command import ApprovedCommand, supervisor_seal
from drivers.commands import CommandCheck

NOW = 10.0


def command(**changes):
    values = {
        "positions": np.array([0.1, 0.2]),
        "speeds": np.array([0.5, 0.5]),
        "stamp": NOW,
        "deadline": NOW + 0.1,
        "sequence": 5,
        "epoch": 2,
    }
    return ApprovedCommand(supervisor_seal(), **(values | changes))


def test_a_right_command_gives_its_numbers():
    assert CommandCheck(2).admit(command(), NOW, torque=True) == ([0.1, 0.2], [0.5, 0.5])


@pytest.mark.parametrize(
    ("changes", "now", "words"),
    [
        ({"positions": np.zeros(1)}, NOW, "for 1 joints was refused: there are 2"),
        ({"speeds": np.ones(3)}, NOW, "there are 2"),
        ({"positions": np.array([0.0, math.nan])}, NOW, "not a number"),
        ({"speeds": np.array([0.5, math.inf])}, NOW, "not a number"),
        ({"speeds": np.array([0.5, 0.0])}, NOW, "without speed"),
        ({"speeds": np.array([-0.1, 0.5])}, NOW, "without speed"),
        ({}, NOW + 0.125, "25 ms too late"),
        ({"sequence": 4}, NOW, "Command 4 of epoch 2 was refused: number 4 of epoch 2 was already"),
        ({"sequence": 3}, NOW, "already carried out"),
        ({"sequence": 99, "epoch": 1}, NOW, "already carried out"),
    ],
)
def test_a_command_that_is_not_right_is_refused_and_the_next_is_taken(changes, now, words):
    check = CommandCheck(2)
    check.taken(command(sequence=4))
    with pytest.raises(CommandRefusedError, match=words):
        check.admit(command(**changes), now, torque=True)
    assert check.admit(command(), NOW, torque=True)


def test_at_its_deadline_a_command_is_in_time():
    assert CommandCheck(2).admit(command(), NOW + 0.1, torque=True)


def test_without_torque_no_command_is_taken():
    with pytest.raises(CommandRefusedError, match="torque is off. Enable the arm first"):
        CommandCheck(2).admit(command(), NOW, torque=False)


def test_a_new_arming_starts_a_new_count():
    check = CommandCheck(2)
    check.taken(command(sequence=50))
    assert check.admit(command(sequence=0, epoch=3), NOW, torque=True)
    with pytest.raises(CommandRefusedError):
        check.admit(command(sequence=50), NOW, torque=True)


def test_checking_alone_uses_up_no_number():
    check = CommandCheck(2)
    for _ in range(3):
        assert check.admit(command(), NOW, torque=True)
