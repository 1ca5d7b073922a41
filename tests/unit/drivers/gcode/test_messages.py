"""Every number of the documents has plain words, and an unknown one says so."""

import pytest

from drivers.gcode import messages


@pytest.mark.parametrize("number", [*range(1, 18), *range(20, 39)])
def test_every_error_of_grbl_1_1_has_words(number):
    words = messages.grbl_error(number)
    assert words.endswith(f"(error {number})")
    assert "does not say" not in words


@pytest.mark.parametrize("number", range(1, 11))
def test_every_alarm_of_grbl_1_1_has_words(number):
    assert messages.grbl_alarm(number).endswith(f"(alarm {number})")
    assert "does not say" not in messages.grbl_alarm(number)


@pytest.mark.parametrize("number", range(20, 26))
def test_every_error_of_the_uarm_has_words(number):
    assert messages.uarm_error(number).endswith(f"(E{number})")
    assert "does not say" not in messages.uarm_error(number)


def test_a_number_nobody_knows_is_told_all_the_same():
    assert messages.grbl_error(99) == "it does not say why (error 99)"
    assert messages.grbl_alarm(99) == "it does not say why (alarm 99)"
    assert messages.uarm_error(99) == "it does not say why (E99)"


def test_the_alarms_that_keep_the_place_are_only_those_that_stop_in_order():
    for number, words in messages.GRBL_ALARMS.items():
        assert not (number in messages.POSITION_KEPT and "no longer known" in words)
