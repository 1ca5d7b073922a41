"""Questions and orders to a myCobot: what is asked, what it answers, and by when to stop waiting.

Answers carry no serial number and no checksum, so three rules keep a late one from passing for a new one: an answer
must have the command and the size of the question, and be about the same joint; a question that got no answer is not
asked again before its answer came or cannot come any more; and an order counts as acknowledged only when no older
acknowledgement can still be on its way. The controller works through what it hears one by one, so an answer cannot come
any more once a later question was answered, or half a second has passed.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from armctl.clock import Clock
from drivers.mycobot.codec import Frame, FrameParser, encode
from drivers.mycobot.messages import ANSWER_TIME, ORDER, SIZES
from drivers.transport import Transport

WRITE_TIME: Final = 0.008
"""How long the port may take to accept a frame [s]; 18 bytes take 1.6 ms at 115200 bit/s."""
ORDER_TIME: Final = 0.02
"""How long to wait for an acknowledgement [s] before the order is given again."""
_ATTEMPTS: Final = 2
_LARGEST_READ: Final = 4096

_Topic: TypeAlias = tuple[int, int]
"""Command, and the joint where question and answer name it, else 0: what tells an answer from that to another one."""


class MycobotBus:
    """The controller behind one port.

    Attributes:
        garbled: Something came since the last question that was no frame.

    Args:
        transport: The port.
        clock: Time.
    """

    def __init__(self, transport: Transport, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock
        self._parser = FrameParser()
        self._owed: dict[_Topic, float] = {}
        self._unheard: set[int] = set()
        self.garbled = False

    @property
    def rejected(self) -> int:
        """Broken or foreign pieces dropped so far."""
        return self._parser.rejected

    def close(self) -> None:
        """Give the port up; may be called any number of times."""
        self._transport.close()

    def drain(self, quiet: float, limit: float) -> None:
        """Listen until nothing came for ``quiet`` [s], for ``limit`` [s] at most, and forget what came."""
        deadline = self._clock.now() + limit
        while (now := self._clock.now()) < deadline:
            if not self._transport.read(_LARGEST_READ, min(deadline, now + quiet)):
                return

    def listen(self) -> None:
        """Take note of what came in the meantime, without waiting.

        Raises:
            LinkLostError: The port is gone.
        """
        self._take(self._transport.read(_LARGEST_READ, self._clock.now()), Frame(-1, b""))

    def ask(self, command: int, data: bytes = b"", *, deadline: float, again: bool = False) -> bytes | None:
        """Return the answer to a question, None when there was none by ``deadline`` [s].

        Not asked, and None at once, while the answer to the same question of before may still come.

        Args:
            command: What is asked.
            data: About what.
            deadline: Until when to wait [s].
            again: Ask all the same, where the answer of before is as good.

        Raises:
            LinkLostError: The port is gone or blocked.
        """
        self.listen()
        asked = Frame(command, data)
        two_may_come = self.owes(command, data)
        if two_may_come and not again:
            return None
        rejected = self.rejected
        self.tell(command, data)
        last = self._clock.now() + ANSWER_TIME
        answer = self._wait(asked, deadline)
        self.garbled = self.rejected > rejected
        self._settle(asked, last, sure=answer is not None and not two_may_come)
        return answer

    def order(self, command: int, data: bytes = b"", *, deadline: float) -> bool:
        """Give an order until it is acknowledged, twice at most and until ``deadline`` [s]; return whether it was.

        Only for orders of which two do what one does.

        Raises:
            LinkLostError: The port is gone or blocked.
        """
        self.listen()
        sure = not self.owes(command)
        unanswered, last = 0, 0.0
        answer: bytes | None = None
        while answer is None and unanswered < _ATTEMPTS:
            self.tell(command, data)
            until, last = self._clock.now() + ORDER_TIME, self._clock.now() + ANSWER_TIME
            answer = self._wait(Frame(command, data), min(until, deadline))
            unanswered += answer is None
            if self._clock.now() >= deadline:
                break
        self._settle(Frame(command, b""), last, sure=sure and not unanswered)
        return sure and answer is not None

    def tell(self, command: int, data: bytes = b"") -> None:
        """Send an order without waiting; `heard` tells whether its acknowledgement came in the meantime.

        Raises:
            LinkLostError: The port is gone or blocked.
        """
        self._unheard.add(command)
        self._transport.write(encode(command, data), self._clock.now() + WRITE_TIME)

    def heard(self, command: int) -> bool:
        """Return True when something was answered to ``command`` since it was sent last."""
        return command not in self._unheard

    def owes(self, command: int, data: bytes = b"") -> bool:
        """Return True while a late answer to this question may still come."""
        return self._clock.now() < self._owed.get(_topic(Frame(command, data)), 0.0)

    def _settle(self, asked: Frame, last: float, *, sure: bool) -> None:
        """Note that nothing can come any more, or that an answer to ``asked`` still may until ``last`` [s]."""
        if sure:
            self._owed.clear()
        else:
            self._owed[_topic(asked)] = last

    def _wait(self, asked: Frame, deadline: float) -> bytes | None:
        while True:
            data = self._transport.read(_LARGEST_READ, deadline)
            answer = self._take(data, asked) if data else self._sort(self._parser.flush(), asked)
            # A line that never falls silent must not hold the call up either.
            if answer is not None or not data or self._clock.now() >= deadline:
                return answer

    def _take(self, data: bytes, asked: Frame) -> bytes | None:
        return self._sort(self._parser.feed(data), asked)

    def _sort(self, frames: list[Frame], asked: Frame) -> bytes | None:
        """Return the answer among ``frames``; what is equal to the question is its echo."""
        answer: bytes | None = None
        for frame in frames:
            if frame == asked or len(frame.data) != SIZES[frame.command].answered:
                continue
            self._owed.pop(_topic(frame), None)
            self._unheard.discard(frame.command)
            if _topic(frame) == _topic(asked):
                answer = frame.data
        return answer


def _topic(frame: Frame) -> _Topic:
    size = SIZES.get(frame.command, ORDER)
    named = size.answered > size.asked == 1 and len(frame.data) > 0
    return frame.command, frame.data[0] if named else 0
