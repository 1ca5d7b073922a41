import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.dynamixel import codec
from drivers.dynamixel.codec import FastParser, Frame, FrameParser
from drivers.dynamixel.messages import BROADCAST, Instruction

STATUS = 0x55
IDS = st.integers(0, 252)
NASTY = st.lists(st.sampled_from([b"\xff", b"\xff\xff\xfd", b"\xfd", b"\x00", b"\x01"]), max_size=20).map(b"".join)
DATA = st.binary(max_size=40) | NASTY
STATUSES = st.lists(st.tuples(IDS, st.integers(0, 255), DATA), min_size=1, max_size=6)


def golden(text):
    return bytes.fromhex(text)


def bitwise_crc(data):
    """CRC-16/BUYPASS bit by bit, written a second time."""
    crc = 0
    for byte in data:
        for bit in range(7, -1, -1):
            top = crc >> 15 ^ byte >> bit & 1
            crc = (crc << 1 & 0xFFFF) ^ (0x8005 if top else 0)
    return crc


@pytest.mark.parametrize(
    ("built", "wire"),
    [
        # The maker's protocol description.
        (codec.ping(1), "FF FF FD 00 01 03 00 01 19 4E"),
        (codec.ping(BROADCAST), "FF FF FD 00 FE 03 00 01 31 42"),
        (codec.status(1, 0, golden("06 04 26")), "FF FF FD 00 01 07 00 55 00 06 04 26 65 5D"),
        (codec.read(1, 132, 4), "FF FF FD 00 01 07 00 02 84 00 04 00 1D 15"),
        (codec.status(1, 0, golden("A6 00 00 00")), "FF FF FD 00 01 08 00 55 00 A6 00 00 00 8C C0"),
        (codec.write(1, 116, golden("00 02 00 00")), "FF FF FD 00 01 09 00 03 74 00 00 02 00 00 CA 89"),
        (codec.status(1), "FF FF FD 00 01 04 00 55 00 A1 0C"),
        (codec.reboot(1), "FF FF FD 00 01 03 00 08 2F 4E"),
        (codec.sync_read((1, 2), 132, 4), "FF FF FD 00 FE 09 00 82 84 00 04 00 01 02 CE FA"),
        (
            codec.sync_write(116, [(1, golden("96 00 00 00")), (2, golden("AA 00 00 00"))]),
            "FF FF FD 00 FE 11 00 83 74 00 04 00 01 96 00 00 00 02 AA 00 00 00 82 87",
        ),
        # What the maker's package (dynamixel-sdk 4.1.0) sends.
        (codec.ping(7), "FF FF FD 00 07 03 00 01 19 36"),
        (codec.read(3, 206, 21), "FF FF FD 00 03 07 00 02 CE 00 15 00 0C 5B"),
        (codec.write(2, 64, b"\1"), "FF FF FD 00 02 06 00 03 40 00 01 EB 65"),
        (codec.write(6, 98, b"\x0a"), "FF FF FD 00 06 06 00 03 62 00 0A 39 63"),
        (codec.reg_write(1, 116, golden("00 02 00 00")), "FF FF FD 00 01 09 00 04 74 00 00 02 00 00 B9 0E"),
        (codec.action(), "FF FF FD 00 FE 03 00 05 2A C2"),
        (codec.reboot(4), "FF FF FD 00 04 03 00 08 2F 0A"),
        (codec.clear_turns(5), "FF FF FD 00 05 08 00 10 01 44 58 4C 22 32 45"),
        (codec.encode(1, Instruction.FACTORY_RESET, b"\2"), "FF FF FD 00 01 04 00 06 02 AB E6"),
        (codec.sync_read((1, 2, 3), 126, 10), "FF FF FD 00 FE 0A 00 82 7E 00 0A 00 01 02 03 59 1B"),
        (
            codec.fast_sync_read((1, 2, 3, 4, 5, 6), 208, 19),
            "FF FF FD 00 FE 0D 00 8A D0 00 13 00 01 02 03 04 05 06 94 C5",
        ),
        (
            codec.sync_write(
                108,
                [
                    (1, golden("20 00 00 00 0A 00 00 00 00 08 00 00")),
                    (2, golden("21 00 00 00 0B 00 00 00 FF FF FF FF")),
                ],
            ),
            (
                "FF FF FD 00 FE 21 00 83 6C 00 0C 00 01 20 00 00 00 0A 00 00 00 00 08 00 00 "
                "02 21 00 00 00 0B 00 00 00 FF FF FF FF 76 B5"
            ),
        ),
        (
            codec.bulk_read([(1, 132, 4), (2, 146, 1)]),
            "FF FF FD 00 FE 0D 00 92 01 84 00 04 00 02 92 00 01 00 FA 7C",
        ),
        (
            codec.bulk_read([(3, 132, 4), (7, 126, 10)], fast=True),
            "FF FF FD 00 FE 0D 00 9A 03 84 00 04 00 07 7E 00 0A 00 67 DD",
        ),
        (
            codec.bulk_write([(1, 116, golden("A0 00 00 00")), (2, 65, b"\1")]),
            "FF FF FD 00 FE 12 00 93 01 74 00 04 00 A0 00 00 00 02 41 00 01 00 01 64 5A",
        ),
        # Put together by hand, CRC by the maker's package.
        (codec.status(3, 0x80, golden("A6 00 00 00")), "FF FF FD 00 03 08 00 55 80 A6 00 00 00 4C F0"),
        (codec.status(3, 4), "FF FF FD 00 03 04 00 55 04 49 0C"),
        (codec.status(1, 0, golden("FF FF FD 00")), "FF FF FD 00 01 09 00 55 00 FF FF FD FD 00 D8 9C"),
        (codec.write(1, 116, golden("FF FF FD 00")), "FF FF FD 00 01 0A 00 03 74 00 FF FF FD FD 00 21 E7"),
        (
            codec.fast_status([(3, 0, golden("A6 00 00 00")), (7, 0, golden("1F 08 00 00"))]),
            "FF FF FD 00 FE 11 00 55 00 03 A6 00 00 00 87 BB 00 07 1F 08 00 00 8C 72",
        ),
    ],
)
def test_frames_are_the_makers_bytes(built, wire):
    assert built == golden(wire)


