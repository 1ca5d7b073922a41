"""A controller that is set up otherwise is refused, figure by figure."""

import pytest

from drivers.gcode.settings import NEEDED, differences, expected
from tests.support.gcode import changed, config

GCODE = config("grbl_arm").gcode


def test_a_controller_set_up_as_configured_passes():
    assert differences(GCODE, expected(GCODE)) == []
    assert differences(GCODE, expected(GCODE) | {30: 1000.0}) == []


def test_every_figure_of_every_axis_is_compared():
    assert len(expected(GCODE)) == len(NEEDED) + 4 * len(GCODE.axes) + len(GCODE.settings)
    assert expected(GCODE)[100] == GCODE.axes[0].steps_per_unit
    assert expected(GCODE)[114] == GCODE.axes[4].max_rate
    assert expected(GCODE)[122] == GCODE.axes[2].acceleration
    assert expected(GCODE)[131] == GCODE.axes[1].travel


@pytest.mark.parametrize("number", sorted(expected(GCODE)))
def test_one_that_differs_or_is_missing_is_named(number):
    right = expected(GCODE)
    (told,) = differences(GCODE, right | {number: right[number] * 1.01 + 1})
    assert told.startswith(f"${number} is ")
    del right[number]
    (told,) = differences(GCODE, right)
    assert told.startswith(f"${number} is not told")


def test_those_every_arm_needs_say_why():
    (told,) = differences(GCODE, expected(GCODE) | {1: 25.0})
    assert told == "$1 is 25, not 255 (motors must stay on when the arm stands, or it sinks)"


def test_figures_that_are_not_configured_are_not_compared_and_further_ones_are():
    few = changed("grbl_arm", axes=(GCODE.axes[0].model_copy(update={"travel": None}),), settings={"3": 5.0}).gcode
    assert 130 not in expected(few)
    assert expected(few)[3] == 5.0
    assert differences(few, expected(few) | {3: 4.0}) == ["$3 is 4, not 5"]
