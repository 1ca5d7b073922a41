"""``armctl servo`` at emulated servos on a pseudo-terminal."""

import io
import sys
from contextlib import contextmanager

import pytest

from armctl.cli import servo
from armctl.clock import SystemClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.errors import ArmctlError, HardwareError, SetupError
from armctl.hal.state import JointFault
from drivers.feetech import messages as reg
from sim.emulators.pty import PtyThread
from sim.emulators.registry import emulator_of
from tests.support.plants import ExactPlant


class Cable:
    def __init__(self, name="so101"):
        config = load(builtin("arms", name), ArmConfig)
        clock = SystemClock()
        self.emulator = emulator_of(config.driver)(ExactPlant([0.5] * len(config.joints)), config, clock)
        self.served = PtyThread(self.emulator, clock)
        self.given = {"arm": name, "port": self.served.path}

    def put(self, servo_id, cell, value):
        self.served.do(lambda: self.emulator.servo(servo_id).memory.put(cell, value))

    def get(self, servo_id, cell):
        return self.emulator.servo(servo_id).memory.get(cell)


@contextmanager
def cabled(name="so101"):
    cable = Cable(name)
    try:
        yield cable
    finally:
        cable.served.unplug()


@pytest.fixture
def cable():
    with cabled() as it:
        yield it


@pytest.fixture
def nobody(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO())


def answering(monkeypatch, text):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stdin", Terminal(text))


def test_the_list_shows_every_servo_with_its_joint_and_measurements(cable, capsys):
    assert servo.run_list(**cable.given, speeds=False) == 0
    out = capsys.readouterr().out
    for number, joint in enumerate(("shoulder pan", "shoulder lift", "elbow flex"), start=1):
        assert any(line.split()[:1] == [str(number)] and joint in line for line in out.splitlines())
    assert out.count("STS3215") == 6
    assert out.count("3.10") == 6
    assert out.count("12.0") == 6
    assert out.count("limp") == 6


def test_a_missing_servo_is_named_and_the_exit_code_says_so(cable, capsys):
    cable.emulator.faults.muted.add(4)
    assert servo.run_list(**cable.given, speeds=False) == 1
    assert "Not there: 4 (wrist flex)." in capsys.readouterr().out


def test_a_limp_servo_is_renumbered_without_a_question(cable, capsys, nobody):
    assert servo.run_renumber(6, 16, **cable.given, yes=False) == 0
    assert "Servo 6 is servo 16 now" in capsys.readouterr().out
    assert cable.get(16, reg.LOCK) == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [(6, 5, "5 is taken"), (9, 10, "9 does not answer"), (6, 254, "no servo id"), (6, 6, "is 6 already")],
)
def test_what_cannot_be_renumbered_is_refused(cable, old, new, said):
    with pytest.raises(ArmctlError, match=said):
        servo.run_renumber(old, new, **cable.given, yes=True)
    assert cable.get(6, reg.ID) == 6


def test_a_servo_that_holds_is_never_let_go_without_words(cable, nobody, monkeypatch, capsys):
    cable.put(3, reg.TORQUE_ENABLE, 1)
    for call in (
        lambda: servo.run_renumber(3, 13, **cable.given, yes=False),
        lambda: servo.run_baud(3, 500_000, **cable.given, yes=False),
        lambda: servo.run_release(**cable.given, yes=False),
    ):
        with pytest.raises(SetupError, match=r"Servo 3 holds its place.*falls.*--yes"):
            call()
        assert cable.get(3, reg.TORQUE_ENABLE) == 1
    answering(monkeypatch, "n\n")
    assert servo.run_release(**cable.given, yes=False) == 1
    assert cable.get(3, reg.TORQUE_ENABLE) == 1
    assert "Nothing was changed." in capsys.readouterr().out
    answering(monkeypatch, "y\n")
    assert servo.run_release(**cable.given, yes=False) == 0
    assert cable.get(3, reg.TORQUE_ENABLE) == 0


def test_only_the_servo_in_question_is_let_go(cable):
    for number in (2, 3):
        cable.put(number, reg.TORQUE_ENABLE, 1)
    assert servo.run_renumber(3, 13, **cable.given, yes=True) == 0
    assert cable.get(2, reg.TORQUE_ENABLE) == 1


def test_another_speed_is_set_and_told(cable, capsys):
    assert servo.run_baud(2, 500_000, **cable.given, yes=False) == 0
    assert cable.get(2, reg.BAUD) == 1
    assert cable.get(2, reg.LOCK) == 1
    out = capsys.readouterr().out
    assert "speaks at 500000" in out
    assert "configured for 1000000" in out
    with pytest.raises(HardwareError, match="does not know the speed 12345"):
        servo.run_baud(2, 12345, **cable.given, yes=False)


def test_without_a_terminal_the_live_table_is_plain_lines(cable, capsys):
    cable.put(2, reg.STATUS, 0x20)
    cable.emulator.servo(2).faults.status = 0x20
    cable.emulator.faults.muted.add(5)
    assert servo.run_watch(**cable.given, count=1) == 0
    lines = capsys.readouterr().out.splitlines()
    # One that is silent from the start is not known to be there.
    assert [line.split(":")[0] for line in lines] == [
        f"servo {number} ({name})"
        for number, name in (
            (1, "shoulder pan"),
            (2, "shoulder lift"),
            (3, "elbow flex"),
            (4, "wrist flex"),
            (6, "gripper"),
        )
    ]
    assert lines[1].endswith("12.0 V, 32 °C, limp, faults: overload")


def test_a_servo_that_falls_silent_stays_in_the_table():
    assert servo.watch_line(5, None, "wrist roll") == "servo 5 (wrist roll): does not answer"
    assert servo.watch_table([5], {}, {}).row_count == 1


def test_every_fault_has_its_words():
    for fault in JointFault:
        if fault:
            assert servo.fault_words(fault)
    assert servo.fault_words(JointFault.NONE) == ""
    assert servo.fault_words(JointFault.OVERHEAT | JointFault.OVERLOAD) == "too hot, overload"


@pytest.mark.parametrize("name", ["mycobot280", "uarm_swift_pro", "grbl_arm"])
def test_an_arm_behind_a_controller_says_how_it_is_calibrated(name):
    with pytest.raises(SetupError, match="its own controller stands before them") as told:
        servo.run_list(arm=name, port="/dev/null", speeds=False)
    assert len(told.value.remedy) > 40


def test_dynamixel_servos_are_listed_and_renumbered_too(capsys):
    with cabled("koch_v11") as cable:
        assert servo.run_list(**cable.given, speeds=False) == 0
        assert servo.run_renumber(6, 16, **cable.given, yes=False) == 0
        assert servo.run_watch(**cable.given, count=1) == 0
    out = capsys.readouterr().out
    assert "XL430-W250" in out
    assert "servo 16" in out
