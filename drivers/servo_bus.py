"""What a bus of servos that share one line needs whatever its protocol: asking, collecting, and when to stop waiting.

How many wait how long is the same for Feetech and DYNAMIXEL, since it comes from the adapter and the servos' return
delay. What counts as an answer is each protocol's own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final, Protocol, TypeVar

from armctl.clock import Clock
from drivers.transport import Transport

IDLE: Final = 0.003
"""Silence after some have answered that means the rest will not [s]: return delay 0.5 ms and USB 1 ms, doubled."""
WRITE_TIME: Final = 0.008
"""How long the port may take to accept a request [s]: less than a period, so that the loop goes on, and within 20 ms
of the moment from which nothing gets through the arm has stopped. A line that works takes any request at once."""
QUIET: Final = 0.0015
"""Silence from which on nobody is in the middle of answering [s]: return delay 0.5 ms and USB 1 ms. Who asks again
earlier speaks into the answers that are still to come, and spoils them."""
LARGEST_READ: Final = 4096
ATTEMPTS: Final = 3
"""Questions to a servo that should be there, before it counts as silent."""

Frame_co = TypeVar("Frame_co", covariant=True)


class Parser(Protocol[Frame_co]):
    """Finds frames in what comes."""

    rejected: int
    """Broken or foreign pieces dropped so far."""

    def feed(self, data: bytes) -> Sequence[Frame_co]:
        """Take ``data`` and return the frames that became complete."""
        ...

    def flush(self) -> Sequence[Frame_co]:
        """Give up waiting for the rest of an unfinished frame, and return those behind its header."""
        ...


AnswerT = TypeVar("AnswerT")


class ServoBus:
    """The servos behind one port.

    Attributes:
        echoes: The adapter returns what is sent; found by `hear_echo`.
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

    def hear_echo(self, request: bytes, wait: float) -> bool:
        """Find out within ``wait`` [s] whether the adapter returns ``request``, which no servo answers."""
        self._ask(request)
        got = b""
        deadline = self._clock.now() + wait
        while request not in got and (more := self._transport.read(LARGEST_READ, deadline)):
            got += more
        self.echoes = request in got
        return self.echoes

    def drain(self, quiet: float, limit: float) -> None:
        """Listen until nothing came for ``quiet`` [s], for ``limit`` [s] at most, and forget what came."""
        deadline = self._clock.now() + limit
        while (now := self._clock.now()) < deadline:
            if not self._transport.read(LARGEST_READ, min(deadline, now + quiet)):
                return

    def send(self, frame: bytes) -> None:
        """Send ``frame`` to which no servo answers.

        Raises:
            LinkLostError: The port is gone or blocked.
        """
        self._transport.write(frame, self._clock.now() + WRITE_TIME)

    def _ask(self, request: bytes) -> None:
        """Send ``request``, and forget what came before: no answer to it."""
        self._transport.discard_input()
        self.send(request)

    def _collect(
        self,
        parser: Parser[AnswerT],
        missing: Collection[int],
        take: Callable[[AnswerT], None],
        deadline: float,
        until: float | None = None,
    ) -> None:
        """Give ``take`` every answer that ``parser`` finds, until nobody is missing any more.

        Args:
            parser: Finds answers in what comes.
            missing: Ids of the servos that have not answered yet.
            take: Takes one in, and makes ``missing`` smaller where it counts.
            deadline: When to stop waiting [s].
            until: Stop then already when the line is silent [s].
        """
        silent_by = wait = deadline if until is None else until
        asked = len(missing)
        while missing:
            data = self._transport.read(LARGEST_READ, wait)
            for answer in parser.feed(data) if data else parser.flush():
                take(answer)
            # A line that never falls silent must not hold the call up either.
            now = self._clock.now()
            if not data or now >= deadline:
                break
            wait = min(deadline, max(silent_by, now + QUIET), now + IDLE if len(missing) < asked else deadline)
        self._judge(parser)

    def _count(
        self, request: bytes, make: Callable[[], Parser[AnswerT]], counts: Callable[[AnswerT], bool], wait: float
    ) -> int:
        """Return how many answers that ``counts`` come to one ``request``, asked anew while there are none.

        Args:
            request: The question.
            make: Makes what finds answers.
            counts: Tells whether something is an answer.
            wait: How long to listen when nothing comes [s].
        """
        for attempt in range(ATTEMPTS):
            count = self._answers_to(request, make(), counts, wait)
            if count > 1 and attempt:
                # Late answers to the questions before may be among them: once more, when all have come.
                self.drain(wait, ATTEMPTS * wait)
                return self._answers_to(request, make(), counts, wait) or count
            if count:
                return count
        return 0

    def _answers_to(
        self, request: bytes, parser: Parser[AnswerT], counts: Callable[[AnswerT], bool], wait: float
    ) -> int:
        self._ask(request)
        count, until = 0, self._clock.now() + wait
        while data := self._transport.read(LARGEST_READ, until):
            count += sum(map(counts, parser.feed(data)))
            until = min(until, self._clock.now() + IDLE)
        return count

    def _hear_all(self, request: bytes, parser: Parser[AnswerT], wait: float) -> list[AnswerT]:
        """Return every answer to ``request`` within ``wait`` [s]."""
        self._ask(request)
        heard: list[AnswerT] = []
        deadline = self._clock.now() + wait
        while data := self._transport.read(LARGEST_READ, deadline):
            heard += parser.feed(data)
            if self._clock.now() >= deadline:
                break
        self._judge(parser)
        return heard

    def _judge(self, parser: Parser[AnswerT]) -> None:
        foreign = 0 if self.echoes else parser.rejected
        self.garbled = foreign > 0
        self.rejected += foreign
