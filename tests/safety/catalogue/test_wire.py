"""The wire fails: unplugged, cut, garbled, echoing, noisy, late, mute, blocked."""

from __future__ import annotations

import random
import time

import pytest

from drivers.feetech import codec
from drivers.feetech import messages as reg
from drivers.feetech.codec import OVERHEAD
from drivers.feetech.readings import span
from tests.safety.catalogue.conftest import Reaction
from tests.safety.catalogue.rig import TICK, Rig, StartUp
from tests.safety.catalogue.servos import Answered

POLL = 0.002
"""After the last byte that went in, the servos look for so long whether one more does [s]."""
PAUSE = 0.022
"""Time between two broken answers [s]: whole readings lie between."""
SHORT, LONG = (span(0, long=long).length + OVERHEAD for long in (False, True))
"""Bytes of an answer; later readings ask for a few more."""


def discarded(rig: Rig, since: float, count: int) -> list[tuple[float, float]]:
    """Check that the arm went on as if nothing had been, and return (moment of a broken answer, time to a good one)."""
    time.sleep(0.05)
    answered = list(rig.tap(since).answered)
    broken = [answer for answer in answered if not answer.good]
    assert len(broken) >= count, "not everything was broken as ordered"
    assert rig.told_true(since) > 5
    assert rig.undisturbed(), rig.now
    return [(bad.stamp, good_after(rig, answered, bad) - bad.stamp) for bad in broken]


def good_after(rig: Rig, answered: list[Answered], bad: Answered) -> float:
    """Return when the servo's next good answer came; control must have taken it."""
    good = next(one.stamp for one in answered if one.servo == bad.servo and one.good and one.stamp > bad.stamp)
    after = rig.until(lambda one: True, good)
    assert rig.scales[bad.servo - 1].name not in after.stale
    return good


@pytest.mark.catalogue(2)
def test_an_answer_cut_after_any_byte_is_discarded_and_the_next_one_is_found(rig: Rig, reaction: Reaction) -> None:
    rig.move()
    at = time.monotonic()
    for keep in range(LONG):
        rig.order("next", "cut", keep % 6 + 1, keep=keep)
        time.sleep(PAUSE)
    worst = max(discarded(rig, at, LONG), key=lambda item: item[1])
    reaction(worst[1], "discarded, motion goes on", began=worst[0])


