"""Questions to emulated Feetech servos: who, how, what differs; nothing in their memory changes."""

import pytest

from armctl.clock import SteppedClock
from drivers.feetech import messages as reg
from drivers.probes.feetech import PROBE
from drivers.probes.probe import Line
from sim.emulators.feetech.emulator import FeetechEmulator
from tests.support.arms import HOME, so101, with_servo
from tests.support.plants import ExactPlant
from tests.support.wires import LoopTransport, ScriptedTransport

NO_SERVO = "does not answer."


class Rig:
    def __init__(self):
        self.clock = SteppedClock()
        self.plant = ExactPlant(HOME)
        self.emulator = FeetechEmulator(self.plant, so101(), self.clock)
        self.transport = LoopTransport(self.emulator, self.clock)
        self.line = Line(self.transport, self.clock, self.clock.now() + 1.9)


@pytest.fixture
def rig():
    return Rig()


def test_the_question_and_the_answer_are_the_golden_bytes():
    clock = SteppedClock()
    transport = ScriptedTransport(clock, lambda data: bytes.fromhex("FFFF0104000903EE"))
    only_one = so101().model_copy(update={"joints": so101().joints[:1]})
    (unit,) = PROBE.who(Line(transport, clock, clock.now() + 1), only_one)
    assert transport.sent == [bytes.fromhex("FFFFFE0582 03 02 01 74")]
    assert (unit.id, unit.model, unit.what) == (1, 777, "STS3215 (model 777)")


def test_the_arms_servos_answer(rig):
    assert [unit.id for unit in PROBE.who(rig.line, so101())] == [1, 2, 3, 4, 5, 6]
    assert 0 < rig.line.round_trip < 0.01


def test_without_a_configuration_everybody_answers(rig):
    rig.emulator.servos[5].memory.put(reg.ID, 77)
    assert [unit.id for unit in PROBE.who(rig.line, None)] == [1, 2, 3, 4, 5, 77]


def test_a_lost_answer_is_asked_for_again(rig):
    rig.emulator.faults.drop_next(3)
    assert len(PROBE.who(rig.line, so101())) == 6


def test_a_silent_servo_is_missing(rig):
    rig.emulator.faults.muted.add(3)
    assert [unit.id for unit in PROBE.who(rig.line, so101())] == [1, 2, 4, 5, 6]


def test_an_adapter_that_echoes_with_nothing_behind_it_is_nobody(rig):
    rig.emulator.faults.echo = True
    rig.emulator.faults.muted |= set(range(254))
    assert PROBE.who(rig.line, so101()) == ()
    assert PROBE.who(rig.line, None) == ()


def test_supply_and_temperature_are_measured(rig):
    measured = PROBE.measure(rig.line, PROBE.who(rig.line, so101()))
    assert [one.id for one in measured] == [1, 2, 3, 4, 5, 6]
    assert all(one.volts == pytest.approx(12.0) and 0 < one.celsius < 60 for one in measured)


def test_a_cycle_reads_everybody_at_once_and_asks_nobody_twice(rig):
    units = PROBE.who(rig.line, so101())
    rig.transport.sent.clear()
    assert PROBE.cycle(rig.line, units)
    rig.emulator.faults.drop_next(3)
    assert not PROBE.cycle(rig.line, units)
    assert len(rig.transport.sent) == 2


def test_an_arm_that_fits_differs_in_nothing(rig):
    assert PROBE.differs(rig.line, so101(), PROBE.who(rig.line, so101())) == ()


def test_what_differs_is_told_joint_by_joint(rig):
    rig.emulator.faults.muted.add(2)
    config = with_servo(with_servo(so101(), "elbow_flex", homing_offset=100), "gripper", model=2825)
    said = PROBE.differs(rig.line, config, PROBE.who(rig.line, config))
    assert len(said) == 3
    assert said[0] == "shoulder_lift (servo 2) does not answer."
    assert "elbow_flex (servo 3) holds homing offset 0; the configuration was calibrated with 100" in said[1]
    assert "gripper (servo 6) is a STS3215 (model 777); the configuration says a STS3250" in said[2]


def test_a_configuration_whose_servos_cannot_do_it_is_told_and_not_a_crash(rig):
    config = with_servo(so101(), "elbow_flex", zero_step=0)
    (said,) = PROBE.differs(rig.line, config, PROBE.who(rig.line, config))
    assert "elbow_flex would need steps" in said


def test_no_question_changes_a_servo_or_moves_it(rig):
    before = [bytes(servo.memory.read(0, reg.POSITION.address)) for servo in rig.emulator.servos]
    where = rig.plant.positions()
    for config in (so101(), None):
        units = PROBE.who(rig.line, config)
        PROBE.measure(rig.line, units)
        PROBE.cycle(rig.line, units)
        PROBE.differs(rig.line, so101(), units)
    for _ in range(20):
        rig.clock.advance(0.01)
        rig.emulator.advance()
    assert [bytes(servo.memory.read(0, reg.POSITION.address)) for servo in rig.emulator.servos] == before
    assert (rig.plant.positions() == where).all()
    asked = {frame[4] for frame in rig.transport.sent}
    assert asked <= {reg.Instruction.PING, reg.Instruction.SYNC_READ}
