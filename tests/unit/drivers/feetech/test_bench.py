"""The Feetech bench at emulated servos: numbering, memory, torque, and what it refuses."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.clock import SteppedClock
from armctl.errors import HardwareError, LinkLostError
from armctl.hal.state import JointFault
from drivers.bench import Memory
from drivers.feetech import messages as reg
from drivers.feetech.bench import RATES, open_bench
from sim.emulators.feetech.emulator import FeetechEmulator
from sim.emulators.feetech.servo import Servo
from sim.emulators.motors import Measured
from tests.support.arms import HOME, so101
from tests.support.plants import ExactPlant
from tests.support.wires import LoopTransport

IDS = (1, 2, 3, 4, 5, 6)


class Rig:
    def __init__(self):
        self.clock = SteppedClock()
        self.plant = ExactPlant(HOME)
        self.emulator = FeetechEmulator(self.plant, so101(), self.clock)
        self.bench = open_bench("/dev/loop", 1_000_000, self.clock, self._open)

    def _open(self, path, rate, clock):
        self.wire = LoopTransport(self.emulator, clock)
        return self.wire

    def servo(self, number):
        return self.emulator.servo(number)

    def get(self, number, cell):
        return self.servo(number).memory.get(cell)

    def add_stranger(self, number, angle=0.3):
        servo = Servo(so101().joints[0].servo.model_copy(update={"id": number}), Measured(angle, 0.0, 0.0))
        self.emulator.strangers = (*self.emulator.strangers, servo)
        return servo


@pytest.fixture
def rig():
    return Rig()


def test_a_scan_names_every_servo(rig):
    found = rig.bench.scan()
    assert [row.id for row in found] == list(IDS)
    assert {(row.model, row.title, row.firmware, row.answers, row.problem) for row in found} == {
        (777, "STS3215", "3.10", 1, "")
    }


@pytest.mark.parametrize("collide", [False, True])
def test_two_servos_with_one_id_are_seen(rig, collide):
    rig.add_stranger(3)
    rig.emulator.faults.collide = collide
    third = next(row for row in rig.bench.scan() if row.id == 3)
    assert third.problem


def test_what_servos_measure_is_told(rig):
    rig.servo(2).set_temperature(41)
    rig.servo(2).set_supply(7.4)
    rig.servo(2).faults.status = 0x20
    rig.clock.advance(0.05)
    rows = rig.bench.live(IDS)
    assert set(rows) == set(IDS)
    assert rows[2].celsius == 41
    assert rows[2].volts == pytest.approx(7.4)
    assert rows[2].faults == JointFault.OVERLOAD
    assert rows[2].position == round(2048 + HOME[1] / (math.tau / 4096))
    assert not any(row.torque for row in rows.values())


def test_a_silent_servo_is_left_out(rig):
    rig.emulator.faults.muted = {4}
    assert set(rig.bench.live(IDS)) == set(IDS) - {4}
    assert set(rig.bench.memories(IDS)) == set(IDS) - {4}


MEMORIES = st.builds(
    Memory,
    st.integers(-2047, 2047),
    st.integers(0, 2000),
    st.integers(2001, 4095),
    st.sampled_from([0, 1, 3]),
    st.booleans(),
)


@settings(max_examples=25, deadline=None)
@given(MEMORIES, MEMORIES)
def test_what_is_to_be_remembered_is_kept_and_what_was_there_before_can_be_put_back(first, second):
    rig = Rig()
    before = [rig.servo(number).memory.read(0, 56) for number in IDS]
    kept = rig.bench.memories([3])[3]
    for memory in (first, second):
        rig.bench.remember(3, memory)
        assert rig.bench.memories([3])[3] == memory
        assert rig.get(3, reg.LOCK) == 1
    rig.bench.remember(3, kept)
    assert [rig.servo(number).memory.read(0, 40) for number in IDS] == [memory[:40] for memory in before]


def test_only_what_differs_is_written(rig):
    kept = rig.bench.memories([3])[3]
    rig.bench.remember(3, kept)
    assert not [frame for frame in rig.wire.sent if frame[4] == reg.Instruction.WRITE]
    rig.bench.remember(3, kept._replace(highest=3000))
    written = [frame for frame in rig.wire.sent if frame[4] == reg.Instruction.WRITE]
    assert [frame[5] for frame in written] == [reg.MAX_POSITION.address]


def test_a_servo_that_holds_is_not_written(rig):
    rig.bench.torque(IDS, on=True)
    kept = rig.bench.memories([3])[3]
    with pytest.raises(HardwareError, match="3 holds its place"):
        rig.bench.remember(3, kept._replace(offset=100))
    with pytest.raises(HardwareError, match="3 holds its place"):
        rig.bench.renumber(3, 9)
    with pytest.raises(HardwareError, match="3 holds its place"):
        rig.bench.set_rate(3, 500_000)
    assert rig.bench.memories([3])[3] == kept


def test_a_servo_that_keeps_nothing_is_told(rig):
    class Stubborn(type(rig.servo(3).memory)):
        def write(self, address, data):
            return () if address == reg.HOMING_OFFSET.address else super().write(address, data)

    rig.servo(3).memory.__class__ = Stubborn
    with pytest.raises(HardwareError, match="did not keep"):
        rig.bench.remember(3, Memory(100, 0, 4095))
    assert rig.get(3, reg.LOCK) == 1


def test_holding_moves_nothing_and_limp_is_limp(rig):
    rig.bench.torque(IDS, on=True)
    assert all(row.torque for row in rig.bench.live(IDS).values())
    for _ in range(50):
        rig.clock.advance(0.02)
        rig.emulator.advance()
    assert rig.plant.positions() == pytest.approx(HOME, abs=0.001)
    rig.bench.torque(IDS, on=False)
    assert not any(row.torque for row in rig.bench.live(IDS).values())


def test_a_servo_outside_of_its_own_limits_is_not_told_to_hold(rig):
    here = rig.bench.live([2])[2].position
    rig.bench.remember(2, Memory(0, here + 50, 4095))
    with pytest.raises(HardwareError, match=f"stands at step {here}"):
        rig.bench.torque(IDS, on=True)
    assert not rig.bench.live([2])[2].torque


def test_torque_that_does_not_change_is_told(rig):
    rig.bench.torque(IDS, on=True)
    rig.emulator.faults.muted = {5}
    with pytest.raises(HardwareError, match="did not go off at servo 5"):
        rig.bench.torque(IDS, on=False)
    assert not any(rig.get(number, reg.TORQUE_ENABLE) for number in IDS)  # every one was told all the same


def test_a_servo_gets_a_new_number(rig):
    rig.bench.renumber(6, 16)
    assert [row.id for row in rig.bench.scan()] == [1, 2, 3, 4, 5, 16]
    assert rig.get(16, reg.LOCK) == 1


def test_a_number_that_is_taken_is_refused(rig):
    with pytest.raises(HardwareError, match="5 is taken"):
        rig.bench.renumber(6, 5)
    assert [row.id for row in rig.bench.scan()] == list(IDS)


@pytest.mark.parametrize("collide", [False, True])
def test_two_servos_with_one_number_are_not_renumbered_together(rig, collide):
    rig.add_stranger(6)
    rig.emulator.faults.collide = collide
    with pytest.raises(HardwareError, match="Several servos answer as 6"):
        rig.bench.renumber(6, 16)
    assert all(servo.id == 6 for servo in (rig.servo(6), *rig.emulator.strangers))


def test_nobody_there_is_told(rig):
    with pytest.raises(HardwareError, match="Servo 9 does not answer"):
        rig.bench.renumber(9, 10)


def test_speed_is_set_by_its_index_and_an_unknown_one_is_refused(rig):
    rig.bench.set_rate(2, 500_000)
    assert rig.get(2, reg.BAUD) == RATES.index(500_000) == 1
    with pytest.raises(HardwareError, match="does not know the speed 9600"):
        rig.bench.set_rate(2, 9600)


def test_a_port_that_goes_away_ends_every_call(rig):
    rig.wire.gone = True
    for call in (rig.bench.scan, lambda: rig.bench.live(IDS), lambda: rig.bench.torque(IDS, on=False)):
        with pytest.raises(LinkLostError):
            call()
