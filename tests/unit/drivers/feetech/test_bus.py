import pytest

from armctl.clock import SteppedClock
from armctl.errors import LinkLostError
from drivers.feetech import codec
from drivers.feetech.bus import FeetechBus
from drivers.feetech.codec import Frame
from drivers.servo_bus import IDLE
from sim.emulators.feetech.servo import Servo
from sim.emulators.motors import Measured
from tests.support.arms import so101
from tests.support.emulated import ALL, EmulatedArm
from tests.support.wires import ScriptedTransport


@pytest.fixture
def rig():
    return EmulatedArm().wired(FeetechBus)


def scripted(answer):
    clock = SteppedClock()
    wire = ScriptedTransport(clock, answer)
    return FeetechBus(wire, clock), wire, clock


def test_a_sync_read_brings_every_servos_bytes(rig):
    answers = rig.bus.sync_read(ALL, 3, 3, rig.clock.now() + 0.01)
    assert answers == {n: Frame(n, 0, bytes((9, 3, n))) for n in ALL}
    assert not rig.bus.garbled


def test_a_silent_servo_costs_a_short_wait_and_nothing_else(rig):
    rig.emulator.faults.muted = {3}
    started = rig.clock.now()
    answers = rig.bus.sync_read(ALL, 3, 2, started + 0.5)
    assert set(answers) == {1, 2, 4, 5, 6}
    assert rig.clock.now() - started <= IDLE + 0.002


def test_silence_ends_the_wait_early_where_there_is_to_be_time_to_ask_again(rig):
    rig.emulator.faults.muted = set(ALL)
    started = rig.clock.now()
    assert rig.bus.sync_read(ALL, 3, 2, started + 0.02, started + 0.01) == {}
    assert rig.clock.now() - started == pytest.approx(0.01, abs=1e-6)


class Dripping(ScriptedTransport):
    """A line on which an answer of each servo comes every so often, from some time on."""

    def __init__(self, clock, first, every):
        super().__init__(clock, lambda sent: b"")
        self.due = [(clock.now() + first + every * n, codec.encode(servo, 0, b"\1\2")) for n, servo in enumerate(ALL)]

    def read(self, size, deadline):
        if not self.due or self.due[0][0] > deadline:
            self.clock.sleep_until(deadline)
            return b""
        time, data = self.due.pop(0)
        self.clock.sleep_until(time)
        return data


@pytest.mark.parametrize(
    ("first", "every", "heard"), [(0.002, 0.001, 6), (0.0035, 0.0014, 6), (0.0035, 0.0016, 1), (0.005, 0.0, 0)]
)
def test_answers_that_are_still_coming_are_waited_for_though_it_is_time_to_ask_again(first, every, heard):
    clock = SteppedClock()
    bus = FeetechBus(Dripping(clock, first, every), clock)
    started = clock.now()
    assert len(bus.sync_read(ALL, 56, 2, started + 0.02, started + 0.004)) == heard
    assert clock.now() - started <= 0.012


def test_when_nobody_answers_the_wait_ends_at_the_deadline(rig):
    rig.emulator.faults.muted = set(ALL)
    deadline = rig.clock.now() + 0.02
    assert rig.bus.sync_read(ALL, 3, 2, deadline) == {}
    assert rig.clock.now() == pytest.approx(deadline)


def test_a_broken_answer_is_no_answer_and_is_told(rig):
    rig.emulator.faults.corrupt_next(4)
    assert set(rig.bus.sync_read(ALL, 3, 2, rig.clock.now() + 0.02)) == {1, 2, 3, 5, 6}
    assert rig.bus.garbled


def test_an_answer_cut_short_does_not_take_the_next_with_it(rig):
    rig.emulator.faults.cut_next(2)
    assert set(rig.bus.sync_read(ALL, 3, 2, rig.clock.now() + 0.02)) == {1, 3, 4, 5, 6}


def test_noise_before_every_answer_costs_nothing(rig):
    rig.emulator.faults.noise = 1.0
    assert set(rig.bus.sync_read(ALL, 3, 2, rig.clock.now() + 0.02)) == set(ALL)


def test_old_input_is_thrown_away_before_asking():
    stale = codec.encode(1, 0, b"\x11\x22")
    bus, wire, clock = scripted(lambda sent: b"")
    wire._input = stale
    assert bus.sync_read((1,), 56, 2, clock.now() + 0.01) == {}


def test_an_answer_of_another_length_is_never_taken():
    bus, _, clock = scripted(lambda sent: codec.encode(1, 0, b"\x11\x22"))
    assert bus.sync_read((1,), 56, 15, clock.now() + 0.01) == {}


def test_an_answer_of_a_servo_that_was_not_asked_is_never_taken():
    bus, _, clock = scripted(lambda sent: codec.encode(2, 0, b"\x11\x22"))
    assert bus.sync_read((1,), 56, 2, clock.now() + 0.01) == {}


