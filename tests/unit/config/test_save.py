"""Saving a file: all of it or nothing. What a power cut leaves is tested in ``tests/safety/catalogue``."""

import os
import stat

import pytest

from armctl.config.save import save
from armctl.errors import SetupError


def test_what_was_saved_is_read_back_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "arm.toml"
    save(path, "one = 1\n")
    save(path, "zwölf = 12\n")
    assert path.read_text(encoding="utf-8") == "zwölf = 12\n"
    assert os.listdir(tmp_path) == ["arm.toml"]


def test_permissions_stay_and_a_new_file_is_its_owners_alone(tmp_path):
    path = tmp_path / "arm.toml"
    save(path, "a = 1\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    save(path, "a = 2\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_what_cannot_be_saved_is_said_and_the_old_file_stays(tmp_path, monkeypatch):
    path = tmp_path / "arm.toml"
    save(path, "a = 1\n")

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SetupError, match="No space left") as told:
        save(path, "a = 2\n")
    assert "Make room" in told.value.remedy
    assert path.read_text() == "a = 1\n"
    assert os.listdir(tmp_path) == ["arm.toml"]


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(SetupError, match=r"could not be saved \(No such file or directory\)\. Make room"):
        save(tmp_path / "nowhere" / "arm.toml", "a = 1\n")
