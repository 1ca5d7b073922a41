"""Reading the store back, and saying clearly why it cannot be read."""

import sqlite3
from contextlib import closing
from io import StringIO

import pytest
from rich.console import Console

from armctl.clock import SteppedClock
from armctl.errors import SetupError
from armctl.evidence.recorder import Recorder, SessionFacts
from armctl.evidence.store import data_folder, read_session, session_numbers
from armctl.evidence.view import listed, render


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "evidence.sqlite"
    recorder = Recorder(path, SessionFacts("guest", "so101", "kitchen_table", "test"), SteppedClock())
    recorder.record("selection", item="drink", press=0.4)
    recorder.record("task", name="[/red] tea", phase="done", step=1, doing="[/red] tea", reason="")
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
    with pytest.raises(SetupError, match="is no evidence store"):
        read_session(path)


def test_a_folder_and_an_empty_file_are_told_from_a_missing_store(tmp_path):
    with pytest.raises(SetupError, match="is a folder") as refused:
        read_session(tmp_path)
    assert str(tmp_path / "evidence.sqlite") in refused.value.remedy
    (tmp_path / "empty.sqlite").touch()
    with pytest.raises(SetupError, match="is empty"):
        read_session(tmp_path / "empty.sqlite")


def test_another_programs_database_is_no_store(tmp_path):
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipe(name TEXT)")
    connection.close()
    with pytest.raises(SetupError, match="no such table") as refused:
        read_session(path)
    assert "evidence.sqlite" in refused.value.remedy


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
    assert "Tiles chosen: 1." in text
    assert "name [/red] tea" in text


def test_the_list_shows_every_session_with_its_tasks(store):
    with closing(Recorder(store, SessionFacts("ona", "wx250s", "kitchen", "test"), SteppedClock())) as recorder:
        recorder.record("task", name="drink", phase="done", step=1, doing="", reason="")
    console = Console(width=120, file=StringIO())
    console.print(listed(read_session(store, number) for number in session_numbers(store)))
    lines = console.file.getvalue().splitlines()
    assert "guest" in lines[-2]
    assert "[/red] tea done" in lines[-2]
    assert "ona" in lines[-1]
    assert "drink done" in lines[-1]


def test_data_goes_to_the_xdg_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert data_folder() == tmp_path / "armctl"
