"""``armctl home`` at an emulated Grbl controller: asked for by a person, ended by a key, and what is said."""

import io
import os
import pty
import signal
import sys

import pytest

from armctl.cli import home as module
from armctl.cli.home import home, run_home, stop_asked
from armctl.errors import HardwareError, LinkLostError, PortBusyError, SetupError
from armctl.hal.state import FloatArray
from tests.support.gcode import GcodeRig

NAME = "grbl_arm"


class Lived:
    """A clock under which the device lives, as it does behind a real port."""

    def __init__(self, rig, at=None):
        self.rig = rig
        self.at = at or {}
        self.looks = 0

    def now(self):
        return self.rig.clock.now()

    def sleep_until(self, time):
        self.rig.pass_time(time - self.now())
        self.looks += 1
        for look, act in self.at.items():
            if look == self.looks:
                act()


@pytest.fixture
def rig():
    """An arm whose controller just got its power."""
    made = GcodeRig(NAME)
    made.device.restart()
    made.pass_time(1.7)
    return made


@pytest.fixture(autouse=True)
def no_keyboard(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO())


def placed(rig) -> FloatArray:
    return rig.device.planner.place


def test_an_arm_that_lost_its_place_is_homed_and_can_be_switched_on_then(rig, capsys):
    assert home(rig.arm, Lived(rig), yes=True, anew=False) == 0
    said = capsys.readouterr().out
    assert "until it was homed" in said
    assert said.rstrip().endswith("It knows where it is.")
    rig.arm.connect()
    assert rig.arm.read().positions == pytest.approx(rig.plant.positions(), abs=1e-4)
    rig.arm.enable()
    assert rig.arm.read().torque_on


def test_a_session_that_looks_for_the_arm_lets_it_be_homed_between_two_attempts(rig, capsys):
    opened, rig.arm._open_port = rig.arm._open_port, lambda *given: busy()

    def busy():
        raise PortBusyError("In use.")

    def let_go():
        rig.arm._open_port = opened

    assert home(rig.arm, Lived(rig, {80: let_go}), yes=True, anew=False) == 0
    assert "It knows where it is." in capsys.readouterr().out


def test_a_program_that_keeps_the_port_is_named(rig):
    def busy(*given):
        raise PortBusyError("In use by armctl (process 1).")

    rig.arm._open_port = busy
    with pytest.raises(PortBusyError, match="process 1"):
        home(rig.arm, Lived(rig), yes=True, anew=False)


def test_one_that_knows_its_place_is_left_alone_unless_it_is_asked_for_again(capsys):
    rig = GcodeRig(NAME).enabled()
    assert home(rig.arm, Lived(rig), yes=True, anew=False) == 0
    assert b"$H" not in b"".join(b"".join(wire.sent) for wire in rig.wires)
    assert "--again" in capsys.readouterr().out
    assert home(rig.arm, Lived(rig), yes=True, anew=True) == 0
    assert b"$H\n" in rig.sent


def test_nothing_moves_before_somebody_said_that_the_way_is_free(rig):
    before = placed(rig).copy()
    with pytest.raises(SetupError, match="Nobody is here to answer"):
        home(rig.arm, Lived(rig), yes=False, anew=False)
    rig.pass_time(1.0)
    assert placed(rig) == pytest.approx(before)


def test_a_no_leaves_everything_as_it_was(rig, monkeypatch, capsys):
    monkeypatch.setattr(module, "agreed", lambda question, yes: "nobody within the arm's reach" not in question)
    assert home(rig.arm, Lived(rig), yes=False, anew=False) == 1
    assert b"$H" not in rig.sent
    assert "Nothing was moved." in capsys.readouterr().out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_who_ends_it_stops_the_arm_at_once(rig, number, capsys):
    seen = []
    clock = Lived(rig, {20: lambda: (seen.append(placed(rig).copy()), os.kill(os.getpid(), number))})
    assert home(rig.arm, clock, yes=True, anew=False) == 1
    assert rig.wires[-1].sent[-1] == b"\x18"
    stood = placed(rig).copy()
    assert abs(stood - seen[0]).max() < 5.0  # [deg], at 25 deg/s and one look later
    rig.pass_time(2.0)
    assert placed(rig) == pytest.approx(stood)
    assert "Stopped" in capsys.readouterr().out
    with pytest.raises(HardwareError, match="ended by a reset"):
        rig.arm.connect()


def test_a_joint_that_does_not_reach_its_switch_ends_it_with_the_reason(rig):
    rig.device.units[1].faults.blocked = True
    with pytest.raises(HardwareError, match="homing found no switch") as error:
        home(rig.arm, Lived(rig), yes=True, anew=False)
    assert "in its way" in error.value.remedy


def test_after_a_limit_switch_only_homing_rouses_the_controller():
    rig = GcodeRig(NAME).enabled()
    rig.arm.close()
    rig.device.hit_limit()
    with pytest.raises(HardwareError, match="No Grbl controller answers") as error:
        rig.arm.connect()
    assert "armctl home" in error.value.remedy
    assert home(rig.arm, Lived(rig), yes=True, anew=False) == 0
    assert rig.enabled().arm.read().complete


def test_one_whose_motors_were_off_away_from_rest_is_homed_though_it_counts(capsys):
    rig = GcodeRig(NAME).enabled()
    goal = rig.arm.read().positions.copy()
    goal[1] -= 0.5
    rig.run(3.0, goal)
    rig.arm.release()
    assert home(rig.arm, Lived(rig), yes=True, anew=False) == 0
    assert "away from the rest pose" in capsys.readouterr().out
    assert rig.enabled().arm.read().positions == pytest.approx(rig.plant.positions(), abs=1e-4)


def test_a_port_that_goes_away_meanwhile_says_that_the_arm_may_go_on(rig):
    def pull():
        rig.wires[-1].gone = True

    with pytest.raises(LinkLostError, match="may go on homing") as error:
        home(rig.arm, Lived(rig, {10: pull}), yes=True, anew=False)
    assert "power" in error.value.remedy


def test_homing_without_an_end_is_given_up(rig, monkeypatch):
    monkeypatch.setattr(module, "HOMING_TIME", 1.0)
    with pytest.raises(HardwareError, match="not done within 1 s"):
        home(rig.arm, Lived(rig), yes=True, anew=False)
    assert rig.wires[-1].sent[-1] == b"\x18"


def test_a_controller_that_is_set_up_otherwise_is_not_homed(rig):
    rig.device.settings[100] = 1.0
    with pytest.raises(HardwareError, match=r"\$100 is 1"):
        home(rig.arm, Lived(rig), yes=True, anew=False)
    assert b"$H" not in rig.sent


@pytest.mark.parametrize("name", ["so101", "uarm_swift_pro", "mycobot280"])
def test_an_arm_that_needs_none_is_told_so(name):
    with pytest.raises(SetupError, match="without homing"):
        run_home(arm=name, port="/dev/null", yes=True, anew=False)


def test_a_key_stops_and_what_was_typed_before_does_not(monkeypatch):
    theirs, ours = pty.openpty()
    with open(ours, encoding="utf-8") as keyboard:
        monkeypatch.setattr(sys, "stdin", keyboard)
        os.write(theirs, b"y")
        with stop_asked() as asked:
            assert not asked()
            os.write(theirs, b" ")
            assert asked()
    os.close(theirs)
