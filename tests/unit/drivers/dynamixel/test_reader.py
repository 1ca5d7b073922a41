import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.dynamixel import messages as reg
from drivers.dynamixel.bus import DynamixelBus
from drivers.dynamixel.codec import FrameParser
from drivers.dynamixel.messages import Instruction
from drivers.dynamixel.reader import CyclicReader
from drivers.dynamixel.readings import Layout
from tests.support.dynamixel import ALL, Rig, arm, parts_of
from tests.support.servo_rig import PERIOD

BUDGET = 0.008


class Reading(Rig):
    def __init__(self, config="koch_v11", **given):
        super().__init__(config, **given)
        self.wired(DynamixelBus)
        found = parts_of(self.config).values()
        layouts = [Layout(part.id, part.model) for part in found]
        self.reader = CyclicReader(self.bus, self.clock, layouts, BUDGET)
        self.reader.show([part.id for part in found])
        self.cycle()
        self.loop.sent.clear()

    def cycle(self):
        """One reading at the control rate; returns how long it took."""
        started = self.clock.now()
        self.reader.update()
        took = self.clock.now() - started
        self.clock.sleep_until(started + PERIOD)
        self.emulator.advance()
        return took

    def asked(self):
        """Instruction and parameters of every request sent."""
        return [(frame.instruction, frame.data) for frame in FrameParser().feed(b"".join(self.loop.sent))]

    def lengths(self):
        """How many bytes each request asked of its first servo; Koch's two models make it a bulk read."""
        return [int.from_bytes(data[3:5], "little") for _, data in self.asked()]


def test_a_reading_is_complete_on_a_quiet_line_and_asked_for_at_once():
    rig = Reading()
    rig.cycle()
    assert rig.reader.fresh == set(ALL)
    assert rig.asked()[0][0] == Instruction.FAST_BULK_READ
    expected = parts_of(rig.config)[2].joint.step(rig.home[1])
    assert rig.reader.feedback[2].position == pytest.approx(expected, abs=1)


@pytest.mark.parametrize("fast", [True, False])
def test_nobody_is_asked_again_while_answers_are_still_coming_on_a_real_line(fast):
    reading = Reading(paced=True)
    reading.reader.fast = fast
    reading.cycle()
    # The answers take some 2 ms, and begin so late that they go on when the time for a second question has come.
    reading.emulator.faults.delay = 0.0025
    reading.loop.sent.clear()
    for _ in range(5):
        assert reading.cycle() <= BUDGET
        assert reading.reader.fresh == set(ALL)
    assert len(reading.asked()) == 5


def test_servos_with_their_slots_at_the_same_place_are_asked_in_the_shorter_way():
    rig = Reading("wx250s")
    rig.cycle()
    assert [instruction for instruction, _ in rig.asked()] == [Instruction.FAST_SYNC_READ]
    assert rig.reader.fresh == set(range(1, 10))


def test_one_lost_answer_is_asked_for_again_in_the_same_reading():
    rig = Reading()
    rig.emulator.faults.drop_next(3)
    assert rig.cycle() <= BUDGET
    assert rig.reader.fresh == set(ALL)


def test_only_those_that_were_lost_are_asked_again():
    rig = Reading()
    rig.reader.fast = False
    rig.emulator.faults.corrupt_next(5)
    rig.cycle()
    assert rig.reader.fresh == set(ALL)
    assert rig.asked()[1][1][4] == 5


def test_of_a_fast_answer_that_broke_off_only_the_rest_is_asked_again():
    rig = Reading()
    rig.emulator.faults.cut_next(4, keep=1)
    rig.cycle()
    assert rig.reader.fresh == set(ALL)
    assert [data[0] for _, data in rig.asked()][1:] != [1]


def test_two_lost_answers_cost_one_joint_one_cycle_and_keep_its_stamp():
    rig = Reading()
    rig.reader.fast = False
    before = dict(rig.reader.stamps)
    rig.emulator.faults.drop_next(3, 2)
    rig.cycle()
    assert rig.reader.fresh == set(ALL) - {3}
    assert rig.reader.stamps[3] == before[3]
    assert all(rig.reader.stamps[n] > before[n] for n in ALL if n != 3)
    rig.cycle()
    assert rig.reader.fresh == set(ALL)


def test_a_servo_that_stays_silent_is_asked_last_once_and_one_by_one():
    rig = Reading()
    rig.emulator.faults.muted = {2}
    rig.cycle()
    rig.loop.sent.clear()
    assert rig.cycle() < BUDGET * 0.6
    ((instruction, data),) = rig.asked()
    assert instruction == Instruction.BULK_READ
    assert data[-5] == 2
    assert rig.reader.fresh == set(ALL) - {2}