@pytest.mark.catalogue(3)
def test_no_single_wrong_bit_of_an_answer_ever_counts(rig: Rig, reaction: Reaction) -> None:
    rig.move()
    at = time.monotonic()
    bits = iter(range(8 * LONG))
    # Three servos at a time: other ones each time, so that none is broken twice in a row.
    for turn, bit in enumerate(bits):
        for servo in (1, 2, 3) if turn % 2 else (4, 5, 6):
            rig.order("next", "corrupt", servo, bit=bit)
            bit = next(bits, 0)  # noqa: PLW2901  # three bits a turn
        time.sleep(PAUSE)
    worst = max(discarded(rig, at, 8 * LONG // 4 * 3), key=lambda item: item[1])
    assert "broken or foreign" in rig.log()
    reaction(worst[1], "dropped and counted, motion goes on", began=worst[0])


@pytest.mark.catalogue(4)
def test_three_bad_readings_in_a_row_are_a_latched_stop_that_names_the_joint(rig: Rig, reaction: Reaction) -> None:
    rig.move()
    at = rig.inject("next", "corrupt", 3, count=20)
    told = rig.fault(at, "joint_mute", "elbow flex")
    first = next(answer.stamp for answer in rig.answers(at, 3) if not answer.good)
    reaction(rig.stopped(at) - first, told, began=first)


@pytest.mark.catalogue(5)
def test_an_adapter_that_begins_to_echo_never_makes_a_value(rig: Rig, reaction: Reaction) -> None:
    rig.move()
    at = rig.inject("line", "echo", True)
    time.sleep(0.3)
    asked = rig.tap(at).asked[0].stamp
    assert rig.told_true(at) > 20
    assert rig.undisturbed(), rig.now
    complete = max(next(answer.stamp for answer in rig.answers(asked, servo)) for servo in range(1, 7))
    reaction(complete - asked, "stripped, motion goes on", began=asked)


@pytest.mark.catalogue(5)
def test_an_adapter_that_only_echoes_is_refused_at_start(start_up: StartUp, reaction: Reaction) -> None:
    start_up.order("line", "echo", True)
    start_up.order("line", "muted", set(range(1, 7)))
    said = start_up.refused()
    assert "No servo answers" in said
    assert "returns what is sent to it" in said
    reaction(None, "No servo answers. The adapter returns what is sent to it.")


def noises() -> list[bytes]:
    """Foreign bytes before an answer: every beginning of a false one, whole frames that nobody asked for, and dust."""
    rng = random.Random(6)
    false = codec.encode(3, 0, bytes(rng.randbytes(span(0, long=False).length)))
    whole = [
        codec.encode(reg.BROADCAST, 2, bytes(4)),
        codec.encode(9, 0, false[5:-1]),
        codec.encode(3, 0, false[5:-4]),
        codec.sync_read((1, 2, 3, 4, 5, 6), 56, 15),
    ]
    return [
        *(false[:keep] for keep in range(1, len(false))),
        *(b"\xff" * count for count in range(1, 6)),
        *whole,
        *(rng.randbytes(rng.randint(1, 40)) for _ in range(20)),
    ]


@pytest.mark.catalogue(6)
def test_noise_and_false_headers_never_make_a_frame(rig: Rig, reaction: Reaction) -> None:
    rig.move()
    at = time.monotonic()
    made = noises()
    for number, noise in enumerate(made):
        rig.order("next", "foreign", number % 6 + 1, noise)
        time.sleep(PAUSE)
    worst = max(discarded(rig, at, len(made)), key=lambda item: item[1])
    reaction(worst[1], "discarded, motion goes on", began=worst[0])


@pytest.mark.catalogue(8)
def test_a_late_answer_with_a_right_sum_and_a_wrong_value_is_not_taken_for_the_next_one(
    rig: Rig, reaction: Reaction
) -> None:
    rig.move()
    lies = [(servo, late) for late in (0.012, 0.015, 0.018, 0.025) for servo in (6, 3, 1)]
    at = time.monotonic()
    for servo, late in lies:
        rig.order("lie", servo, 400, late)
        time.sleep(0.06)
    times = []
    answered = list(rig.tap(at).answered)
    for servo, late in lies:
        told = next(one for one in answered if one.servo == servo and not one.good)
        answered.remove(told)
        arrived = told.stamp + late
        times.append((arrived, good_after(rig, answered, Answered(arrived, servo, False, 0, False)) - arrived))
    assert rig.told_true(at) > 30
    assert rig.undisturbed(), rig.now
    worst = max(times, key=lambda item: item[1])
    reaction(worst[1], "discarded, motion goes on", began=worst[0])


@pytest.mark.catalogue(10)
def test_a_mute_servo_is_a_latched_stop_that_names_it(rig: Rig, reaction: Reaction) -> None:
    rig.move()
    at = rig.inject("line", "muted", {3})
    told = rig.fault(at, "joint_mute", "elbow flex")
    unanswered = next(item.stamp for item in rig.tap(at).asked if 3 in item.servos)
    reaction(rig.stopped(at) - unanswered, told, began=unanswered)


@pytest.mark.catalogue(11)
def test_a_write_that_blocks_is_a_latched_stop_and_holds_no_tick_up(rig: Rig, reaction: Reaction) -> None:
    rig.move()
    before = time.monotonic()
    full = rig.inject("clog") - POLL
    told = rig.fault(before, "link_lost", "takes no more data")
    stopped = rig.stopped(before)
    missed = [one.missed_ticks for one in list(rig.seen) if one.stamp > before - 0.05]
    assert missed[-1] - missed[0] <= 1, "the loop was held up"
    assert stopped > full - 2 * TICK, "it stopped before the line was full"
    reaction(max(0.0, stopped - full), told, began=full)


@pytest.mark.catalogue(1)
def test_an_unplugged_cable_in_motion_is_a_latched_stop(rig: Rig, reaction: Reaction) -> None:
    rig.move()
    at = rig.inject("unplug")
    told = rig.fault(at, "link_lost")
    reaction(rig.stopped(at) - at, told, began=at)
