import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.feetech import codec
from drivers.feetech import messages as reg
from drivers.feetech.codec import Frame, FrameParser
from drivers.feetech.messages import Instruction

IDS = st.integers(0, 0xFD)
DATA = st.binary(max_size=40)
FRAMES = st.lists(st.tuples(IDS, st.integers(0, 255), DATA), min_size=1, max_size=8)


def golden(text):
    return bytes.fromhex(text)


def is_right(frame):
    """The maker's rule, written a second time: NOT of the sum of everything between header and sum."""
    return frame[-1] == 255 - sum(frame[2:-1]) % 256 and frame[3] == len(frame) - 4


@pytest.mark.parametrize(
    ("built", "wire"),
    [
        (codec.ping(1), "FF FF 01 02 01 FB"),
        (codec.read(1, 56, 2), "FF FF 01 04 02 38 02 BE"),
        (
            codec.write(1, 42, codec.word(2048) + codec.word(0) + codec.word(1000)),
            "FF FF 01 09 03 2A 00 08 00 00 E8 03 D5",
        ),
        (codec.action(), "FF FF FE 02 05 FA"),
        (
            codec.sync_write(42, [(n, codec.word(2048) + codec.word(0) + codec.word(1000)) for n in (1, 2, 3, 4)]),
            (
                "FF FF FE 20 83 2A 06 01 00 08 00 00 E8 03 02 00 08 00 00 E8 03 "
                "03 00 08 00 00 E8 03 04 00 08 00 00 E8 03 58"
            ),
        ),
        (codec.sync_read((1, 2), 56, 15), "FF FF FE 06 82 38 0F 01 02 2F"),
        (codec.reg_write(3, 42, b"\x10\x20"), "FF FF 03 05 04 2A 10 20 99"),
        (codec.encode(1, Instruction.RECOVERY), "FF FF 01 02 06 F6"),
        (codec.encode(1, Instruction.REBOOT), "FF FF 01 02 08 F4"),
        (codec.encode(1, Instruction.BACKUP), "FF FF 01 02 09 F3"),
        (codec.encode(1, Instruction.RESET), "FF FF 01 02 0A F2"),
        (codec.encode(1, Instruction.CALIBRATE), "FF FF 01 02 0B F1"),
        (codec.encode(1, Instruction.CALIBRATE, codec.word(1000)), "FF FF 01 04 0B E8 03 04"),
        (codec.encode(1, 0), "FF FF 01 02 00 FC"),
        (codec.encode(1, 0, codec.word(1304)), "FF FF 01 04 00 18 05 DD"),
    ],
)
def test_frames_are_the_makers_bytes(built, wire):
    assert built == golden(wire)


def test_there_are_golden_bytes_for_every_instruction():
    marks = next(mark for mark in test_frames_are_the_makers_bytes.pytestmark if mark.name == "parametrize")
    sent = {golden(wire)[4] for _, wire in marks.args[1]}
    assert sent >= set(Instruction)


def test_the_makers_answer_parses_to_1304():
    (frame,) = FrameParser().feed(golden("FF FF 01 04 00 18 05 DD"))
    assert frame == Frame(1, 0, b"\x18\x05")
    assert int.from_bytes(frame.data, "little") == 1304


@given(IDS, st.integers(0, 255), DATA)
def test_what_is_encoded_is_parsed(servo, code, data):
    frame = codec.encode(servo, code, data)
    assert is_right(frame)
    assert FrameParser().feed(frame) == [Frame(servo, code, data)]


@given(FRAMES, st.data())
def test_a_stream_may_be_cut_anywhere(frames, data):
    stream = b"".join(codec.encode(*frame) for frame in frames)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    parser, found = FrameParser(), []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += parser.feed(stream[start:end])
    assert found == [Frame(*frame) for frame in frames]
    assert parser.rejected == 0


def test_a_frame_cut_at_every_byte_is_parsed_once_complete():
    frame = codec.encode(4, 0, bytes(range(15)))
    for cut in range(1, len(frame)):
        parser = FrameParser()
        assert parser.feed(frame[:cut]) == []
        assert parser.feed(frame[cut:]) == [Frame(4, 0, bytes(range(15)))]


