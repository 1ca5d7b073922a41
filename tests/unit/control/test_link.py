"""Links between processes: nothing waits, the newest counts, the end is noticed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from armctl.control.link import Ends, connection, control_end, ends_of, guard_end, local_pair, ui_end
from armctl.control.messages import Alive, Heartbeat, Jog, MoveTool, NewLink, PeerGone, Snapshot, Stop
from tests.support.snapshots import PLAIN
from tests.support.waits import waits_seen

Connect = Callable[[], tuple[Ends, Ends]]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Connections that are closed after the test."""
    made: list[Ends] = []

    def make() -> tuple[Ends, Ends]:
        both = connection()
        made.extend(both)
        return both

    yield make
    for ends in made:
        ends.close()


def snapshot(tick: int) -> Snapshot:
    return replace(PLAIN, tick=tick, stamp=float(tick), positions=(0.0, 1.0))


def beat(sequence: int) -> Heartbeat:
    return Heartbeat(sequence=sequence, epoch=1, deadline=1.0)


def test_intents_arrive_all_and_in_order(connect: Connect) -> None:
    first, second = connect()
    ui, control = ui_end(first), control_end(second)
    sent = [
        beat(1),
        Jog(sequence=2, epoch=1, deadline=3.0, linear=(0.1, 0.0, -1.0)),
        Stop(sequence=3, epoch=0, deadline=0),
    ]
    for message in sent:
        ui.send(message)
    assert control.receive() == sent
    assert control.receive() == []


def test_of_states_only_the_newest_is_read(connect: Connect) -> None:
    first, second = connect()
    ui, control = ui_end(first), control_end(second)
    for tick in range(7):
        control.send(snapshot(tick))
    assert [s.tick for s in ui.receive()] == [6]
    assert ui.receive() == []


def test_a_reader_that_sleeps_never_blocks_the_writer_and_wakes_to_fresh_states(connect: Connect) -> None:
    first, second = connect()
    ui, control = ui_end(first), control_end(second)
    with waits_seen() as waits:  # one that waits in the kernel would do so for ever: nobody reads
        for tick in range(2000):
            control.send(snapshot(tick))
    assert waits == set()
    (old,) = ui.receive()
    assert old.tick < 60  # the kernel holds few: the backlog is short
    control.send(snapshot(2000))
    assert [s.tick for s in ui.receive()] == [2000]


def test_a_stop_behind_a_full_queue_still_arrives(connect: Connect) -> None:
    first, second = connect()
    ui, control = ui_end(first), control_end(second)
    for sequence in range(400):
        ui.send(beat(sequence))
    ui.send(Stop(sequence=400, epoch=1, deadline=1.0))
    heard = control.receive()
    ui.receive()  # the sender's own next turn passes on what was kept
    heard += control.receive()
    assert heard[-1] == Stop(sequence=400, epoch=1, deadline=1.0)
    assert [m.sequence for m in heard] == sorted(m.sequence for m in heard)


def test_the_end_of_the_other_process_is_noticed_by_the_pipe(connect: Connect) -> None:
    first, second = connect()
    ui, control = ui_end(first), control_end(second)
    assert not control.closed
    ui.close()
    assert control.closed
    control.send(snapshot(1))  # no error: whoever uses the link looks at `closed`
    assert control.receive() == []


@given(st.binary(max_size=200))
def test_malformed_datagrams_are_counted_and_dropped(noise: bytes) -> None:
    first, second = connection()
    raw = first.link
    control = control_end(second)
    raw.send(noise)
    raw.send(msgspec.msgpack.encode(beat(5)))
    heard = control.receive()
    assert heard[-1] == beat(5)
    assert len(heard) - 1 + control.malformed == 1
    first.close()
    control.close()


def test_a_message_of_another_kind_is_malformed(connect: Connect) -> None:
    first, second = connect()
    control = control_end(second)
    first.link.send(msgspec.msgpack.encode(snapshot(1)))
    first.link.send(msgspec.msgpack.encode({"type": "Jog", "sequence": "seven"}))
    assert control.receive() == []
    assert control.malformed == 2


