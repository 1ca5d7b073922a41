"""Questions and answers on a line that lies, delays and echoes."""

import pytest

from armctl.clock import SteppedClock
from armctl.errors import LinkLostError
from drivers.mycobot.bus import ORDER_TIME, MycobotBus
from drivers.mycobot.codec import FrameParser, encode
from drivers.mycobot.messages import ANSWER_TIME, Command
from tests.support.wires import ScriptedTransport

NINETY = bytes.fromhex("2328") * 6
ZERO = bytes(12)


class Far:
    """A far end: what it answers to each command, in order; afterwards nothing."""

    def __init__(self):
        self.clock = SteppedClock()
        self.answers = {}
        self.wire = ScriptedTransport(self.clock, self.answer)
        self.bus = MycobotBus(self.wire, self.clock)

    def answer(self, data):
        (frame,) = FrameParser(answers={}).feed(data)
        queue = self.answers.get(frame.command, [])
        return queue.pop(0) if queue else b""

    def will_answer(self, command, *raw):
        self.answers[command] = list(raw)

    def comes(self, raw):
        """Bytes that arrive now."""
        self.wire._input += raw

    def ask(self, command, data=b"", **how):
        return self.bus.ask(command, data, deadline=self.clock.now() + 0.03, **how)

    def order(self, command, data=b""):
        return self.bus.order(command, data, deadline=self.clock.now() + 0.08)

    @property
    def asked(self):
        return len(self.wire.sent)


@pytest.fixture
def far():
    return Far()


def test_an_answer_is_that_of_the_question(far):
    far.will_answer(Command.GET_ANGLES, encode(Command.GET_ANGLES, NINETY))
    assert far.ask(Command.GET_ANGLES) == NINETY
    assert far.wire.sent == [bytes.fromhex("FEFE0220FA")]


def test_silence_ends_at_the_deadline(far):
    started = far.clock.now()
    assert far.ask(Command.GET_ANGLES) is None
    assert far.clock.now() == pytest.approx(started + 0.03)


def test_the_echo_of_a_question_is_not_its_answer(far):
    far.will_answer(Command.GET_ANGLES, encode(Command.GET_ANGLES) + encode(Command.GET_ANGLES, NINETY))
    assert far.ask(Command.GET_ANGLES) == NINETY


def test_an_answer_that_is_equal_to_the_question_counts_as_its_echo(far):
    far.will_answer(Command.SET_FRESH_MODE, *[encode(Command.SET_FRESH_MODE, b"\1")] * 2)
    assert not far.order(Command.SET_FRESH_MODE, b"\1")


def test_an_answer_to_another_question_is_not_taken(far):
    far.will_answer(Command.GET_ANGLES, encode(Command.GET_ERROR, b"\2") + encode(Command.GET_ANGLES, ZERO))
    assert far.ask(Command.GET_ANGLES) == ZERO


def test_an_answer_about_another_joint_is_not_taken(far):
    other, right = (encode(Command.IS_SERVO_ENABLED, bytes((number, 1))) for number in (2, 3))
    far.will_answer(Command.IS_SERVO_ENABLED, other + right, other)
    assert far.ask(Command.IS_SERVO_ENABLED, b"\3") == b"\3\1"
    assert far.ask(Command.IS_SERVO_ENABLED, b"\4") is None


def test_a_late_answer_is_not_taken_for_that_to_the_same_question_asked_anew(far):
    assert far.ask(Command.GET_ANGLES) is None
    far.will_answer(Command.GET_ANGLES, encode(Command.GET_ANGLES, NINETY))
    assert far.ask(Command.GET_ANGLES) is None
    assert far.asked == 1
    far.clock.advance(ANSWER_TIME)
    assert far.ask(Command.GET_ANGLES) == NINETY


def test_once_the_late_answer_has_come_the_question_is_free_again(far):
    assert far.ask(Command.GET_ANGLES) is None
    assert far.bus.owes(Command.GET_ANGLES)
    far.comes(encode(Command.GET_ANGLES, NINETY))
    far.will_answer(Command.GET_ANGLES, encode(Command.GET_ANGLES, ZERO))
    assert far.ask(Command.GET_ANGLES) == ZERO


def test_once_a_later_question_was_answered_the_late_answer_cannot_come_any_more(far):
    assert far.ask(Command.GET_ANGLES) is None
    far.will_answer(Command.GET_GRIPPER, encode(Command.GET_GRIPPER, b"\7"))
    far.ask(Command.GET_GRIPPER)
    assert not far.bus.owes(Command.GET_ANGLES)


def test_a_late_answer_that_comes_while_another_is_waited_for_frees_its_question(far):
    assert far.ask(Command.GET_ANGLES) is None
    far.will_answer(Command.GET_GRIPPER, encode(Command.GET_ANGLES, NINETY) + encode(Command.GET_GRIPPER, b"\7"))
    assert far.ask(Command.GET_GRIPPER) == b"\7"
    assert not far.bus.owes(Command.GET_ANGLES)


def test_silence_about_one_joint_does_not_keep_from_asking_about_another(far):
    assert far.ask(Command.IS_SERVO_ENABLED, b"\1") is None
    assert far.bus.owes(Command.IS_SERVO_ENABLED, b"\1")
    far.will_answer(Command.IS_SERVO_ENABLED, encode(Command.IS_SERVO_ENABLED, b"\2\0"))
    assert far.ask(Command.IS_SERVO_ENABLED, b"\2") == b"\2\0"


