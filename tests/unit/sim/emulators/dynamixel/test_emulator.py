import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armctl.clock import SteppedClock
from armctl.errors import ConfigError
from drivers.dynamixel import messages as reg
from sim.emulators.dynamixel.emulator import DynamixelEmulator
from sim.emulators.dynamixel.servo import BOOT_TIME
from tests.support.plants import ExactPlant
from tests.unit.sim.emulators.dynamixel.bench import Bus, arm, packet, read, statuses, write

NAMES = ("koch_v11", "openmanipulator_x", "wx250s")
IDS = {"koch_v11": [1, 2, 3, 4, 5, 6], "openmanipulator_x": [11, 12, 13, 14, 15], "wx250s": list(range(1, 10))}


@pytest.fixture(params=NAMES)
def any_bus(request):
    return Bus(request.param)


@pytest.fixture
def bus():
    return Bus()


@pytest.mark.parametrize("name", NAMES)
def test_all_servos_of_an_arm_answer_in_turn_shadows_too(name):
    bus = Bus(name)
    assert [status.id for status in bus.ask(packet(0xFE, 0x01))] == IDS[name]
    assert sorted(unit.id for unit in bus.emulator.units) == IDS[name]


def test_every_joint_goes_where_it_is_told_and_reads_where_it_is(any_bus):
    joints = any_bus.emulator._joints
    for joint in joints:
        servo = joint.servos[0]
        assert any_bus.error(write(servo.id, 64, 1, 1)) == 0
        goal = servo.table.get(reg.POSITION) + (60 if servo.id % 2 else -60)
        assert any_bus.error(write(servo.id, 116, goal, 4)) == 0
    before = any_bus.plant.positions()
    any_bus.wait(0.5)
    moved = any_bus.plant.positions() - before
    for joint, change in zip(joints, moved, strict=True):
        servo = joint.servos[0]
        assert servo.table.get(reg.POSITION) == servo.table.get(reg.GOAL_POSITION)
        assert abs(change) == pytest.approx(60 * servo.step, rel=0.2)


def test_a_goal_for_the_first_servo_reaches_its_shadow_in_silence():
    bus = Bus("wx250s")
    assert [status.id for status in bus.ask(write(2, 64, 1, 1))] == [2]
    assert bus.get(3, reg.TORQUE_ENABLE) == 1
    goal = bus.get(2, reg.POSITION) + 100
    assert bus.send(packet(0xFE, 0x83, (116, 2), (4, 2), (2, 1), (goal, 4))) == b""
    assert bus.get(3, reg.GOAL_POSITION) == goal
    bus.wait(0.5)
    assert bus.get(2, reg.POSITION) == bus.get(3, reg.POSITION) == goal
    assert [status.id for status in bus.ask(read(2, 132, 4))] == [2]


def test_a_shadow_answers_to_its_own_id_and_keeps_its_memory_from_the_first_ones():
    bus = Bus("wx250s")
    assert [status.id for status in bus.ask(read(3, 12, 1))] == [3]
    bus.send(write(2, 31, 60, 1))
    assert [bus.get(number, reg.TEMPERATURE_LIMIT) for number in (2, 3)] == [60, 80]
    bus.send(packet(2, 0x08))
    assert [status.id for status in bus.ask(packet(3, 0x01))] == [3]


def test_an_id_without_a_servo_still_calls_those_with_it_as_secondary():
    """The manual's example: five servos, secondary id 100."""
    bus = Bus()
    for servo in bus.emulator.servos:
        servo.table.put(reg.SECONDARY_ID, 100)
    assert bus.send(write(100, 65, 1, 1)) == b""
    assert [servo.table.get(reg.LED) for servo in bus.emulator.servos] == [1] * 5


def test_registered_writes_start_together(bus):
    for number in (11, 12):
        assert bus.error(packet(number, 0x04, (65, 2), (1, 1))) == 0
    assert bus.send(packet(0xFE, 0x05)) == b""
    assert [bus.get(number, reg.LED) for number in (11, 12, 13)] == [1, 1, 0]
    assert bus.error(packet(11, 0x05)) == 2


def test_reset_all_to_everybody_is_not_done(bus):
    assert bus.send(packet(0xFE, 0x06, b"\xff")) == b""
    assert bus.get(11, reg.RETURN_DELAY) == 0
    assert bus.send(packet(0xFE, 0x06, b"\x02")) == b""
    assert bus.get(11, reg.RETURN_DELAY) == 250


def test_after_a_reset_of_its_speed_a_servo_no_longer_hears_the_line(bus):
    assert bus.error(packet(12, 0x06, b"\x01")) == 0
    bus.wait(0.2)
    assert bus.get(12, reg.BAUD) == 1
    assert bus.ask(packet(12, 0x01)) == []


