"""Rounds are short, can be left at any time, and count what happened."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.access.practice.games import GAMES, game
from armctl.access.practice.ladder import Ladder
from armctl.access.practice.pick import THINGS
from armctl.access.practice.round import LONGEST, OFFERED, TOLD, TRIALS, Round

NAMES = st.sampled_from([each.name for each in GAMES])
WISH = st.dictionaries(st.sampled_from(["side", "ahead", "height", "tilt", "grip"]), st.sampled_from([-1.0, 1.0]))
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["halt", "choose", "right", "go", "step", "go_on", "wait"]),
        WISH,
        st.sampled_from(THINGS),
        st.floats(0.0, 8.0),
    ),
    max_size=30,
)


def act(played, what, wish, thing, now):
    if what == "halt":
        played.halt(now)
    elif what == "choose":
        played.choose(thing, now)
    elif what == "right":
        played.choose(getattr(played.trial, "wanted", ""), now)
    elif what == "go":
        played.go(wish, now)
    elif what == "step":
        played.step(wish, now)
    elif what == "go_on":
        played.go_on(now)


def run(played, acts, now=0.0):
    for what, wish, thing, seconds in acts:
        act(played, what, wish, thing, now)
        for _ in range(4):
            now += seconds / 4
            played.tick(now)
    return now


@given(NAMES, st.integers(1, 5), ACTS, st.integers(0, 999))
def test_what_is_counted_is_what_happened(name, level, acts, seed):
    played = Round(game(name), Ladder(level), 0.0, 1.2, seed)
    run(played, acts)
    report = played.report()
    assert report.hits == sum(outcome.hit for outcome in played.outcomes)
    assert report.hits + sum(report.misses.values()) == len(played.outcomes) == len(report.times) <= TRIALS
    assert all(outcome.hit == (outcome.why == "") for outcome in played.outcomes)
    ladder = Ladder(level)
    for outcome in played.outcomes:
        ladder = ladder.after(outcome.hit)
    assert played.ladder == ladder
    assert all(0.0 <= seconds <= LONGEST for seconds in report.times)


@given(NAMES, ACTS, st.integers(0, 999))
def test_leaving_works_at_any_time_and_ends_all_motion(name, acts, seed):
    played = Round(game(name), Ladder(), 0.0, 1.2, seed)
    now = run(played, acts)
    over = played.stage == "over"
    played.leave(now)
    assert played.stage == "over"
    assert not played.stops
    before = played.report()
    run(played, acts, now)
    assert played.report() == before
    assert over or before.left


@given(NAMES, ACTS, st.integers(0, 999), st.floats(0.3, 5.0))
def test_no_round_lasts_longer_than_two_minutes(name, acts, seed, pace):
    played = Round(game(name), Ladder(), 0.0, pace, seed)
    now = run(played, acts)
    while played.stage != "over":
        now += 0.5
        played.tick(now)
        assert now < 1000
    assert played.report().seconds <= 120


@given(NAMES, ACTS, st.integers(0, 999))
def test_any_press_while_something_moves_stops_it(name, acts, seed):
    played = Round(game(name), Ladder(), 0.0, 1.2, seed)
    now = run(played, acts)
    # Cause and effect is the one game in which the first press sets something moving: the second one stops it.
    for _ in range(2):
        played.halt(now)
        now += 0.2
        played.tick(now)
    assert not played.stops


@pytest.mark.parametrize("name", [each.name for each in GAMES])
def test_who_presses_nothing_is_asked_and_then_left_in_peace(name):
    played, now = Round(game(name), Ladder(), 0.0, 1.0, 1), 0.0
    while played.stage != "offer":
        now += 0.1
        played.tick(now)
        assert now < 90, name
    assert played.outcomes[-1].why == "none"
    played.tick(now + OFFERED)
    assert played.stage == "over"
    assert played.report().left


def test_going_on_after_the_question_begins_the_next_trial():
    played = Round(game("timed"), Ladder(), 0.0, 1.0, 1)
    for tenth in range(400):
        played.tick(tenth / 10)
        if played.stage == "offer":
            break
    first = played.trial
    played.go_on(12.0)
    assert played.stage == "play"
    assert played.trial is not first
    assert played.number == 2


def test_after_each_trial_it_is_told_how_it_went_and_nothing_counts_meanwhile():
    played = Round(game("choose"), Ladder(), 0.0, 1.0, 1)
    played.choose(played.trial.wanted, 1.0)
    assert (played.stage, played.hits) == ("told", 1)
    played.choose(played.trial.wanted, 1.1)
    played.halt(1.2)
    played.tick(1.0 + TOLD - 0.01)
    assert (played.stage, len(played.outcomes)) == ("told", 1)
    played.tick(1.0 + TOLD + 1e-6)
    assert played.stage == "play"


def test_the_same_seed_plays_the_same_round():
    def wanted(seed):
        played, seen = Round(game("scan"), Ladder(), 0.0, 1.0, seed), []
        for number in range(TRIALS):
            seen.append((played.trial.things, played.trial.wanted))
            played.choose(played.trial.wanted, number * 5.0)
            played.tick(number * 5.0 + TOLD)
        return seen

    assert wanted(5) == wanted(5) != wanted(6)


def test_the_games_come_in_the_order_in_which_skills_grow():
    assert [each.name for each in GAMES] == ["cause", "timed", "choose", "scan", "axis", "modes", "grip", "drink"]


def test_a_game_that_is_not_there_is_a_key_error():
    with pytest.raises(KeyError, match="chess"):
        game("chess")
