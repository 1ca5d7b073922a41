"""Frames beside bytes written by hand and the maker's own encoder, and whatever a bad line makes of them."""

import re
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.mycobot import codec
from drivers.mycobot.codec import Frame, FrameParser
from drivers.mycobot.messages import SIZES, Command

with warnings.catch_warnings():
    # It asks for the language in a way that Python is about to give up.
    warnings.simplefilter("ignore", DeprecationWarning)
    from pymycobot import MyCobot280

SENT = {
    "version": ("FE FE 02 02 FA", Command.VERSION, b""),
    "error": ("FE FE 02 07 FA", Command.GET_ERROR, b""),
    "clear error": ("FE FE 02 08 FA", Command.CLEAR_ERROR, b""),
    "power on": ("FE FE 02 10 FA", Command.POWER_ON, b""),
    "power off": ("FE FE 02 11 FA", Command.POWER_OFF, b""),
    "is power on": ("FE FE 02 12 FA", Command.IS_POWER_ON, b""),
    "release all": ("FE FE 02 13 FA", Command.RELEASE_ALL, b""),
    "is connected": ("FE FE 02 14 FA", Command.IS_CONNECTED, b""),
    "newest goal wins": ("FE FE 03 16 01 FA", Command.SET_FRESH_MODE, b"\1"),
    "mode": ("FE FE 02 17 FA", Command.GET_FRESH_MODE, b""),
    "is it free": ("FE FE 02 1B FA", Command.IS_FREE_MODE, b""),
    "angles": ("FE FE 02 20 FA", Command.GET_ANGLES, b""),
    "go to angles": (
        "FE FE 0F 22 00 00 03 E8 F7 FE 00 00 11 94 DC D8 1E FA",
        Command.SEND_ANGLES,
        codec.angles_data((0, 1000, -2050, 0, 4500, -9000), 30),
    ),
    "stop": ("FE FE 02 29 FA", Command.STOP, b""),
    "lower limit": ("FE FE 03 4A 02 FA", Command.JOINT_MIN, b"\2"),
    "upper limit": ("FE FE 03 4B 06 FA", Command.JOINT_MAX, b"\6"),
    "is joint on": ("FE FE 03 50 03 FA", Command.IS_SERVO_ENABLED, b"\3"),
    "are all on": ("FE FE 02 51 FA", Command.ARE_ALL_ENABLED, b""),
    "release joint": ("FE FE 03 56 05 FA", Command.RELEASE_SERVO, b"\5"),
    "torque everywhere": ("FE FE 03 57 00 FA", Command.FOCUS_SERVO, b"\0"),
    "gripper": ("FE FE 02 65 FA", Command.GET_GRIPPER, b""),
    "gripper limp": ("FE FE 04 66 FE 01 FA", Command.SET_GRIPPER_STATE, b"\xfe\1"),
    "gripper half open": ("FE FE 04 67 32 50 FA", Command.SET_GRIPPER, b"\x32\x50"),
    "angles and pose": ("FE FE 02 D5 FA", Command.GET_ANGLES_COORDS, b""),
}
"""What goes out: bytes written by hand from the maker's protocol page."""

HEARD = {
    "angles": (
        "FE FE 0E 20 00 00 03 E8 F7 FE 00 00 11 94 DC D8 FA",
        Frame(0x20, bytes.fromhex("000003E8F7FE00001194DCD8")),
    ),
    "acknowledged": ("FE FE 03 22 01 FA", Frame(0x22, b"\1")),
    "joint 2 on": ("FE FE 04 50 02 01 FA", Frame(0x50, b"\2\1")),
    "lower limit of joint 1": ("FE FE 05 4A 01 F9 70 FA", Frame(0x4A, b"\1\xf9\x70")),
    "gripper": ("FE FE 03 65 64 FA", Frame(0x65, b"\x64")),
    "error": ("FE FE 03 07 13 FA", Frame(0x07, b"\x13")),
}
"""What comes in."""

