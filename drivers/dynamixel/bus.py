"""Requests and answers on a DYNAMIXEL bus: who is asked, who answered, and by when to stop waiting.

Two rules keep a wrong value from ever looking like a right one:

* Only a status counts, so the echo of an adapter that returns what is sent is no servo's answer.
* An answer counts only when its length is that of a request of this very call. The cyclic reading varies its length
  after each incomplete call, so an answer that comes cycles late fits nothing any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from drivers.dynamixel import codec
from drivers.dynamixel.codec import FastParser, Frame, FrameParser
from drivers.dynamixel.messages import BROADCAST, LARGEST_ID, MODEL, POSITION, Instruction
from drivers.dynamixel.readings import Span
from drivers.servo_bus import IDLE, LARGEST_READ, QUIET, ServoBus

PING_TIME: Final = 0.9
"""How long answers to a call to everybody may take [s]: each of 252 ids has 3 ms, and 35 ms go over the wire."""


class DynamixelBus(ServoBus):
    """The servos behind one port; see `drivers.servo_bus.ServoBus`."""

    def detect_echo(self, unused_id: int, wait: float = 0.02) -> bool:
        """Find out whether the adapter returns what is sent, by asking a servo that does not exist.

        Args:
            unused_id: An id that no servo of the arm has.
            wait: How long to listen [s].
        """
        return self.hear_echo(codec.ping(unused_id), wait)

    def sync_write(self, address: int, rows: Iterable[tuple[int, bytes]]) -> None:
        """Write each servo's bytes from ``address`` on; there is no answer to that.

        Raises:
            LinkLostError: The port is gone or blocked.
        """
        self.send(codec.sync_write(address, rows))

    def read(
        self, spans: tuple[Span, ...], deadline: float, until: float | None = None, also: int = 0
    ) -> dict[int, bytes]:
        """Return what those servos of ``spans`` said that answered by ``deadline`` [s], by id.

        Args:
            spans: What to ask of whom.
            deadline: When to stop waiting [s].
            until: Come back then already when the line is silent [s], so that there is time to ask again.
            also: An answer of so many bytes is as good: an earlier request of this call asked for them.

        Raises:
            LinkLostError: The port is gone or blocked.
        """
        self._ask(request(spans))
        wanted = {span.id: {span.length, also or span.length} for span in spans}
        return {servo: frame.data for servo, frame in self._answers(wanted, deadline, until).items()}

    def fast_read(self, spans: tuple[Span, ...], deadline: float, until: float | None = None) -> dict[int, bytes]:
        """Do the same as `read` with one answer of all servos together; all spans are equally long; times in [s].

        Raises:
            LinkLostError: The port is gone or blocked.
        """
        self._ask(request(spans, fast=True))
        parser = FastParser([span.id for span in spans], spans[0].length)
        said: dict[int, bytes] = {}
        silent_by = deadline if until is None else until
        wait, came = silent_by, False
        while data := self._transport.read(LARGEST_READ, wait):
            said, came = parser.feed(data), True
            if said or (now := self._clock.now()) >= deadline:
                break
            wait = min(deadline, max(silent_by, now + QUIET), now + IDLE)
        if not said:
            said = parser.begun()
            self.garbled = came
            self.rejected += came and not self.echoes
        return said

    def write(self, servo: int, address: int, data: bytes, deadline: float) -> int | None:
        """Write ``data`` to one servo; return the error byte of its answer, None when none came by ``deadline`` [s].

        Raises:
            LinkLostError: The port is gone or blocked.
        """
        return self._answer(servo, codec.write(servo, address, data), deadline)

    def reboot(self, servo: int, deadline: float) -> bool:
        """Have one servo start anew; return True when it said so by ``deadline`` [s].

        Raises:
            LinkLostError: The port is gone or blocked.
        """
        return self._answer(servo, codec.reboot(servo), deadline) is not None

    def count_answers(self, servo: int, wait: float = 0.05) -> int:
        """Return how many answers come to one question to ``servo``: two when two servos have its id.

        Asked for is what the servo measures, which differs between two. Answers that came at the same moment are none.

        Args:
            servo: Whom to ask.
            wait: How long to listen when nothing comes [s].
        """
        return self._count(
            codec.read(servo, POSITION.address, POSITION.size),
            lambda: FrameParser(lambda who, _: who == servo),
            lambda frame: frame.instruction == Instruction.STATUS,
            wait,
        )

    def ping_all(self, wait: float = PING_TIME) -> dict[int, int]:
        """Return the model numbers of all servos that answer to a call to everybody within ``wait`` [s], by id.

        Raises:
            LinkLostError: The port is gone or blocked.
        """
        parser = FrameParser(lambda servo, length: servo <= LARGEST_ID and 7 <= length <= 8)
        heard = self._hear_all(codec.ping(BROADCAST), parser, wait)
        return dict(sorted((frame.id, MODEL.value(frame.data)) for frame in heard if len(frame.data) == 3))

    def _answer(self, servo: int, question: bytes, deadline: float) -> int | None:
        self._ask(question)
        answer = self._answers({servo: {0}}, deadline).get(servo)
        return None if answer is None else answer.error

    def _answers(self, wanted: Mapping[int, set[int]], deadline: float, until: float | None = None) -> dict[int, Frame]:
        missing = dict(wanted)
        parser = FrameParser(lambda servo, length: servo in missing and _fits(length - 4, missing[servo]))
        answers: dict[int, Frame] = {}

        def take(frame: Frame) -> None:
            if frame.instruction == Instruction.STATUS and len(frame.data) in missing.get(frame.id, ()):
                answers[frame.id] = frame
                del missing[frame.id]

        self._collect(parser, missing, take, deadline, until)
        return answers


@lru_cache(maxsize=256)
def request(spans: tuple[Span, ...], *, fast: bool = False) -> bytes:
    """Return the shortest request for ``spans``: a sync read where all ask for the same addresses, else a bulk read.

    The same few are asked over and over: they are put together once.
    """
    first = spans[0]
    if any(span.address != first.address or span.length != first.length for span in spans):
        return codec.bulk_read(spans, fast=fast)
    build = codec.fast_sync_read if fast else codec.sync_read
    return build([span.id for span in spans], first.address, first.length)


def _fits(length: int, wanted: Iterable[int]) -> bool:
    """Return True when ``length`` bytes may be one of ``wanted``, with one put in for each three at most."""
    return any(want <= length <= want + want // 3 for want in wanted)
