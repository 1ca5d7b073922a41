import pytest

from drivers.feetech import messages as reg
from sim.emulators.feetech.memory import ServoMemory
from sim.emulators.feetech.protection import Protection

DT = 0.01


class Bench:
    def __init__(self, **cells):
        self.memory = ServoMemory()
        for name, value in cells.items():
            self.memory.put(getattr(reg, name), value)
        self.memory.put(reg.TORQUE_ENABLE, 1)
        self.protection = Protection(self.memory)

    def judge(self, volts=12.0, celsius=30.0, further=0):
        self.protection.judge(volts, celsius, further)
        return self.memory.get(reg.STATUS)

    @property
    def torque(self):
        return self.memory.get(reg.TORQUE_ENABLE)


@pytest.mark.parametrize(("load", "side"), [(900, 1), (-900, -1)])
def test_overload_is_felt_after_its_time_once_and_knows_its_side(load, side):
    bench = Bench(PROTECTION_TIME=20, OVERLOAD_TORQUE=80)
    felt = [bench.protection.feel(load, DT) for _ in range(40)]
    assert felt.count(True) == 1
    assert felt.index(True) == pytest.approx(19, abs=1)
    assert bench.protection.side == side
    assert bench.judge() == 0x20


def test_a_load_below_the_threshold_starts_the_time_anew():
    bench = Bench(PROTECTION_TIME=20, OVERLOAD_TORQUE=80)
    for load in [900] * 15 + [799] + [900] * 15:
        assert not bench.protection.feel(load, DT)


def test_overload_leaves_torque_on_whatever_the_unloading_register_says():
    bench = Bench(PROTECTION_TIME=0, UNLOADING=0xFF)
    bench.protection.feel(1000, DT)
    assert (bench.judge(), bench.torque) == (0x20, 1)


@pytest.mark.parametrize("unloading", [0x08, 0x00])
def test_over_current_cuts_torque_where_the_unloading_register_has_its_bit(unloading):
    bench = Bench(PROTECTION_CURRENT=200, OVERCURRENT_TIME=10, UNLOADING=unloading)
    for _ in range(11):
        bench.protection.feel_current(-200, DT)
    assert (bench.judge(), bench.torque) == (0x08, 0 if unloading else 1)
    bench.protection.clear()
    assert bench.judge() == 0


def test_a_current_that_is_short_or_small_is_no_over_current():
    bench = Bench(PROTECTION_CURRENT=200, OVERCURRENT_TIME=10)
    for current in [200] * 9 + [199] + [200] * 9:
        bench.protection.feel_current(current, DT)
    assert bench.judge() == 0


@pytest.mark.parametrize(
    ("volts", "celsius", "further", "status"),
    [
        (12.0, 69.9, 0, 0),
        (12.0, 70.0, 0, 4),
        (3.9, 30.0, 0, 1),
        (14.1, 30.0, 0, 1),
        (3.9, 80.0, 2, 7),
        (12.0, 0.0, 2, 2),
    ],
)
def test_supply_heat_and_further_bits_make_the_status(volts, celsius, further, status):
    bench = Bench(UNLOADING=0)
    assert bench.judge(volts, celsius, further) == status
    assert bench.torque == 1
