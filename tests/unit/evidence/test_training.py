"""Rounds of practice come back as they were recorded."""

import re
from contextlib import closing
from io import StringIO
from typing import get_args

import pytest
from rich.console import Console

from armctl.access.practice.trial import Why
from armctl.clock import SteppedClock
from armctl.errors import SetupError
from armctl.evidence.recorder import Recorder, SessionFacts
from armctl.evidence.training import WHY, Training, day, levels, progress, progress_table, table, trainings

ROUND = {
    "game": "timed",
    "level": 2,
    "reached": 3,
    "hits": 4,
    "misses": {"early": 1},
    "times": (3.1, 2.9, 3.0, 3.4, 3.2),
    "seconds": 41.5,
    "left": False,
}


def store(tmp_path, *sessions):
    path = tmp_path / "evidence.sqlite"
    for user, rounds in sessions:
        clock = SteppedClock()
        with closing(Recorder(path, SessionFacts(user, "so101-sim", "kitchen_table", "1"), clock)) as recorder:
            recorder.record("selection", item="practice")
            for each in rounds:
                recorder.record("training", **each)
    return path


def test_a_round_comes_back_whole(tmp_path):
    (found,) = trainings(store(tmp_path, ("ona", [ROUND])))
    assert (found.user, found.game, found.level, found.reached, found.hits) == ("ona", "timed", 2, 3, 4)
    assert (found.misses, found.times, found.seconds, found.left) == ({"early": 1}, ROUND["times"], 41.5, False)
    assert found.started[:2] == "20"


def test_levels_are_the_newest_of_that_person_alone(tmp_path):
    lower = ROUND | {"reached": 1}
    path = store(tmp_path, ("ona", [ROUND, ROUND | {"game": "scan"}]), ("jonas", [lower]), ("ona", [lower]))
    assert levels(path, "ona") == {"timed": 1, "scan": 3}
    assert levels(path, "jonas") == {"timed": 1}
    assert levels(path, "rasa") == {}


def test_without_a_store_there_are_no_levels_and_asking_for_rounds_says_so(tmp_path):
    assert levels(tmp_path / "none.sqlite", "ona") == {}
    with pytest.raises(SetupError, match="no evidence store"):
        trainings(tmp_path / "none.sqlite")


def test_the_table_shows_figures_and_no_judgement(tmp_path):
    rounds = trainings(store(tmp_path, ("ona", [ROUND, ROUND | {"left": True, "times": ()}])))
    text = printed(table(rounds, {"timed": "Right moment"}))
    assert "Right moment" in text
    assert "2 → 3" in text
    assert "4 of 5" in text
    assert "1 too early" in text
    assert "3.1 s" in text
    assert text.count("by the person") == 1


def printed(what):
    console = Console(width=180, record=True, file=StringIO())
    console.print(what)
    return console.export_text()


def practised(game, level, reached, hits, misses, user="ona"):
    return Training("2026-03-01T10:00:00+00:00", user, game, level, reached, hits, misses, (2.0,), 60.0, False)


def test_where_somebody_stands_counts_the_newest_rounds_and_names_what_is_missed_mostly():
    early = [practised("scan", 1, 1, 0, {"none": 5}), practised("scan", 1, 2, 3, {"none": 2})]
    late = [
        practised("scan", 2, 3, 4, {"other": 1}),
        practised("scan", 3, 3, 5, {}),
        practised("scan", 3, 4, 3, {"late": 2}),
    ]
    (found,) = progress([*early, *late])
    assert (found.rounds, found.seconds, found.first, found.now) == (5, 300.0, 1, 4)
    assert (found.hits, found.trials, found.often) == (12, 15, "late")
    text = printed(progress_table([found], {"scan": "Find it"}))
    for part in ("ona", "Find it", "1 → 4", "12 of 15", "too late"):
        assert part in text


def test_people_are_apart_and_games_stand_in_their_order():
    rounds = [practised(game, 1, 1, 5, {}, who) for who in ("zita", "ona") for game in ("scan", "cause", "odd")]
    found = progress(rounds, ("cause", "timed", "scan"))
    assert [(each.user, each.game) for each in found] == [
        ("ona", "cause"), ("ona", "scan"), ("ona", "odd"), ("zita", "cause"), ("zita", "scan"), ("zita", "odd")
    ]  # fmt: skip


def test_every_miss_has_its_words():
    assert set(WHY) == {why for why in get_args(Why) if why}


def test_a_day_is_written_as_people_write_it_and_anything_else_is_left_alone():
    assert re.fullmatch(r"2026-03-0[12] \d\d:\d\d", day("2026-03-01T10:00:00+00:00"))
    assert day("some day") == "some day"
