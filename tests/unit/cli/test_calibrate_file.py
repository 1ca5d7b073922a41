"""The calibrated file: comments kept, exact, and the note beside it."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.cli.calibrate_file import (
    Note,
    base_text,
    calibrated_text,
    note_file,
    own_file,
    read_note,
    remove_note,
    save_note,
)
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, parse
from armctl.errors import ConfigError, SetupError
from drivers.bench import Memory
from tests.support.arms import so101, with_servo

TEXT = builtin("arms", "so101").read_text(encoding="utf-8")
STAMP = "2026-01-01 12:00"


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path / "armctl" / "arms"


def calibrated(zero=2040, offset=-300, sign=-1):
    return with_servo(so101(), "elbow_flex", zero_step=zero, homing_offset=offset, sign=sign)


@given(st.integers(0, 4095), st.integers(-2047, 2047), st.sampled_from([1, -1]))
def test_the_file_says_exactly_what_was_calibrated(zero, offset, sign):
    config = calibrated(zero, offset, sign)
    assert parse(calibrated_text(TEXT, "x", config, STAMP), ArmConfig, "x") == config


def test_every_comment_and_every_untouched_line_is_kept():
    new = calibrated_text(TEXT, "x", calibrated(), STAMP).splitlines()
    lost = [line for line in TEXT.splitlines() if line not in new]
    assert len(lost) == 1 + sum("servo = " in line for line in lost) - 1 <= 6
    assert all("servo = " in line for line in lost)
    assert new[0].startswith("# Calibrated 2026-01-01 12:00")


def test_calibrating_again_leaves_one_mark():
    once = calibrated_text(TEXT, "x", calibrated(), STAMP)
    twice = calibrated_text(once, "x", calibrated(offset=5), "2027-01-01 12:00")
    assert twice.count("# Calibrated ") == 1
    assert "2027" in twice.splitlines()[0]


def test_a_servo_written_as_a_table_of_its_own_is_edited_too():
    text = TEXT.replace("servo = { id = 3, zero_step = 2048, sign = 1 }", "[joints.servo]\nid = 3 # the elbow")
    assert parse(calibrated_text(text, "x", calibrated(), STAMP), ArmConfig, "x") == calibrated()


def test_a_file_that_would_say_something_else_is_refused():
    other = TEXT.replace("max_speed = 0.52", "max_speed = 0.4", 1)
    with pytest.raises(ConfigError, match="something else"):
        calibrated_text(other, "mine.toml", calibrated(), STAMP)


def test_the_persons_own_file_comes_before_the_built_in(home):
    assert base_text("so101")[0] == TEXT
    home.mkdir(parents=True)
    own_file("so101").write_text("mine", encoding="utf-8")
    assert base_text("so101")[0] == "mine"
    assert own_file("so101") == home / "so101.toml"


def test_a_toml_file_stands_for_itself(tmp_path):
    assert own_file(str(tmp_path / "arm.toml")) == tmp_path / "arm.toml"
    with pytest.raises(ConfigError, match="no arm called"):
        own_file("../../etc/passwd")


MEMORIES = st.dictionaries(
    st.integers(0, 253), st.builds(Memory, st.integers(-2047, 2047), st.integers(0, 4095), st.integers(0, 4095))
)


@given(MEMORIES, MEMORIES, MEMORIES, st.text())
def test_a_note_is_read_as_it_was_written(tmp_path_factory, before, after, between, text):
    arm = str(tmp_path_factory.mktemp("n") / "arm.toml")
    note = Note(before, after, text, between)
    save_note(arm, note)
    assert read_note(arm) == note
    remove_note(arm)
    assert read_note(arm) is None


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"before": 1}', json.dumps({"before": {"x": []}})])
def test_a_note_that_cannot_be_read_is_told_with_its_name(home, content):
    home.mkdir(parents=True)
    note_file("so101").write_text(content, encoding="utf-8")
    with pytest.raises(SetupError, match=r"so101\.unfinished\.json"):
        read_note("so101")


def test_rounding_of_the_file_is_that_of_the_configuration():
    config = so101().model_copy(update={"gripper": so101().gripper.model_copy(update={"open": round(math.pi / 2, 4)})})
    assert parse(calibrated_text(TEXT, "x", config, STAMP), ArmConfig, "x") == config
