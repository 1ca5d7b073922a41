"""Links between processes: small messages that never make the sender wait.

A link is an inherited Unix datagram pair and a pipe beside it. The pipe carries nothing: its end tells, within a
millisecond or two, that the other process is gone. Only a heartbeat tells that it is stopped; that is the business of
those who use the link.
"""

from __future__ import annotations

import os
import socket
from collections import deque
from collections.abc import Sequence
from typing import Any, Final, Generic, Protocol, TypeAlias, TypeVar

import msgspec

from armctl.control.messages import AnyIntent, GuardMessage, NewLink, Snapshot

Out_contra = TypeVar("Out_contra", contravariant=True)
SendT = TypeVar("SendT")
ReceiveT = TypeVar("ReceiveT")

LARGEST_MESSAGE: Final = 65536
"""Bytes; a snapshot with a full scene takes about 2,000."""
MOST_AT_ONCE: Final = 512
"""Datagrams read in one go; the kernel holds fewer than 300 small ones (measured), so this drains a link."""
STATE_BUFFER: Final = 16384
"""Bytes asked for states under way, about 15: a reader that slept wakes to states at most 0.15 s old."""


class Link(Protocol[Out_contra, ReceiveT]):
    """One end of a connection: `Out_contra` goes out, `ReceiveT` comes in. No call ever waits."""

    @property
    def closed(self) -> bool:
        """True once the other end is gone; it does not come back."""
        ...

    @property
    def malformed(self) -> int:
        """Messages dropped because they could not be understood."""
        ...

    def send(self, message: Out_contra) -> None:
        """Send, or keep for the next call when the reader is slow; old ones are lost first. Never raises."""
        ...

    def receive(self) -> list[ReceiveT]:
        """Return what came since the last call, oldest first; of states only the newest."""
        ...

    def close(self) -> None:
        """Give the link up; may be called any number of times."""
        ...


