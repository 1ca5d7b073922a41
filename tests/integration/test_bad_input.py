"""Bad input on the command line: exit code 2 and one clear message, whatever it is.

What is refused before any process is begun is asked in this one, each kind of the real command too (also test_demo).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from armctl.cli.demo import fresh_folder
from tests.support.commands import SO101, Here, bare, calibrated, refused, servos


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return bare(tmp_path)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Here:
    return Here(monkeypatch, capsys)


# -- what is named -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--arm", "so101-sim", "--port", "/dev/ttyACM0"], "simulated and takes no --port"),
        (["--scene", "nope"], "no scene called 'nope'"),
        (["--user", "nope"], "no user called 'nope'"),
        (["--user", "nowhere.toml"], "does not exist"),
        (["--size", "big"], "not a window size"),
        (["--size", "320x200"], "too small"),
    ],
)
def test_what_does_not_exist_is_one_message(environment, here, arguments, said):
    assert said in here.refused(environment, "run", *arguments)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--arm", "nope"], "no arm called 'nope'"),
        (["--arm", "so101", "--port", "/dev/ttyNOPE"], "no port /dev/ttyNOPE"),
        (["--arm", "so101", "--port", "/etc/passwd"], "not a serial port"),
    ],
)
def test_what_does_not_exist_is_one_message_of_the_real_command(environment, arguments, said):
    assert said in refused(environment, "run", *arguments)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("max_speed = 0.52", "max_speed = 5.0", "less than or equal to 1.6"),
        ("max_speed = 0.52", "max_speed = true", "valid number"),
        ("rate_hz = 100", "rate_hz = [[[", "not valid TOML"),
        ("min_voltage = 4.5", "min_voltage = 13.5", "below max_voltage"),
        ("up_axis = [0, 1, 0]", "up_axis = [0, 0, 1]", "right angles"),
        ("gains = [16, 0, 32]", "gains = [0, 0, 32]", "not hold itself"),
    ],
)
def test_a_malformed_or_unsafe_arm_is_one_message_before_anything_opens(environment, here, tmp_path, old, new, said):
    with servos() as port:
        assert said in here.refused(environment, "run", *arm_with(tmp_path, old, new), "--port", port.path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("lower = -1.9199", "lower = -3.0", "but so101.urdf allows"),
        ("servo = { id = 3, zero_step = 2048, sign = 1 }", "", "elbow_flex has no servo"),
    ],
)
def test_an_arm_that_control_does_not_take_is_one_message(environment, tmp_path, old, new, said):
    with servos() as port:
        assert said in refused(environment, "run", *arm_with(tmp_path, old, new), "--port", port.path)


def arm_with(folder, old, new):
    """Options for a calibrated SO-101 in which ``new`` stands for ``old``."""
    assert old in SO101
    path = folder / "arm.toml"
    path.write_text(calibrated(SO101.replace(old, new, 1)), encoding="utf-8")
    return "--arm", str(path)


def test_a_profile_with_a_key_that_does_not_exist_is_refused(environment, tmp_path):
    path = tmp_path / "person.toml"
    path.write_text('name = "x"\nkeys_select = ["spacebar"]\n', encoding="utf-8")
    assert "no key called 'spacebar'" in refused(environment, "run", "--arm", "so101-ideal", "--user", str(path))


# -- the demo's folder and person --------------------------------------------------------------------------------------


def test_a_demo_never_clears_a_folder_with_something_of_somebody_else(environment, here, tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "01-home.png").write_text("from a demo")
    (folder / "holiday.png").write_text("not from a demo")
    said = here.refused(environment, "demo", "--fast", "--arm", "so101-ideal", "--out", str(folder))
    assert "'holiday.png', which no demo made" in said
    assert len(list(folder.iterdir())) == 2


def test_a_second_demo_does_not_write_into_the_folder_of_the_first(environment, here, tmp_path):
    with fresh_folder(tmp_path / "out"):
        said = here.refused(environment, "demo", "--fast", "--arm", "so101-ideal", "--out", str(tmp_path / "out"))
    assert "Another demo writes to" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--user", "joystick"], "does not work that way"),
        (["--fast", "--arm", "so101-emulated"], "live in real time. Leave out --fast"),
        (["--out", "/etc/passwd"], "cannot be used"),
    ],
)
def test_a_demo_that_cannot_be_played_is_one_message(environment, here, tmp_path, arguments, said):
    out = [] if "--out" in arguments else ["--out", str(tmp_path / "out")]
    assert said in here.refused(environment, "demo", "--arm", "so101-ideal", *arguments, *out)
    assert not (tmp_path / "out").exists()


# -- what the computer lacks -------------------------------------------------------------------------------------------


def test_without_a_display_the_message_names_what_works_without(environment, here):
    del environment["SDL_VIDEODRIVER"]
    assert "armctl demo" in here.refused(environment, "run", "--arm", "so101-ideal")


def test_a_display_that_cannot_be_reached_is_not_drawn_past(environment):
    del environment["SDL_VIDEODRIVER"]
    environment["DISPLAY"] = ":4747"
    assert "No window can be opened" in refused(environment, "run", "--arm", "so101-ideal")