def test_a_servo_that_starts_anew_is_silent_and_the_others_are_not(bus):
    bus.ask(write(12, 65, 1, 1))
    assert bus.error(packet(12, 0x08)) == 0
    assert [status.id for status in bus.ask(packet(0xFE, 0x82, (65, 2), (1, 2), b"\x0b\x0c\x0d"))] == [11, 13]
    bus.wait(BOOT_TIME + 0.01)
    assert bus.ask(read(12, 65, 1)) == [(12, 0, b"\0")]


def test_where_servos_wait_for_each_other_those_behind_a_missing_one_are_silent(bus):
    bus.emulator.chained = True
    assert [status.id for status in bus.ask(packet(0xFE, 0x82, (65, 2), (1, 2), b"\x0b\x2c\x0d"))] == [11]


def test_a_power_cycled_servo_comes_back_without_its_orders(bus):
    bus.ask(write(12, 64, 1, 1))
    bus.emulator.power_cycle(12)
    assert bus.ask(packet(12, 0x01)) == []
    bus.wait(BOOT_TIME + 0.01)
    assert bus.ask(read(12, 64, 1)) == [(12, 0, b"\0")]
    with pytest.raises(KeyError):
        bus.emulator.power_cycle(99)


def test_the_alert_bit_is_in_every_answer_and_the_data_stays_valid(bus):
    bus.servo(11).set_temperature(95)
    bus.wait(0.02)
    assert bus.ask(read(11, 0, 2)) == [(11, 0x80, b"\xfc\x03")]
    assert bus.ask(read(11, 70, 1)) == [(11, 0x80, b"\x04")]
    assert bus.error(write(11, 0, 1, 2)) == 0x87
    got = bus.send(packet(0xFE, 0x8A, (146, 2), (1, 2), b"\x0b\x0c"))
    assert got[8:11] == b"\x80\x0b\x5f"
    assert got[13:16] == b"\x00\x0c\x20"


def test_a_sync_read_of_what_cannot_be_read_is_refused_by_each(bus):
    assert bus.ask(packet(0xFE, 0x82, (14, 2), (1, 2), b"\x0b\x0c")) == [(11, 7, b""), (12, 7, b"")]
    got = bus.send(packet(0xFE, 0x8A, (14, 2), (1, 2), b"\x0b\x0c"))
    assert (got[8:11], got[13:16]) == (b"\x07\x0b\0", b"\x07\x0c\0")


def test_a_sync_read_may_ask_one_servo_and_asks_nobody_without_ids(bus):
    for code in (0x82, 0x8A):
        assert bus.send(packet(0xFE, code, (65, 2), (1, 2), b"\x0c"))
        assert bus.send(packet(0xFE, code, (65, 2), (1, 2))) == b""
    assert bus.send(packet(0xFE, 0x92, b"\x0b\x41\0\1")) == b""


def test_a_bulk_write_of_the_wrong_shape_is_without_effect(bus):
    for data in (b"", b"\x0b", b"\x0b\x41\0\5\0\1", b"\x0b\x41\0\0\0"):
        assert bus.send(packet(0xFE, 0x93, data)) == b""
    for data in (b"", b"\x41\0", b"\x41\0\1\0\x0b", b"\x41\0\0\0\x0b\x0c", b"\x41\0\1\0\x0b\1\x0c"):
        assert bus.send(packet(0xFE, 0x83, data)) == b""
    assert bus.get(11, reg.LED) == 0


def test_the_largest_id_is_252(bus):
    bus.servo(12).table.put(reg.ID, 252)
    assert [status.id for status in bus.ask(packet(252, 0x01))] == [252]
    bus.servo(252).table.put(reg.ID, 253)
    assert bus.ask(packet(253, 0x01)) == []


def test_group_instructions_are_for_everybody_only(bus):
    assert bus.error(packet(11, 0x82, (65, 2), (1, 2), b"\x0b")) == 2


def test_silence_on_the_bus_trips_the_watchdog_of_all_and_a_word_to_one_keeps_all_awake(bus):
    for number in (11, 12):
        bus.ask(write(number, 64, 1, 1))
        bus.ask(write(number, 98, 3, 1))
    for _ in range(10):
        bus.wait(0.05)
        bus.ask(packet(11, 0x01))
    assert [bus.get(number, reg.WATCHDOG) for number in (11, 12)] == [3, 3]
    bus.wait(0.08)
    assert [bus.get(number, reg.WATCHDOG) for number in (11, 12)] == [255, 255]
    assert bus.error(write(11, 116, 2048, 4)) == 4


def test_noise_is_no_instruction_for_the_watchdog(bus):
    bus.ask(write(11, 64, 1, 1))
    bus.ask(write(11, 98, 3, 1))
    for _ in range(5):
        bus.wait(0.02)
        bus.send(packet(11, 0x01)[:-1] + b"\0")
    assert bus.get(11, reg.WATCHDOG) == 255


