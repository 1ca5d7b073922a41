"""Rounds of practice come back as they were recorded."""

from contextlib import closing
from io import StringIO

import pytest
from rich.console import Console

from armctl.clock import SteppedClock
from armctl.errors import SetupError
from armctl.evidence.recorder import Recorder, SessionFacts
from armctl.evidence.training import levels, table, trainings

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
    console = Console(width=160, record=True, file=StringIO())
    console.print(table(trainings(store(tmp_path, ("ona", [ROUND, ROUND | {"left": True, "times": ()}])))))
    text = console.export_text()
    assert "2 → 3" in text
    assert "4 of 5" in text
    assert "early 1" in text
    assert "3.1" in text
    assert text.count("left") == 1
