"""Requests and answers on a Feetech bus: who is asked, who answered, and by when to stop waiting.

Two rules keep a wrong value from ever looking like a right one:

* Every reading is a sync read. Its own echo, from an adapter that returns what is sent, carries the broadcast id and
  so is no servo's answer (a single read of two bytes has the same shape as its answer).
* An answer counts only when its length is that of a request of this very call. The cyclic reading varies its length
  after each incomplete call, so an answer that comes cycles late fits nothing any more.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from drivers.feetech import codec
from drivers.feetech.codec import Frame, FrameParser
from drivers.feetech.messages import BROADCAST, FEEDBACK_END, LARGEST_ID, MODEL, POSITION
from drivers.servo_bus import ServoBus


class FeetechBus(ServoBus):
    """The servos behind one port; see `drivers.servo_bus.ServoBus`."""

    def detect_echo(self, unused_id: int, wait: float = 0.02) -> bool:
        """Find out whether the adapter returns what is sent, by asking a servo that does not exist.

        Args:
            unused_id: An id that no servo of the arm has.
            wait: How long to listen [s].
        """
        return self.hear_echo(codec.sync_read((unused_id,), MODEL.address, MODEL.size), wait)

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
        self._ask(codec.sync_read(servos, address, length))
        return self._answers(servos, {length}, deadline, until)

    def sync_read_again(
        self, servos: Sequence[int], address: int, length: int, deadline: float, earlier: int
    ) -> dict[int, Frame]:
        """Ask once more, until ``deadline`` [s]: a late answer to the request of ``earlier`` bytes is as good.

        Raises:
            LinkLostError: The port is gone or blocked.
        """
        self.send(codec.sync_read(servos, address, length))
        return self._answers(servos, {length, earlier}, deadline)

    def write(self, servo: int, address: int, data: bytes, deadline: float) -> bool:
        """Write ``data`` to one servo and return True when it said so by ``deadline`` [s].

        Raises:
            LinkLostError: The port is gone or blocked.
        """
        self._ask(codec.write(servo, address, data))
        return bool(self._answers((servo,), {0}, deadline))

    def count_answers(self, servo: int, wait: float = 0.05) -> int:
        """Return how many answers come to one question to ``servo``: two when two servos have its id.

        Asked for is what the servo measures, which differs between two. Answers that came at the same moment are none.

        Args:
            servo: Whom to ask.
            wait: How long to listen when nothing comes [s].
        """
        start, size = POSITION.address, FEEDBACK_END - POSITION.address
        return self._count(
            codec.sync_read((servo,), start, size),
            lambda: FrameParser(lambda who, length: who == servo and length - 2 == size),
            lambda _: True,
            wait,
        )

    def ping_all(self, wait: float = 0.1) -> tuple[int, ...]:
        """Return the ids of all servos that answer to a call to everybody within ``wait`` [s], sorted.

        Raises:
            LinkLostError: The port is gone or blocked.
        """
        parser = FrameParser(lambda servo, length: servo <= LARGEST_ID and length == 2)
        return tuple(sorted({frame.id for frame in self._hear_all(codec.ping(BROADCAST), parser, wait)}))

    def _answers(
        self, servos: Iterable[int], lengths: Container[int], deadline: float, until: float | None = None
    ) -> dict[int, Frame]:
        missing = set(servos)
        parser = FrameParser(lambda servo, length: servo in missing and length - 2 in lengths)
        answers: dict[int, Frame] = {}

        def take(frame: Frame) -> None:
            answers[frame.id] = frame
            missing.discard(frame.id)

        self._collect(parser, missing, take, deadline, until)
        return answers
