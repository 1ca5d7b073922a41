"""Requests and answers on a Feetech bus: who is asked, who answered, and by when to stop waiting.

Two rules keep a wrong value from ever looking like a right one:

* Every reading is a sync read. Its own echo, from an adapter that returns what is sent, carries the broadcast id and
  so is no servo's answer (a single read of two bytes has the same shape as its answer).
* An answer counts only when its length is that of a request of this very call. The cyclic reading varies its length
  after each incomplete call, so an answer that comes cycles late fits nothing any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from armctl.clock import Clock
from drivers.feetech import codec
from drivers.feetech.codec import Frame, FrameParser
from drivers.feetech.messages import BROADCAST, FEEDBACK_END, LARGEST_ID, MODEL, POSITION
from drivers.transport import Transport

IDLE: Final = 0.003
"""Silence after some have answered that means the rest will not [s]: return delay 0.5 ms and USB 1 ms, doubled."""
WRITE_TIME: Final = 0.008
"""How long the port may take to accept a request [s]: less than a period, so that the loop goes on, and within 20 ms
of the moment from which nothing gets through the arm has stopped. A line that works takes any request at once."""
QUIET: Final = 0.0015
"""Silence from which on nobody is in the middle of answering [s]: return delay 0.5 ms and USB 1 ms. Who asks again
earlier speaks into the answers that are still to come, and spoils them."""
_LARGEST_READ: Final = 4096
_ATTEMPTS: Final = 3
"""Questions to a servo that should be there, before it counts as silent."""


class FeetechBus:
    """The servos behind one port.

    Attributes:
        echoes: The adapter returns what is sent; found by `detect_echo`.
        garbled: Something came in the last request that was no valid frame.
        rejected: Broken or foreign pieces dropped so far.

    Args:
        transport: The port.
        clock: Time.
    """

    def __init__(self, transport: Transport, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock
        self.echoes = False
        self.garbled = False
        self.rejected = 0

    def close(self) -> None:
        """Give the port up; may be called any number of times."""
        self._transport.close()

    def detect_echo(self, unused_id: int, wait: float = 0.02) -> bool:
        """Find out whether the adapter returns what is sent, by asking a servo that does not exist.

        Args:
            unused_id: An id that no servo of the arm has.
            wait: How long to listen [s].
        """
        request = codec.sync_read((unused_id,), MODEL.address, MODEL.size)
        self._send(request)
        got = b""
        deadline = self._clock.now() + wait
        while request not in got and (more := self._transport.read(_LARGEST_READ, deadline)):
            got += more
        self.echoes = request in got
        return self.echoes

    def drain(self, quiet: float, limit: float) -> None:
        """Listen until nothing came for ``quiet`` [s], for ``limit`` [s] at most, and forget what came."""
        deadline = self._clock.now() + limit
        while (now := self._clock.now()) < deadline:
            if not self._transport.read(_LARGEST_READ, min(deadline, now + quiet)):
                return

    def send(self, frame: bytes) -> None:
        """Send ``frame`` to which no servo answers.

        Raises:
            LinkLostError: The port is gone or blocked.
        """
        self._transport.write(frame, self._clock.now() + WRITE_TIME)

    def sync_write(self, address: int, rows: Iterable[tuple[int, bytes]]) -> None:
        """Write each servo's bytes from ``address`` on; there is no answer to that.

        Raises:
            LinkLostError: The port is gone or blocked.
        """
        self.send(codec.sync_write(address, rows))

    def sync_read(
        self, servos: Sequence[int], address: int, length: int, deadline: float, until: float | None = None
    ) -> dict[int, Frame]:
        """Return the answers of those of ``servos`` that gave one by ``deadline`` [s].

        Args:
            servos: Whom to ask.
            address: From where on.
            length: How many bytes.
            deadline: The latest time to come back [s].
            until: Come back then already when the line is silent [s], so that there is time to ask again.

        Raises:
            LinkLostError: The port is gone or blocked.
        """
        self._send(codec.sync_read(servos, address, length))
        return self._collect(set(servos), {length}, deadline, until)

    def sync_read_again(
        self, servos: Sequence[int], address: int, length: int, deadline: float, earlier: int
    ) -> dict[int, Frame]:
        """Ask once more within one call: a late answer to the request of ``earlier`` bytes is as good.

        Raises:
            LinkLostError: The port is gone or blocked.
        """
        self.send(codec.sync_read(servos, address, length))
        return self._collect(set(servos), {length, earlier}, deadline)

    def write(self, servo: int, address: int, data: bytes, deadline: float) -> bool:
        """Write ``data`` to one servo and return True when it said so by ``deadline`` [s].

        Raises:
            LinkLostError: The port is gone or blocked.
        """
        self._send(codec.write(servo, address, data))
        return bool(self._collect({servo}, {0}, deadline))

    def count_answers(self, servo: int, wait: float = 0.05) -> int:
        """Return how many answers come to one question to ``servo``: two when two servos have its id.

        Asked for is what the servo measures, which differs between two. Answers that came at the same moment are none.

        Args:
            servo: Whom to ask.
            wait: How long to listen when nothing comes [s].
        """
        start, size = POSITION.address, FEEDBACK_END - POSITION.address
        count = 0
        for _ in range(_ATTEMPTS):
            self._send(codec.sync_read((servo,), start, size))
            parser = FrameParser(lambda who, length: who == servo and length - 2 == size)
            until = self._clock.now() + wait
            while data := self._transport.read(_LARGEST_READ, until):
                count += len(parser.feed(data))
                until = min(until, self._clock.now() + IDLE)
            if count:
                break
        return count

    def ping_all(self, wait: float = 0.1) -> tuple[int, ...]:
        """Return the ids of all servos that answer to a call to everybody, sorted.

        Raises:
            LinkLostError: The port is gone or blocked.
        """
        self._send(codec.ping(BROADCAST))
        parser = FrameParser(lambda servo, length: servo <= LARGEST_ID and length == 2)
        heard: set[int] = set()
        deadline = self._clock.now() + wait
        while data := self._transport.read(_LARGEST_READ, deadline):
            heard |= {frame.id for frame in parser.feed(data)}
            if self._clock.now() >= deadline:
                break
        self._judge(parser)
        return tuple(sorted(heard))

    def _send(self, request: bytes) -> None:
        self._transport.discard_input()
        self.send(request)

    def _collect(
        self, missing: set[int], lengths: set[int], deadline: float, until: float | None = None
    ) -> dict[int, Frame]:
        parser = FrameParser(lambda servo, length: servo in missing and length - 2 in lengths)
        answers: dict[int, Frame] = {}
        silent_by = deadline if until is None else until
        wait = silent_by
        while missing:
            data = self._transport.read(_LARGEST_READ, wait)
            for frame in parser.feed(data) if data else parser.flush():
                answers[frame.id] = frame
                missing.discard(frame.id)
            # A line that never falls silent must not hold the call up either.
            now = self._clock.now()
            if not data or now >= deadline:
                break
            wait = min(deadline, max(silent_by, now + QUIET), now + IDLE if answers else deadline)
        self._judge(parser)
        return answers

    def _judge(self, parser: FrameParser) -> None:
        foreign = 0 if self.echoes else parser.rejected
        self.garbled = foreign > 0
        self.rejected += foreign
