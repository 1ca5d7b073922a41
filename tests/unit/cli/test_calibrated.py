"""Which file a real arm is driven with, and whether it may be."""

import pytest

from armctl.cli.calibrate_file import Note, own_file, save_note
from armctl.cli.calibrated import own_name, require_calibrated
from armctl.cli.choice import choose_arm
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, builtin_names, load
from armctl.errors import SetupError
from tests.support.arms import so101, with_servo

TEXT = builtin("arms", "so101").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def keep(text):
    own_file("so101").parent.mkdir(parents=True, exist_ok=True)
    own_file("so101").write_text(text, encoding="utf-8")


def calibrated():
    config = so101()
    for joint in config.joints:
        config = with_servo(config, joint.name, homing_offset=1)
    return config


def test_a_real_arm_is_driven_with_its_own_file_and_a_simulated_one_with_the_built_in():
    assert own_name("so101") == "so101"
    keep(TEXT.replace('title = "SO-101"', 'title = "Mine"'))
    assert own_name("so101") == str(own_file("so101"))
    real = choose_arm("so101", "/dev/ttyACM0")
    assert (real.name, real.config.title, real.config_name) == ("so101", "Mine", str(own_file("so101")))
    assert choose_arm("so101-ideal").config.title == "SO-101"
    assert own_name("no/such") == "no/such"


def test_an_arm_that_was_never_calibrated_is_not_driven_and_told_how():
    with pytest.raises(SetupError, match="SO-101 is not calibrated") as told:
        require_calibrated("so101", so101(), "/dev/ttyACM0")
    assert "armctl calibrate so101 --port /dev/ttyACM0" in told.value.remedy
    require_calibrated("so101", calibrated(), "/dev/ttyACM0")


def test_one_joint_without_calibration_is_enough_and_named():
    with pytest.raises(SetupError, match=r"\(elbow_flex\)"):
        require_calibrated("so101", with_servo(calibrated(), "elbow_flex", homing_offset=None), "/dev/x")


@pytest.mark.parametrize("name", ["so101", "own file"])
def test_an_interrupted_calibration_is_told_before_anything_moves(name):
    keep(TEXT)
    save_note("so101", Note({}, {}))
    arm = "so101" if name == "so101" else str(own_file("so101"))
    with pytest.raises(SetupError, match="interrupted while it was written") as told:
        require_calibrated(arm, calibrated(), "/dev/x")
    assert "armctl calibrate so101 --port /dev/x" in told.value.remedy


def test_arms_that_leave_the_factory_with_their_zero_or_calibrate_themselves_need_none():
    refused = set()
    for name in builtin_names("arms"):
        try:
            require_calibrated(name, load(builtin("arms", name), ArmConfig), "/dev/x")
        except SetupError:
            refused.add(name)
    assert refused == {"so100", "so101", "koch_v11"}
