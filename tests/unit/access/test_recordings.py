"""Recorded sessions of simulated people come out as they did: late, double, missed, stuck, trembling, thrown, gazing.

After a change that is meant to act differently: ``python -m tests.support.recorded_people``.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from armctl.access.eventlog import replay
from armctl.access.words import ONLY_MOVES
from tests.support.recorded_people import FOLDER, PERSONS, record

SHOWS = {
    "late": "Preview(",
    "double": "Select(",
    "missed": "HoldEnd(",
    "stuck": "It may be stuck",
    "trembling-switch": "StopMotion(",
    "trembling-stick": "Axes(",
    "spasms": "trouble='spasm'",
    "gaze": "HoldStart(",
    "plugs": ONLY_MOVES,
}
"""Name to what must have come of the session, or it were no example."""


def calls(path: Path) -> list[tuple[list[Any], str]]:
    """Return each call of a recording with what came of it."""
    made: list[tuple[list[Any], str]] = []
    for line in path.read_text().splitlines()[1:]:
        call = json.loads(line)
        if call[0] == "=":
            made[-1] = (made[-1][0], " ".join(call[1]))
        else:
            made.append((call, ""))
    return made


def rounded(action: str) -> str:
    """Return ``action`` with its figures as exact as every computer's mathematics is."""
    return re.sub(r"-?\d+\.\d+(e-?\d+)?", lambda figure: f"{float(figure[0]):.9f}", action)


def test_every_person_was_recorded_and_no_other() -> None:
    assert {path.stem for path in FOLDER.glob("*.jsonl")} == set(PERSONS) == set(SHOWS)


@pytest.mark.parametrize("name", sorted(PERSONS))
def test_a_recorded_session_comes_out_as_it_did(name: str) -> None:
    path = FOLDER / f"{name}.jsonl"
    now = replay(path).actions
    recorded = [
        action
        for line in path.read_text().splitlines()[1:]
        if line.startswith('["="')
        for action in json.loads(line)[1]
    ]
    assert [rounded(action) for action in now] == [rounded(action) for action in recorded]
    assert any(SHOWS[name] in action for action in now)


@pytest.mark.parametrize("name", sorted(PERSONS))
def test_in_every_recording_a_press_stops_what_moves_and_nothing_is_chosen_without_one(name: str) -> None:
    presses, opened, closed = set(), -1.0, False
    for call, came in calls(FOLDER / f"{name}.jsonl"):
        if call[0] != "e" or call[1] != "SwitchEvent":
            continue
        event, moving = call[2], call[3]
        if event["pressed"]:
            presses.add(repr(event["stamp"]))
            bounced = closed or event["stamp"] - opened < 0.03
            assert bounced or not moving or "StopMotion(" in came
        else:
            opened = event["stamp"]
            assert "StopMotion(" not in came, "letting go stops nothing that another press holds"
        closed = event["pressed"]
    chosen = [came for _, came in calls(FOLDER / f"{name}.jsonl") if "device='keyboard'" in came]
    for came in chosen:
        for part in came.split("pressed_at=")[1:]:
            assert part.split(",")[0].rstrip(")") in presses


def test_a_person_can_be_recorded_anew(tmp_path: Path) -> None:
    again = replay(record("stuck", tmp_path))
    assert again.difference is None
    assert again.actions
