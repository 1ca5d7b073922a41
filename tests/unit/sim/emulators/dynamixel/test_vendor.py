"""The maker's own Python package finds nothing odd about the emulated servos."""

import dynamixel_sdk as sdk
import pytest

from armctl.clock import SystemClock
from drivers.dynamixel import messages as reg
from sim.emulators.dynamixel.emulator import DynamixelEmulator
from sim.emulators.pty import on_pty
from tests.support.plants import ExactPlant
from tests.unit.sim.emulators.dynamixel.bench import arm

CLOCK = SystemClock()
ALL = (1, 2, 3, 4, 5, 6)
MODELS = (1060, 1060, 1200, 1200, 1200, 1200)


class Vendor:
    def __init__(self, path):
        self.port = sdk.PortHandler(path)
        assert self.port.setBaudRate(1_000_000)
        self.packets = sdk.PacketHandler(2.0)

    def patient(self, call):
        """The package gives up after some 34 ms, which a busy computer overruns: asked again, as its users do."""
        for _ in range(30):
            try:
                *values, result, error = call(self.port)
            except (IndexError, TypeError):  # it also takes apart an answer that did not come
                self.port.is_using = False
                continue
            if result == sdk.COMM_SUCCESS:
                return values, error
        raise AssertionError("no answer")

    def succeeds(self, call):
        """The same for calls that return no more than how it went."""
        for _ in range(30):
            if call() == sdk.COMM_SUCCESS:
                return True
            self.port.is_using = False
        raise AssertionError("no answer")


@pytest.fixture
def emulator():
    config = arm("koch_v11")
    return DynamixelEmulator(ExactPlant([*config.poses["home"], 0.5]), config, CLOCK)


@pytest.fixture
def served(emulator):
    with on_pty(emulator, CLOCK) as it:
        yield it


@pytest.fixture
def vendor(served):
    it = Vendor(served.path)
    yield it
    it.port.closePort()


def test_its_ping_finds_each_servo_and_its_model(vendor):
    found = [vendor.patient(lambda port, servo=servo: vendor.packets.ping(port, servo)) for servo in ALL]
    assert found == [([model], 0) for model in MODELS]
    assert vendor.packets.ping(vendor.port, 9)[1] == sdk.COMM_RX_TIMEOUT


def test_its_call_to_everybody_finds_all(vendor):
    for _ in range(30):
        found, result = vendor.packets.broadcastPing(vendor.port)
        vendor.port.is_using = False
        if result == sdk.COMM_SUCCESS and len(found) == len(ALL):
            break
    assert found == {servo: [model, 50] for servo, model in zip(ALL, MODELS, strict=True)}


def test_its_reads_of_one_two_and_four_bytes_bring_the_registers(vendor, emulator):
    packets = vendor.packets
    assert vendor.patient(lambda port: packets.read1ByteTxRx(port, 3, 7)) == ([3], 0)
    assert vendor.patient(lambda port: packets.read2ByteTxRx(port, 3, 38)) == ([1750], 0)
    position = emulator.servo(3).table.get(reg.POSITION)
    assert vendor.patient(lambda port: packets.read4ByteTxRx(port, 3, 132)) == ([position], 0)


def test_its_writes_of_one_two_and_four_bytes_are_kept_and_confirmed(vendor, emulator):
    packets = vendor.packets
    assert vendor.patient(lambda port: packets.write1ByteTxRx(port, 4, 65, 1)) == ([], 0)
    assert vendor.patient(lambda port: packets.write2ByteTxRx(port, 4, 84, 555)) == ([], 0)
    assert vendor.patient(lambda port: packets.write4ByteTxRx(port, 4, 112, 77)) == ([], 0)
    table = emulator.servo(4).table
    assert [table.get(cell) for cell in (reg.LED, reg.POSITION_P, reg.PROFILE_VELOCITY)] == [1, 555, 77]


@pytest.mark.parametrize(
    ("address", "value", "error"),
    [(64, 2, sdk.ERRNUM_DATA_RANGE), (132, 1, sdk.ERRNUM_ACCESS), (116, 1, sdk.ERRNUM_DATA_LENGTH)],
)
def test_what_is_refused_has_its_error_number(vendor, address, value, error):
    assert vendor.patient(lambda port: vendor.packets.write1ByteTxRx(port, 5, address, value)) == ([], error)