@pytest.mark.parametrize("chained", [False, True])
@pytest.mark.parametrize("gone", [1, 3, 6])
def test_the_others_are_read_whoever_is_gone_even_where_servos_wait_for_each_other(chained, gone):
    rig = Reading()
    rig.emulator.chained = chained
    rig.emulator.faults.muted = {gone}
    for _ in range(3):
        rig.cycle()
    assert rig.reader.fresh == set(ALL) - {gone}
    rig.emulator.faults.muted = set()
    for _ in range(2):
        rig.cycle()
    assert rig.reader.fresh == set(ALL)
    assert rig.asked()[-1][0] == Instruction.FAST_BULK_READ


def test_no_reading_takes_longer_than_its_budget_whatever_is_silent():
    for muted in ({1}, {1, 2, 3}, set(ALL)):
        rig = Reading()
        rig.emulator.faults.muted = set(muted)
        for _ in range(5):
            assert rig.cycle() <= BUDGET + 0.003


def without_fast_reads(rig):
    """Firmware that does not know them: it says nothing to such a request."""
    receive = rig.emulator.receive

    def old(data):
        if FrameParser().feed(data)[0].instruction not in {Instruction.FAST_BULK_READ, Instruction.FAST_SYNC_READ}:
            receive(data)

    rig.emulator.receive = old


def test_servos_that_do_not_know_fast_reads_are_read_one_by_one_and_never_stale():
    rig = Reading()
    without_fast_reads(rig)
    for _ in range(6):
        rig.cycle()
        assert rig.reader.fresh == set(ALL)
    assert not rig.reader.fast
    rig.loop.sent.clear()
    rig.cycle()
    assert [instruction for instruction, _ in rig.asked()] == [Instruction.BULK_READ]


def test_a_bad_line_does_not_make_an_end_of_fast_reads():
    rig = Reading()
    for number in range(20):
        if number % 2:
            rig.emulator.faults.drop_next(1)
        rig.cycle()
    assert rig.reader.fast


def test_answers_that_are_always_late_never_become_values():
    """45 ms late at 100 Hz: each answer arrives four requests on."""
    rig = Reading()
    rig.emulator.faults.delay = 0.045
    stamps, said = dict(rig.reader.stamps), dict(rig.reader.feedback)
    rig.plant.push(0, 0.3)
    for _ in range(60):
        rig.cycle()
        assert rig.reader.fresh == frozenset()
    assert (rig.reader.stamps, rig.reader.feedback) == (stamps, said)
    rig.emulator.faults.delay = 0.0
    rig.wait(0.1)
    for _ in range(3):
        rig.cycle()
    assert rig.reader.fresh == set(ALL)
    assert rig.reader.feedback[1].position == pytest.approx(parts_of(rig.config)[1].joint.step(0.3), abs=1)


def test_neither_request_of_a_reading_with_a_loss_is_used_again_in_the_next_even_after_a_calm_time():
    rig = Reading()
    for _ in range(150):
        rig.cycle()
    rig.loop.sent.clear()
    rig.emulator.faults.delay = 0.007
    rig.cycle()
    rig.emulator.faults.delay = 0.0
    sent = len(rig.loop.sent)
    rig.cycle()
    lengths = rig.lengths()
    assert sent == 2
    assert set(lengths[sent:]).isdisjoint(lengths[:sent])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.0, 0.002, 0.007, 0.012, 0.045, 0.09]), min_size=5, max_size=25))
def test_a_value_is_never_older_than_the_call_that_returned_it(delays):
    """The joint turns all the time, and its encoder says when: no answer may tell of a time before the call."""
    rig = Reading()
    scale = parts_of(arm("koch_v11"))[1].joint
    for number, delay in enumerate(delays, start=1):
        rig.emulator.faults.delay = delay
        rig.plant.push(0, 0.02 * number)
        rig.emulator.servo(1).measure(rig.emulator._motors.measured()[0])
        rig.cycle()
        if 1 in rig.reader.fresh:
            assert rig.reader.feedback[1].position == pytest.approx(scale.step(0.02 * number), abs=1)


def test_a_calm_second_brings_back_the_shortest_request():
    rig = Reading()
    rig.emulator.faults.drop_next(1)
    rig.cycle()
    rig.cycle()
    assert rig.lengths()[-1] > 18
    for _ in range(105):
        rig.cycle()
    assert rig.lengths()[-1] == 18


@pytest.mark.parametrize("number", [1, 6])
def test_a_servo_that_restarted_is_noted_never_read_as_zeros_and_shown_again(number):
    rig = Reading()
    before = rig.reader.feedback[number]
    rig.emulator.power_cycle(number, 0.0)
    rig.cycle()
    assert number not in rig.reader.fresh
    assert rig.reader.feedback[number] == before
    assert rig.reader.restarted == {number}
    rig.reader.restarted.clear()
    rig.cycle()
    assert rig.reader.fresh == set(ALL)
    assert rig.reader.restarted == set()


def test_pointing_the_slots_changes_nothing_a_servo_does():
    cells = (reg.TORQUE_ENABLE, reg.GOAL_POSITION, reg.OPERATING_MODE, reg.WATCHDOG, reg.PROFILE_VELOCITY)
    untouched, rig = Rig(), Reading()
    assert [rig.cells(cell) for cell in cells] == [untouched.cells(cell) for cell in cells]