def test_where_an_older_answer_is_as_good_it_is_asked_all_the_same(far):
    assert far.ask(Command.IS_SERVO_ENABLED, b"\1") is None
    far.will_answer(Command.IS_SERVO_ENABLED, encode(Command.IS_SERVO_ENABLED, b"\1\0"))
    assert far.ask(Command.IS_SERVO_ENABLED, b"\1", again=True) == b"\1\0"
    assert far.bus.owes(Command.IS_SERVO_ENABLED, b"\1")


def test_what_came_before_the_question_is_not_its_answer(far):
    far.comes(encode(Command.GET_ANGLES, NINETY))
    assert far.ask(Command.GET_ANGLES) is None


def test_an_order_is_given_twice_at_most(far):
    started = far.clock.now()
    assert not far.order(Command.STOP)
    assert far.asked == 2
    assert far.clock.now() == pytest.approx(started + 2 * ORDER_TIME)


def test_an_order_is_acknowledged_at_the_second_attempt_too(far):
    far.will_answer(Command.STOP, b"", encode(Command.STOP, b"\1"))
    assert far.order(Command.STOP)
    assert far.asked == 2


def test_an_old_acknowledgement_is_none_for_a_new_order(far):
    far.will_answer(Command.STOP, b"", encode(Command.STOP, b"\1"))
    assert far.order(Command.STOP)
    # One of the two acknowledgements may still come: what comes now proves nothing.
    far.will_answer(Command.STOP, encode(Command.STOP, b"\1"))
    assert not far.order(Command.STOP)
    assert far.asked == 3
    # It may have been the old one; then the new one is still to come.
    far.will_answer(Command.STOP, encode(Command.STOP, b"\1"))
    assert not far.order(Command.STOP)
    far.clock.advance(ANSWER_TIME)
    far.will_answer(Command.STOP, encode(Command.STOP, b"\1"))
    assert far.order(Command.STOP)


def test_an_order_ends_at_its_deadline(far):
    started = far.clock.now()
    assert not far.bus.order(Command.STOP, deadline=started + 0.01)
    assert far.asked == 1
    assert far.clock.now() == pytest.approx(started + 0.01)


def test_an_acknowledgement_may_come_while_something_else_is_asked(far):
    far.bus.tell(Command.SET_GRIPPER, b"\x32\x50")
    assert not far.bus.heard(Command.SET_GRIPPER)
    far.comes(encode(Command.SET_GRIPPER, b"\1"))
    far.ask(Command.GET_ERROR)
    assert far.bus.heard(Command.SET_GRIPPER)


def test_garbage_is_counted_and_noticed(far):
    far.will_answer(Command.GET_ERROR, b"\x11\x22" + encode(Command.GET_ERROR, b"\0"), encode(Command.GET_ERROR, b"\0"))
    assert far.ask(Command.GET_ERROR) == b"\0"
    assert far.bus.garbled
    assert far.bus.rejected == 1
    assert far.ask(Command.GET_ERROR) == b"\0"
    assert not far.bus.garbled


def test_a_cut_off_answer_is_none(far):
    far.will_answer(Command.GET_ANGLES, encode(Command.GET_ANGLES, NINETY)[:9])
    assert far.ask(Command.GET_ANGLES) is None
    far.will_answer(Command.GET_GRIPPER, encode(Command.GET_GRIPPER, b"\7"))
    assert far.ask(Command.GET_GRIPPER) == b"\7"


def test_a_frame_behind_a_false_header_is_found_when_waiting_ends(far):
    far.will_answer(Command.GET_ERROR, bytes.fromhex("FEFE1AD5") + encode(Command.GET_ERROR, b"\3"))
    assert far.ask(Command.GET_ERROR) == b"\3"


def test_a_line_that_never_falls_silent_holds_nothing_up():
    clock = SteppedClock()

    class Babbler(ScriptedTransport):
        def read(self, size, deadline):
            self.clock.advance(0.004)
            return b"\xfe\xfe\x03"

    bus = MycobotBus(Babbler(clock, lambda data: b""), clock)
    started = clock.now()
    assert bus.ask(Command.GET_ANGLES, deadline=started + 0.03) is None
    assert clock.now() - started < 0.04


def test_a_port_that_is_gone_ends_every_call(far):
    def gone(*_given):
        raise LinkLostError("Gone.", "Come back.")

    far.wire.read = far.wire.write = gone
    for call in (
        far.bus.listen,
        lambda: far.ask(Command.GET_ERROR),
        lambda: far.order(Command.STOP),
        lambda: far.bus.tell(Command.STOP),
    ):
        with pytest.raises(LinkLostError):
            call()


def test_draining_ends_when_the_line_is_quiet_and_when_it_never_is(far):
    far.comes(b"\1\2\3")
    started = far.clock.now()
    far.bus.drain(0.01, 0.2)
    assert far.clock.now() == pytest.approx(started + 0.01)
    far.wire.read = lambda size, deadline: far.clock.advance(0.005) or b"\1"
    started = far.clock.now()
    far.bus.drain(0.01, 0.2)
    assert far.clock.now() == pytest.approx(started + 0.2, abs=0.006)
