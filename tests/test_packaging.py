"""What is installed is what was written: a wheel holds all parts, the data, and a command that runs."""

import os
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel built from the working tree by the declared backend."""
    folder = tmp_path_factory.mktemp("wheel")
    code = f"from hatchling.build import build_wheel; print(build_wheel({str(folder)!r}))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=50)
    assert run.returncode == 0, run.stderr
    return folder / run.stdout.split()[-1]


@pytest.mark.parametrize("package", ["armctl", "drivers", "sim", "ui", "configs"])
def test_the_wheel_holds_every_file_of_each_package(wheel, package):
    held = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(
        ["git", "ls-files", package], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert tracked
    assert set(tracked) <= held


def test_the_wheel_holds_no_tests_and_no_other_top_level_package(wheel):
    top = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name for name in top if not name.endswith(".dist-info")} == {"armctl", "drivers", "sim", "ui", "configs"}


def test_the_installed_command_runs_away_from_the_source_tree(wheel, tmp_path):
    """Unpacked into an empty environment beside the dependencies, with no source tree in reach."""
    home = tmp_path / "env"
    venv.create(home, with_pip=False)
    site = next((home / "lib").glob("python*/site-packages"))
    zipfile.ZipFile(wheel).extractall(site)
    dependencies = [path for path in sys.path if path.endswith("site-packages")]
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHONPATH": os.pathsep.join([str(site), *dependencies]),
    }
    code = "import armctl, configs; print(armctl.__file__); from armctl.cli.main import main; main()"
    run = subprocess.run(
        [home / "bin" / "python", "-c", code, "check"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert run.returncode == 0, run.stderr + run.stdout
    assert str(site) in run.stdout


def test_the_distribution_is_not_called_like_the_project_that_owns_the_name():
    assert PROJECT["name"] == "assistive-armctl"


def test_everything_the_packages_import_is_declared():
    """A package that only happens to lie on the developer's machine is the commonest failure of a first install."""
    code = (
        "import ast, sys, pathlib\n"
        "names = set()\n"
        "for folder in ('armctl', 'drivers', 'sim', 'ui'):\n"
        "    for path in pathlib.Path(folder).rglob('*.py'):\n"
        "        for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):\n"
        "            if isinstance(node, ast.Import):\n"
        "                names.update(alias.name.split('.')[0] for alias in node.names)\n"
        "            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:\n"
        "                names.add(node.module.split('.')[0])\n"
        "print(' '.join(sorted(names - set(sys.stdlib_module_names))))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=50)
    imported = set(run.stdout.split()) - {"armctl", "drivers", "sim", "ui", "configs"}
    imports_of = {"pyserial": "serial", "pillow": "PIL", "pygame-ce": "pygame"}
    extras = [spec for name in ("sim", "planning", "plots") for spec in PROJECT["optional-dependencies"][name]]
    declared = {spec.split(">")[0].split("=")[0].strip() for spec in PROJECT["dependencies"] + extras}
    assert imported == {imports_of.get(name, name.replace("-", "_")) for name in declared}
