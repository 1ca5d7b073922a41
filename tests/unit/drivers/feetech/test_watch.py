import pytest

from armctl.hal.state import JointFault
from drivers.feetech import messages as reg
from drivers.feetech.identity import Eeprom
from drivers.feetech.watch import Watch
from sim.emulators.feetech.memory import ServoMemory

PERIOD = 0.01
MEMORY = Eeprom.of(ServoMemory().read(0, reg.EEPROM_SIZE))
"""Factory values: overload at 80 % for 2 s, over-current at 500 · 6.5 mA for 2 s."""


class Bench:
    def __init__(self, **changes):
        self.watch = Watch({1: MEMORY._replace(**changes), 2: MEMORY})
        self.now = 100.0

    def run(self, seconds, effort=0.0, current=0.0, servo=1):
        fault = JointFault.NONE
        for _ in range(round(seconds / PERIOD)):
            self.now += PERIOD
            fault = self.watch.look(servo, effort, current, self.now)
        return fault


@pytest.mark.parametrize("sign", [1, -1])
def test_a_load_that_would_make_the_servo_give_way_is_told_after_half_of_its_time(sign):
    bench = Bench()
    assert bench.run(0.99, effort=0.8 * sign) == JointFault.NONE
    assert bench.run(0.03, effort=0.8 * sign) == JointFault.OVERLOAD


@pytest.mark.parametrize("sign", [1, -1])
def test_a_current_that_would_cut_the_torque_is_told_after_half_of_its_time(sign):
    bench = Bench()
    assert bench.run(0.99, current=3.25 * sign) == JointFault.NONE
    assert bench.run(0.03, current=3.25 * sign) == JointFault.OVERCURRENT


def test_what_ends_in_between_begins_anew():
    bench = Bench()
    for _ in range(5):
        assert bench.run(0.9, effort=1.0) == JointFault.NONE
        bench.run(0.02, effort=0.1)


def test_load_and_current_are_timed_each_for_itself():
    bench = Bench()
    bench.run(0.6, effort=1.0)
    assert bench.run(0.5, effort=1.0, current=4.0) == JointFault.OVERLOAD
    assert bench.run(0.6, effort=0.1, current=4.0) == JointFault.OVERCURRENT
    assert bench.run(0.02, effort=1.0, current=4.0) == JointFault.OVERCURRENT


def test_a_servo_does_not_answer_for_another():
    bench = Bench()
    bench.run(2.0, effort=1.0, servo=2)
    assert bench.run(0.5, effort=1.0, servo=1) == JointFault.NONE


def test_thresholds_and_times_are_the_servos_own():
    bench = Bench(overload_torque=25, protection_time=20, protection_current=250, overcurrent_time=40)
    assert bench.run(0.13, effort=0.25) == JointFault.OVERLOAD
    assert bench.run(0.19, current=1.63) == JointFault.NONE
    assert bench.run(0.03, current=1.63) == JointFault.OVERCURRENT


def test_it_is_over_when_the_strain_is():
    bench = Bench()
    bench.run(2.0, effort=1.0)
    assert bench.run(0.01, effort=0.79) == JointFault.NONE
