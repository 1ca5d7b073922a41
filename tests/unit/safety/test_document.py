from __future__ import annotations

import sys
from pathlib import Path

import pytest

from armctl.safety import document
from armctl.safety.codes import Code
from armctl.safety.states import Event, Mode

DOCUMENT = Path(__file__).parents[3] / "docs" / "safety.md"


def test_the_document_is_up_to_date() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text == document.up_to_date(text), "run: python -m armctl.safety.document docs/safety.md"


def test_the_document_says_what_it_is_not() -> None:
    assert "not a certificate" in DOCUMENT.read_text(encoding="utf-8")


def test_the_tests_that_the_document_names_are_there() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    named = [part for part in text.split("`") if part.startswith("tests/")]
    assert len(named) >= 5
    for name in named:
        assert (DOCUMENT.parents[1] / name).exists(), name


def test_every_fault_has_a_row() -> None:
    rows = document.faults_table().splitlines()[2:]
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == [code.value for code in Code]
    assert "{" not in "".join(rows)


def test_every_event_has_a_row_and_every_mode_a_column() -> None:
    lines = document.states_table().splitlines()
    assert lines[0] == f"| event | {' | '.join(Mode)} |"
    assert len(lines) == 2 + len(Event)
    assert "| motion_begun | · | · | · | **moving** | · | · | · |" in lines


def test_an_old_table_is_made_anew_and_the_rest_stays() -> None:
    marks = [f"<!-- {name} -->stale-words<!-- end {name} -->" for name in document.TABLES]
    made = document.up_to_date("before\n" + "\nbetween\n".join(marks) + "\nafter")
    assert "stale-words" not in made
    assert made.startswith("before\n")
    assert made.endswith("\nafter")
    assert made.count("\nbetween\n") == len(document.TABLES) - 1
    assert document.up_to_date(made) == made


@pytest.mark.parametrize("missing", ["<!-- faults -->", "<!-- end faults -->"])
def test_a_document_without_its_marks_is_refused(missing: str) -> None:
    text = "".join(f"<!-- {name} --><!-- end {name} -->" for name in document.TABLES).replace(missing, "")
    with pytest.raises(ValueError, match="faults"):
        document.up_to_date(text)


def test_the_command_writes_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "safety.md"
    path.write_text("".join(f"<!-- {name} --><!-- end {name} -->\n" for name in document.TABLES), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["document", str(path)])
    document.main()
    assert "joint_mute" in path.read_text(encoding="utf-8")
