"""What outlives a session: counts of choices, and recordings on request; a disk that fails costs nothing else."""

from __future__ import annotations

import json

import pytest

from armctl.access.eventlog import RecordedPipeline
from armctl.config.user import UserConfig
from ui.kept import Kept

USER = UserConfig(name="ann", record_input=False)


def test_counts_grow_from_session_to_session_and_are_used_from_the_next_one_on(tmp_path):
    for session in range(1, 3):
        kept = Kept(USER, tmp_path)
        kept.chosen("drink")
        kept.chosen("drink")
        assert kept.pipeline()._used == ({} if session == 1 else {"drink": 2})
        kept.close()
        assert json.loads((tmp_path / "use" / "ann.json").read_text()) == {"drink": 2 * session}


def test_without_a_folder_nothing_is_kept():
    kept = Kept(USER, None, record=True)
    kept.chosen("drink")
    kept.close()
    assert not isinstance(kept.pipeline(), RecordedPipeline)


@pytest.mark.parametrize("how", ["option", "profile"])
def test_events_are_recorded_on_request_only(tmp_path, how):
    user = USER.model_copy(update={"record_input": how == "profile"})
    kept = Kept(user, tmp_path, record=how == "option")
    assert isinstance(kept.pipeline(), RecordedPipeline)
    kept.close()
    assert len(list((tmp_path / "input").glob("ann-*.jsonl"))) == 1
    assert not isinstance(Kept(USER, tmp_path).pipeline(), RecordedPipeline)


@pytest.mark.parametrize("text", ["", "[1, 2]", '{"drink": "often", "home": -3}', "{"])
def test_damaged_counts_are_no_counts(tmp_path, text):
    (tmp_path / "use").mkdir()
    (tmp_path / "use" / "ann.json").write_text(text)
    assert Kept(USER, tmp_path).pipeline()._used == {}


def test_counts_that_cannot_be_saved_are_told_in_the_log(tmp_path, caplog):
    (tmp_path / "use").write_text("a file where the folder should be")
    kept = Kept(USER, tmp_path)
    kept.chosen("drink")
    kept.close()
    assert "was not saved" in caplog.text


def test_habits_are_kept_for_the_next_session_and_written_only_when_there_are_new_ones(tmp_path):
    kept = Kept(USER, tmp_path)
    kept.learned({})
    assert not (tmp_path / "habits").exists()
    kept.learned({"move": {"grip": 2.0}})
    assert Kept(USER, tmp_path).habits == {"move": {"grip": 2.0}}


def test_of_guests_nothing_is_kept(tmp_path):
    user = USER.model_copy(update={"keep_changes": False})
    kept = Kept(user, tmp_path)
    kept.chosen("drink")
    kept.learned({"move": {"grip": 2.0}})
    kept.close()
    assert list(tmp_path.iterdir()) == []