CALLS = {
    "version": lambda robot: robot.get_system_version(),
    "error": lambda robot: robot.get_error_information(),
    "clear error": lambda robot: robot.clear_error_information(),
    "power on": lambda robot: robot.power_on(),
    "power off": lambda robot: robot.power_off(),
    "is power on": lambda robot: robot.is_power_on(),
    "release all": lambda robot: robot.release_all_servos(),
    "is connected": lambda robot: robot.is_controller_connected(),
    "newest goal wins": lambda robot: robot.set_fresh_mode(1),
    "mode": lambda robot: robot.get_fresh_mode(),
    "is it free": lambda robot: robot.is_free_mode(),
    "angles": lambda robot: robot.get_angles(),
    "go to angles": lambda robot: robot.send_angles([0, 10, -20.5, 0, 45, -90], 30),
    "stop": lambda robot: robot.stop(),
    "lower limit": lambda robot: robot.get_joint_min_angle(2),
    "upper limit": lambda robot: robot.get_joint_max_angle(6),
    "is joint on": lambda robot: robot.is_servo_enable(3),
    "are all on": lambda robot: robot.is_all_servo_enable(),
    "release joint": lambda robot: robot.release_servo(5),
    "torque everywhere": lambda robot: robot.focus_all_servos(),
    "gripper": lambda robot: robot.get_gripper_value(),
    "gripper limp": lambda robot: robot.set_gripper_state(254, 1),
    "gripper half open": lambda robot: robot.set_gripper_value(50, 80),
    "angles and pose": lambda robot: robot.get_angles_coords(),
}


class Encoder(MyCobot280):
    """The maker's package without a port: it writes into a list and hears nothing."""

    def __init__(self):
        self.sent = []
        self.calibration_parameters = lambda **named: None

    def _mesg(self, genre, *args, **kwargs):
        command, _, _ = super(MyCobot280, self)._mesg(genre, *args, **kwargs)
        self.sent.append(bytes(command))


def test_every_command_of_the_driver_has_golden_bytes():
    assert {command for _, command, _ in SENT.values()} == set(Command) == set(SIZES)
    assert set(CALLS) == set(SENT)


@pytest.mark.parametrize(("golden", "command", "data"), SENT.values(), ids=SENT)
def test_frames_are_those_of_the_protocol_page(golden, command, data):
    assert codec.encode(command, data) == bytes.fromhex(golden)
    assert len(data) == SIZES[command].asked


def test_a_command_carries_no_data_unless_it_is_given_some():
    assert codec.encode(Command.STOP) == bytes.fromhex("FEFE0229FA")


@pytest.mark.parametrize("name", CALLS)
def test_frames_are_those_of_the_makers_package(name):
    encoder = Encoder()
    CALLS[name](encoder)
    assert encoder.sent == [bytes.fromhex(SENT[name][0])]


@pytest.mark.parametrize(("golden", "frame"), HEARD.values(), ids=HEARD)
def test_answers_are_understood(golden, frame):
    assert FrameParser().feed(bytes.fromhex(golden)) == [frame]


def test_angles_are_hundredths_of_a_degree_high_byte_first():
    assert codec.angles(bytes.fromhex("000003E8F7FE00001194DCD8")) == (0, 1000, -2050, 0, 4500, -9000)


def test_an_angle_beyond_half_a_turn_is_no_angle():
    def counts(value):
        return value.to_bytes(2, "big", signed=True) + bytes(10)

    assert codec.angles(counts(18100)) is not None
    assert codec.angles(counts(-18100)) is not None
    assert codec.angles(counts(18101)) is None
    assert codec.angles(counts(-18101)) is None


@pytest.mark.parametrize("counts", [(0,) * 5, (0,) * 7, (0, 0, 18101, 0, 0, 0), (-18101, 0, 0, 0, 0, 0)])
def test_only_six_possible_angles_are_sent(counts):
    with pytest.raises(ValueError, match=f"^{re.escape(f'angles {counts} are not 6 within ±18100')}$"):
        codec.angles_data(counts, 10)


@pytest.mark.parametrize("percent", [0, 101, -1])
def test_only_speeds_there_are_are_sent(percent):
    with pytest.raises(ValueError, match=f"^speed {percent} is outside 1 to 100 %$"):
        codec.angles_data((0,) * 6, percent)


def test_the_ends_of_what_may_be_sent():
    assert codec.angles_data((18100, -18100, 0, 0, 0, 0), 100)[-1] == 100
    assert codec.angles_data((0,) * 6, 1)[-1] == 1


@pytest.mark.parametrize(("data", "told"), [(b"\0", False), (b"\1", True), (b"\2", None), (b"\5\1", True)])
def test_a_flag_is_one_or_zero(data, told):
    assert codec.flag(data) is told


def test_limits_are_tenths_of_a_degree():
    assert codec.limit(bytes.fromhex("01F970")) == -1680
    assert codec.limit(bytes.fromhex("050640")) == 1600


