"""A port with emulated servos behind it, in memory on a stepped clock; one on a real terminal."""

import pytest

from armctl.cli.doctor_device import device
from armctl.clock import SteppedClock, SystemClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, builtin_names, load
from drivers.feetech import messages as reg
from drivers.transport import open_serial
from sim.emulators.feetech.emulator import FeetechEmulator
from sim.emulators.pty import on_pty
from sim.emulators.registry import EMULATORS, emulator_of
from tests.support.arms import HOME, so101, with_servo
from tests.support.computers import FakeComputer
from tests.support.plants import ExactPlant
from tests.support.wires import LoopTransport, ScriptedTransport


class Rig:
    def __init__(self, folder, config=None, usb="1a86:55d3", serial="5AB"):
        self.config = config or so101()
        self.clock = SteppedClock()
        self.computer = FakeComputer(folder)
        rest = (*self.config.poses["rest"], self.config.gripper.closed)
        self.emulator = emulator_of(self.config.driver)(ExactPlant(rest), self.config, self.clock)
        self.path = self.computer.plug("ttyACM0", usb, serial=serial)
        self.opened = []
        self.turn_round = 0.0

    def open(self, path, baud, clock):
        self.opened.append(baud)
        return LoopTransport(self.emulator, clock)

    def look(self, config=None, open_port=None):
        found = list(device(self.path, config, self.clock, self.computer.here, open_port or self.open))
        assert all(finding.remedy for finding in found if finding.level != "good"), found
        return {finding.subject: finding for finding in found}


@pytest.fixture
def rig(tmp_path):
    return Rig(tmp_path)


def test_a_healthy_arm_is_good_in_every_respect(rig):
    found = rig.look(so101())
    assert {finding.level for finding in found.values()} == {"good"}
    assert found["who answers"].text == ("Feetech STS servos at 1000000 bit/s: servos 1 to 6: STS3215 (model 777)")
    assert "1: 12.0 V" in found["supply"].text
    assert "6: 32 °C" in found["temperature"].text
    assert found["so101"].text == "everything SO-101 needs is there"


def test_how_fast_it_is_was_measured(rig):
    found = rig.look(so101())
    assert found["round trip"].text.startswith("one answer takes 1.0 ms (slowest of 20: 1.0 ms)")
    assert found["cycle"].text.startswith("reading all positions takes 1.0 ms")


def test_without_naming_an_arm_the_protocol_and_the_likely_arm_are_found(rig):
    found = rig.look()
    assert "Feetech" in found["who answers"].text
    assert found["configuration"].level == "good"
    assert "SO-101 (so101)" in found["configuration"].text


EMULATED = [name for name in builtin_names("arms") if load(builtin("arms", name), ArmConfig).driver in EMULATORS]


@pytest.mark.parametrize("name", EMULATED)
def test_every_arm_with_an_emulated_device_is_recognised(name, tmp_path):
    config = load(builtin("arms", name), ArmConfig)
    rig = Rig(tmp_path, config)
    found = rig.look(config)
    assert {finding.level for finding in found.values()} <= {"good", "note"}, found
    assert found[name].text == f"everything {config.title} needs is there"
    assert f"({name})" in rig.look()["configuration"].text


def test_servos_that_fit_no_arm_are_a_note(rig):
    rig.emulator.servos[5].memory.put(reg.ID, 77)
    found = rig.look()
    assert "servos 1 to 5, 77" in found["who answers"].text
    assert "fits no arm" in found["configuration"].text


def test_what_does_not_fit_the_configuration_is_bad_joint_by_joint(rig):
    config = with_servo(with_servo(so101(), "gripper", model=2825), "elbow_flex", homing_offset=100)
    found = list(device(rig.path, config, rig.clock, rig.computer.here, rig.open))
    bad = [finding for finding in found if finding.level == "bad"]
    assert [finding.subject for finding in bad] == ["so101", "so101"]
    assert "elbow_flex (servo 3) holds homing offset 0" in bad[0].text
    assert "Calibrate the arm again" in bad[0].remedy
    assert "gripper (servo 6)" in bad[1].text


def test_a_silent_servo_is_named(rig):
    rig.emulator.faults.muted.add(4)
    found = rig.look(so101())
    assert found["so101"].level == "bad"
    assert "wrist_flex (servo 4) does not answer" in found["so101"].text