def test_the_makers_answer_parses_to_166():
    (frame,) = FrameParser().feed(golden("FF FF FD 00 01 08 00 55 00 A6 00 00 00 8C C0"))
    assert frame == Frame(1, STATUS, 0, golden("A6 00 00 00"))


@given(st.binary(max_size=80), st.integers(0, 80))
def test_the_crc_is_that_of_the_bits_and_may_be_worked_out_in_pieces(data, cut):
    assert codec.crc16(data) == bitwise_crc(data)
    assert codec.crc16(data[cut:], codec.crc16(data[:cut])) == bitwise_crc(data)


@pytest.mark.parametrize("size", [2 * 2**power for power in range(10)] + [codec.LARGEST_LENGTH + 7])
def test_the_crc_of_long_frames_is_that_of_the_bits(size):
    for data in (random.Random(size).randbytes(size), b"\xff" * size, b"\x80" + bytes(size - 1)):
        pieces = codec.crc16(data[size // 3 :], codec.crc16(data[: size // 3]))
        assert codec.crc16(data) == pieces == bitwise_crc(data)


@given(DATA)
def test_stuffing_is_undone_and_leaves_no_header_inside(data):
    stuffed = codec.stuff(data)
    assert codec.unstuff(stuffed) == data
    assert codec.HEADER not in stuffed + b"\x00"


def test_an_ordinary_speed_and_acceleration_are_stuffed():
    """Velocity -1, then an acceleration of 253: FF FF FF FF FD 00 00 00."""
    data = golden("FF FF FF FF FD 00 00 00")
    assert codec.stuff(data) == golden("FF FF FF FF FD FD 00 00 00")


@given(IDS, st.integers(0, 255), DATA)
def test_an_answer_that_is_encoded_is_parsed(servo, error, data):
    wire = codec.status(servo, error, data)
    assert int.from_bytes(wire[-2:], "little") == bitwise_crc(wire[:-2])
    assert int.from_bytes(wire[5:7], "little") == len(wire) - 7
    assert FrameParser().feed(wire) == [Frame(servo, STATUS, error, data)]


@given(IDS, st.sampled_from([1, 2, 3, 4, 0x82]), DATA)
def test_a_request_that_is_encoded_is_parsed(servo, instruction, data):
    assert FrameParser().feed(codec.encode(servo, instruction, data)) == [Frame(servo, instruction, 0, data)]


@given(STATUSES, st.data())
def test_a_stream_may_be_cut_anywhere(parts, data):
    stream = b"".join(codec.status(*part) for part in parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    parser, found = FrameParser(), []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += parser.feed(stream[start:end])
    assert found == [Frame(servo, STATUS, error, said) for servo, error, said in parts]
    assert parser.rejected == 0


def test_every_single_wrong_bit_is_noticed():
    wire = codec.status(4, 0, golden("FF FF FD 00 01 02 03"))
    for position in range(len(wire) * 8):
        broken = bytearray(wire)
        broken[position // 8] ^= 1 << position % 8
        parser = FrameParser()
        assert parser.feed(bytes(broken)) + parser.flush() == []
        assert parser.rejected > 0


@given(st.binary(max_size=200) | NASTY)
def test_noise_never_gives_a_frame_whose_crc_is_wrong(noise):
    parser = FrameParser()
    for frame in parser.feed(noise) + parser.flush():
        head = codec.HEADER + bytes((frame.id,))
        starts = [at for at in range(len(noise)) if noise.startswith(head, at)]
        sizes = [int.from_bytes(noise[at + 5 : at + 7], "little") + 7 for at in starts]
        whole = [noise[at : at + size] for at, size in zip(starts, sizes, strict=True)]
        assert any(bitwise_crc(wire[:-2]) == int.from_bytes(wire[-2:], "little") for wire in whole)
    assert len(parser) == 0


@given(st.binary(max_size=60) | NASTY, st.integers(1, 6))
def test_expected_answers_are_found_behind_any_noise(noise, servo):
    wire = codec.status(servo, 0, bytes(15))
    parser = FrameParser(lambda number, length: number == servo and length == 19)
    assert Frame(servo, STATUS, 0, bytes(15)) in parser.feed(noise + wire) + parser.flush()


def test_an_unfinished_frame_does_not_swallow_the_next():
    half = codec.status(1, 0, bytes(15))[:12]
    whole = codec.status(2, 0, bytes(15))
    parser = FrameParser(lambda number, length: number in {1, 2} and length == 19)
    assert parser.feed(half + whole) == [Frame(2, STATUS, 0, bytes(15))]


def test_a_flush_finds_the_frames_behind_an_unfinished_one():
    parser = FrameParser()
    assert parser.feed(golden("FF FF FD 00 01 00 02") + codec.ping(1) + codec.ping(2)) == []
    assert parser.unfinished == golden("FF FF FD 00 01 00 02") + codec.ping(1) + codec.ping(2)
    assert parser.flush() == [Frame(1, 1, 0, b""), Frame(2, 1, 0, b"")]


@pytest.mark.parametrize(
    ("stream", "rejected"),
    [
        (b"", 0),
        (b"\xff", 1),
        (b"\xff\xff", 2),
        (b"\xff\xff\xfd", 2),
        # The first byte of each false header, and what is behind it up to the next header or to the end.
        (codec.HEADER + b"\1\3", 2),
        (codec.HEADER + b"\1\0\2" + codec.ping(1) + codec.ping(2), 2),
        (codec.HEADER + b"\1\0\2" + codec.HEADER + b"\1\0\2\0\0", 4),
    ],
)
def test_a_flush_counts_what_it_gives_up_and_what_it_passes_over(stream, rejected):
    parser = FrameParser()
    parser.feed(stream)
    assert parser.rejected == 0
    parser.flush()
    assert (parser.rejected, len(parser)) == (rejected, 0)


def test_a_header_may_begin_one_byte_behind_an_unexpected_one():
    assert FrameParser().feed(b"\xff" + codec.ping(1)) == [Frame(1, 1, 0, b"")]
    assert FrameParser().feed(golden("FF FF FD 00 FF 03 00") + codec.ping(1)) == [Frame(1, 1, 0, b"")]


def test_a_frame_is_found_in_what_looked_like_the_length_of_another():
    parser = FrameParser(lambda servo, length: servo == 1 and length == 3)
    assert parser.feed(golden("FF FF FD 00") + codec.ping(1)) == [Frame(1, 1, 0, b"")]


@pytest.mark.parametrize("length", [0, 1, 2, 1025, 0xFFFF])
def test_lengths_the_protocol_does_not_have_are_passed_over(length):
    parser = FrameParser()
    assert parser.feed(codec.HEADER + b"\1" + length.to_bytes(2, "little")) == []
    assert len(parser) == 2 * (length == 0xFFFF), "only what may begin a header is kept"
    assert parser.feed(codec.ping(1)) == [Frame(1, 1, 0, b"")]


@pytest.mark.parametrize(
    ("servo", "length", "may_be"),
    [(0, 3, True), (254, 3, True), (255, 3, False), (1, 2, False), (1, 1024, True), (1, 1025, False)],
)
def test_any_frame_is_any_the_protocol_has(servo, length, may_be):
    assert codec.any_frame(servo, length) is may_be


def test_an_answer_without_its_error_byte_is_not_a_crash():
    assert FrameParser().feed(codec.encode(1, STATUS)) == [Frame(1, STATUS, 0, b"")]


@pytest.mark.parametrize(
    ("stream", "rejected", "kept"),
    [
        (b"", 0, 0),
        (codec.ping(1), 0, 0),
        (b"\x01\x02\x03", 1, 0),
        (b"\x01\x02" + codec.ping(1), 1, 0),
        (codec.ping(1) + b"\x01" + codec.ping(2) + b"\x01", 2, 0),
        (codec.ping(1)[:-1] + b"\x00" + codec.ping(2), 2, 0),
        (b"\xff", 0, 1),
        (b"\xff\xff", 0, 2),
        (b"\xff\xff\xfd", 0, 3),
        (b"\x01\xff\xff\xfd", 1, 3),
        (codec.ping(1) + b"\xff\xff", 0, 2),
        (codec.HEADER, 0, 4),
        (b"\xff\xff\xfd\xfd", 1, 0),
        (codec.HEADER + b"\1\0\0", 2, 0),
        (codec.HEADER + b"\1\0\0" + codec.ping(2), 2, 0),
        (codec.HEADER + codec.HEADER + b"\1\0\0" + codec.ping(2), 3, 0),
        (codec.HEADER + b"\xff\xff\xfd", 1, 3),
    ],
)
def test_each_wrong_header_and_each_run_of_foreign_bytes_counts_once(stream, rejected, kept):
    parser = FrameParser()
    parser.feed(stream)
    assert parser.rejected == rejected
    assert len(parser) == kept


def test_a_frame_whose_crc_ends_like_a_header_begins_is_not_kept_twice():
    wire = next(wire for k in range(1, 65536) if (wire := codec.status(1, 0, k.to_bytes(2, "little")))[-1] == 0xFF)
    parser = FrameParser()
    assert len(parser.feed(wire)) == 1
    assert len(parser) == 0
    assert parser.rejected == 0


def test_what_was_fed_can_be_forgotten():
    parser = FrameParser()
    parser.feed(codec.ping(1)[:-1])
    parser.clear()
    assert len(parser) == 0
    assert parser.feed(codec.ping(1)[-1:] + codec.ping(2)) == [Frame(2, 1, 0, b"")]


PARTS = [(3, 0, b"\xff\xff\xfd\x00"), (7, 0x80, b"\x01\x02\x03\x04"), (4, 0, b"\x05\x06\x07\x08")]
ALL = {servo: data for servo, _, data in PARTS}


WHOLE = codec.fast_status(PARTS)


def first(count):
    """What the first so many servos say."""
    return dict(list(ALL.items())[:count])


def fast(*servos):
    return FastParser(servos, 4)


def test_the_one_answer_to_a_fast_read_is_taken_apart_without_unstuffing():
    parser = fast(3, 7, 4)
    assert parser.feed(WHOLE) == parser.begun() == ALL
    assert FrameParser().feed(WHOLE) == [Frame(BROADCAST, STATUS, 0, WHOLE[8:-2])]


def test_the_length_of_the_answer_to_a_fast_read_is_known_before():
    assert int.from_bytes(WHOLE[5:7], "little") == len(WHOLE) - 7 == codec.fast_length([4, 4, 4])


def test_a_fast_answer_may_come_in_pieces_behind_noise_and_before_more():
    parser = fast(3, 7, 4)
    assert parser.feed(b"\xff\xff\xfd" + WHOLE[:11]) == {}
    assert parser.feed(WHOLE[11:-1]) == {}
    assert parser.feed(WHOLE[-1:] + b"\1\2") == ALL
    assert parser.rejected == 0


def test_a_broken_fast_answer_does_not_hide_a_whole_one():
    parser = fast(3, 7, 4)
    assert parser.feed(WHOLE[:-1] + b"\0") == {}
    assert parser.rejected == 1
    assert parser.feed(WHOLE) == ALL
    assert fast(3, 7, 4).feed(WHOLE[:12] + WHOLE + WHOLE) == ALL


def test_an_answer_to_another_fast_read_is_none():
    for parser in (fast(3, 7), FastParser((3, 7, 4), 5)):
        assert parser.feed(WHOLE) == {}
        assert parser.begun() == {}


def test_a_part_that_is_not_the_servo_asked_in_its_place_is_left_out():
    assert fast(3, 8, 4).feed(WHOLE) == first(1) | {4: ALL[4]}
    parser = fast(3, 8, 4)
    parser.feed(WHOLE[:-1])
    assert parser.begun() == first(1)


@pytest.mark.parametrize("kept", range(len(WHOLE)))
def test_of_a_fast_answer_that_broke_off_the_servos_that_were_whole_count(kept):
    parser = fast(3, 7, 4)
    assert parser.feed(WHOLE[:kept]) == {}
    assert parser.begun() == first(max(0, (kept - 8) // 8))


@pytest.mark.parametrize("wrong", range(8, len(WHOLE)))
def test_of_a_fast_answer_with_a_wrong_byte_nothing_from_there_on_counts(wrong):
    broken = bytearray(WHOLE)
    broken[wrong] ^= 0x10
    parser = fast(3, 7, 4)
    assert parser.feed(bytes(broken)) == {}
    assert parser.begun() == first((wrong - 8) // 8)


def test_behind_a_wrong_part_no_crc_makes_anything_count():
    """The second CRC is what comes out when the first part is counted twice."""
    first_part = WHOLE[:14]
    second = golden("00 00 00 07 01 02 03 04")
    twice = codec.crc16(first_part + second, codec.crc16(first_part))
    parser = fast(3, 7, 4)
    assert parser.feed(first_part + second + twice.to_bytes(2, "little")) == {}
    assert parser.begun() == {}


def test_of_an_answer_that_did_not_begin_nothing_counts():
    parser = fast(3, 7, 4)
    assert parser.begun() == {}
    assert parser.feed(WHOLE[1:]) == parser.begun() == {}
    assert parser.rejected == 0


@pytest.mark.parametrize(
    ("servo", "data", "said"),
    [
        (-1, b"", "servo id -1 is outside 0 to 254"),
        (255, b"", "servo id 255 is outside 0 to 254"),
        (1, bytes(1022), "a frame with 1022 parameters is longer than 1024 bytes"),
    ],
)
def test_frames_the_protocol_does_not_have_are_not_built(servo, data, said):
    with pytest.raises(ValueError, match=f"^{said}$"):
        codec.encode(servo, 0, data)


def test_the_longest_frame_is_built_and_parsed():
    wire = codec.encode(BROADCAST, 0x83, bytes(1021))
    assert len(wire) == 1024 + 7
    assert FrameParser().feed(wire) == [Frame(BROADCAST, 0x83, 0, bytes(1021))]


def test_the_bytes_besides_the_parameters_are_those_of_a_request_without_any():
    assert len(codec.ping(1)) == codec.OVERHEAD


@pytest.mark.parametrize("size", [251, 252, 253, 254, 508, 1000])
def test_a_length_of_two_bytes_is_read_whole(size):
    assert FrameParser().feed(codec.encode(1, 3, bytes(size)) + codec.ping(2)) == [
        Frame(1, 3, 0, bytes(size)),
        Frame(2, 1, 0, b""),
    ]


@pytest.mark.parametrize(("rows", "lengths"), [([], r"\[\]"), ([(1, b"\0\0"), (2, b"\0")], r"\[1, 2\]")])
def test_sync_writes_of_uneven_rows_are_not_built(rows, lengths):
    with pytest.raises(ValueError, match=f"^rows of a sync write must be equally long, not {lengths}$"):
        codec.sync_write(42, rows)
