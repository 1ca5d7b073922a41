"""``armctl fit``: a new profile, earlier measurements, and what is wrong before any window opens."""

from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from armctl.access.fit.history import Entry, line_of
from armctl.cli import fit
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


def test_a_damaged_line_of_the_records_is_named():
    fits_file("guest").parent.mkdir(parents=True)
    fits_file("guest").write_text(f"{line_of(ENTRY)}\nnothing\n")
    with pytest.raises(ConfigError) as caught:
        run(history=True)
    assert caught.value.line == 2


def test_a_new_profile_is_made_and_is_valid(monkeypatch):
    seen = []
    monkeypatch.setattr(fit, "require_display", lambda: None)
    monkeypatch.setattr(fit, "guarded", lambda request, options, restart_ui: seen.append((request, options)) or 0)
    assert run(user="ona", new=True, size="1280x800") == 0
    assert load_profile("ona").source == own_file("ona")
    request, options = seen[0]
    assert request.arm.backend == "ideal"  # no real arm, whichever is connected
    assert options == ["--size", "1280x800", "--fit"]


def test_a_profile_that_is_there_is_not_made_again():
    with pytest.raises(ConfigError, match="already"):
        run(user="guest", new=True)


def test_who_is_not_known_is_said():
    with pytest.raises(ConfigError):
        run(user="nobody")


def test_a_window_too_small_for_the_exercises_is_refused():
    with pytest.raises(SetupError, match="too small"):
        run(size="640x480")