def test_a_wrong_supply_is_bad_and_heat_is_a_note(rig):
    rig.emulator.servos[0].set_supply(19.0)
    rig.emulator.servos[1].set_temperature(60.0)
    found = rig.look(so101())
    assert found["supply"].level == "bad"
    assert "19.0 V" in found["supply"].text
    assert found["temperature"].level == "note"


def test_lost_answers_are_counted(rig):
    rig.emulator.faults.loss = 0.05
    found = rig.look(so101())
    assert "of 20 readings were incomplete" in found["lost answers"].text


def test_an_arm_that_falls_silent_is_told(rig):
    def answers_once(path, baud, clock):
        wire = LoopTransport(rig.emulator, clock)
        send = wire.write

        def write(data, deadline):
            send(data, deadline)
            rig.emulator.faults.muted |= set(range(254))

        wire.write = write
        return wire

    assert rig.look(so101(), answers_once)["speed"].text == "answers are lost all the time."


def test_an_adapter_that_gathers_answers_is_found_by_its_slowness(rig):
    rig.emulator.faults.delay = 0.016
    found = rig.look(so101())
    assert found["round trip"].level == "note"
    assert "latency timer" in found["round trip"].remedy
    assert found["cycle"].level == "bad"
    assert "every 10 ms" in found["cycle"].text


def test_an_adapter_that_echoes_is_told_and_not_taken_for_servos(rig):
    rig.emulator.faults.echo = True
    assert rig.look(so101())["echo"].level == "note"
    rig.emulator.faults.muted |= set(range(254))
    found = rig.look(so101())
    assert "nobody answers in Feetech STS servos" in found[rig.path].text
    assert "receiving line" in found[rig.path].remedy


def test_rubbish_is_told_from_silence(rig):
    garbled = rig.look(so101(), lambda path, baud, clock: ScriptedTransport(clock, lambda data: b"\xf0\x0f"))
    assert "garbled" in garbled[rig.path].remedy
    silent = rig.look(so101(), lambda path, baud, clock: ScriptedTransport(clock, lambda data: b""))
    assert "garbled" not in silent[rig.path].remedy
    assert "power supply" in silent[rig.path].remedy


def test_with_nobody_there_every_protocol_was_tried(rig):
    def silent(path, baud, clock):
        rig.opened.append(baud)
        return ScriptedTransport(clock, lambda data: b"")

    found = rig.look(None, silent)
    assert "any protocol armctl knows" in found[rig.path].text
    assert rig.opened == [1_000_000, 1_000_000, 115_200, 115_200]


def test_a_port_in_use_is_told_and_nothing_is_sent(rig):
    rig.computer.process(41, "lerobot", opens=rig.path)
    found = rig.look(so101())
    assert "in use by lerobot (process 41)" in found[rig.path].text
    assert rig.opened == []


def test_a_port_that_is_not_there_is_told(rig):
    rig.path += "9"
    assert rig.look(so101())[rig.path].text == "there is no such port."


def test_another_adapter_than_the_calibrated_one_is_bad(rig):
    wire = so101().wire.model_copy(update={"adapter": "MINE"})
    found = list(device(rig.path, so101().model_copy(update={"wire": wire}), rig.clock, rig.computer.here, rig.open))
    (bad,) = [finding for finding in found if finding.level == "bad"]
    assert "calibrated with the adapter MINE; this one is 5AB" in bad.text
    assert "leader and follower" in bad.remedy


def test_a_protocol_of_somebody_elses_is_said_and_not_guessed(rig):
    found = rig.look(so101().model_copy(update={"driver": "other"}))
    assert "cannot be asked" in found[rig.path].text
    assert rig.opened == []


def test_a_plug_that_is_pulled_meanwhile_is_told(rig):
    def pulled(path, baud, clock):
        wire = LoopTransport(rig.emulator, clock)
        wire.gone = True
        return wire

    assert rig.look(so101(), pulled)[rig.path].level == "bad"


def test_it_works_on_a_terminal_with_emulated_servos(tmp_path):
    clock = SystemClock()
    computer = FakeComputer(tmp_path / "computer")
    link = tmp_path / "arm"
    with on_pty(FeetechEmulator(ExactPlant(HOME), so101(), clock), clock) as served:
        link.symlink_to(served.path)
        found = {finding.subject: finding for finding in device(str(link), so101(), clock, computer.here, open_serial)}
        open_serial(served.path, 1_000_000, clock).close()
    assert found["so101"].text == "everything SO-101 needs is there"
    assert found["who answers"].text.endswith("servos 1 to 6: STS3215 (model 777)")
    assert found[str(link)].text == "an emulated device; can be used"
