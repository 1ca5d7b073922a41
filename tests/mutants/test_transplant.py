"""A mutant lives in functions that were imported before, and in modules that are imported after."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.mutants.operators import mutants_of, mutated
from tests.mutants.transplant import MutantFinder, swap_code

SOURCE = """
from functools import cache
LIMIT = 3

def above(x):
    return x > LIMIT

class Thing:
    @property
    def size(self):
        return 1

    @staticmethod
    @cache
    def some():
        return [n for n in range(4) if n > 1]
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "patient.py"
    path.write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    yield path
    sys.modules.pop("patient", None)


def index_of(text: str) -> int:
    return next(mutant.index for mutant in mutants_of(SOURCE) if mutant.becomes == text)


@pytest.mark.parametrize(
    ("text", "look"),
    [
        ("return x >= LIMIT", lambda patient, above: above(3)),
        ("return 2", lambda patient, above: patient.Thing().size == 2),
        ("return [n for n in range(4) if n >= 1]", lambda patient, above: patient.Thing.some() == [1, 2, 3]),
    ],
)
def test_code_is_swapped_in_functions_methods_and_properties(
    file: Path, text: str, look: Callable[[Any, Any], bool]
) -> None:
    patient = importlib.import_module("patient")
    above = patient.above
    assert not look(patient, above)
    patient.Thing.some.cache_clear()
    index = index_of(text)
    assert swap_code(file, mutants_of(SOURCE)[index].top, mutated(SOURCE, index)) == 1
    assert look(patient, above)


def test_a_line_without_a_function_swaps_nothing(file: Path) -> None:
    importlib.import_module("patient")
    assert swap_code(file, 3, mutated(SOURCE, 0)) == 0


def test_a_module_is_imported_with_the_mutant_in_it(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "meta_path", sys.meta_path.copy())
    MutantFinder("patient", file, mutated(SOURCE, index_of("LIMIT = 4"))).install()
    patient = importlib.import_module("patient")
    assert (patient.LIMIT, patient.above(4)) == (4, False)


def test_a_module_that_is_there_already_cannot_be_replaced(file: Path) -> None:
    importlib.import_module("patient")
    with pytest.raises(RuntimeError, match="patient"):
        MutantFinder("patient", file, mutated(SOURCE, 0)).install()
