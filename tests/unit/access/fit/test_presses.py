"""What is read out of trials: times, early ones, misses, doubles, bounces, holds."""

import pytest

from armctl.access.fit.presses import (
    HoldTrial,
    Press,
    PressFigures,
    Rest,
    RestFigures,
    Trial,
    measure_holds,
    measure_presses,
    measure_rest,
)


def trial(*presses, cue=2.0):
    return Trial(0.0, cue, cue + 6.0, tuple(Press(down, down + 0.2) for down in presses))


def test_the_time_runs_from_the_cue_to_the_press():
    found = measure_presses([trial(2.5), trial(2.7)])
    assert found.times == pytest.approx((0.5, 0.7))
    assert found.mean == pytest.approx(0.6)


def test_a_press_before_the_cue_or_faster_than_anybody_is_early_and_has_no_time():
    found = measure_presses([trial(1.0, 2.6), trial(2.1), trial(2.5), trial(2.5)])
    assert found.early == 0.5
    assert len(found.times) == 2
    assert found.early_holds == pytest.approx((0.2, 0.2))


def test_a_cue_without_a_press_is_missed():
    assert measure_presses([trial(), trial(2.5)]).missed == 0.5


def test_an_answer_three_times_as_late_as_usual_is_a_miss():
    found = measure_presses([*(trial(2.5) for _ in range(9)), trial(5.0)])
    assert found.missed == pytest.approx(0.1)
    assert len(found.times) == 9


def test_an_answer_twice_as_late_as_usual_is_still_one():
    """Tails are long: cut short, the late presses that go wrong in use would not be seen."""
    found = measure_presses([*(trial(2.5) for _ in range(9)), trial(2.0 + 2.0 * (2.5 - 2.0) + 0.2)])
    assert found.missed == 0.0
    assert len(found.times) == 10


def test_a_second_press_is_a_double_with_the_gap_between_the_beginnings():
    found = measure_presses([trial(2.5, 2.8), trial(2.5)])
    assert found.doubles == 0.5
    assert found.gaps == pytest.approx((0.3,))


def test_a_contact_that_bounces_is_one_press():
    bounced = Trial(0.0, 2.0, 8.0, (Press(2.5, 2.51), Press(2.53, 2.8)))
    found = measure_presses([bounced])
    assert found.gaps == ()
    assert found.bounces == pytest.approx((0.02,))
    assert found.holds == pytest.approx((0.3,))


def test_too_few_presses_are_said_to_be_too_few():
    assert not measure_presses([trial(2.5)] * 9).enough
    assert measure_presses([trial(2.5)] * 10).enough


def test_slower_presses_in_the_second_half_are_tiring_only_beyond_chance():
    fresh = tuple(0.5 + 0.01 * (n % 3) for n in range(10))
    assert PressFigures(20, fresh + tuple(t + 0.2 for t in fresh)).tiring == pytest.approx(0.39, abs=0.02)
    assert PressFigures(20, fresh + fresh).tiring == 0.0


def test_presses_at_rest_are_counted_by_the_minute():
    assert measure_rest(Rest(12.0)).rate == 0.0
    assert measure_rest(Rest(12.0, (Press(3.0, 3.1),))).rate == 5.0
    assert RestFigures().rate == 0.0


def test_how_long_each_star_was_waited_for_is_kept():
    assert measure_presses([trial(2.5), trial(cue=1.0)]).waits == pytest.approx((2.15, 1.15))


def test_letting_go_is_timed_from_its_cue_and_openings_in_between_are_told():
    held = HoldTrial(3.0, (Press(0.0, 1.0), Press(1.2, 3.4)))
    found = measure_holds([held, HoldTrial(None, (Press(0.0, 1.5),)), HoldTrial(None, ())])
    assert found.lasted == pytest.approx((3.4, 1.5))
    assert found.releases == pytest.approx((0.4,))
    assert found.gaps == pytest.approx((0.2,))
    assert found.longest == pytest.approx(3.4)
