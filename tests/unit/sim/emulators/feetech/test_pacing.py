"""An emulated bus at the real line's speed takes the times of the bytes, in both directions."""

import pytest

from armctl.clock import SteppedClock
from drivers.feetech import codec
from drivers.feetech import messages as reg
from drivers.feetech.codec import FrameParser
from sim.emulators.feetech.emulator import FeetechEmulator
from tests.support.arms import HOME, so101
from tests.support.plants import ExactPlant

ALL = (1, 2, 3, 4, 5, 6)
BYTE = 10e-6


class Bench:
    def __init__(self, baud=1_000_000):
        self.clock = SteppedClock()
        config = so101()
        wire = config.wire.model_copy(update={"baud": baud})
        self.emulator = FeetechEmulator(
            ExactPlant(HOME), config.model_copy(update={"wire": wire}), self.clock, paced=True
        )

    def cycle(self, *requests, answers=6):
        """Send all at once and follow the line until so many answers are complete; return how long that took."""
        began = self.clock.now()
        for request in requests:
            self.emulator.receive(request)
        parser = FrameParser()
        frames = []
        while len(frames) < answers:
            self.clock.sleep_until(self.emulator.due())
            frames += parser.feed(self.emulator.take())
        assert self.emulator.due() is None
        return self.clock.now() - began


def goals():
    return codec.sync_write(reg.GOAL_POSITION.address, [(servo, codec.word(2048)) for servo in ALL])


@pytest.mark.parametrize(("length", "takes"), [(2, 880e-6), (15, 1.66e-3)])
def test_a_cycle_of_six_servos_takes_as_long_as_its_bytes(length, takes):
    """26 bytes of goals and 14 of a request out, 48 or 126 in, at 10 µs each: serial-protocol figures of 1 Mbaud."""
    assert Bench().cycle(goals(), codec.sync_read(ALL, 56, length)) == pytest.approx(takes, abs=1e-9)


def test_the_cycle_scales_with_the_speed_of_the_line():
    assert Bench(115200).cycle(goals(), codec.sync_read(ALL, 56, 2)) == pytest.approx(88 * 10 / 115200)


def test_every_return_delay_adds_to_the_cycle():
    bench = Bench()
    for servo in ALL:
        bench.emulator.servo(servo).memory.put(reg.RETURN_DELAY, 250)
    assert bench.cycle(goals(), codec.sync_read(ALL, 56, 2)) == pytest.approx(880e-6 + 6 * 500e-6)


def test_an_instruction_has_no_effect_before_its_last_byte_has_arrived():
    bench = Bench()
    request = codec.write(1, reg.ACCELERATION.address, b"\x32")
    bench.emulator.receive(request)
    bench.clock.advance((len(request) - 1) * BYTE)
    bench.emulator.take()
    assert bench.emulator.servo(1).memory.get(reg.ACCELERATION) == 0
    bench.clock.advance(BYTE)
    bench.emulator.take()
    assert bench.emulator.servo(1).memory.get(reg.ACCELERATION) == 50


def test_what_is_heard_late_is_answered_as_if_it_had_been_heard_in_time():
    bench = Bench()
    bench.emulator.receive(codec.ping(1))
    bench.clock.advance(1.0)
    assert FrameParser().feed(bench.emulator.take())


def test_a_question_asked_into_an_answer_spoils_both():
    bench = Bench()
    bench.emulator.receive(codec.sync_read((1,), 56, 15))
    bench.clock.advance((9 + 5) * BYTE)
    bench.emulator.take()
    bench.emulator.receive(codec.ping(2))
    parser = FrameParser()
    bench.clock.advance(1.0)
    assert parser.feed(bench.emulator.take()) == []
    # Quiet again, the line is as good as before.
    bench.emulator.receive(codec.ping(2))
    bench.clock.advance(1.0)
    assert [frame.id for frame in FrameParser().feed(bench.emulator.take())] == [2]