def test_its_sync_write_sync_read_and_fast_sync_read_agree(vendor):
    writer = sdk.GroupSyncWrite(vendor.port, vendor.packets, 112, 4)
    for servo in ALL:
        assert writer.addParam(servo, (300 + servo).to_bytes(4, "little"))
    assert writer.txPacket() == sdk.COMM_SUCCESS
    reader = sdk.GroupSyncRead(vendor.port, vendor.packets, 112, 4)
    for servo in ALL:
        assert reader.addParam(servo)
    for read in (reader.txRxPacket, reader.fastSyncRead):
        vendor.succeeds(read)
        assert [reader.getData(servo, 112, 4) for servo in ALL] == [300 + servo for servo in ALL]


def test_its_bulk_write_bulk_read_and_fast_bulk_read_agree(vendor):
    writer = sdk.GroupBulkWrite(vendor.port, vendor.packets)
    assert writer.addParam(1, 65, 1, [1])
    assert writer.addParam(3, 112, 4, list((88).to_bytes(4, "little")))
    assert writer.txPacket() == sdk.COMM_SUCCESS
    reader = sdk.GroupBulkRead(vendor.port, vendor.packets)
    assert reader.addParam(1, 65, 1)
    assert reader.addParam(3, 112, 4)
    for read in (reader.txRxPacket, reader.fastBulkRead):
        vendor.succeeds(read)
        assert [reader.getData(1, 65, 1), reader.getData(3, 112, 4)] == [1, 88]


def test_its_registered_write_waits_for_its_action(vendor, emulator):
    table = emulator.servo(2).table
    assert vendor.patient(lambda port: vendor.packets.regWriteTxRx(port, 2, 65, 1, [1])) == ([], 0)
    assert table.get(reg.LED) == 0
    # It waits for no answer to this one; another request at once would take that for its own.
    vendor.succeeds(lambda: vendor.packets.action(vendor.port, 2))
    until = CLOCK.now() + 5.0
    while not table.get(reg.LED) and CLOCK.now() < until:
        CLOCK.sleep_until(CLOCK.now() + 0.01)
    assert table.get(reg.LED) == 1


def test_indirect_slots_collect_what_lies_apart(vendor, emulator):
    packets = vendor.packets
    for slot, address in enumerate((70, 132, 133, 134, 135)):
        where = 168 + 2 * slot
        vendor.patient(lambda port, at=where, to=address: packets.write2ByteTxRx(port, 6, at, to))
    values, error = vendor.patient(lambda port: packets.readTxRx(port, 6, 208, 5))
    position = emulator.servo(6).table.get(reg.POSITION)
    assert (bytes(values[0]), error) == (b"\0" + position.to_bytes(4, "little"), 0)


def test_its_reboot_brings_a_servo_back_without_its_orders(vendor):
    packets = vendor.packets
    vendor.patient(lambda port: packets.write1ByteTxRx(port, 3, 64, 1))
    assert vendor.patient(lambda port: packets.reboot(port, 3)) == ([], 0)
    assert vendor.patient(lambda port: packets.read1ByteTxRx(port, 3, 64)) == ([0], 0)


def test_its_factory_reset_keeps_id_and_speed_where_asked(vendor):
    packets = vendor.packets
    assert vendor.patient(lambda port: packets.write1ByteTxRx(port, 5, 9, 33)) == ([], 0)
    assert vendor.patient(lambda port: packets.factoryReset(port, 5, 0x02)) == ([], 0)
    assert vendor.patient(lambda port: packets.read1ByteTxRx(port, 5, 9)) == ([250], 0)


def test_its_clear_brings_the_position_within_one_turn(vendor):
    assert vendor.patient(lambda port: vendor.packets.clearMultiTurn(port, 1)) == ([], 0)


def test_it_sees_the_alert_and_finds_out_why(vendor, served, emulator):
    served.do(lambda: emulator.servo(4).set_supply(8.0))
    packets = vendor.packets
    for _ in range(200):
        values, error = vendor.patient(lambda port: packets.read1ByteTxRx(port, 4, 70))
        if error:
            break
    assert error == sdk.ERRBIT_ALERT
    assert values == [reg.Hardware.VOLTAGE]
    assert "Hardware error" in packets.getRxPacketError(error)
