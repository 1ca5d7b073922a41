"""A newcomer sees every arm there is, and names that can be typed."""

import pytest

from armctl.cli.arms import arm_row, arm_rows, is_calibrated, longest_reach, run_arms
from armctl.cli.choice import choose_arm, find
from armctl.config.load import builtin_names
from armctl.kinematics.robot import RobotModel
from sim.emulators.registry import EMULATORS
from tests.support.arms import so101


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path / "armctl" / "arms"


def test_every_arm_has_a_row():
    assert tuple(row.name for row in arm_rows()) == builtin_names("arms")


def test_the_so101_is_told_as_it_is():
    row = arm_row("so101")
    assert (row.title, row.protocol, row.joints, row.payload, row.calibrated) == ("SO-101", "feetech", 5, 0.2, False)
    assert row.reach == pytest.approx(0.46, abs=0.03)  # 0.45 m to the tool: sum of the published lengths
    assert row.standins == ("so101-sim", "so101-ideal", "so101-emulated")


@pytest.mark.parametrize("name", builtin_names("arms"))
def test_every_stand_in_that_is_listed_can_be_chosen(name):
    row = arm_row(name)
    for standin in row.standins:
        assert choose_arm(standin).config_name == name
    assert (f"{name}-emulated" in row.standins) == (row.protocol.split()[0] in EMULATORS)


def test_an_arm_that_was_calibrated_here_is_told(own_folder):
    own_folder.mkdir(parents=True)
    text = find("arms", "so101").read_text(encoding="utf-8")
    (own_folder / "so101.toml").write_text(text, encoding="utf-8")
    assert not is_calibrated("so101")
    (own_folder / "so101.toml").write_text(text.replace("sign = 1 }", "sign = 1, homing_offset = 5 }"), "utf-8")
    assert is_calibrated("so101")


def test_an_arm_whose_controller_knows_its_joints_needs_no_calibration():
    assert arm_row("uarm_swift_pro").calibrated is None
    assert arm_row("koch_v11").calibrated is False


def test_the_reach_is_that_of_the_configured_limits():
    whole = longest_reach(RobotModel(so101()))
    stiff = tuple(
        joint.model_copy(update={"lower": -0.01, "upper": 0.01}) if joint.name == "elbow_flex" else joint
        for joint in so101().joints
    )
    assert longest_reach(RobotModel(so101().model_copy(update={"joints": stiff}))) < whole - 0.02


def test_the_table_names_every_arm_and_how_to_start_one(capsys):
    assert run_arms() == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in builtin_names("arms"))
    assert "armctl run --arm NAME" in shown
