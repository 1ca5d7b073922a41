"""Bytes in, bytes out: the examples of the maker's Protocol 2.0 manual, and what the manual says in words."""

import pytest

from drivers.dynamixel import messages as reg
from tests.unit.sim.emulators.dynamixel.bench import Bus, crc, packet

FINE = "FF FF FD 00 01 04 00 55 00 A1 0C"


@pytest.fixture
def bus():
    """Servos 1 and 2, set to say that they are the XM430-W210 of the manual."""
    it = Bus().renumber(1, 2)
    for number in (1, 2):
        it.servo(number).table.put(reg.MODEL, 1030)
        it.servo(number).table.put(reg.FIRMWARE, 38)
    it.servo(1).table.put(reg.POSITION, 166)
    it.servo(2).table.put(reg.POSITION, 2079)
    return it


def answers(bus, request):
    return bus.send(request).hex(" ").upper()


PING_1 = "FF FF FD 00 01 07 00 55 00 06 04 26 65 5D"
PING_2 = "FF FF FD 00 02 07 00 55 00 06 04 26 6F 6D"
POSITION_1 = "FF FF FD 00 01 08 00 55 00 A6 00 00 00 8C C0"
POSITION_2 = "FF FF FD 00 02 08 00 55 00 1F 08 00 00 BA BE"


def test_ping(bus):
    assert answers(bus, "FF FF FD 00 01 03 00 01 19 4E") == PING_1


def test_ping_to_everybody(bus):
    assert answers(bus, "FF FF FD 00 FE 03 00 01 31 42") == f"{PING_1} {PING_2}"


def test_read(bus):
    assert answers(bus, "FF FF FD 00 01 07 00 02 84 00 04 00 1D 15") == POSITION_1


def test_write(bus):
    assert answers(bus, "FF FF FD 00 01 09 00 03 74 00 00 02 00 00 CA 89") == FINE
    assert bus.get(1, reg.GOAL_POSITION) == 512


def test_reg_write_and_action(bus):
    bus.servo(1).table.put(reg.VELOCITY_LIMIT, 350)  # as in the manual of that model
    assert answers(bus, "FF FF FD 00 01 09 00 04 68 00 C8 00 00 00 AE 8E") == FINE
    assert (bus.get(1, reg.GOAL_VELOCITY), bus.get(1, reg.REGISTERED)) == (0, 1)
    assert answers(bus, "FF FF FD 00 01 03 00 05 02 CE") == FINE
    assert (bus.get(1, reg.GOAL_VELOCITY), bus.get(1, reg.REGISTERED)) == (200, 0)


def test_factory_reset_all_but_the_id(bus):
    bus.servo(1).table.put(reg.RETURN_DELAY, 7)
    assert answers(bus, "FF FF FD 00 01 04 00 06 01 A1 E6") == FINE
    assert [bus.get(1, cell) for cell in (reg.ID, reg.BAUD, reg.RETURN_DELAY)] == [1, 1, 250]


def test_reboot(bus):
    bus.servo(1).table.put(reg.LED, 1)
    assert answers(bus, "FF FF FD 00 01 03 00 08 2F 4E") == FINE
    assert bus.get(1, reg.LED) == 0
    assert answers(bus, "FF FF FD 00 01 03 00 01 19 4E") == ""
    bus.wait(0.11)
    assert answers(bus, "FF FF FD 00 01 03 00 01 19 4E") == PING_1


def test_clear(bus):
    assert answers(bus, "FF FF FD 00 01 08 00 10 01 44 58 4C 22 B1 DC") == FINE


def test_backup(bus):
    assert answers(bus, "FF FF FD 00 01 08 00 20 01 43 54 52 4C 16 F5") == FINE
    assert bus.get(1, reg.BACKUP_READY) == 1
    bus.servo(1).table.put(reg.RETURN_DELAY, 99)
    # The manual misprints the last two bytes of this one as 92 F5.
    assert answers(bus, "FF FF FD 00 01 08 00 20 02 43 54 52 4C 9E F5") == FINE
    assert bus.get(1, reg.RETURN_DELAY) == 0
    assert bus.send("FF FF FD 00 01 03 00 01 19 4E") == b""  # it starts anew


def test_sync_read(bus):
    request = "FF FF FD 00 FE 09 00 82 84 00 04 00 01 02 CE FA"
    assert answers(bus, request) == f"{POSITION_1} {POSITION_2}"


def test_sync_write(bus):
    request = "FF FF FD 00 FE 11 00 83 74 00 04 00 01 96 00 00 00 02 AA 00 00 00 82 87"
    assert answers(bus, request) == ""
    assert [bus.get(number, reg.GOAL_POSITION) for number in (1, 2)] == [150, 170]


def test_bulk_read(bus):
    bus.servo(1).table.put(reg.VOLTAGE, 119)
    bus.servo(2).table.put(reg.TEMPERATURE, 36)
    request = "FF FF FD 00 FE 0D 00 92 01 90 00 02 00 02 92 00 01 00 1A 05"
    first, second = "FF FF FD 00 01 06 00 55 00 77 00 C3 69", "FF FF FD 00 02 05 00 55 00 24 8B A9"
    assert answers(bus, request) == f"{first} {second}"


