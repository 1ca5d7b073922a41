"""Who is gone: the end of a pipe, silence and the guard's word all count, and a sign of life ends the last two."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from armctl.control.link import GuardLink, LocalLink, connection, control_end, guard_end, local_pair
from armctl.control.messages import Alive, AnyIntent, Heartbeat, PeerGone, Shutdown, Snapshot
from armctl.control.peers import Peers

BEAT = Heartbeat(sequence=1, epoch=0, deadline=0.0)
Setup = tuple[Peers, LocalLink[AnyIntent, Snapshot], GuardLink]


@pytest.fixture
def setup() -> Iterator[Setup]:
    ui, control = local_pair()
    mine, theirs = connection()
    guard, peers = guard_end(mine), Peers(control, guard_end(theirs), timeout=0.1)
    yield peers, ui, guard
    peers.close()
    guard.close()


def test_nobody_is_missed_before_they_were_heard(setup: Setup) -> None:
    peers, _, _ = setup
    assert peers.hear(0.0) == []
    assert peers.lost(100.0) == ""


def test_a_silent_screen_is_lost_until_it_is_heard_again(setup: Setup) -> None:
    peers, ui, _ = setup
    ui.send(BEAT)
    peers.hear(1.0)
    assert peers.lost(1.09) == ""
    assert peers.lost(1.11) == "the screen"
    ui.send(BEAT)
    peers.hear(1.2)
    assert peers.lost(1.25) == ""


def test_a_silent_or_ended_guard_is_lost(setup: Setup) -> None:
    peers, ui, guard = setup
    guard.send(Alive(1.0))
    ui.send(BEAT)
    peers.hear(1.0)
    ui.send(BEAT)
    peers.hear(1.2)
    assert "watches over" in peers.lost(1.2)
    guard.send(Alive(1.2))
    peers.hear(1.21)
    assert peers.lost(1.21) == ""
    guard.close()
    assert "watches over" in peers.lost(1.21)
    assert not peers.orphaned
    ui.close()
    assert peers.orphaned


def test_the_guards_word_counts_until_the_screen_is_heard(setup: Setup) -> None:
    peers, ui, guard = setup
    guard.send(PeerGone(process="ui", message="The screen does not answer."))
    peers.hear(1.0)
    assert peers.lost(1.0) == "the screen"
    ui.send(BEAT)
    peers.hear(1.01)
    assert peers.lost(1.01) == ""


def test_the_guard_hears_signs_of_life_and_may_ask_to_end(setup: Setup) -> None:
    peers, _, guard = setup
    for step in range(10):
        peers.hear(step * 0.01)
    heard = guard.receive()
    assert len(heard) >= 6
    assert all(isinstance(message, Alive) for message in heard)
    assert not peers.shutdown_asked
    guard.send(Shutdown("closing"))
    peers.hear(1.0)
    assert peers.shutdown_asked


def test_a_new_screen_is_not_missed_before_it_was_heard(setup: Setup) -> None:
    peers, ui, _ = setup
    ui.send(BEAT)
    peers.hear(1.0)
    mine, theirs = connection()
    peers.replace_ui(control_end(theirs))
    assert peers.lost(50.0) == ""
    assert ui.closed
    mine.close()
    assert peers.lost(50.0) == "the screen"
