from __future__ import annotations

import dataclasses
import re
import string

import pytest

from armctl.safety.codes import Code
from armctl.safety.faults import FAULTS, Finding

FIELDS = {"joint", "value", "limit", "detail"}


def fields_of(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("code", list(Code))
def test_every_row_is_complete_and_in_plain_words(code: Code) -> None:
    fault = FAULTS[code]
    assert fault.code == code
    assert fault.reaction in {"H", "S", "R", "W"}
    assert fault.who in {"user", "carer", "technician"}
    assert 3 <= len(fault.title) <= 45
    assert not fault.title.endswith(".")
    for text in (fault.message, fault.remedy):
        assert len(text) >= 15
        assert text.endswith((".", "{detail}"))
        assert "_" not in text
        assert fields_of(text) <= FIELDS


@pytest.mark.parametrize("code", list(Code))
def test_every_message_can_be_filled_in_with_its_figures(code: Code) -> None:
    raw = FAULTS[code]
    filled = Finding(code, joint="wrist_flex", value=123.456, limit=99.0, detail="Because.").fault()
    text = filled.message + filled.remedy
    assert "{" not in text
    assert "}" not in text
    assert ("wrist flex" in text) == ("joint" in fields_of(raw.message) | fields_of(raw.remedy))
    assert ("123" in filled.message) == ("value" in fields_of(raw.message))
    assert ("99" in filled.message) == ("limit" in fields_of(raw.message))
    assert (filled.code, filled.title, filled.who, filled.reaction) == (raw.code, raw.title, raw.who, raw.reaction)


def test_a_detail_with_braces_is_shown_as_it_is() -> None:
    assert "{joint} {0}" in Finding(Code.CONTROL_EXCEPTION, detail="{joint} {0}").fault().message


def test_filling_in_leaves_the_table_alone() -> None:
    before = {code: dataclasses.astuple(fault) for code, fault in FAULTS.items()}
    Finding(Code.JOINT_MUTE, "elbow_flex", 3, 3).fault()
    assert {code: dataclasses.astuple(fault) for code, fault in FAULTS.items()} == before


def test_what_latches_tells_how_to_go_on() -> None:
    for fault in FAULTS.values():
        if fault.reaction == "S" and fault.code != Code.WRONG_DIRECTION:
            assert "“I understand”" in fault.remedy, fault.code
            assert re.search(r"switch (the arm|it) on again", fault.remedy), fault.code


def test_the_catalogue_of_reference_faults_is_there() -> None:
    stops = {code for code, fault in FAULTS.items() if fault.reaction == "S"}
    assert stops >= {
        "link_lost", "joint_mute", "bad_cycles", "overload", "over_temperature", "voltage", "servo_restarted",
        "encoder_jump", "frozen_position", "following_error", "clock_jump", "contact", "wrong_direction",
        "control_exception",
    }  # fmt: skip
    assert {code for code, fault in FAULTS.items() if fault.reaction == "H"} == {
        "ui_lost",
        "head_stale",
        "control_late",
    }