def test_bulk_write(bus):
    bus.servo(1).table.put(reg.MAX_VOLTAGE, 150)
    bus.servo(2).table.put(reg.TEMPERATURE_LIMIT, 70)
    assert answers(bus, "FF FF FD 00 FE 10 00 93 01 20 00 02 00 A0 00 02 1F 00 01 00 50 B7 68") == ""
    assert (bus.get(1, reg.MAX_VOLTAGE), bus.get(2, reg.TEMPERATURE_LIMIT)) == (160, 80)


@pytest.fixture
def three():
    bus = Bus().renumber(3, 7, 4)
    for number, position in ((3, 166), (7, 2079), (4, 1023)):
        bus.servo(number).table.put(reg.POSITION, position)
    return bus


def test_fast_sync_read(three):
    request = "FF FF FD 00 FE 0A 00 8A 84 00 04 00 03 07 04 20 F2"
    assert answers(three, request) == (
        "FF FF FD 00 FE 19 00 55 00 03 A6 00 00 00 84 08 00 07 1F 08 00 00 16 CA 00 04 FF 03 00 00 D1 9E"
    )


def test_fast_bulk_read(three):
    three.servo(7).table.put(reg.PWM, 421)
    three.servo(4).table.put(reg.TEMPERATURE, 31)
    # The manual prints the CRC of another request here.
    request = packet(0xFE, 0x9A, bytes.fromhex("03 84 00 04 00 07 7C 00 02 00 04 92 00 01 00"))
    assert answers(three, request) == (
        "FF FF FD 00 FE 14 00 55 00 03 A6 00 00 00 67 A4 00 07 A5 01 24 74 00 04 1F D9 C1"
    )


def test_answers_are_stuffed(bus):
    """A current of -1 and a velocity that begins with FD: what readings at rest do now and then."""
    bus.servo(1).table.put(reg.CURRENT, -1)
    bus.servo(1).table.put(reg.VELOCITY, 0xFD)
    got = bus.send(packet(1, 0x02, (126, 2), (6, 2)))
    assert got[5:7] == b"\x0b\x00"  # 4 + 6 bytes, and one more
    assert got[9:-2] == bytes.fromhex("FF FF FD FD 00 00 00")


def test_stuffed_instructions_are_taken_apart(bus):
    bus.servo(1).table.put(reg.OPERATING_MODE, 4)
    request = bytes.fromhex("FF FF FD 00 01 0A 00 03 74 00 FF FF FD FD FF 23 E5")
    assert request == packet(1, 0x03, (116, 2), (-131073, 4))
    assert answers(bus, request) == FINE
    assert bus.get(1, reg.GOAL_POSITION) == -131073


def test_what_the_host_forgot_to_stuff_gets_through_as_it_is(bus):
    """The maker's own package 4.1.0 works the stuffing out and then sends without it."""
    bus.servo(1).table.put(reg.OPERATING_MODE, 4)
    plain = bytes.fromhex("FF FF FD 00 01 09 00 03 74 00 FF FF FD FF")
    assert answers(bus, plain + crc(plain)) == FINE
    assert bus.get(1, reg.GOAL_POSITION) == -131073


def test_a_fast_answer_is_never_stuffed(three):
    for number in (3, 7, 4):
        three.servo(number).table.put(reg.POSITION, -131073)
    got = three.send("FF FF FD 00 FE 0A 00 8A 84 00 04 00 03 07 04 20 F2")
    assert len(got) == 7 + 0x19
    assert got.count(b"\xff\xff\xfd\xff") == 3


def test_a_missing_servo_ends_the_fast_answer_and_its_length_still_counts_all(three):
    got = three.send(packet(0xFE, 0x8A, (132, 2), (4, 2), bytes((3, 9, 4)))).hex(" ").upper()
    assert got == "FF FF FD 00 FE 19 00 55 00 03 A6 00 00 00 84 08"
    assert three.send(packet(0xFE, 0x8A, (132, 2), (4, 2), bytes((9, 3, 4)))) == b""


def test_a_wrong_crc_is_told_by_the_one_who_was_meant(bus):
    assert answers(bus, "FF FF FD 00 01 03 00 01 19 4F") == "FF FF FD 00 01 04 00 55 03 AB 0C"
    assert answers(bus, "FF FF FD 00 FE 03 00 01 31 43") == ""
    assert answers(bus, "FF FF FD 00 09 03 00 01 19 4F") == ""


def test_status_level_decides_who_is_answered(bus):
    ping, read = packet(1, 0x01), packet(1, 0x02, (65, 2), (1, 2))
    write, sync_read = packet(1, 0x03, (65, 2), (1, 1)), packet(0xFE, 0x82, (65, 2), (1, 2), b"\x01\x02")
    expected = {2: (1, 1, 1, 2), 1: (1, 1, 0, 2), 0: (1, 0, 0, 1)}
    for level, counts in expected.items():
        bus.servo(1).table.put(reg.STATUS_RETURN_LEVEL, level)
        assert tuple(len(bus.ask(request)) for request in (ping, read, write, sync_read)) == counts
        assert bus.get(1, reg.LED) == 1


def test_a_new_level_and_a_new_id_count_from_the_next_packet_on(bus):
    assert answers(bus, packet(1, 0x03, (68, 2), (0, 1))) == FINE
    bus.servo(1).table.put(reg.STATUS_RETURN_LEVEL, 2)
    assert answers(bus, packet(1, 0x03, (7, 2), (20, 1))) == FINE
    assert [status.id for status in bus.ask(packet(20, 0x01))] == [20]
