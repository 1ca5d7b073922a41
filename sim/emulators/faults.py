"""What can go wrong on a wire, done on purpose: lost, broken, late and foreign bytes."""

from __future__ import annotations

import random
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

_LARGEST_NOISE = 8
_T = TypeVar("_T")
_Plan: TypeAlias = defaultdict[int, deque[_T]]
"""What happens to the next answers of each servo, in order."""


@dataclass
class WireFaults:
    """Faults of the line between servos and host, for tests. All off at first.

    Attributes:
        muted: Ids that hear and do, but never answer.
        echo: The adapter returns what the host sends.
        collide: Servos with the same id answer at the same moment; otherwise one after the other.
        delay: Every answer comes this much later [s].
        loss: Share of answers that is lost, 0 to 1.
        corruption: Share of answers with one bit wrong, 0 to 1.
        noise: Share of answers with foreign bytes before them, 0 to 1.
        seed: For the random ones.
    """

    muted: set[int] = field(default_factory=set)
    echo: bool = False
    collide: bool = False
    delay: float = 0.0
    loss: float = 0.0
    corruption: float = 0.0
    noise: float = 0.0
    seed: int = 1

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._forget()

    def clear(self) -> None:
        """End every fault, those planned for next answers too; two units with one id go on colliding."""
        self.muted.clear()
        self.echo = False
        self.delay = self.loss = self.corruption = self.noise = 0.0
        self._forget()

    def _forget(self) -> None:
        self._drops: Counter[int] = Counter()
        # What is done to a servo's next answers, one entry for each: a bit or a length, None for any.
        self._breaks: _Plan[int | None] = defaultdict(deque)
        self._cuts: _Plan[int | None] = defaultdict(deque)
        self._foreign: _Plan[bytes] = defaultdict(deque)
        self._delays: _Plan[float] = defaultdict(deque)

    def drop_next(self, servo: int, count: int = 1) -> None:
        """Lose the next ``count`` answers of ``servo``."""
        self._drops[servo] += count

    def corrupt_next(self, servo: int, count: int = 1, bit: int | None = None) -> None:
        """Turn bit number ``bit``, or any behind the header, over in the next ``count`` answers of ``servo``."""
        self._breaks[servo].extend([bit] * count)

    def cut_next(self, servo: int, count: int = 1, keep: int | None = None) -> None:
        """Break the next ``count`` answers of ``servo`` off in the middle, or after ``keep`` bytes modulo size."""
        self._cuts[servo].extend([keep] * count)

    def foreign_next(self, servo: int, data: bytes) -> None:
        """Put ``data`` that no servo sent before the next answer of ``servo``."""
        self._foreign[servo].append(data)

    def delay_next(self, servo: int, delay: float) -> None:
        """Let the next answer of ``servo`` come ``delay`` [s] later, and with it all that come behind it."""
        self._delays[servo].append(delay)

    def lateness(self, servo: int) -> float:
        """Return how much later the answer of ``servo`` comes [s]; once for each answer."""
        return self.delay + (self._delays[servo].popleft() if self._delays[servo] else 0.0)

    def apply(self, servo: int, answer: bytes) -> bytes:
        """Return what arrives of the ``answer`` of ``servo``."""
        chance = self._random.random
        if servo in self.muted or self._take(self._drops, servo) or chance() < self.loss:
            return b""
        if self._breaks[servo]:
            answer = self._with_wrong_bit(answer, self._breaks[servo].popleft())
        elif chance() < self.corruption:
            answer = self._with_wrong_bit(answer)
        if self._cuts[servo]:
            keep = self._cuts[servo].popleft()
            answer = answer[: len(answer) // 2 if keep is None else keep % len(answer)]
        if self._foreign[servo]:
            answer = self._foreign[servo].popleft() + answer
        if chance() < self.noise:
            answer = self._random.randbytes(self._random.randint(1, _LARGEST_NOISE)) + answer
        return answer

    def _take(self, counter: Counter[int], servo: int) -> bool:
        if not counter[servo]:
            return False
        counter[servo] -= 1
        return True

    def _with_wrong_bit(self, answer: bytes, bit: int | None = None) -> bytes:
        if bit is None:
            bit = 8 * self._random.randrange(2, len(answer)) + self._random.randrange(8)
        broken = bytearray(answer)
        broken[bit // 8 % len(broken)] ^= 1 << bit % 8
        return bytes(broken)
