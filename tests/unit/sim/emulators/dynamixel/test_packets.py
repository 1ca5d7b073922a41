import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.emulators.dynamixel.packets import PacketParser, answer, chain
from tests.unit.sim.emulators.dynamixel.bench import crc, packet, statuses

PING = packet(1, 0x01)
params = st.binary(max_size=60) | st.lists(st.sampled_from([b"\xff", b"\xfd", b"\xff\xff\xfd", b"\0"])).map(b"".join)


def parts(packets):
    return [(it.id, it.instruction, it.data, it.intact) for it in packets]


@given(st.integers(0, 254), st.integers(0, 255), params)
def test_what_the_host_says_is_understood_stuffing_and_all(servo, instruction, data):
    assert parts(PacketParser().feed(packet(servo, instruction, data))) == [(servo, instruction, data, True)]


@given(st.integers(0, 252), st.integers(0, 255), params)
def test_an_answer_is_stuffed_and_has_the_makers_crc(servo, error, data):
    assert statuses(answer(servo, error, data)) == [(servo, error, data)]


@given(st.binary(max_size=30), params, st.data())
def test_packets_come_out_whatever_is_before_them_and_in_pieces_of_any_size(noise, data, draw):
    stream = noise.replace(b"\xff", b"\xfe") + packet(7, 0x03, data) + PING
    parser, found = PacketParser(), []
    while stream:
        size = draw.draw(st.integers(1, len(stream)))
        found += parser.feed(stream[:size])
        stream = stream[size:]
    assert parts(found) == [(7, 0x03, data, True), (1, 0x01, b"", True)]


def test_a_wrong_crc_is_told_and_the_next_packet_still_heard():
    broken = bytearray(packet(3, 0x02, b"\1\2\3\4"))
    broken[-1] ^= 1
    assert parts(PacketParser().feed(bytes(broken) + PING)) == [(3, 0x02, b"\1\2\3\4", False), (1, 0x01, b"", True)]


def test_what_hides_in_a_broken_packet_is_found():
    inner = PING
    head = b"\xff\xff\xfd\x00\x05" + (len(inner) + 3).to_bytes(2, "little") + b"\x03" + inner
    assert [it.intact for it in PacketParser().feed(head + b"\0\0")] == [False, True]


@pytest.mark.parametrize("length", [0, 1, 2, 1025, 65535])
def test_an_impossible_length_does_not_keep_it_waiting(length):
    nonsense = b"\xff\xff\xfd\x00\x01" + length.to_bytes(2, "little")
    assert parts(PacketParser().feed(nonsense + PING)) == [(1, 0x01, b"", True)]


def test_an_unfinished_packet_is_given_up_and_what_is_behind_its_header_kept():
    parser = PacketParser()
    assert parser.feed(b"\xff\xff\xfd\x00\x01\xf0\x00\x03" + PING) == []
    assert parts(parser.flush()) == [(1, 0x01, b"", True)]
    assert parts(parser.feed(PING)) == [(1, 0x01, b"", True)]


def test_stuffing_is_no_header():
    assert PacketParser().feed(b"\xff\xff\xfd\xfd\x00\x01\x03\x00\x01\x19\x4e") == []


@given(
    st.lists(
        st.tuples(st.integers(0, 252), st.integers(0, 255), st.binary(min_size=1, max_size=12)), min_size=1, max_size=6
    )
)
def test_every_part_of_a_chain_ends_with_the_crc_of_all_before_it(rows):
    spoken = chain(rows, [len(data) for _, _, data in rows])
    said = b""
    for (servo, error, data), part in zip(rows, spoken, strict=True):
        said += part
        assert said[-2:] == crc(said[:-2])
        assert said.endswith(bytes((error, servo)) + data + said[-2:])
    assert int.from_bytes(said[5:7], "little") == len(said) - 7
    assert (said[4], said[7]) == (0xFE, 0x55)
