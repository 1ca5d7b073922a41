"""``armctl fit``: a new profile, earlier measurements, and what is wrong before any window opens."""

from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from armctl.access.fit.history import Entry, line_of
from armctl.cli import fit
from armctl.cli import run as run_module
from armctl.cli.main import app
from armctl.config.profiles import fits_file, load_profile, own_file
from armctl.errors import ConfigError, SetupError

ENTRY = Entry(datetime(2026, 3, 1, 10, 0, tzinfo=UTC), "", {"press_time": 0.8}, {}, True, 0.05)


@pytest.fixture(autouse=True)
def _own_data(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def run(**options):
    return fit.run_fit(**{"user": "guest", "new": False, "history": False, "size": ""} | options)


def test_earlier_measurements_are_printed_and_nothing_is_opened(capsys, monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    fits_file("guest").parent.mkdir(parents=True)
    fits_file("guest").write_text(line_of(ENTRY) + "\n")
    result = CliRunner().invoke(app, ["fit", "--user", "guest", "--history"])
    assert result.exit_code == 0
    assert "2026-03-01" in result.output


def test_without_measurements_it_says_how_to_begin():
    result = CliRunner().invoke(app, ["fit", "--user", "guest", "--history"])
    assert result.output.strip() == "Nothing was measured for guest yet. Run: armctl fit --user guest"


def test_a_damaged_line_of_the_records_is_named_and_all_others_are_shown(capsys):
    fits_file("guest").parent.mkdir(parents=True)
    fits_file("guest").write_bytes(f"{line_of(ENTRY)}\nnothing\n{line_of(ENTRY)}\n".encode() + b"\xff\xfe{\n")
    with pytest.raises(ConfigError) as caught:
        run(history=True)
    assert caught.value.line == 2
    assert "4" in caught.value.message
    assert capsys.readouterr().out.count("2026-03-01 10:00") == 2


def test_a_new_profile_is_made_and_is_valid(monkeypatch):
    seen = []
    monkeypatch.setattr(run_module, "require_display", lambda: None)
    monkeypatch.setattr(
        run_module, "guarded", lambda request, options, restart_ui: seen.append((request, options)) or 0
    )
    assert run(user="ona", new=True, size="1280x800") == 0
    assert load_profile("ona").source == own_file("ona")
    request, options = seen[0]
    assert request.arm.backend == "ideal"  # no real arm, whichever is connected
    assert options == ["--size", "1280x800", "--fit"]


def test_without_a_display_no_profile_is_left_behind(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER", "SDL_VIDEO_DRIVER"):
        monkeypatch.delenv(name, raising=False)
    for size in ("1280x800", "640x480"):
        with pytest.raises(SetupError):
            run(user="ona", new=True, size=size)
    assert not own_file("ona").parent.exists()


def test_a_new_profile_with_a_history_is_a_contradiction():
    with pytest.raises(SetupError, match="no history"):
        run(user="ona", new=True, history=True)
    assert not own_file("ona").exists()


def test_a_profile_that_is_there_is_not_made_again(monkeypatch):
    monkeypatch.setattr(run_module, "require_display", lambda: None)
    with pytest.raises(ConfigError, match="already"):
        run(user="guest", new=True)


def test_who_is_not_known_is_said(monkeypatch):
    monkeypatch.setattr(run_module, "require_display", lambda: None)
    with pytest.raises(ConfigError):
        run(user="nobody")


def test_a_window_too_small_for_the_exercises_is_refused():
    with pytest.raises(SetupError, match="too small"):
        run(size="640x480")
