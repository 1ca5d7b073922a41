"""Reading the store back, and saying clearly why it cannot be read."""

import sqlite3

import pytest
from rich.console import Console

from armctl.clock import SteppedClock
from armctl.errors import SetupError
from armctl.evidence.recorder import Recorder, SessionFacts
from armctl.evidence.store import data_folder, read_session, session_numbers
from armctl.evidence.view import render


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "evidence.sqlite"
    recorder = Recorder(path, SessionFacts("guest", "so101", "kitchen_table", "test"), SteppedClock())
    recorder.record("selection", item="drink", press=0.4)
    recorder.close()
    return path


def test_a_missing_store_is_said_plainly(tmp_path):
    with pytest.raises(SetupError, match="There is no evidence store"):
        session_numbers(tmp_path / "none.sqlite")
    assert not (tmp_path / "none.sqlite").exists()


def test_an_unknown_session_names_those_there_are(store):
    with pytest.raises(SetupError, match="no session 7.*1 to 1"):
        read_session(store, 7)


def test_a_file_that_is_no_store_is_said_plainly(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("this is not a database, " * 100)
    with pytest.raises(SetupError, match="cannot be"):
        read_session(path)


def test_a_store_of_a_newer_armctl_is_left_alone(store):
    with sqlite3.connect(store) as connection:
        connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(SetupError, match="newer armctl"):
        read_session(store)


def test_the_rendered_session_shows_kind_time_and_particulars(store):
    console = Console(width=100, record=True, file=open("/dev/null", "w"))  # noqa: SIM115 - closed below
    console.print(render(read_session(store)))
    console.file.close()
    text = console.export_text()
    assert "guest with so101" in text
    assert "selection" in text
    assert "item drink, press 0.4" in text


def test_data_goes_to_the_xdg_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert data_folder() == tmp_path / "armctl"
