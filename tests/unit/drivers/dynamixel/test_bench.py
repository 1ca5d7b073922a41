"""The DYNAMIXEL bench at emulated servos: numbering, memory, torque, and what it refuses."""

import pytest

from armctl.clock import SteppedClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.errors import HardwareError, LinkLostError
from drivers.bench import Memory
from drivers.dynamixel import messages as reg
from drivers.dynamixel.bench import RATES, open_bench
from sim.emulators.dynamixel.emulator import DynamixelEmulator
from tests.support.plants import ExactPlant
from tests.support.wires import LoopTransport

IDS = (1, 2, 3, 4, 5, 6)
START = (0.2, 0.5, 0.5, 0.1, 0.2, 0.1)


class Rig:
    def __init__(self):
        self.clock = SteppedClock()
        self.plant = ExactPlant(START)
        self.emulator = DynamixelEmulator(self.plant, load(builtin("arms", "koch_v11"), ArmConfig), self.clock)
        self.bench = open_bench("/dev/loop", 1_000_000, self.clock, self._open)

    def _open(self, path, rate, clock):
        self.wire = LoopTransport(self.emulator, clock)
        return self.wire

    def get(self, servo, cell):
        return self.emulator.servo(servo).table.get(cell)


@pytest.fixture
def rig():
    return Rig()


def test_a_scan_names_every_servo_and_its_model(rig):
    found = rig.bench.scan()
    assert [row.id for row in found] == list(IDS)
    assert [row.title for row in found] == ["XL430-W250"] * 2 + ["XL330-M288"] * 4
    assert not any(row.problem for row in found)


def test_two_servos_with_one_id_are_seen_and_not_renumbered(rig):
    rig.emulator.duplicate(3, True)
    third = next((row for row in rig.bench.scan() if row.id == 3), None)
    assert third is None or third.problem
    with pytest.raises(HardwareError, match="Several servos answer as 3|Servo 3 does not answer"):
        rig.bench.renumber(3, 13)
    assert rig.get(3, reg.ID) == 3


def test_what_servos_measure_is_told_and_a_silent_one_is_left_out(rig):
    rig.emulator.faults.muted = {4}
    rows = rig.bench.live(IDS)
    assert set(rows) == set(IDS) - {4}
    assert rows[1].volts == pytest.approx(rig.get(1, reg.VOLTAGE) / 10)
    assert rows[1].position == rig.get(1, reg.POSITION)
    assert not rows[1].torque


def test_what_is_to_be_remembered_is_kept_and_what_was_there_can_be_put_back(rig):
    kept = rig.bench.memories(IDS)
    new = Memory(-1500, 100, 3000, 5)
    rig.bench.remember(3, new)
    assert rig.bench.memories([3])[3] == new
    rig.bench.remember(3, kept[3])
    assert rig.bench.memories(IDS) == kept


def test_an_offset_is_added_to_what_the_magnet_says(rig):
    before = rig.bench.live([1])[1].position
    kept = rig.bench.memories([1])[1]
    rig.bench.remember(1, kept._replace(offset=kept.offset + 300, mode=4))
    rig.clock.advance(0.02)
    rig.emulator.advance()
    after = rig.bench.live([1])[1].position
    assert (after - before - 300) % 4096 in (0, 1, 4095)
    rules = rig.bench.rules
    assert rules.actual(after, kept.offset + 300) == pytest.approx(rules.actual(before, kept.offset), abs=1)


def test_a_servo_that_holds_is_not_written(rig):
    rig.bench.torque(IDS, on=True)
    kept = rig.bench.memories(IDS)
    for call in (
        lambda: rig.bench.remember(3, kept[3]._replace(offset=100)),
        lambda: rig.bench.renumber(3, 9),
        lambda: rig.bench.set_rate(3, 57_600),
    ):
        with pytest.raises(HardwareError, match="3 holds its place"):
            call()
    assert rig.bench.memories(IDS) == kept


def test_a_value_the_servo_refuses_is_told(rig):
    kept = rig.bench.memories([3])[3]
    with pytest.raises(HardwareError, match="Servo 3 refused max position 9000"):
        rig.bench.remember(3, kept._replace(highest=9000))
    assert rig.bench.memories([3])[3] == kept


def test_holding_moves_nothing_and_limp_is_limp(rig):
    rig.bench.torque(IDS, on=True)
    for _ in range(50):
        rig.clock.advance(0.02)
        rig.emulator.advance()
    assert rig.plant.positions() == pytest.approx(START, abs=0.002)
    rig.bench.torque(IDS, on=False)
    assert not any(row.torque for row in rig.bench.live(IDS).values())


def test_a_servo_gets_a_new_number_unless_it_is_taken(rig):
    with pytest.raises(HardwareError, match="5 is taken"):
        rig.bench.renumber(6, 5)
    rig.bench.renumber(6, 16)
    assert [row.id for row in rig.bench.scan()] == [1, 2, 3, 4, 5, 16]


def test_speed_is_set_by_its_index_and_an_unknown_one_is_refused(rig):
    rig.bench.set_rate(2, 57_600)
    assert rig.get(2, reg.BAUD) == RATES[57_600] == 1
    with pytest.raises(HardwareError, match="does not know the speed 1234"):
        rig.bench.set_rate(2, 1234)


def test_a_port_that_goes_away_ends_every_call(rig):
    rig.wire.gone = True
    for call in (rig.bench.scan, lambda: rig.bench.live(IDS), lambda: rig.bench.torque(IDS, on=False)):
        with pytest.raises(LinkLostError):
            call()
