"""The command line as a person meets it: exit codes, one clear message, no traceback."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from armctl import __version__
from armctl.cli.main import app


def armctl(*arguments, **environment):
    import os

    return subprocess.run(
        [sys.executable, "-m", "armctl", *arguments],
        capture_output=True,
        text=True,
        timeout=50,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "--arm", "so999-sim"], "so101, uarm_swift_pro, wx250s. Each also with -sim"),
        (["run", "--arm", "so101", "--port", "/dev/does-not-exist"], "/dev/does-not-exist"),
        (["demo", "--arm", "so101"], "so101-sim"),
        (["demo", "--arm", "./mine.toml"], "is a real arm"),
        (["doctor", "so999"], "so101"),
        (["run", "--arm", "so101-ideal", "--scene", "moon"], "kitchen_table"),
        (["run", "--arm", "so101-ideal", "--user", "nobody"], "guest"),
        (["run", "--arm", "so101-ideal", "--size", "big"], "1280x800"),
        (["run", "--arm", "so101-ideal", "--size", "1000x200"], "too small"),
        (["emulate", "so999"], "so101"),
        (["evidence", "show", "--store", "/nowhere/at/all.sqlite"], "no evidence store"),
        (["check", "/nowhere/x.toml"], "does not exist"),
        (["fly"], "No such command"),
        (["demo", "--seed", "one"], "seed"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_bad_input_ends_with_exit_code_two_and_one_clear_message(arguments, says):
    run = armctl(*arguments, SDL_VIDEODRIVER="dummy", SDL_AUDIODRIVER="dummy")
    assert run.returncode == 2, run.stdout + run.stderr
    assert says in run.stdout + run.stderr
    assert "Traceback" not in run.stdout + run.stderr


def test_no_display_is_said_plainly():
    run = armctl("run", "--arm", "so101-ideal", DISPLAY="", WAYLAND_DISPLAY="", SDL_VIDEODRIVER="")
    assert run.returncode == 2, run.stdout + run.stderr
    assert "armctl demo" in run.stderr
    assert "Traceback" not in run.stderr


def test_help_lists_every_command_and_says_what_each_does_in_whole_sentences():
    run = armctl("--help")
    assert run.returncode == 0
    assert "..." not in run.stdout.partition("Commands:")[2]
    for command in ("run", "demo", "emulate", "check", "doctor", "arms", "evidence"):
        assert command in run.stdout


def told(*arguments):
    """Return what a command of this very process prints."""
    return CliRunner().invoke(app, list(arguments), prog_name="armctl").stdout


@pytest.mark.parametrize(
    "command",
    [
        "run",
        "demo",
        "fit",
        "emulate",
        "check",
        "doctor",
        "calibrate",
        "home",
        "reach",
        "replay",
        "replay-input",
        "record",
        "evidence show",
        "kinematics show",
        "servo list",
        "servo renumber",
        "servo baud",
        "servo watch",
    ],
)
def test_the_help_of_a_command_shows_examples_of_this_command(command):
    _, _, examples = told(*command.split(), "--help").partition("Examples:\n")
    assert f"  armctl {command}" in examples.splitlines()[0]


@pytest.mark.parametrize("asked", [["--version"], ["version"]])
def test_the_version_is_told_by_option_and_by_command(asked):
    assert told(*asked).strip() == __version__


def test_a_reader_that_goes_away_ends_a_command_without_a_word():
    run = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m armctl kinematics show --code solve-pose | head -1"],
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert run.stdout.startswith("def ")
    assert run.stderr == ""


def test_doctor_runs_here_and_shows_versions():
    run = armctl("doctor")
    assert run.returncode in (0, 1)
    assert "numpy" in run.stdout