ANSWERS = st.sampled_from(
    [Frame(command, size) for command, sizes in SIZES.items() for size in {bytes(sizes.answered), bytes(sizes.asked)}]
).flatmap(lambda frame: st.binary(min_size=len(frame.data), max_size=len(frame.data)).map(lambda d: Frame(frame[0], d)))
NOISE = st.binary(max_size=12).filter(lambda data: b"\xfe" not in data)


PLAIN = ANSWERS.filter(lambda frame: b"\xfe\xfe" not in frame.data)


@given(st.lists(st.tuples(NOISE, PLAIN), max_size=6), st.data())
def test_frames_are_found_however_they_are_split_and_whatever_is_between(pieces, data):
    stream = b"".join(noise + codec.encode(*frame) for noise, frame in pieces)
    parser, found, at = FrameParser(), [], 0
    while at < len(stream):
        size = data.draw(st.integers(1, 9))
        found += parser.feed(stream[at : at + size])
        at += size
    assert found == [frame for _, frame in pieces]
    assert len(parser) == 0


@given(st.binary(max_size=200))
def test_no_noise_makes_it_keep_more_than_one_frame(noise):
    parser = FrameParser()
    parser.feed(noise)
    assert len(parser) < 2 + 2 + 24 + 1
    parser.flush()
    assert len(parser) == 0


@given(PLAIN, st.binary(max_size=20))
def test_a_frame_behind_a_cut_off_one_is_found_at_the_latest_when_waiting_ends(frame, noise):
    broken = codec.encode(Command.GET_ANGLES, bytes(12))[:9]
    parser = FrameParser()
    found = parser.feed(broken + noise.replace(b"\xfe", b"") + codec.encode(*frame)) + parser.flush()
    assert frame in found


def test_a_header_inside_data_that_begins_no_frame_is_data():
    inside = bytes.fromhex("FEFE0822 01FA FEFE 0000 FAFA")
    parser = FrameParser()
    assert parser.feed(codec.encode(Command.GET_ANGLES, inside)) == [Frame(Command.GET_ANGLES, inside)]
    assert parser.rejected == 0


def test_an_answer_that_was_cut_off_does_not_take_the_next_one_for_its_rest():
    cut = codec.encode(Command.GET_ANGLES, bytes(12))[:11]
    parser = FrameParser()
    assert parser.feed(cut + codec.encode(Command.GET_ERROR, b"\0")) == [Frame(Command.GET_ERROR, b"\0")]
    assert parser.rejected > 0


@pytest.mark.parametrize("at", range(9))
@pytest.mark.parametrize(
    ("inside", "begins"),
    [
        ("FEFE0322", True),
        ("FEFE0F22", True),
        ("FEFE0422", False),
        ("FEFD0322", False),
        ("FDFE0322", False),
        ("FDFD0322", False),
    ],
)
def test_wherever_another_frame_begins_inside_an_answer_it_does_not_count(at, inside, begins):
    data = (bytes(at) + bytes.fromhex(inside)).ljust(12, b"\0")
    found = FrameParser().feed(codec.encode(Command.GET_ANGLES, data))
    assert (Frame(Command.GET_ANGLES, data) in found) is not begins


@pytest.mark.parametrize("end", ["FE", "FEFE", "FEFE03", "FEFE02"])
def test_a_header_that_an_answer_ends_before_is_data(end):
    data = bytes.fromhex(end).rjust(12, b"\0")
    for stream in (codec.encode(Command.GET_ANGLES, data), codec.encode(Command.GET_ANGLES, data) + b"\x22"):
        assert FrameParser().feed(stream) == [Frame(Command.GET_ANGLES, data)]


def test_behind_a_header_inside_data_that_begins_no_frame_one_that_does_is_found():
    data = bytes.fromhex("FEFEFEFE0322").ljust(12, b"\0")
    assert FrameParser().feed(codec.encode(Command.GET_ANGLES, data)) == []


def test_an_echo_that_holds_an_answer_is_not_taken_apart():
    echo = codec.encode(Command.SEND_ANGLES, bytes.fromhex("0000FEFE032201FA0000000001"))
    parser = FrameParser()
    assert [len(frame.data) for frame in parser.feed(echo)] == [13]
    assert parser.rejected == 0


def test_a_frame_of_another_size_is_none_and_costs_one_byte():
    good = codec.encode(Command.STOP, b"\1")
    parser = FrameParser()
    assert parser.feed(bytes.fromhex("FEFE0720") + good) == [Frame(Command.STOP, b"\1")]
    assert parser.rejected == 2


