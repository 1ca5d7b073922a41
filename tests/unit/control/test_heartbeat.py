"""Heartbeats: silence counts only from somebody who was heard before."""

from __future__ import annotations

import itertools

import pytest

from armctl.control.heartbeat import INTERVAL, TIMEOUT, Heartbeats, Pace, timeout_at


def test_nobody_is_missed_before_the_first_sign_of_life() -> None:
    beats = Heartbeats(0.1)
    assert not beats.begun
    assert not beats.silent(1e9)
    assert beats.silence(1e9) == 0.0


def test_silence_longer_than_the_timeout_counts_and_ends_with_a_beat() -> None:
    beats = Heartbeats(0.1)
    beats.heard(5.0)
    assert not beats.silent(5.1)
    assert beats.silent(5.101)
    beats.heard(6.0)
    assert not beats.silent(6.05)


def test_the_pace_keeps_well_within_the_interval() -> None:
    pace = Pace()
    sent = [step * 0.001 for step in range(1000) if pace.due(step * 0.001)]
    gaps = [later - earlier for earlier, later in itertools.pairwise(sent)]
    assert max(gaps) <= INTERVAL
    assert len(sent) <= 101


@pytest.mark.parametrize(("rate", "silence"), [(100.0, TIMEOUT), (50.0, TIMEOUT), (20.0, 0.15)])
def test_a_slow_loop_may_be_silent_for_three_of_its_ticks(rate: float, silence: float) -> None:
    assert timeout_at(rate) == pytest.approx(silence)