def test_a_malformed_newest_state_does_not_hide_the_one_before(connect: Connect) -> None:
    first, second = connect()
    ui = ui_end(first)
    second.link.send(msgspec.msgpack.encode(snapshot(3)))
    second.link.send(b"\x00garbage")
    assert [s.tick for s in ui.receive()] == [3]
    assert ui.malformed == 1


def test_nan_travels(connect: Connect) -> None:
    first, second = connect()
    ui, control = ui_end(first), control_end(second)
    control.send(msgspec.structs.replace(snapshot(1), temperatures=(float("nan"), 40.0)))
    (seen,) = ui.receive()
    assert seen.temperatures[0] != seen.temperatures[0]
    assert seen.temperatures[1] == 40.0


def test_descriptors_travel_to_the_guards_child_and_work_there(connect: Connect) -> None:
    guard_side, child_side = connect()
    guard, child = guard_end(guard_side), guard_end(child_side)
    for_ui, for_control = connect()
    guard.send(PeerGone(process="ui", message="The screen stopped."))
    guard.send_link(for_control)
    heard = child.receive()
    assert heard[0] == PeerGone(process="ui", message="The screen stopped.")
    new = heard[1]
    assert isinstance(new, NewLink)
    assert not os.get_inheritable(new.link_fd)
    ui, control = ui_end(for_ui), control_end(ends_of(new.link_fd, new.alive_fd))
    ui.send(beat(9))
    assert control.receive() == [beat(9)]
    control.close()
    assert ui.closed  # the guard kept no copy of the pipe


def test_a_new_link_without_descriptors_is_malformed(connect: Connect) -> None:
    first, second = connect()
    sender, receiver = guard_end(first), guard_end(second)
    sender.send(NewLink())
    sender.send(Alive(1.0))
    assert receiver.receive() == [Alive(1.0)]
    assert receiver.malformed == 1


def test_stray_descriptors_are_closed(connect: Connect) -> None:
    first, second = connect()
    receiver = guard_end(second)
    before = len(os.listdir("/proc/self/fd"))
    read, write = os.pipe()
    socket.send_fds(first.link, [msgspec.msgpack.encode(Alive(2.0))], [read])
    os.close(read)
    os.close(write)
    assert receiver.receive() == [Alive(2.0)]
    assert len(os.listdir("/proc/self/fd")) == before


CHILD = """
import sys, time
from armctl.control.link import control_end, ends_of, ui_end
end = ui_end(ends_of(int(sys.argv[1]), int(sys.argv[2])))
from armctl.control.messages import Heartbeat
end.send(Heartbeat(sequence=1, epoch=0, deadline=0.0))
time.sleep(30)
"""


def test_a_killed_process_is_noticed_at_once_even_while_another_child_lives(connect: Connect) -> None:
    mine, theirs = connect()
    command = [sys.executable, "-c", CHILD, *map(str, theirs.fds())]
    child = subprocess.Popen(command, pass_fds=theirs.fds())
    theirs.close()
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)"], close_fds=False)
    end = control_end(mine)
    try:
        limit = time.monotonic() + 20
        while not end.receive() and time.monotonic() < limit:
            time.sleep(0.005)
        assert not end.closed
        child.send_signal(signal.SIGKILL)
        begin = time.monotonic()
        while not end.closed and time.monotonic() < begin + 5:
            time.sleep(0.0005)
        assert end.closed
    finally:
        for process in (child, bystander):
            process.kill()
            process.wait()


def test_a_local_pair_behaves_like_a_socket_pair() -> None:
    ui, control = local_pair(keep=3)
    for sequence in range(5):
        ui.send(beat(sequence))
    assert [m.sequence for m in control.receive()] == [2, 3, 4]
    control.send(snapshot(1))
    control.send(snapshot(2))
    assert [s.tick for s in ui.receive()] == [2]
    assert ui.receive() == []
    assert not ui.closed
    control.close()
    assert ui.closed
    assert control.closed


def test_a_local_link_takes_in_a_move_without_changing_it() -> None:
    ui, control = local_pair()
    move = MoveTool(sequence=1, epoch=2, deadline=3.0, position=(0.3, 0.0, 0.1))
    ui.send(move)
    assert control.receive() == [move]
    assert ui.malformed == control.malformed == 0