def test_every_single_wrong_bit_is_noticed():
    frame = codec.encode(4, 0, bytes(range(200, 215)))
    for position in range(len(frame) * 8):
        broken = bytearray(frame)
        broken[position // 8] ^= 1 << position % 8
        parser = FrameParser()
        assert parser.feed(bytes(broken)) + parser.flush() == []
        assert parser.rejected > 0


@given(st.binary(max_size=300))
def test_noise_never_gives_a_frame_whose_sum_is_wrong(noise):
    parser = FrameParser()
    for frame in parser.feed(noise) + parser.flush():
        assert codec.encode(*frame) in noise


@given(st.binary(max_size=300))
def test_after_a_flush_nothing_of_the_old_line_is_left(noise):
    parser = FrameParser()
    parser.feed(noise)
    parser.flush()
    assert len(parser) == 0
    assert parser.feed(codec.ping(1)) == [Frame(1, 1, b"")]


@given(st.binary(max_size=60), st.integers(1, 6))
def test_expected_frames_are_found_behind_any_noise(noise, servo):
    frame = codec.encode(servo, 0, bytes(15))
    parser = FrameParser(lambda number, length: number == servo and length == 17)
    assert Frame(servo, 0, bytes(15)) in parser.feed(noise + frame) + parser.flush()


def test_an_unfinished_frame_does_not_swallow_the_next():
    half = codec.encode(1, 0, bytes(15))[:9]
    whole = codec.encode(2, 0, bytes(15))
    parser = FrameParser(lambda number, length: number in {1, 2} and length == 17)
    assert parser.feed(half + whole) == [Frame(2, 0, bytes(15))]


def test_a_false_header_with_a_long_length_costs_no_waiting_when_the_length_is_known():
    parser = FrameParser(lambda number, length: length == 2)
    assert parser.feed(b"\xff\xff\x01\xc8" + codec.encode(1, 0)) == [Frame(1, 0, b"")]


def test_header_bytes_inside_data_are_data():
    data = b"\xff\xff\x01\x02\xff\xff"
    assert FrameParser().feed(codec.encode(2, 0, data)) == [Frame(2, 0, data)]


def test_three_header_bytes_in_a_row_are_noise_and_a_header():
    assert FrameParser().feed(b"\xff" + codec.encode(2, 0, b"\7")) == [Frame(2, 0, b"\7")]


@pytest.mark.parametrize("length", [0, 1, 247, 255])
def test_lengths_the_protocol_does_not_have_are_passed_over(length):
    parser = FrameParser()
    assert parser.feed(bytes((0xFF, 0xFF, 1, length))) == []
    assert len(parser) == (length == 0xFF), "only what may begin a header is kept"
    assert parser.feed(codec.ping(1)) == [Frame(1, 1, b"")]


@pytest.mark.parametrize("length", [2, 246])
def test_lengths_at_the_ends_of_the_range_are_taken(length):
    data = bytes(length - 2)
    assert FrameParser().feed(codec.encode(1, 0, data)) == [Frame(1, 0, data)]


def every_frame(servo, length):
    """An expectation that refuses nothing, not even what the protocol does not have."""
    return True


def test_a_header_may_begin_one_byte_behind_a_frame_with_a_wrong_sum():
    assert FrameParser(every_frame).feed(b"\xff" + codec.ping(1)) == [Frame(1, 1, b"")]


def test_a_header_may_begin_one_byte_behind_an_unfinished_frame():
    parser = FrameParser(every_frame)
    assert parser.feed(b"\xff" + codec.encode(0x20, 0)) == []
    assert parser.flush() == [Frame(0x20, 0, b"")]


def test_a_flush_finds_the_frames_behind_an_unfinished_one():
    parser = FrameParser()
    assert parser.feed(b"\xff\xff\x01\x40" + codec.ping(1) + codec.ping(2)) == []
    assert parser.flush() == [Frame(1, 1, b""), Frame(2, 1, b"")]


@pytest.mark.parametrize(
    ("stream", "rejected"),
    [
        (b"", 0),
        (codec.ping(1), 0),
        (b"\x01\x02\x03", 1),
        (b"\x01\x02" + codec.ping(1), 1),
        (codec.ping(1) + b"\x01" + codec.ping(2) + b"\x01", 2),
        (codec.ping(1)[:-1] + b"\x00" + codec.ping(2), 2),
        (b"\xff\xff\x01\x00", 2),
        (b"\xff\xff\xff\x01", 1),
    ],
)
def test_each_wrong_header_and_each_run_of_foreign_bytes_counts_once(stream, rejected):
    parser = FrameParser()
    parser.feed(stream)
    assert parser.rejected == rejected


def test_a_flush_counts_each_byte_that_it_gives_up_and_what_it_passes_over():
    parser = FrameParser()
    parser.feed(b"\xff")
    parser.flush()
    assert parser.rejected == 1
    parser.feed(b"\xff\xff\x01\x09\x00")
    parser.flush()
    assert parser.rejected == 1 + 2


def test_what_was_fed_can_be_forgotten():
    parser = FrameParser()
    parser.feed(codec.ping(1)[:-1])
    parser.clear()
    assert len(parser) == 0
    assert parser.feed(codec.ping(1)[-1:] + codec.ping(2)) == [Frame(2, 1, b"")]


@pytest.mark.parametrize(
    ("servo", "length", "may_be"),
    [(0, 2, True), (254, 2, True), (255, 2, False), (1, 1, False), (1, 246, True), (1, 247, False), (254, 246, True)],
)
def test_any_frame_is_any_the_protocol_has(servo, length, may_be):
    assert codec.any_frame(servo, length) is may_be


@pytest.mark.parametrize(
    ("servo", "data", "said"),
    [
        (-1, b"", "servo id -1 is outside 0 to 254"),
        (255, b"", "servo id 255 is outside 0 to 254"),
        (1, bytes(245), "a frame with 245 parameters is longer than 250 bytes"),
    ],
)
def test_frames_the_protocol_does_not_have_are_not_built(servo, data, said):
    with pytest.raises(ValueError, match=f"^{said}$"):
        codec.encode(servo, 0, data)


GOAL = golden("00 08 00 00 E8 03")
"""Position 2048, time 0, speed 1000."""


@pytest.mark.parametrize("time", ["first", "second"])
@pytest.mark.parametrize(
    ("servos", "address", "rows", "wire"),
    [
        (
            (1, 2, 3, 4),
            42,
            [GOAL] * 4,
            (
                "FF FF FE 20 83 2A 06 01 00 08 00 00 E8 03 02 00 08 00 00 E8 03 "
                "03 00 08 00 00 E8 03 04 00 08 00 00 E8 03 58"
            ),
        ),
        ((5,), 40, [b"\1"], "FF FF FE 06 83 28 01 05 01 49"),
        ((5,), 40, [b"\0"], "FF FF FE 06 83 28 01 05 00 4A"),
        ((9, 7), 41, [b"\xff\xff", b"\xff\xfe"], "FF FF FE 0A 83 29 02 09 FF FF 07 FF FE 3E"),
    ],
)
def test_rows_become_the_makers_sync_write_each_time(servos, address, rows, wire, time):
    pairs = list(zip(servos, rows, strict=True))
    frame = codec.sync_rows(servos, address, len(rows[0]))
    built = frame(b"".join(bytes((servo,)) + data for servo, data in pairs))
    assert built == codec.sync_write(address, pairs) == golden(wire)


def test_what_makes_rows_into_frames_is_made_once_and_makes_each_anew():
    frame = codec.sync_rows((1, 2), 41, 1)
    assert codec.sync_rows((1, 2), 41, 1) is frame
    for low in (0, 255):
        assert frame(bytes((1, low, 2, 7))) == codec.sync_write(41, [(1, bytes((low,))), (2, b"\7")])


@pytest.mark.parametrize(("rows", "lengths"), [([], r"\[\]"), ([(1, b"\0\0"), (2, b"\0")], r"\[1, 2\]")])
def test_sync_writes_of_uneven_rows_are_not_built(rows, lengths):
    with pytest.raises(ValueError, match=f"^rows of a sync write must be equally long, not {lengths}$"):
        codec.sync_write(42, rows)


@pytest.mark.parametrize("sign_bit", [10, 11, 15])
@given(data=st.data())
def test_sign_magnitude_round_trip(sign_bit, data):
    largest = (1 << sign_bit) - 1
    value = data.draw(st.integers(-largest, largest))
    raw = codec.encode_signed(value, sign_bit)
    assert codec.decode_signed(raw, sign_bit) == value
    assert 0 <= raw < 1 << (sign_bit + 1)


@pytest.mark.parametrize(
    ("raw", "sign_bit", "value"),
    [(0x8001, 15, -1), (0x7FFF, 15, 32767), (0x8000, 15, 0), (0x400 | 250, 10, -250), (0x800 | 2047, 11, -2047)],
)
def test_sign_magnitude_is_not_twos_complement(raw, sign_bit, value):
    assert codec.decode_signed(raw, sign_bit) == value


@pytest.mark.parametrize(("value", "raw"), [(0, 0), (1, 1), (-1, 0x8001), (32767, 0x7FFF), (-32767, 0xFFFF)])
def test_values_become_the_makers_bits(value, raw):
    assert codec.encode_signed(value, 15) == raw


def test_bits_above_the_sign_do_not_count():
    assert codec.decode_signed(0x1000 | 5, 11) == 5
    assert codec.decode_signed(0x1800 | 5, 11) == -5


@pytest.mark.parametrize(("value", "sign_bit"), [(2048, 11), (-2048, 11), (32768, 15), (-1024, 10)])
def test_values_too_large_for_their_bits_are_refused(value, sign_bit):
    with pytest.raises(ValueError, match=f"^{value} does not fit in {sign_bit} bits and a sign$"):
        codec.encode_signed(value, sign_bit)


def test_registers_are_read_from_memory_with_their_sign():
    memory = bytearray(reg.MEMORY_SIZE)
    memory[31:33] = b"\x10\x08"
    memory[3:5] = b"\x09\x03"
    assert codec.value_of(memory, reg.HOMING_OFFSET) == -16
    assert codec.value_of(memory, reg.MODEL) == 777


def test_the_rest_of_a_frame_whose_header_was_lost_is_no_frame():
    headless = b"\x00\x00" + codec.ping(1)[2:]
    assert FrameParser().feed(headless + codec.ping(2)) == [Frame(2, 1, b"")]
