import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.feetech.bus import FeetechBus
from drivers.feetech.reader import LONG_EVERY, CyclicReader
from sim.emulators.feetech.emulator import FeetechEmulator
from tests.support.emulated import ALL, EmulatedArm
from tests.support.servo_rig import PERIOD

BUDGET = 0.008


class Rig(EmulatedArm):
    def __init__(self, *, paced=False):
        super().__init__()
        if paced:
            self.emulator = FeetechEmulator(self.plant, self.config, self.clock, paced=True)
        self.wired(FeetechBus)
        self.reader = CyclicReader(self.bus, self.clock, ALL, BUDGET)

    def cycle(self):
        """One reading at the control rate; returns how long it took."""
        started = self.clock.now()
        self.reader.update()
        took = self.clock.now() - started
        self.clock.sleep_until(started + PERIOD)
        self.emulator.advance()
        return took

    def lengths(self):
        return [frame[6] for frame in self.loop.sent]


def test_a_reading_is_complete_on_a_quiet_line():
    rig = Rig()
    rig.cycle()
    assert rig.reader.fresh == set(ALL)
    assert rig.reader.feedback[1].position == 2048
    assert set(rig.reader.orders) == set(ALL)


def test_every_fourth_reading_is_long():
    rig = Rig()
    for _ in range(2 * LONG_EVERY):
        rig.cycle()
    assert rig.lengths() == [31, 15, 15, 15, 31, 15, 15, 15]


def test_one_lost_answer_is_asked_for_again_in_the_same_reading():
    rig = Rig()
    rig.cycle()
    rig.emulator.faults.drop_next(3)
    assert rig.cycle() <= BUDGET
    assert rig.reader.fresh == set(ALL)


def test_a_broken_answer_costs_nothing_but_a_second_question():
    rig = Rig()
    rig.cycle()
    rig.emulator.faults.corrupt_next(5)
    rig.cycle()
    assert rig.reader.fresh == set(ALL)
    assert rig.loop.sent[-1][7:-1] == b"\x05"


def test_two_lost_answers_cost_one_joint_one_cycle_and_keep_its_stamp():
    rig = Rig()
    rig.cycle()
    before = dict(rig.reader.stamps)
    rig.emulator.faults.drop_next(3, 2)
    rig.cycle()
    assert rig.reader.fresh == set(ALL) - {3}
    assert rig.reader.stamps[3] == before[3]
    assert all(rig.reader.stamps[n] > before[n] for n in ALL if n != 3)
    rig.cycle()
    assert rig.reader.fresh == set(ALL)


def test_nobody_is_asked_again_while_answers_are_still_coming_on_a_real_line():
    rig = Rig(paced=True)
    rig.cycle()
    # The answers take 2.2 ms, and begin so late that they go on when the time for a second question has come.
    rig.emulator.faults.delay = 0.0025
    rig.loop.sent.clear()
    for _ in range(5):
        assert rig.cycle() <= BUDGET
        assert rig.reader.fresh == set(ALL)
    assert len(rig.loop.sent) == 5


def test_on_a_real_line_a_lost_answer_is_asked_for_again_when_it_is_quiet():
    rig = Rig(paced=True)
    rig.cycle()
    rig.emulator.faults.drop_next(3)
    assert rig.cycle() <= BUDGET
    assert rig.reader.fresh == set(ALL)
    assert rig.reader.frames[3].data


def test_a_servo_that_stays_silent_is_not_asked_twice_in_every_cycle():
    rig = Rig()
    rig.cycle()
    rig.emulator.faults.muted = {2}
    rig.cycle()
    sent = len(rig.loop.sent)
    assert rig.cycle() < BUDGET * 0.6
    assert len(rig.loop.sent) == sent + 1


def test_no_reading_takes_longer_than_its_budget_whatever_is_silent():
    for muted in ({1}, {1, 2, 3}, set(ALL)):
        rig = Rig()
        rig.cycle()
        rig.emulator.faults.muted = set(muted)
        for _ in range(5):
            assert rig.cycle() <= BUDGET + 0.003


def test_answers_that_are_always_late_never_become_values():
    """45 ms late at 100 Hz: each answer arrives four requests on, where the maker's package takes it as success."""
    rig = Rig()
    rig.cycle()
    rig.emulator.faults.delay = 0.045
    stamps = dict(rig.reader.stamps)
    rig.plant.push(0, 0.3)
    for _ in range(60):
        rig.cycle()
        assert rig.reader.fresh == frozenset()
    assert rig.reader.stamps == stamps
    rig.emulator.faults.delay = 0.0
    rig.wait(0.1)
    rig.cycle()
    rig.cycle()
    assert rig.reader.fresh == set(ALL)
    assert rig.reader.feedback[1].position == 2048 + 196


def test_the_answer_to_a_second_question_that_was_not_needed_is_not_the_answer_to_the_next():
    """7 ms late: the first question is answered after the second was asked, whose answer then meets the next call."""
    rig = Rig()
    rig.cycle()
    rig.emulator.faults.delay = 0.007
    rig.cycle()
    rig.emulator.faults.delay = 0.0
    sent = len(rig.loop.sent)
    rig.cycle()
    lengths = rig.lengths()
    assert set(lengths[sent:]).isdisjoint(lengths[sent - 2 : sent])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.0, 0.002, 0.007, 0.012, 0.045, 0.09]), min_size=5, max_size=25))
def test_a_value_is_never_older_than_the_call_that_returned_it(delays):
    """The plant turns all the time, and its encoder says when: no answer may tell of a time before the call."""
    rig = Rig()
    rig.cycle()
    for number, delay in enumerate(delays, start=1):
        rig.emulator.faults.delay = delay
        rig.plant.push(0, 0.02 * number)
        rig.emulator.servo(1).measure(rig.emulator._motors.measured()[0])
        wanted = 2048 + round(0.02 * number * 4096 / 6.283185307179586)
        rig.cycle()
        if 1 in rig.reader.fresh:
            assert rig.reader.feedback[1].position == wanted


@pytest.mark.parametrize("cycles", range(1, 1 + LONG_EVERY))
def test_a_servo_that_comes_back_tells_its_orders_before_it_counts_as_sure(cycles):
    rig = Rig()
    rig.cycle()
    rig.emulator.faults.muted = {4}
    for _ in range(cycles):
        rig.cycle()
    assert not rig.reader.sure(4)
    rig.emulator.faults.muted = set()
    rig.cycle()
    assert rig.loop.sent[-1][6] > 30
    assert rig.reader.sure(4)


def test_a_calm_second_brings_back_the_shortest_request():
    rig = Rig()
    rig.cycle()
    rig.emulator.faults.drop_next(3, 2)
    for _ in range(3):
        rig.cycle()
    assert rig.lengths()[-1] > 15
    for _ in range(120):
        rig.cycle()
    assert set(rig.lengths()[-LONG_EVERY:]) == {15, 31}
