"""Every fault of a bus has its row in docs/drivers.md, and every test named there exists, for each protocol."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent
TEXT = (ROOT.parent / "docs" / "drivers.md").read_text(encoding="utf-8")
FAULTS = 22
PROTOCOLS = ("Feetech", "DYNAMIXEL", "myCobot", "G-code")
FOLDERS = {
    "feetech": "unit/drivers/feetech",
    "dynamixel": "unit/drivers/dynamixel",
    "mycobot": "unit/drivers/mycobot",
    "gcode": "unit/drivers/gcode",
    "drivers": "unit/drivers",
    "cli": "unit/cli",
    "contract": "contract",
    "safety": "safety/catalogue",
}
NAMED = re.compile(r"`([a-z]+)/([a-z_]+)::([a-z0-9_]+)`")
EXCUSE = re.compile(r"does not arise: \w.{10,}")


def rows():
    table = TEXT.split("<!-- faults -->")[1].split("<!-- end faults -->")[0]
    header, _, *body = [
        [cell.strip() for cell in line.strip("|\n").split(" | ")] for line in table.strip().splitlines()
    ]
    return header, body


HEADER, ROWS = rows()
CELLS = [(row[0], name, cell) for row in ROWS for name, cell in zip(HEADER[3:], row[3:], strict=True)]


@cache
def names_in(path):
    """Names of the test functions of a file, whatever becomes of it when it is imported."""
    return {
        node.name.removeprefix("test_")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }


def test_every_fault_has_one_row_and_every_protocol_a_column():
    assert [row[0] for row in ROWS] == [str(number) for number in range(1, FAULTS + 1)]
    assert HEADER[3:] == list(PROTOCOLS)
    assert all(len(row) == len(HEADER) and all(row) for row in ROWS)


@pytest.mark.parametrize(("number", "protocol", "cell"), CELLS, ids=lambda value: value if len(value) < 12 else "")
def test_every_cell_names_tests_that_exist_or_why_the_fault_does_not_arise(number, protocol, cell):
    named = NAMED.findall(cell)
    assert bool(named) != bool(EXCUSE.fullmatch(cell)), f"fault {number}, {protocol}: {cell!r}"
    assert not NAMED.sub("", cell).strip() or not named, f"fault {number}, {protocol}: words beside the tests"
    for folder, module, test in named:
        path = ROOT / FOLDERS[folder] / f"test_{module}.py"
        assert path.is_file(), f"fault {number}, {protocol}: there is no {path}"
        assert test in names_in(path), f"fault {number}, {protocol}: {path} has no test_{test}"


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_each_protocol_is_tried_in_tests_of_its_own(protocol):
    folder = protocol.lower().replace("-", "")
    own = [cell for _, name, cell in CELLS if name == protocol and f"`{folder}/" in cell]
    assert len(own) >= FAULTS - 6
