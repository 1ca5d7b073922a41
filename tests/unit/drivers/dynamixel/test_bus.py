import pytest

from armctl.clock import SteppedClock
from armctl.errors import LinkLostError
from drivers.dynamixel import codec
from drivers.dynamixel import messages as reg
from drivers.dynamixel.bus import DynamixelBus, request
from drivers.dynamixel.readings import Span
from drivers.servo_bus import IDLE
from tests.support.dynamixel import ALL, Rig
from tests.support.wires import ScriptedTransport

MODELS = {1: 1060, 2: 1060, 3: 1200, 4: 1200, 5: 1200, 6: 1200}


def spans(*servos, address=0, length=2):
    return tuple(Span(servo, address, length) for servo in servos or ALL)


@pytest.fixture
def rig():
    return Rig().wired(DynamixelBus)


def scripted(answer):
    clock = SteppedClock()
    wire = ScriptedTransport(clock, answer)
    return DynamixelBus(wire, clock), wire, clock


def models(answers):
    return {servo: int.from_bytes(data, "little") for servo, data in answers.items()}


READS = pytest.mark.parametrize("read", [DynamixelBus.read, DynamixelBus.fast_read], ids=["one by one", "fast"])


@READS
def test_a_read_brings_every_servos_bytes(rig, read):
    assert models(read(rig.bus, spans(), rig.clock.now() + 0.01)) == MODELS
    assert not rig.bus.garbled
    assert rig.bus.rejected == 0


@READS
def test_servos_may_be_asked_for_different_addresses(rig, read):
    asked = (Span(1, 0, 2), Span(3, 32, 2))
    answers = read(rig.bus, asked, rig.clock.now() + 0.01)
    assert models(answers) == {1: 1060, 3: 70}


def test_lengths_may_differ_when_servos_answer_one_by_one(rig):
    answers = rig.bus.read((Span(1, 0, 2), Span(3, 6, 1)), rig.clock.now() + 0.01)
    assert [len(answers[servo]) for servo in (1, 3)] == [2, 1]


def test_the_shortest_request_is_sent():
    assert request(spans(1, 2)) == codec.sync_read((1, 2), 0, 2)
    assert request(spans(1, 2), fast=True) == codec.fast_sync_read((1, 2), 0, 2)
    mixed = (Span(1, 0, 2), Span(2, 4, 2))
    assert request(mixed) == codec.bulk_read(mixed)
    assert request(mixed, fast=True) == codec.bulk_read(mixed, fast=True)


def test_a_silent_servo_costs_a_short_wait_and_nothing_else(rig):
    rig.emulator.faults.muted = {3}
    started = rig.clock.now()
    assert set(rig.bus.read(spans(), started + 0.5)) == set(ALL) - {3}
    assert rig.clock.now() - started <= IDLE + 0.002


def test_of_a_fast_answer_the_servos_before_a_silent_one_count(rig):
    rig.emulator.faults.muted = {3}
    started = rig.clock.now()
    assert models(rig.bus.fast_read(spans(), started + 0.5)) == {1: 1060, 2: 1060}
    assert rig.clock.now() - started <= IDLE + 0.002
    assert rig.bus.garbled
    assert rig.bus.rejected == 1


@READS
def test_when_nobody_answers_the_wait_ends_at_the_deadline(rig, read):
    rig.emulator.faults.muted = set(ALL)
    deadline = rig.clock.now() + 0.02
    assert read(rig.bus, spans(), deadline) == {}
    assert rig.clock.now() == pytest.approx(deadline)
    assert not rig.bus.garbled


def test_a_broken_answer_is_no_answer_and_is_told(rig):
    rig.emulator.faults.corrupt_next(4)
    assert set(rig.bus.read(spans(), rig.clock.now() + 0.02)) == set(ALL) - {4}
    assert rig.bus.garbled


def test_of_a_broken_fast_answer_the_servos_before_the_break_count(rig):
    rig.emulator.faults.corrupt_next(4)
    assert set(rig.bus.fast_read(spans(), rig.clock.now() + 0.02)) <= {1, 2, 3}
    assert rig.bus.garbled


@READS
def test_an_alert_does_not_make_an_answer_less(rig, read):
    rig.servo(2).faults.status = int(reg.Hardware.ENCODER)
    rig.wait(0.02)
    answers = read(rig.bus, spans(), rig.clock.now() + 0.01)
    assert models(answers) == MODELS


@READS
def test_old_input_is_thrown_away_before_asking(read):
    bus, wire, clock = scripted(lambda request: b"")
    wire._input = codec.status(1, 0, b"\1\2") + codec.fast_status([(1, 0, b"\1\2")])
    assert read(bus, spans(1), clock.now() + 0.01) == {}


@READS
@pytest.mark.parametrize("data", [b"\1", b"\1\2\3"])
def test_an_answer_of_another_length_is_never_taken(read, data):
    bus, _, clock = scripted(lambda request: codec.status(1, 0, data) + codec.fast_status([(1, 0, data)]))
    assert read(bus, spans(1), clock.now() + 0.01) == {}


def test_an_answer_of_a_servo_that_was_not_asked_is_never_taken():
    bus, _, clock = scripted(lambda request: codec.status(2, 0, b"\1\2") + codec.status(1, 0, b"\3\4"))
    assert models(bus.read(spans(1), clock.now() + 0.01)) == {1: 0x403}


