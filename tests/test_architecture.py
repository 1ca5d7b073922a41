"""The rules of docs/architecture.md and of style are executable, and the checks themselves bite."""

import ast
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.support.time_of_day import asks

ROOT = Path(__file__).parent.parent
PACKAGES = ("armctl", "drivers", "sim", "ui")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
BENCHMARKS = sorted((ROOT / "benchmarks").rglob("*.py"))
LARGEST_FILE = 450
LONGEST_FUNCTION = 50


@cache
def parsed(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def relative(path):
    return str(path.relative_to(ROOT))


def imports_of(path):
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


@pytest.mark.parametrize(
    ("package", "only"),
    [
        ("serial", {"drivers/transport.py"}),
        ("pybullet", {"sim/bullet_world.py"}),
    ],
)
def test_each_outside_world_has_one_door(package, only):
    assert {relative(path) for path in SOURCES if package in imports_of(path)} <= only


def test_pygame_is_known_in_the_ui_folder_only():
    outside = [relative(p) for p in SOURCES if "pygame" in imports_of(p) and not relative(p).startswith("ui/")]
    assert outside == []


def test_only_the_supervisor_asks_for_the_seal():
    named = {relative(path) for path in SOURCES if "supervisor_seal" in path.read_text(encoding="utf-8")}
    assert named == {"armctl/hal/command.py", "armctl/safety/supervisor.py"}


def test_only_the_command_line_and_the_registry_name_a_driver_simulator_or_screen():
    allowed = ("armctl/cli/", "armctl/hal/registry.py")
    for path in SOURCES:
        if relative(path).startswith("armctl/") and not relative(path).startswith(allowed):
            assert not {"drivers", "sim", "ui"} & set(imports_of(path)), relative(path)


def too_long(path):
    """What is too long in a file, in words."""
    if (lines := path.read_text(encoding="utf-8").count("\n")) > LARGEST_FILE:
        yield f"{path} has {lines} lines"
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            doc = ast.get_docstring(node, clean=False)
            body = node.end_lineno - node.body[0].lineno + 1 - ((doc.count("\n") + 1) if doc else 0)
            if body > LONGEST_FUNCTION:
                yield f"{path}: {node.name} has {body} lines"


@pytest.mark.parametrize("paths", [SOURCES, TESTS, BENCHMARKS], ids=["sources", "tests", "benchmarks"])
def test_no_file_and_no_function_is_too_long(paths):
    assert [words for path in paths for words in too_long(path)] == []


def test_what_is_too_long_is_told(tmp_path):
    path = tmp_path / "long.py"
    path.write_text("def f():\n" + "    pass\n" * LONGEST_FUNCTION + "\n" * (LARGEST_FILE - LONGEST_FUNCTION - 1))
    assert list(too_long(path)) == []
    longer = tmp_path / "longer.py"
    longer.write_text(path.read_text().replace("f():\n", "f():\n    pass\n"))
    assert list(too_long(longer)) == [
        f"{longer} has {LARGEST_FILE + 1} lines",
        f"{longer}: f has {LONGEST_FUNCTION + 1} lines",
    ]


def test_no_test_file_is_the_helper_of_another():
    borrowed = [
        f"{relative(path)} from {node.module}"
        for path in TESTS
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom) and re.match(r"tests\..*\btest_\w+$", node.module or "")
    ]
    assert borrowed == []


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_library_code_neither_asserts_nor_prints_nor_exits_and_every_silenced_type_has_a_reason(path):
    text = path.read_text(encoding="utf-8")
    for node in ast.walk(parsed(path)):
        assert not isinstance(node, ast.Assert), f"line {node.lineno}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and "cli" not in relative(path):
            assert node.func.id not in {"print", "input", "exit", "quit"}, f"line {node.lineno}"
    for line in re.findall(r"# type: ignore.*", text):
        assert re.search(r"# type: ignore\[[\w, -]+\]\s+#\s+\S", line), line


def test_every_public_thing_has_a_docstring():
    bare = []
    for path in SOURCES:
        tree = parsed(path)
        if not ast.get_docstring(tree):
            bare.append(relative(path))
        for node in tree.body:
            bare += [f"{relative(path)}:{name}" for name in undocumented(node)]
    assert bare == []


def undocumented(node, prefix=""):
    if not isinstance(node, ast.ClassDef | ast.FunctionDef) or node.name.startswith("_"):
        return
    if not ast.get_docstring(node):
        yield prefix + node.name
    if isinstance(node, ast.ClassDef):
        for child in node.body:
            yield from undocumented(child, f"{node.name}.")


def test_no_file_names_a_place_on_somebodys_machine():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    pattern = re.compile(r"/(?:root|home/\w+|work)/")
    guilty = []
    for name in tracked:
        path = ROOT / name
        is_text = path.suffix in {".py", ".md", ".toml", ".sh", ".urdf", ""} and path.is_file()
        if is_text and path != Path(__file__) and pattern.search(path.read_text(encoding="utf-8", errors="ignore")):
            guilty.append(name)
    assert guilty == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import time\ntime.time()", True),
        ("import time as t\nwall = t.time_ns", True),
        ("from time import time\ntime()", True),
        ("from time import strftime as text\ntext('%H')", True),
        ("import time\ntime.localtime()", True),
        ("import datetime\ndatetime.datetime.now()", True),
        ("from datetime import UTC, datetime as day\nday.now(UTC)", True),
        ("from datetime import date\ndate.today()", True),
        ("import time\ntime.monotonic()\ntime.sleep(1)\ntime.clock_gettime(time.CLOCK_BOOTTIME)", False),
        ("from datetime import datetime\ndatetime.fromisoformat('2026-01-01')", False),
        ("clock.now()\nself.time()", False),
    ],
)
def test_whoever_asks_for_the_time_of_day_is_found(source, found):
    assert asks(source) is found


VIOLATIONS = {
    "a driver that imports the supervisor": ("drivers/feetech/arm.py", "import armctl.safety"),
    "motion that imports safety": ("armctl/motion/__init__.py", "import armctl.safety"),
    "the core naming a screen": ("armctl/control/__init__.py", "import pygame"),
    "a second door to serial ports": ("sim/__init__.py", "import serial"),
    "a module outside the layers": ("armctl/stray.py", '"""Belongs nowhere."""'),
}


@pytest.mark.parametrize("violation", VIOLATIONS, ids=lambda name: name.replace(" ", "_"))
def test_a_planted_violation_of_the_import_contracts_is_caught(violation, tmp_path):
    path, line = VIOLATIONS[violation]
    copy_packages(tmp_path)
    with (tmp_path / path).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    assert lint_imports(tmp_path).returncode != 0


def test_without_a_planted_violation_nothing_is_caught(tmp_path):
    copy_packages(tmp_path)
    clean = lint_imports(tmp_path)
    assert clean.returncode == 0, clean.stdout


def copy_packages(folder):
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)


def lint_imports(folder):
    code = (
        "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command; lint_imports_command()"
    )
    return subprocess.run(
        [sys.executable, "-c", code, "--no-cache"], cwd=folder, capture_output=True, text=True, timeout=50
    )