def test_asking_again_takes_a_late_answer_to_the_first_request_of_the_same_call():
    bus, _, clock = scripted(lambda sent: codec.encode(1, 0, bytes(15)))
    assert 1 in bus.sync_read_again((1,), 55, 16, clock.now() + 0.01, 15)
    assert bus.sync_read_again((1,), 55, 16, clock.now() + 0.01, 17) == {}


def test_the_bus_is_read_from_where_the_process_woke_up_too_late():
    """Answers that were there before the deadline count even when the program runs again only after it."""
    bus, _, clock = scripted(lambda sent: (clock.advance(1.0), codec.encode(1, 0, b"\1\2"))[1])
    assert bus.sync_read((1,), 56, 2, clock.now() + 0.01) == {1: Frame(1, 0, b"\1\2")}


def test_a_line_that_never_falls_silent_does_not_hold_the_call_up():
    clock = SteppedClock()

    class Babbling(ScriptedTransport):
        def read(self, size, deadline):
            self.clock.advance(0.001)
            return b"\x55" * 8

    bus = FeetechBus(Babbling(clock, lambda sent: b""), clock)
    assert bus.sync_read((1,), 56, 2, clock.now() + 0.02) == {}
    assert bus.ping_all(0.02) == ()
    bus.drain(0.005, 0.02)
    assert clock.now() < 1000.1


def test_an_echoing_adapter_is_noticed_and_its_echo_is_no_answer():
    bus, _, clock = scripted(lambda sent: sent)
    assert bus.detect_echo(253)
    assert bus.echoes
    assert bus.sync_read(ALL, 56, 2, clock.now() + 0.01) == {}
    assert not bus.write(1, 40, b"\1", clock.now() + 0.01)
    assert bus.ping_all(0.01) == ()


def test_values_are_right_behind_an_echoing_adapter(rig):
    rig.emulator.faults.echo = True
    assert rig.bus.detect_echo(253)
    assert rig.bus.sync_read(ALL, 3, 3, rig.clock.now() + 0.02)[5] == Frame(5, 0, bytes((9, 3, 5)))
    assert not rig.bus.garbled


def test_a_quiet_adapter_is_not_called_an_echoing_one(rig):
    assert not rig.bus.detect_echo(253)


def test_a_write_is_told_as_done_only_when_the_servo_says_so(rig):
    assert rig.bus.write(2, 40, b"\1", rig.clock.now() + 0.01)
    rig.emulator.faults.muted = {2}
    assert not rig.bus.write(2, 40, b"\0", rig.clock.now() + 0.01)


def test_a_call_to_everybody_finds_every_servo(rig):
    rig.emulator.faults.muted = {2}
    assert rig.bus.ping_all() == (1, 3, 4, 5, 6)


def test_draining_ends_when_the_line_is_quiet(rig):
    rig.emulator.faults.delay = 0.03
    rig.bus.send(codec.sync_read(ALL, 56, 15))
    rig.bus.drain(0.04, 0.5)
    rig.emulator.faults.delay = 0.0
    assert rig.emulator.due() is None


def test_a_port_that_went_away_ends_every_call_with_link_lost(rig):
    rig.bus._transport.gone = True
    for call in (
        lambda: rig.bus.sync_read(ALL, 56, 2, rig.clock.now() + 0.01),
        lambda: rig.bus.sync_write(40, [(1, b"\0")]),
        lambda: rig.bus.write(1, 40, b"\0", rig.clock.now() + 0.01),
        rig.bus.ping_all,
        lambda: rig.bus.drain(0.01, 0.1),
    ):
        with pytest.raises(LinkLostError):
            call()


def test_closing_twice_is_fine(rig):
    rig.bus.close()
    rig.bus.close()
    assert rig.bus._transport.closed


def stranger(rig, number):
    """One more servo with the id ``number`` on the line."""
    emulator = rig.emulator
    emulator.strangers = (Servo(so101().joints[number - 1].servo, Measured(0.4, 0.0, 0.0)),)
    return emulator


def test_a_servo_of_its_own_id_answers_once(rig):
    assert [rig.bus.count_answers(servo) for servo in range(1, 7)] == [1] * 6
    assert rig.bus.count_answers(9) == 0


def test_two_servos_with_one_id_are_counted_as_two_and_the_others_as_one(rig):
    stranger(rig, 2)
    assert [rig.bus.count_answers(servo) for servo in (1, 2, 3)] == [1, 2, 1]


def test_two_servos_that_speak_at_the_same_moment_give_no_answer_at_all(rig):
    stranger(rig, 2).faults.collide = True
    assert rig.bus.count_answers(2) == 0


def test_a_lost_answer_does_not_make_a_servo_silent(rig):
    rig.emulator.faults.drop_next(2, 2)
    assert rig.bus.count_answers(2) == 1


def test_broken_pieces_are_counted_until_the_port_is_given_up(rig):
    for _ in range(3):
        rig.emulator.faults.corrupt_next(2)
        rig.bus.sync_read((1, 2), 56, 15, rig.clock.now() + 0.01)
    assert rig.bus.rejected >= 3
