from __future__ import annotations

import ast
from pathlib import Path

import armctl.safety
from armctl.safety.codes import Code
from armctl.safety.faults import FAULTS

TABLES = {"arm_faults.py", "command_faults.py"}
FOLDER = Path(armctl.safety.__file__).parent


def codes_in(name: str) -> set[str]:
    """Members of `Code` that a source file names, as Code.SOMETHING."""
    tree = ast.parse((FOLDER / name).read_text(encoding="utf-8"))
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Code"
    }


def test_every_code_has_its_row_and_every_row_its_code() -> None:
    assert set(FAULTS) == {code.value for code in Code}
    assert len(FAULTS) == len(Code)


def test_every_code_is_found_by_some_check_and_none_is_made_up() -> None:
    used = set().union(*(codes_in(path.name) for path in FOLDER.glob("*.py") if path.name not in TABLES))
    assert used == {code.name for code in Code}


def test_codes_read_like_names() -> None:
    for code in Code:
        assert code.value == code.name.lower()
