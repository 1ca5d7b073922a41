"""The hand of the games moves as the arm does: any press stops it, and only resting on the mark counts."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.access.practice.steer import AT_REST, BRAKING, SPILLS, STEPS, carry, close, line

LEVELS = st.integers(1, 5)


def made(kind, level=1):
    if kind == "grip":
        return close(level, 0.0, 1.0)
    if kind == "drink":
        return carry(level, 0.0, 1.0)
    return line(("side",) if kind == "axis" else ("side", "height"), level, 0.0, 1.0, Random(level))


KINDS = ("axis", "modes", "grip", "drink")
WISHES = st.dictionaries(st.sampled_from(["side", "ahead", "height", "tilt", "grip"]), st.sampled_from([-1.0, 1.0]))
ACTS = st.lists(st.tuples(st.sampled_from(["go", "step", "halt", "wait"]), WISHES, st.floats(0.01, 3.0)), max_size=12)


@given(st.sampled_from(KINDS), LEVELS, ACTS)
def test_after_any_press_the_hand_rests_within_the_braking_time(kind, level, acts):
    trial, now = made(kind, level), 0.0
    for what, wish, seconds in acts:
        if what == "go":
            trial.go(wish, now)
        elif what == "step":
            trial.step(wish, now)
        elif what == "halt":
            trial.halt(now)
            assert all(axis.wish == 0.0 for axis in trial.axes.values())
            now += BRAKING + 0.02
            trial.tick(now)
            assert not trial.stops
        now += seconds
        trial.tick(now)
        for axis in trial.axes.values():
            assert axis.low <= axis.value <= axis.high


@given(st.sampled_from(KINDS), LEVELS, ACTS)
def test_a_hit_always_means_at_rest_on_every_mark_and_never_after_a_spill(kind, level, acts):
    trial, now = made(kind, level), 0.0
    for what, wish, seconds in acts:
        {"go": trial.go, "step": trial.step}.get(what, lambda _wish, at: trial.halt(at))(wish, now)
        for _ in range(int(seconds / 0.05) + 1):
            now += 0.05
            trial.tick(now)
            tilt = trial.axes.get("tilt")
            if trial.outcome is None:
                assert tilt is None or abs(tilt.value) < SPILLS
            elif trial.outcome.hit:
                assert all(axis.on_mark and not axis.moving for axis in trial.axes.values())
                return


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_every_game_can_be_won_on_every_level_by_going_and_stopping(kind, level):
    trial, now = made(kind, level), 0.0
    while trial.outcome is None:
        # A cup is righted first, then all ways are gone one after the other.
        for name in sorted(trial.axes, reverse=True):
            axis = trial.axes[name]
            off = axis.target - axis.value
            if not trial.stops and abs(off) > 0.7 * axis.tolerance:
                trial.go({name: 1.0 if off > 0 else -1.0}, now)
            brake = axis.velocity**2 / (2 * axis.speed / BRAKING)
            tilt = trial.axes.get("tilt")
            tips = tilt is not None and name != "tilt" and abs(tilt.value) > 0.5 * SPILLS
            if axis.wish and (off * axis.wish <= brake or tips):
                trial.halt(now)
        now += 0.02
        trial.tick(now)
    assert trial.outcome.hit, (trial.outcome, trial.axes)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("level", [1, 5])
def test_every_mark_can_be_met_step_by_step(kind, level):
    trial = made(kind, level)
    for name, axis in trial.axes.items():
        places = [axis.value + n * STEPS[name] for n in range(-30, 31)]
        assert any(abs(place - axis.target) <= axis.tolerance for place in places)


@pytest.mark.parametrize("name", ["side", "height"])
def test_a_step_is_as_long_as_it_says_and_ends_by_itself(name):
    trial = line(("side", "height"), 1, 0.0, 1.0, Random(1))
    before = trial.axes[name].value
    wish = 1.0 if before < 0 else -1.0
    trial.step({name: wish}, 0.0)
    trial.tick(3.0)
    assert not trial.stops
    assert trial.axes[name].value - before == pytest.approx(wish * STEPS[name], abs=0.0015)


def test_nobody_wins_by_passing_over_the_mark():
    trial = line(("side",), 1, 0.0, 1.0, Random(1))
    axis = trial.axes["side"]
    trial.go({"side": 1.0 if axis.target > axis.value else -1.0}, 0.0)
    trial.tick(20.0)
    assert trial.outcome is None
    assert not axis.on_mark


def test_the_mark_must_be_kept_for_a_moment():
    trial = close(1, 0.0, 1.0)
    axis = trial.axes["grip"]
    trial.go({"grip": -1.0}, 0.0)
    now = 0.0
    while not axis.on_mark:
        now += 0.01
        trial.tick(now)
    trial.halt(now)
    trial.tick(now + AT_REST)
    assert trial.outcome is None
    trial.tick(now + AT_REST + BRAKING + 0.03)
    assert trial.outcome.hit


def test_closing_too_far_and_tilting_too_far_are_told_apart():
    grip = close(1, 0.0, 1.0)
    grip.go({"grip": -1.0}, 0.0)
    grip.tick(5.0)
    assert (grip.outcome.hit, grip.outcome.why) == (False, "squeezed")
    cup = carry(1, 0.0, 1.0)
    cup.go({"tilt": 1.0}, 0.0)
    cup.tick(5.0)
    assert (cup.outcome.hit, cup.outcome.why) == (False, "spilt")


def test_carrying_tilts_the_cup_from_the_second_level_on():
    for level in (1, 2):
        cup = carry(level, 0.0, 1.0)
        cup.go({"ahead": -1.0}, 0.0)
        cup.tick(1.5)
        assert (abs(cup.axes["tilt"].value) > 0.05) == (level == 2)


@given(st.sampled_from(KINDS), st.lists(st.floats(0.001, 0.3), min_size=5, max_size=40))
def test_a_slow_screen_plays_the_same_game(kind, frames):
    slow, fine, now = made(kind), made(kind), 0.0
    name, axis = next(iter(slow.axes.items()))
    wish = {name: 1.0 if axis.target > axis.value else -1.0}
    slow.go(wish, 0.0)
    fine.go(wish, 0.0)
    for seconds in frames:
        for _ in range(10):
            now += seconds / 10
            fine.tick(now)
        slow.tick(now)
    assert slow.axes[name].value == pytest.approx(fine.axes[name].value, abs=0.002)
