"""One gate: only the supervisor can make an approval, and nobody can forge one by accident."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from armctl.errors import SafetyError
from armctl.hal.command import ApprovedCommand, Seal

ROOT = Path(__file__).parents[2]
MAKER = "armctl/safety/supervisor.py"
OWNER = "armctl/hal/command.py"
FOLDERS = ("armctl", "drivers", "sim", "ui", "configs", "tests")


def naming(word: str, root: Path, folders: tuple[str, ...] = FOLDERS) -> set[str]:
    """Python files under ``root`` that contain ``word``."""
    return {
        path.relative_to(root).as_posix()
        for folder in folders
        for path in (root / folder).rglob("*.py")
        if word in path.read_text(encoding="utf-8")
    }


@pytest.mark.parametrize("word", ["supervisor_seal", "_SEAL"])
def test_the_seal_is_named_only_where_it_is_made_used_and_tested(word: str) -> None:
    named = {name for name in naming(word, ROOT) if not name.startswith("tests/")}
    assert named <= {MAKER, OWNER}
    assert OWNER in named


def test_the_supervisor_is_the_one_that_uses_it() -> None:
    assert MAKER in naming("supervisor_seal", ROOT)


def test_an_approval_is_made_in_one_place_only() -> None:
    made = {name for name in naming("ApprovedCommand(", ROOT) if not name.startswith("tests/")}
    assert made == {MAKER}


def test_a_second_maker_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "drivers").mkdir()
    (tmp_path / "drivers" / "sly.py").write_text("from armctl.hal.command import supervisor_seal\n", encoding="utf-8")
    assert naming("supervisor_seal", tmp_path) == {"drivers/sly.py"}


def test_another_seal_is_none() -> None:
    with pytest.raises(SafetyError):
        ApprovedCommand(Seal(), np.zeros(6), np.ones(6), 0.0, 1.0, 1, 1)
