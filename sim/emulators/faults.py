"""What can go wrong on a wire, done on purpose: lost, broken, late and foreign bytes."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

_LARGEST_NOISE = 8


@dataclass
class WireFaults:
    """Faults of the line between servos and host, for tests. All off at first.

    Attributes:
        muted: Ids that hear and do, but never answer.
        echo: The adapter returns what the host sends.
        delay: Every answer comes this much later [s].
        loss: Share of answers that is lost, 0 to 1.
        corruption: Share of answers with one bit wrong, 0 to 1.
        noise: Share of answers with foreign bytes before them, 0 to 1.
        seed: For the random ones.
    """

    muted: set[int] = field(default_factory=set)
    echo: bool = False
    delay: float = 0.0
    loss: float = 0.0
    corruption: float = 0.0
    noise: float = 0.0
    seed: int = 1

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._drops: Counter[int] = Counter()
        self._breaks: Counter[int] = Counter()
        self._cuts: Counter[int] = Counter()

    def drop_next(self, servo: int, count: int = 1) -> None:
        """Lose the next ``count`` answers of ``servo``."""
        self._drops[servo] += count

    def corrupt_next(self, servo: int, count: int = 1) -> None:
        """Turn a bit over in the next ``count`` answers of ``servo``."""
        self._breaks[servo] += count

    def cut_next(self, servo: int, count: int = 1) -> None:
        """Break the next ``count`` answers of ``servo`` off in the middle."""
        self._cuts[servo] += count

    def apply(self, servo: int, answer: bytes) -> bytes:
        """Return what arrives of the ``answer`` of ``servo``."""
        chance = self._random.random
        if servo in self.muted or self._take(self._drops, servo) or chance() < self.loss:
            return b""
        if self._take(self._breaks, servo) or chance() < self.corruption:
            answer = self._with_wrong_bit(answer)
        if self._take(self._cuts, servo):
            answer = answer[: len(answer) // 2]
        if chance() < self.noise:
            answer = self._random.randbytes(self._random.randint(1, _LARGEST_NOISE)) + answer
        return answer

    def _take(self, counter: Counter[int], servo: int) -> bool:
        if not counter[servo]:
            return False
        counter[servo] -= 1
        return True

    def _with_wrong_bit(self, answer: bytes) -> bytes:
        broken = bytearray(answer)
        broken[self._random.randrange(2, len(broken))] ^= 1 << self._random.randrange(8)
        return bytes(broken)
