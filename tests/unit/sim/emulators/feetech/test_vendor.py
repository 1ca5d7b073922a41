"""The maker's own Python package finds nothing odd about the emulated servos."""

import pytest
import scservo_sdk as sdk

from armctl.clock import SystemClock
from drivers.feetech import messages as reg
from drivers.feetech.codec import word
from sim.emulators.feetech.emulator import FeetechEmulator
from sim.emulators.pty import on_pty
from tests.support.arms import HOME, so101
from tests.support.plants import ExactPlant

ALL = (1, 2, 3, 4, 5, 6)
CLOCK = SystemClock()


class Vendor:
    def __init__(self, path):
        self.port = sdk.PortHandler(path)
        assert self.port.openPort()
        assert self.port.setBaudRate(1_000_000)
        self.packets = sdk.PacketHandler(0)

    def patient(self, call):
        """The package gives up after some 34 ms, which a busy computer overruns: asked again, as its users do."""
        for _ in range(20):
            try:
                *values, result, error = call()
            except IndexError:  # it also takes apart an answer that did not come
                continue
            if result == sdk.COMM_SUCCESS:
                return values, error
        raise AssertionError("no answer")


@pytest.fixture
def emulator():
    return FeetechEmulator(ExactPlant(HOME), so101(), CLOCK)


@pytest.fixture
def vendor(emulator):
    with on_pty(emulator, CLOCK) as served:
        it = Vendor(served.path)
        yield it
        it.port.closePort()


@pytest.mark.parametrize("servo", ALL)
def test_its_ping_finds_each_servo_and_its_model(vendor, servo):
    assert vendor.patient(lambda: vendor.packets.ping(vendor.port, servo)) == ([777], 0)


def test_its_ping_does_not_find_a_servo_that_is_not_there(vendor):
    assert vendor.packets.ping(vendor.port, 9)[1] == sdk.COMM_RX_TIMEOUT


def test_its_read_brings_the_position(vendor):
    for servo, angle in zip(ALL, HOME, strict=True):
        values, error = vendor.patient(lambda servo=servo: vendor.packets.read2ByteTxRx(vendor.port, servo, 56))
        assert values[0] == pytest.approx(2048 + angle * 4096 / 6.2831853, abs=1)
        assert error == 0


def test_its_write_is_kept_and_confirmed(vendor, emulator):
    _, error = vendor.patient(lambda: vendor.packets.write2ByteTxRx(vendor.port, 2, reg.TORQUE_LIMIT.address, 600))
    assert error == 0
    assert emulator.servo(2).memory.get(reg.TORQUE_LIMIT) == 600


def test_its_sync_write_and_sync_read_agree(vendor, emulator):
    writer = sdk.GroupSyncWrite(vendor.port, vendor.packets, reg.GOAL_POSITION.address, 6)
    for servo in ALL:
        assert writer.addParam(servo, word(2000 + servo) + word(0) + word(3000))
    assert writer.txPacket() == sdk.COMM_SUCCESS
    reader = sdk.GroupSyncRead(vendor.port, vendor.packets, reg.GOAL_POSITION.address, 2)
    for servo in ALL:
        assert reader.addParam(servo)
    assert any(reader.txRxPacket() == sdk.COMM_SUCCESS for _ in range(20))
    assert [reader.getData(servo, reg.GOAL_POSITION.address, 2) for servo in ALL] == [2000 + n for n in ALL]


def test_its_status_byte_is_the_servos(vendor, emulator):
    emulator.servo(4).set_supply(20.0)
    for _ in range(200):
        _, error = vendor.patient(lambda: vendor.packets.read1ByteTxRx(vendor.port, 4, 62))
        if error:
            break
    assert error == 0x01
