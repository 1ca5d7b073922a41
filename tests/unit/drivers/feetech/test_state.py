import pytest

from armctl.hal.state import JointFault
from drivers.feetech import messages as reg
from drivers.feetech.bus import FeetechBus
from drivers.feetech.identity import Eeprom
from drivers.feetech.joints import scales
from drivers.feetech.reader import CyclicReader
from drivers.feetech.state import StateMaker
from drivers.feetech.watch import Watch
from tests.support.arms import HOME, so101, with_servo
from tests.support.emulated import ALL, EmulatedArm


class Rig(EmulatedArm):
    def __init__(self, **given):
        super().__init__(**given)
        self.wired(FeetechBus)
        self.reader = CyclicReader(self.bus, self.clock, ALL, 0.008, 1)
        memories = {number: Eeprom.of(self.servo(number).memory.read(0, reg.EEPROM_SIZE)) for number in ALL}
        self.maker = StateMaker(scales(self.config), self.reader, Watch(memories))

    def state(self, restarted=(), torque_on=False):
        self.wait(0.02)
        return self.maker.make(self.reader.update(), restarted, torque_on=torque_on)


def test_every_array_has_its_own_values_and_may_be_kept():
    rig = Rig(config=with_servo(so101(), "elbow_flex", sign=-1))
    rig.servo(3).set_temperature(41)
    rig.servo(4).set_supply(11.0)
    state = rig.state()
    assert state.positions == pytest.approx(HOME, abs=0.0008)
    assert state.temperatures.tolist() == [32, 32, 41, 32, 32, 32]
    assert state.voltages.tolist() == [12, 12, 12, 11, 12, 12]
    assert state.velocities.tolist() == state.efforts.tolist() == [0.0] * 6
    kept = state.positions.copy()
    rig.plant.push(0, 1.0)
    rig.state()
    assert state.positions.tolist() == kept.tolist()


def test_effort_and_speed_have_the_direction_of_the_joint():
    rig = Rig(config=with_servo(so101(), "elbow_flex", sign=-1))
    for number in (2, 3):
        rig.servo(number).memory.put(reg.TORQUE_ENABLE, 1)
    rig.plant.load[[1, 2]] = 0.5
    state = rig.state()
    assert state.efforts.tolist() == [0.0, 0.5, 0.5, 0.0, 0.0, 0.0]


def test_restarts_and_torque_are_told_as_they_are_given():
    state = Rig().state(restarted={5}, torque_on=True)
    assert [bool(fault & JointFault.RESTARTED) for fault in state.faults] == [False] * 4 + [True, False]
    assert state.torque_on


def test_who_did_not_answer_is_stale_with_what_was_last_known():
    rig = Rig()
    first = rig.state()
    rig.emulator.faults.muted = {2}
    rig.servo(2).set_temperature(50)
    second = rig.state()
    assert second.fresh.tolist() == [True, False, True, True, True, True]
    assert second.stamps[1] == first.stamps[1] < second.stamps[0]
    assert second.temperatures[1] == first.temperatures[1]
