"""Every row of the catalogue has a test that exists and a figure in the document, or names the part it waits for."""

from __future__ import annotations

import ast
import json
import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from tests.safety.catalogue import document
from tests.safety.catalogue.rows import ROWS

HERE = Path(__file__).parent
DOCUMENT = HERE.parents[2] / "docs" / "safety.md"
FIGURE = re.compile(r"median [\d.]+ ms, worst [\d.]+ ms(?: \(computer late by [\d.]+ ms\))?, n = \d+|seen, n = \d+")


def marked_tests() -> dict[int, set[str]]:
    """Row to its tests, found in the source by their marks."""
    found: dict[int, set[str]] = defaultdict(set)
    for path in sorted(HERE.glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.catalogue":
                    found[ast.literal_eval(mark.args[0])].add(f"{path.name}::{node.name}")
    return found


def complaints(table: str) -> list[str]:
    tests = marked_tests()
    wrong: list[str] = []
    for number, row in ROWS.items():
        lines = document.kept(table, number)
        if row.waits_for:
            if [line for line in lines if f"with the part: {row.waits_for}" in line] != lines or not lines:
                wrong.append(f"row {number} does not name the part it waits for")
            continue
        named = {match for line in lines for match in re.findall(r"`(test_\w+\.py::test_\w+)`", line)}
        if not lines or named != tests[number]:
            wrong.append(f"row {number}: the document names {sorted(named)}, there are {sorted(tests[number])}")
        if any(not FIGURE.search(line) for line in lines):
            wrong.append(f"row {number} has no figure")
    return wrong


def test_the_catalogue_has_58_rows_in_order() -> None:
    assert list(ROWS) == list(range(1, 59))
    assert all(row.number == number for number, row in ROWS.items())


def test_every_row_is_in_the_document_with_a_test_that_exists_and_a_figure() -> None:
    table = DOCUMENT.read_text(encoding="utf-8").partition(document.BEGIN)[2].partition(document.END)[0]
    assert complaints(table) == []


def test_a_row_that_waits_for_a_part_has_no_test_that_pretends() -> None:
    tests = marked_tests()
    assert [number for number, row in ROWS.items() if row.waits_for and tests[number]] == []


def noted(folder: Path, *lines: dict[str, object]) -> document.Notes:
    (folder / "one.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return document.read(folder)


def line(row: int, ms: float | None, **more: object) -> dict[str, object]:
    fields = {"row": row, "test": "tests/x/test_a.py::test_b", "ms": ms, "bound_ms": 30.0, "code": "link_lost"}
    return {**fields, "late_ms": 0.2, **more}


def test_the_table_tells_median_worst_and_number_and_what_the_person_is_told(tmp_path: Path) -> None:
    notes = noted(tmp_path, line(1, 10.0), line(1, 12.0), line(1, 20.0, late_ms=3.0))
    (row,) = document.kept(document.table(notes, ""), 1)
    assert row == (
        "| 1 | serial unplugged in motion | S | 30 ms | `test_a.py::test_b` | median 12.0 ms, worst 20.0 ms "
        "(computer late by 3.0 ms), n = 3 | `link_lost`: The arm is not connected |"
    )


def test_a_row_without_a_time_is_counted_and_plain_words_stand_for_themselves(tmp_path: Path) -> None:
    notes = noted(tmp_path, line(9, None, code="two servos answer"), line(9, None, code="two servos answer"))
    (row,) = document.kept(document.table(notes, ""), 9)
    assert row.endswith("| seen, n = 2 | two servos answer |")


def test_a_part_measured_by_itself_leaves_the_other_rows_and_the_rest_of_the_document_alone(tmp_path: Path) -> None:
    text = f"before\n{document.BEGIN}\n| 2 | kept |\n{document.END}\nafter\n"
    made = document.up_to_date(text, noted(tmp_path, line(1, 10.0)))
    assert made.startswith("before\n")
    assert made.endswith("\nafter\n")
    assert "| 2 | kept |" in made
    assert document.up_to_date(made, {}) == made


def test_a_document_without_the_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="missing"):
        document.up_to_date("nothing here", {})


def test_what_is_missing_in_the_document_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROWS, 50, replace(ROWS[50], waits_for="a part that does not exist yet"))
    made = document.table(noted(tmp_path, line(1, 10.0)), "")
    wrong = complaints(made)
    assert any(text.startswith("row 1: the document names ['test_a.py::test_b']") for text in wrong)
    assert "row 2 has no figure" in wrong
    assert not any("row 50 " in text for text in wrong)
    assert "row 50 does not name the part it waits for" in complaints("")