def test_two_servos_with_one_id_speak_at_once(bus):
    bus.emulator.duplicate(12, True)
    assert [status.id for status in bus.ask(read(11, 132, 4))] == [11]
    garbled = bus.send(read(12, 132, 4))
    assert len(garbled) == 15
    with pytest.raises(AssertionError):
        statuses(garbled)
    bus.emulator.duplicate(12, False)
    assert len(bus.ask(read(12, 132, 4))) == 1


def test_two_servos_with_one_id_may_also_speak_one_after_the_other(bus):
    bus.servo(12).table.put(reg.ID, 11)
    assert [status.id for status in bus.ask(packet(11, 0x01))] == [11, 11]
    with pytest.raises(KeyError):
        bus.servo(12)


def test_a_muted_servo_hears_and_does_and_ends_a_fast_answer(bus):
    bus.emulator.faults.muted.add(12)
    assert bus.send(write(12, 65, 1, 1)) == b""
    assert bus.get(12, reg.LED) == 1
    assert [status.id for status in bus.ask(packet(0xFE, 0x82, (65, 2), (1, 2), b"\x0b\x0c\x0d"))] == [11, 13]
    assert len(bus.send(packet(0xFE, 0x8A, (65, 2), (1, 2), b"\x0b\x0c\x0d"))) == 8 + 5


def test_an_echo_comes_before_the_answer(bus):
    bus.emulator.faults.echo = True
    request = read(11, 0, 2)
    got = bus.send(request)
    assert got[: len(request)] == request
    assert statuses(got[len(request) :]) == [(11, 0, b"\xfc\x03")]


def test_its_own_answers_come_back_as_nothing(bus):
    status = bus.send(packet(11, 0x01))
    assert bus.send(status) == b""


def test_an_unfinished_packet_is_forgotten_after_a_pause(bus):
    bus.send(b"\xff\xff\xfd\x00\x0b\xf0\x00\x03")
    bus.clock.advance(0.02)
    assert [status.id for status in bus.ask(packet(12, 0x01))] == [12]


def test_on_a_paced_line_bytes_and_return_delays_take_their_time():
    bus = Bus(paced=True)
    bus.servo(11).table.put(reg.RETURN_DELAY, 250)
    request = read(11, 132, 4)
    started = bus.clock.now()
    bus.emulator.receive(request)
    got = b""
    while len(got) < 15:
        bus.clock.sleep_until(max(bus.emulator.due(), bus.clock.now() + 1e-6))
        got += bus.emulator.take()
    assert bus.clock.now() - started == pytest.approx(len(request) * 10e-6 + 500e-6 + 15 * 10e-6, abs=30e-6)
    assert len(statuses(got)) == 1


def test_in_a_fast_answer_only_the_first_one_waits():
    def takes(request, size):
        bus = Bus(paced=True)
        for servo in bus.emulator.servos:
            servo.table.put(reg.RETURN_DELAY, 250)
        started = bus.clock.now()
        bus.emulator.receive(request)
        got = b""
        while len(got) < size:
            bus.clock.sleep_until(max(bus.emulator.due(), bus.clock.now() + 1e-6))
            got += bus.emulator.take()
        return bus.clock.now() - started

    ids = bytes(range(11, 16))
    fast = takes(packet(0xFE, 0x8A, (132, 2), (4, 2), ids), 8 + 5 * 8)
    slow = takes(packet(0xFE, 0x82, (132, 2), (4, 2), ids), 5 * 15)
    assert slow - fast == pytest.approx(4 * 500e-6 + 27 * 10e-6, abs=60e-6)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 255), st.integers(0, 255), st.binary(max_size=24))
def test_no_well_formed_packet_upsets_the_servos(servo, instruction, data):
    bus = Bus("wx250s")
    bus.send(packet(min(servo, 254), instruction, data))
    bus.wait(0.05)
    assert np.isfinite(bus.plant.positions()).all()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=6))
def test_no_bytes_from_the_host_upset_the_servos(pieces):
    bus = Bus()
    for piece in pieces:
        bus.send(piece)
        bus.wait(0.02)
    bus.send(b"")
    assert [status.id for status in bus.ask(packet(0xFE, 0x01))] == IDS["openmanipulator_x"]


def test_the_scene_is_the_plants(bus):
    assert bus.emulator.scene().objects == {}


def test_an_arm_without_servos_cannot_be_emulated():
    config = arm("koch_v11")
    bare = config.model_copy(update={"joints": tuple(j.model_copy(update={"servo": None}) for j in config.joints)})
    with pytest.raises(ConfigError, match="Not every joint"):
        DynamixelEmulator(ExactPlant([0.0] * 6), bare, SteppedClock())