def test_a_frame_of_an_unknown_command_is_none():
    parser = FrameParser()
    assert parser.feed(codec.encode(0x99, b"\1") + codec.encode(Command.STOP, b"\1")) == [Frame(Command.STOP, b"\1")]


def test_a_frame_that_is_not_closed_is_none_and_gives_back_what_it_swallowed():
    good = codec.encode(Command.GET_ERROR, b"\0")
    parser = FrameParser()
    assert parser.feed(bytes.fromhex("FEFE0322") + good) == [Frame(Command.GET_ERROR, b"\0")]
    assert parser.rejected > 0


def test_an_unfinished_frame_is_waited_for_and_then_forgotten():
    parser = FrameParser()
    assert parser.feed(codec.encode(Command.GET_ERROR, b"\0")[:-1]) == []
    assert len(parser) == 5
    assert parser.flush() == []
    assert len(parser) == 0


def test_half_a_header_at_the_end_is_kept():
    parser = FrameParser()
    assert parser.feed(b"\x12\xfe") == []
    assert parser.feed(bytes.fromhex("FE030700FA")) == [Frame(Command.GET_ERROR, b"\0")]
    assert parser.feed(b"\xfe") == []
    assert len(parser) == 1


STOPPED = codec.encode(Command.STOP, b"\1")


@pytest.mark.parametrize(
    ("stream", "rejected", "kept"),
    [
        (b"", 0, 0),
        (STOPPED, 0, 0),
        (b"\xfe", 0, 1),
        (b"\xfe\xfe", 0, 2),
        (b"\xfe\xfe\xfe", 0, 3),
        (b"\x12", 1, 0),
        (b"\x12\x13\x14", 1, 0),
        (b"\x12\xfe", 1, 1),
        (b"\x12\xfe\xfe\x03", 1, 3),
        (STOPPED + b"\xfe", 0, 1),
        (STOPPED + b"\x12", 1, 0),
        (b"\x12" + STOPPED + b"\x12" + STOPPED + b"\x12", 3, 0),
        # A header that begins no frame, and what is behind it up to the next.
        (b"\xfe\xfe\x07\x20", 2, 0),
        (b"\xfe\xfe\x03\x29", 0, 4),
        (STOPPED[:-1] + b"\x12", 2, 0),
        (STOPPED[:-1] + b"\x12" + STOPPED, 2, 0),
        (STOPPED[:-1] + b"\xfe", 2, 1),
    ],
)
def test_each_wrong_header_and_each_run_of_foreign_bytes_counts_once(stream, rejected, kept):
    parser = FrameParser()
    parser.feed(stream)
    assert (parser.rejected, len(parser)) == (rejected, kept)


@pytest.mark.parametrize(
    ("stream", "rejected"),
    [
        (b"\xfe", 1),
        (b"\xfe\xfe", 2),
        (b"\xfe\xfe\xfe", 3),
        # The first byte of the header, and what is behind it.
        (STOPPED[:-1], 2),
        (bytes.fromhex("FEFE0E20") + STOPPED, 2),
    ],
)
def test_a_flush_counts_what_it_gives_up_and_what_it_passes_over(stream, rejected):
    parser = FrameParser()
    parser.feed(stream)
    assert parser.rejected == 0
    parser.flush()
    assert (parser.rejected, len(parser)) == (rejected, 0)


LONG = {Command.STOP: (1,), 3: (252,)}
"""A command whose LEN looks like half a header: ``FE FE FE 03`` may begin it, and so may the second byte."""


def test_a_frame_may_begin_one_byte_behind_a_longer_one_that_is_not_closed():
    parser = FrameParser(LONG, {})
    assert parser.feed(b"\xfe" + STOPPED + bytes(251)) == [Frame(Command.STOP, b"\1")]


def test_a_flush_finds_a_frame_one_byte_behind_an_unfinished_longer_one():
    parser = FrameParser(LONG, {})
    assert parser.feed(b"\xfe" + STOPPED) == []
    assert parser.flush() == [Frame(Command.STOP, b"\1")]
    assert parser.rejected == 1


def test_three_header_bytes_in_a_row_still_begin_a_frame():
    parser = FrameParser()
    assert parser.feed(b"\xfe" + codec.encode(Command.GET_ERROR, b"\0")) == [Frame(Command.GET_ERROR, b"\0")]
