"""Bytes of the maker's manual, asked of a device made of them."""

import pytest

from armctl.config.arm import ServoConfig
from drivers.probes.dynamixel import PROBE, Status, answers, crc, request
from tests.support.arms import so101
from tests.unit.drivers.probes.rig import asked

PING_1 = bytes.fromhex("FFFFFD00 01 0300 01 194E")
PING_ALL = bytes.fromhex("FFFFFD00 FE 0300 01 3142")
PONG_1 = bytes.fromhex("FFFFFD00 01 0700 55 00 0604 26 655D")
PONG_2 = bytes.fromhex("FFFFFD00 02 0700 55 00 0604 26 6F6D")
EMPTY_1 = bytes.fromhex("FFFFFD00 01 0400 55 00 A10C")
SYNC_READ_1_2 = bytes.fromhex("FFFFFD00 FE 0900 82 8400 0400 01 02 CEFA")
READ_4_AT_132 = bytes.fromhex("FFFFFD00 01 0700 02 8400 0400 1D15")


def status(servo, data, error=0):
    body = b"\xff\xff\xfd\x00" + bytes((servo,)) + (len(data) + 4).to_bytes(2, "little") + bytes((0x55, error)) + data
    return body + crc(body).to_bytes(2, "little")


def arm(ids, model=1030):
    joints = tuple(
        joint.model_copy(update={"servo": ServoConfig(id=number, model=model)})
        for joint, number in zip(so101().joints, ids, strict=False)
    )
    return so101().model_copy(update={"joints": joints, "driver": "dynamixel"})


class Servos:
    """Answers to ping, to reads of supply and temperature, and of the error register."""

    def __init__(self, *ids, errors=0):
        self.ids = ids
        self.errors = errors

    def __call__(self, data):
        servo, instruction = data[4], data[7]
        if instruction == 0x82:
            return b"".join(status(each, bytes(4)) for each in data[12:-2] if each in self.ids)
        if instruction == 1:
            return b"".join(status(each, bytes.fromhex("060426")) for each in self.ids if servo in (each, 254))
        if servo not in self.ids or instruction != 2:
            return b""
        return status(servo, {144: bytes((118, 0, 41)), 70: bytes((self.errors,))}[data[8]])


def test_requests_are_the_makers_bytes():
    assert request(1, 1) == PING_1
    assert request(254, 1) == PING_ALL
    assert request(1, 2, bytes.fromhex("84000400")) == READ_4_AT_132


def test_answers_are_read_from_the_makers_bytes():
    assert answers(PONG_1 + PONG_2) == [Status(1, 0, b"\x06\x04\x26"), Status(2, 0, b"\x06\x04\x26")]
    assert answers(EMPTY_1) == [Status(1, 0, b"")]


@pytest.mark.parametrize("position", range(4, len(PONG_1)))
def test_an_answer_with_a_wrong_byte_is_none(position):
    broken = bytearray(PONG_1)
    broken[position] ^= 0x10
    assert answers(bytes(broken)) == []


def test_an_answer_behind_rubbish_and_half_a_frame_is_found():
    assert answers(b"\xff\xff" + PONG_2[:9] + PONG_1 + PONG_1[:5])[0].id == 1


def test_an_echo_of_the_question_is_no_answer():
    assert answers(PING_1 + PONG_1) == [Status(1, 0, b"\x06\x04\x26")]
    assert answers(PING_1) == []


def test_stuffed_bytes_are_taken_out():
    assert answers(status(1, b"\xff\xff\xfd\xfd\x01"))[0].data == b"\xff\xff\xfd\x01"


def test_the_arms_servos_are_asked_one_by_one_and_named(clock):
    line, transport = asked(clock, Servos(1, 2, 3, 4, 5, 6))
    units = PROBE.who(line, arm((1, 2, 3, 4, 5, 6)))
    assert [(unit.id, unit.model) for unit in units] == [(number, 1030) for number in range(1, 7)]
    assert units[0].what == "XM430-W210 (model 1030, firmware 38)"
    assert transport.sent[0] == PING_1


def test_one_silent_servo_costs_only_its_own_answer(clock):
    line, _ = asked(clock, Servos(1, 3))
    assert [unit.id for unit in PROBE.who(line, arm((1, 2, 3)))] == [1, 3]


def test_without_a_configuration_everybody_is_called(clock):
    line, transport = asked(clock, Servos(1, 7, 12))
    assert [unit.id for unit in PROBE.who(line, None)] == [1, 7, 12]
    assert transport.sent == [PING_ALL]


def test_supply_and_temperature_are_measured(clock):
    line, _ = asked(clock, Servos(1, 2))
    measured = PROBE.measure(line, PROBE.who(line, arm((1, 2))))
    assert [(one.id, one.volts, one.celsius) for one in measured] == [(1, 11.8, 41.0), (2, 11.8, 41.0)]


def test_a_cycle_is_one_sync_read_of_positions(clock):
    line, transport = asked(clock, Servos(1, 2))
    units = PROBE.who(line, arm((1, 2)))
    transport.sent.clear()
    assert PROBE.cycle(line, units)
    assert transport.sent == [SYNC_READ_1_2]
    line, _ = asked(clock, Servos(1))
    assert not PROBE.cycle(line, units)


def test_a_servo_that_switched_itself_off_is_told_with_its_reason(clock):
    line, _ = asked(clock, Servos(1, errors=0x21))
    said = PROBE.differs(line, arm((1,)), PROBE.who(line, arm((1,))))
    assert said == ("Servo 1 reports a wrong supply voltage and an overload: restart it.",)


def test_missing_servos_and_other_models_are_told(clock):
    line, _ = asked(clock, Servos(1))
    config = arm((1, 2), model=1060)
    said = PROBE.differs(line, config, PROBE.who(line, config))
    assert len(said) == 2
    assert "the configuration says model 1060" in said[0]
    assert "does not answer" in said[1]


def test_only_pings_and_reads_are_ever_sent(clock):
    line, transport = asked(clock, Servos(1, 2))
    units = PROBE.who(line, arm((1, 2)))
    PROBE.measure(line, units)
    PROBE.differs(line, arm((1, 2)), units)
    PROBE.cycle(line, units)
    assert {frame[7] for frame in transport.sent} == {1, 2, 0x82}