def test_stuffed_answers_are_taken_and_their_length_counts_without_what_was_put_in():
    data = b"\xff\xff\xfd\xff\xff\xfd"
    bus, _, clock = scripted(lambda request: codec.status(1, 0, data))
    assert bus.read(spans(1, length=6), clock.now() + 0.01)[1] == data
    assert bus.read(spans(1, length=7), clock.now() + 0.01) == {}
    assert bus.read(spans(1, length=8), clock.now() + 0.01) == {}


def test_a_late_answer_to_the_first_request_of_the_same_call_is_as_good():
    bus, _, clock = scripted(lambda request: codec.status(1, 0, b"\1\2\3"))
    assert bus.read(spans(1), clock.now() + 0.01, also=3)[1] == b"\1\2\3"


@READS
def test_a_line_that_never_falls_silent_does_not_hold_the_call_up(read):
    bus, wire, clock = scripted(lambda request: b"\xff")

    def babble(size, deadline):
        clock.advance(0.001)
        return b"\xff\xff\xfd\x00\x07"

    wire.read = babble
    started = clock.now()
    assert read(bus, spans(1), started + 0.02) == {}
    assert clock.now() - started < 0.03
    assert bus.garbled


def test_an_echoing_adapter_is_noticed_and_its_echo_is_no_answer():
    bus, _, clock = scripted(lambda request: request)
    assert bus.detect_echo(200)
    assert bus.echoes
    assert bus.read(spans(1), clock.now() + 0.01) == {}
    assert bus.write(1, 64, b"", clock.now() + 0.01) is None
    assert bus.rejected == 0


@READS
def test_values_are_right_behind_an_echoing_adapter(rig, read):
    rig.emulator.faults.echo = True
    assert rig.bus.detect_echo(200)
    assert models(read(rig.bus, spans(), rig.clock.now() + 0.02)) == MODELS


def test_a_quiet_adapter_is_not_called_an_echoing_one(rig):
    assert not rig.bus.detect_echo(200)
    assert not rig.bus.echoes


def test_a_write_tells_what_the_servo_said(rig):
    soon = rig.clock.now() + 0.1
    assert rig.bus.write(2, reg.LED.address, b"\1", soon) == 0
    assert rig.servo(2).table.get(reg.LED) == 1
    assert rig.bus.write(2, reg.LED.address, b"\7", soon) == reg.Problem.RANGE
    assert rig.bus.write(9, reg.LED.address, b"\1", soon) is None


def test_a_servo_says_that_it_starts_anew(rig):
    assert rig.bus.reboot(2, rig.clock.now() + 0.1)
    assert not rig.bus.reboot(9, rig.clock.now() + 0.1)


def test_a_call_to_everybody_finds_every_servo_and_its_model(rig):
    assert rig.bus.ping_all(0.1) == MODELS


def test_a_call_to_everybody_ends_on_a_babbling_line():
    bus, wire, clock = scripted(lambda request: b"")

    def babble(size, deadline):
        clock.advance(0.01)
        return codec.ping(1) + codec.status(9, 0, b"\1") + codec.status(8, 0, b"\xa4\4\1")

    wire.read = babble
    assert bus.ping_all(0.1) == {8: 1188}


def test_draining_ends_when_the_line_is_quiet_or_the_time_is_up(rig):
    started = rig.clock.now()
    rig.bus.drain(0.01, 0.2)
    assert rig.clock.now() - started == pytest.approx(0.01)
    rig.loop.read = lambda size, deadline: rig.clock.advance(0.005) or b"x"
    started = rig.clock.now()
    rig.bus.drain(0.01, 0.1)
    assert rig.clock.now() - started == pytest.approx(0.1, abs=0.006)


def test_a_servo_of_its_own_id_answers_once(rig):
    assert [rig.bus.count_answers(servo) for servo in ALL] == [1] * 6


def test_a_lost_answer_does_not_make_a_servo_silent(rig):
    rig.emulator.faults.drop_next(2, 2)
    assert rig.bus.count_answers(2) == 1
    rig.emulator.faults.muted = {2}
    assert rig.bus.count_answers(2) == 0


def test_two_answers_to_one_question_are_counted():
    twice = codec.status(2, 0, bytes(4)) + codec.status(2, 0, bytes((1, 2, 3, 4)))
    bus, _, _ = scripted(lambda request: request + twice)
    assert bus.count_answers(2) == 2


@pytest.mark.parametrize(
    "call",
    [
        lambda bus: bus.read(spans(), 1e9),
        lambda bus: bus.fast_read(spans(), 1e9),
        lambda bus: bus.sync_write(64, [(1, b"\0")]),
        lambda bus: bus.write(1, 64, b"\0", 1e9),
        lambda bus: bus.reboot(1, 1e9),
        lambda bus: bus.ping_all(),
        lambda bus: bus.count_answers(1),
        lambda bus: bus.drain(0.1, 0.1),
        lambda bus: bus.detect_echo(9),
    ],
)
def test_a_port_that_went_away_ends_every_call_with_link_lost(rig, call):
    rig.loop.gone = True
    with pytest.raises(LinkLostError):
        call(rig.bus)


def test_closing_twice_is_fine(rig):
    rig.bus.close()
    rig.bus.close()
    assert rig.loop.closed
