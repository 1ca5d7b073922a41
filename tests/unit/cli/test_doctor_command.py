"""The table, the exit code, and the rule on the standard output."""

import pytest

from armctl.cli.doctor_command import print_rules, run_doctor
from armctl.clock import SystemClock
from armctl.config.load import builtin
from armctl.errors import ConfigError, SetupError
from sim.emulators.feetech.emulator import FeetechEmulator
from sim.emulators.pty import on_pty
from tests.support.arms import HOME, so101
from tests.support.computers import FakeComputer
from tests.support.plants import ExactPlant


@pytest.fixture
def computer(tmp_path):
    return FakeComputer(tmp_path)


@pytest.fixture
def plugged(computer):
    """An arm on a port of ``computer``; yields the emulated servos and the port."""
    emulator = FeetechEmulator(ExactPlant(HOME), so101(), SystemClock())
    with on_pty(emulator, SystemClock()) as served:
        yield emulator, computer.plug("ttyACM0", serial="5AB", leads_to=served.path)


def test_with_nothing_plugged_in_it_runs_and_says_so(computer, capsys):
    assert run_doctor("", "", computer.here) == 0
    shown = capsys.readouterr().out
    assert "Plug the arm in" in shown
    assert "numpy" in shown


def test_a_named_arm_that_is_not_there_ends_with_one(computer, capsys):
    assert run_doctor("so101", "", computer.here) == 1
    assert "was not found" in capsys.readouterr().out


def test_a_named_arm_is_looked_for_and_looked_at(computer, plugged, capsys):
    assert run_doctor("so101", "", computer.here) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "everything SO-101 needs is there" in shown
    assert "servos 1 to 6: STS3215" in shown


def test_a_port_is_looked_at_alone(computer, plugged, capsys):
    emulator, path = plugged
    emulator.faults.muted.add(2)
    assert run_doctor("so101", path, computer.here) == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert "shoulder_lift (servo 2) does not answer" in shown
    assert "numpy" not in shown


def test_what_a_device_calls_itself_is_no_markup(computer, capsys):
    computer.plug("ttyACM0", "dead:beef", title="[red]x[/oops]")
    assert run_doctor("", "", computer.here) == 0
    assert "[red]x[/oops]" in capsys.readouterr().out


def test_a_stand_ins_name_means_its_arm_and_the_own_calibrated_file_goes_first(
    computer, plugged, capsys, tmp_path, monkeypatch
):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    own = tmp_path / "armctl" / "arms" / "so101.toml"
    own.parent.mkdir(parents=True)
    text = builtin("arms", "so101").read_text(encoding="utf-8")
    own.write_text(text.replace("id = 3, zero_step = 2048, sign = 1", "id = 3, homing_offset = 100"), "utf-8")
    assert run_doctor("so101-sim", plugged[1], computer.here) == 1
    shown = " ".join(capsys.readouterr().out.split())
    assert "elbow_flex (servo 3) holds homing offset 0; the configuration was calibrated with 100" in shown


def test_an_arm_nobody_knows_is_refused(computer):
    with pytest.raises(ConfigError, match="so101"):
        run_doctor("so999", "", computer.here)


def test_the_rule_and_nothing_else_is_printed(computer, plugged, capsys):
    assert print_rules("", computer.here) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    assert shown.out.startswith("#")
    assert shown.out.endswith('LABEL="armctl_end"\n')
    assert 'SYMLINK+="armctl-5AB"' in shown.out


def test_the_rule_for_a_named_arm_needs_nothing_plugged_in(computer, capsys):
    assert print_rules("so101", computer.here) == 0
    assert "1a86" in capsys.readouterr().out
    with pytest.raises(SetupError):
        print_rules("", computer.here)
