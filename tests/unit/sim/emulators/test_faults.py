import pytest

from drivers.feetech import codec
from drivers.feetech.codec import FrameParser
from sim.emulators.faults import WireFaults

ANSWER = codec.encode(3, 0, bytes(15))


def test_a_line_without_faults_changes_nothing():
    assert WireFaults().apply(3, ANSWER) == ANSWER


@pytest.mark.parametrize(
    ("inject", "arrives"),
    [
        (lambda faults: faults.drop_next(3), lambda got: got == b""),
        (lambda faults: faults.corrupt_next(3), lambda got: FrameParser().feed(got) == [] and len(got) == len(ANSWER)),
        (lambda faults: faults.cut_next(3), lambda got: ANSWER.startswith(got) and len(got) < len(ANSWER)),
    ],
)
def test_a_fault_hits_as_many_answers_of_its_servo_as_asked_and_no_other(inject, arrives):
    faults = WireFaults()
    inject(faults)
    assert faults.apply(4, ANSWER) == ANSWER
    assert arrives(faults.apply(3, ANSWER))
    assert faults.apply(3, ANSWER) == ANSWER


def test_a_muted_servo_never_answers():
    faults = WireFaults(muted={3})
    assert [faults.apply(3, ANSWER) for _ in range(3)] == [b""] * 3
    assert faults.apply(4, ANSWER) == ANSWER


@pytest.mark.parametrize("kind", ["loss", "corruption", "noise"])
def test_random_faults_come_as_often_as_asked(kind):
    faults = WireFaults(**{kind: 0.2})
    touched = sum(faults.apply(3, ANSWER) != ANSWER for _ in range(2000))
    assert 300 < touched < 500


def test_corruption_is_always_noticed_by_the_sum():
    faults = WireFaults(corruption=1.0)
    for _ in range(500):
        parser = FrameParser()
        assert parser.feed(faults.apply(3, ANSWER)) + parser.flush() == []


def test_noise_comes_before_the_answer():
    faults = WireFaults(noise=1.0)
    got = faults.apply(3, ANSWER)
    assert got.endswith(ANSWER)
    assert 1 <= len(got) - len(ANSWER) <= 8


def test_the_same_seed_gives_the_same_faults():
    first, second = WireFaults(loss=0.5, seed=7), WireFaults(loss=0.5, seed=7)
    assert [first.apply(1, ANSWER) for _ in range(50)] == [second.apply(1, ANSWER) for _ in range(50)]


def test_every_bit_can_be_turned_over_by_number():
    faults = WireFaults()
    for bit in range(8 * len(ANSWER)):
        faults.corrupt_next(3, bit=bit)
        wrong = int.from_bytes(faults.apply(3, ANSWER), "little") ^ int.from_bytes(ANSWER, "little")
        assert wrong == 1 << bit


def test_an_answer_can_be_broken_off_after_any_byte():
    faults = WireFaults()
    for keep in range(len(ANSWER)):
        faults.cut_next(3, keep=keep)
        assert faults.apply(3, ANSWER) == ANSWER[:keep]


def test_chosen_foreign_bytes_come_before_one_answer():
    faults = WireFaults()
    faults.foreign_next(3, b"\xff\xff\x03")
    assert [faults.apply(3, ANSWER) for _ in range(2)] == [b"\xff\xff\x03" + ANSWER, ANSWER]


def test_one_answer_can_come_late_on_top_of_what_delays_all():
    faults = WireFaults(delay=0.001)
    faults.delay_next(3, 0.012)
    assert [faults.lateness(3), faults.lateness(3), faults.lateness(4)] == pytest.approx([0.013, 0.001, 0.001])


def test_clearing_ends_what_lasts_and_what_was_planned():
    faults = WireFaults(muted={3}, echo=True, delay=1.0, loss=1.0, corruption=1.0, noise=1.0)
    faults.drop_next(3)
    faults.corrupt_next(3)
    faults.cut_next(3)
    faults.foreign_next(3, b"x")
    faults.delay_next(3, 1.0)
    faults.clear()
    assert not faults.echo
    assert faults.apply(3, ANSWER) == ANSWER
    assert faults.lateness(3) == 0.0
