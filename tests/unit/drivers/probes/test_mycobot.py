"""Bytes of the maker's protocol page, asked of a device made of them."""

import pytest

from drivers.probes.mycobot import PROBE, answer, request
from tests.unit.drivers.probes.rig import asked

GET_ANGLES = bytes.fromhex("FEFE0220FA")
ANGLES = bytes.fromhex("FEFE0E20 0000 03E8 F7FE 0000 1194 DCD8 FA")


def device(version=b"\x41", volts=bytes([120] * 6), celsius=bytes([35] * 6), angles=ANGLES):
    said = {0x02: version, 0xE3: volts, 0xE5: celsius}

    def answers(data):
        command = data[3]
        if command == 0x20:
            return angles
        payload = said.get(command)
        return bytes((0xFE, 0xFE, len(payload) + 2, command)) + payload + b"\xfa" if payload else b""

    return answers


def test_requests_are_the_makers_bytes():
    assert request(0x20) == GET_ANGLES


def test_an_answer_is_told_from_an_echo_by_its_length():
    assert answer(GET_ANGLES, 0x20, 12) is None
    assert answer(GET_ANGLES + ANGLES, 0x20, 12) == ANGLES[4:-1]


@pytest.mark.parametrize("wrong", [ANGLES[:-1], ANGLES[:-1] + b"\x00", ANGLES[1:], b""])
def test_half_and_broken_frames_are_no_answer(wrong):
    assert answer(wrong, 0x20, 12) is None


def test_an_answer_behind_a_broken_one_is_found():
    assert answer(ANGLES[:-1] + b"\x00" + ANGLES, 0x20, 12) == ANGLES[4:-1]


def test_the_version_tells_who_it_is(clock):
    line, _ = asked(clock, device())
    (unit,) = PROBE.who(line, None)
    assert (unit.id, unit.what) == (0, "myCobot, firmware 6.5")


def test_one_that_keeps_its_version_to_itself_is_known_by_its_angles(clock):
    line, transport = asked(clock, device(version=b""))
    (unit,) = PROBE.who(line, None)
    assert unit.what == "myCobot, firmware unknown"
    assert transport.sent[-1] == GET_ANGLES


def test_angles_beyond_a_whole_turn_are_no_mycobot(clock):
    line, _ = asked(clock, device(version=b"", angles=ANGLES.replace(bytes.fromhex("03E8"), bytes.fromhex("7FFF"))))
    assert PROBE.who(line, None) == ()


def test_a_line_that_only_echoes_is_nobody(clock):
    line, _ = asked(clock, lambda data: data)
    assert PROBE.who(line, None) == ()


def test_supply_and_temperature_of_every_joint_are_told(clock):
    line, _ = asked(clock, device())
    measured = PROBE.measure(line, PROBE.who(line, None))
    assert [(one.id, one.volts, one.celsius) for one in measured] == [(n, 12.0, 35.0) for n in range(1, 7)]


def test_what_it_does_not_tell_is_left_open(clock):
    line, _ = asked(clock, device(volts=b""))
    assert PROBE.measure(line, ())[0].volts is None
    line, _ = asked(clock, device(volts=b"", celsius=b""))
    assert PROBE.measure(line, ()) == ()


def test_a_cycle_asks_for_the_angles(clock):
    line, transport = asked(clock, device())
    assert PROBE.cycle(line, ())
    assert transport.sent == [GET_ANGLES]
    line, _ = asked(clock, lambda data: data)
    assert not PROBE.cycle(line, ())


def test_only_questions_are_ever_sent(clock):
    line, transport = asked(clock, device(version=b""))
    PROBE.measure(line, PROBE.who(line, None))
    assert {frame[3] for frame in transport.sent} <= {0x02, 0x20, 0xE3, 0xE5}
    assert {len(frame) for frame in transport.sent} == {5}