class SocketLink(Generic[SendT, ReceiveT]):
    """A `Link` over an inherited datagram socket.

    Args:
        sock: Connected Unix datagram socket; this object owns it from now on.
        incoming: Decoder of what comes in.
        alive: Pipe whose end means that the other process is gone; owned as well.
        newest_only: Return only the newest message of a batch (states).
        keep: Messages kept while the reader is slow; the oldest is lost first.
    """

    def __init__(
        self,
        sock: socket.socket,
        incoming: msgspec.msgpack.Decoder[ReceiveT],
        alive: socket.socket,
        *,
        newest_only: bool = False,
        keep: int = 64,
    ) -> None:
        sock.setblocking(False)
        alive.setblocking(False)
        self._socket = sock
        self._alive = alive
        self._decoder = incoming
        self._encoder = msgspec.msgpack.Encoder()
        self._newest_only = newest_only
        self._waiting: deque[bytes] = deque(maxlen=keep)
        self._closed = False
        self._malformed = 0

    @property
    def closed(self) -> bool:
        """True once the other end is gone."""
        if not self._closed:
            self._closed = _ended(self._alive)
        return self._closed

    @property
    def malformed(self) -> int:
        """Datagrams dropped because they could not be understood."""
        return self._malformed

    def filenos(self) -> tuple[int, ...]:
        """Return the descriptors that become readable when something comes or the other end goes."""
        return (self._socket.fileno(), self._alive.fileno())

    def send(self, message: SendT) -> None:
        """Send without waiting; what does not fit is kept, the oldest lost first."""
        self._waiting.append(self._encoder.encode(message))
        self._flush()

    def receive(self) -> list[ReceiveT]:
        """Return what came since the last call, oldest first."""
        self._flush()
        datagrams = self._drain()
        if not self._newest_only:
            return [message for data in datagrams if (message := self._decode(data)) is not None]
        for data in reversed(datagrams):
            if (message := self._decode(data)) is not None:
                return [message]
        return []

    def close(self) -> None:
        """Give the link up; the other end notices."""
        self._closed = True
        self._socket.close()
        self._alive.close()

    def _flush(self) -> None:
        while self._waiting and not self._closed:
            try:
                self._socket.send(self._waiting[0])
            except BlockingIOError:
                return
            except OSError:  # the other end is gone: whoever uses the link sees `closed`
                self._waiting.clear()
                return
            self._waiting.popleft()

    def _drain(self) -> list[bytes]:
        found: list[bytes] = []
        while not self._closed and len(found) < MOST_AT_ONCE:
            try:
                found.append(self._socket.recv(LARGEST_MESSAGE))
            except OSError:  # nothing more to read, or the other end is gone
                break
        return found

    def _decode(self, data: bytes) -> ReceiveT | None:
        try:
            return self._decoder.decode(data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self._malformed += 1
            return None


class GuardLink(SocketLink[GuardMessage, GuardMessage]):
    """A `SocketLink` to or from the guard, over which descriptors can travel beside a `NewLink`."""

    def __init__(self, sock: socket.socket, alive: socket.socket) -> None:
        super().__init__(sock, msgspec.msgpack.Decoder(GuardMessage), alive)

    def send_link(self, ends: Ends) -> None:
        """Hand ``ends`` over to the other process and give up the own copies. Never raises."""
        data = self._encoder.encode(NewLink())
        try:
            socket.send_fds(self._socket, [data], ends.fds())
        except OSError:  # the other process is gone or does not read: it will be told gone anyway
            pass
        finally:
            ends.close()

    def _drain(self) -> list[bytes]:
        found: list[bytes] = []
        while not self._closed and len(found) < MOST_AT_ONCE:
            try:
                data, fds, _, _ = socket.recv_fds(self._socket, LARGEST_MESSAGE, 2)
            except OSError:
                break
            found.append(self._with_fds(data, fds))
        return found

    def _with_fds(self, data: bytes, fds: Sequence[int]) -> bytes:
        """Return the message ``data``; descriptors come with a `NewLink` only, which then tells their numbers here."""
        for fd in fds:
            os.set_inheritable(fd, False)  # in Python 3.11 `recv_fds` does not pass its flags on
        if len(fds) == 2:
            return self._encoder.encode(NewLink(link_fd=fds[0], alive_fd=fds[1]))
        for fd in fds:
            os.close(fd)
        return data

    def _decode(self, data: bytes) -> GuardMessage | None:
        message = super()._decode(data)
        if isinstance(message, NewLink) and message.link_fd < 0:
            self._malformed += 1
            return None
        return message


class LocalLink(Generic[SendT, ReceiveT]):
    """A `Link` inside one process: for ``demo --fast`` and tests."""

    def __init__(self, out: deque[Any], incoming: deque[Any], ended: list[bool], *, newest_only: bool) -> None:
        self._out = out
        self._in = incoming
        self._ended = ended
        self._newest_only = newest_only

    @property
    def closed(self) -> bool:
        """True once either end was closed."""
        return bool(self._ended)

    @property
    def malformed(self) -> int:
        """Always 0: nothing is encoded."""
        return 0

    def send(self, message: SendT) -> None:
        """Put ``message`` where the other end finds it; when it does not read, the oldest is lost."""
        if not self._ended:
            self._out.append(message)

    def receive(self) -> list[ReceiveT]:
        """Return what came since the last call, oldest first; of states only the newest."""
        found = list(self._in)
        self._in.clear()
        return found[-1:] if self._newest_only else found

    def close(self) -> None:
        """End the link for both."""
        self._ended.append(True)


UiEnd: TypeAlias = Link[AnyIntent, Snapshot]
"""The screen's end of the link to control."""
ControlEnd: TypeAlias = Link[Snapshot, AnyIntent]
"""Control's end of the link to the screen."""
GuardEnd: TypeAlias = Link[GuardMessage, GuardMessage]
"""Either end of a link with the guard."""


class Ends:
    """One end of a fresh connection, as sockets to be inherited: the datagrams and the pipe beside them."""

    def __init__(self, link: socket.socket, alive: socket.socket) -> None:
        self.link = link
        self.alive = alive

    def fds(self) -> Sequence[int]:
        """Return the two descriptors, the datagram socket first."""
        return (self.link.fileno(), self.alive.fileno())

    def close(self) -> None:
        """Close this process's copies; may be called any number of times."""
        self.link.close()
        self.alive.close()


def connection() -> tuple[Ends, Ends]:
    """Return both ends of a fresh connection; nothing is inherited unless it is passed on by name."""
    first, second = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    first_alive, second_alive = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    return Ends(first, first_alive), Ends(second, second_alive)


def ends_of(link_fd: int, alive_fd: int) -> Ends:
    """Return the `Ends` behind two inherited descriptors, which are not passed on to further processes.

    Raises:
        OSError: The descriptors are not sockets of this process.
    """
    ends = Ends(socket.socket(fileno=link_fd), socket.socket(fileno=alive_fd))
    for each in (ends.link, ends.alive):
        each.set_inheritable(False)
    return ends


def ui_end(ends: Ends) -> SocketLink[AnyIntent, Snapshot]:
    """Return the screen's end of a link to control: intents out, the newest snapshot in."""
    return SocketLink(ends.link, msgspec.msgpack.Decoder(Snapshot), ends.alive, newest_only=True)


def control_end(ends: Ends) -> SocketLink[Snapshot, AnyIntent]:
    """Return control's end of a link to the screen: every intent in, snapshots out, the newest one kept."""
    ends.link.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, STATE_BUFFER)
    return SocketLink(ends.link, msgspec.msgpack.Decoder(AnyIntent), ends.alive, keep=1)


def guard_end(ends: Ends) -> GuardLink:
    """Return either end of a link with the guard."""
    return GuardLink(ends.link, ends.alive)


def local_pair(keep: int = 64) -> tuple[LocalLink[AnyIntent, Snapshot], LocalLink[Snapshot, AnyIntent]]:
    """Return a screen's end and control's end inside one process.

    Args:
        keep: Intents kept while control does not read; the oldest is lost first.
    """
    intents: deque[Any] = deque(maxlen=keep)
    states: deque[Any] = deque(maxlen=1)
    ended: list[bool] = []
    return (
        LocalLink(intents, states, ended, newest_only=True),
        LocalLink(states, intents, ended, newest_only=False),
    )


def _ended(alive: socket.socket) -> bool:
    """Return True when the other side of the pipe is closed. Nothing is ever written to it."""
    try:
        return alive.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
