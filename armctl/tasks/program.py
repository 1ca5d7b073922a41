"""Where a task is: walks through its steps, into repeated ones and out again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from armctl.tasks.model import AnyStep, Repeat, TaskConfig, walk
from armctl.tasks.steps.approach import Approach


@dataclass(slots=True)
class _Frame:
    """One list of steps that is being worked through; ``repeat`` is the step it belongs to."""

    steps: tuple[AnyStep, ...]
    first: int
    repeat: Repeat | None = None
    index: int = 0
    round: int = 1

    def begin_round(self) -> None:
        """Begin the next round."""
        self.index, self.round = 0, self.round + 1


class Program:
    """The way through the steps of one task.

    A `Repeat` becomes the current step between two rounds when it asks; it is then answered by `advance`.

    Attributes:
        steps: Number of steps, nested ones included.
    """

    def __init__(self, task: TaskConfig) -> None:
        self._frames = [_Frame(task.steps, 1)]
        self.steps = _count(task.steps)
        _settle(self._frames)

    @property
    def current(self) -> AnyStep | None:
        """The present step, None when all are done."""
        return _current(self._frames)

    @property
    def number(self) -> int:
        """Number of the present step, from 1; a question between rounds belongs to the step before it."""
        return _number(self._frames) if self._frames else self.steps

    @property
    def following(self) -> AnyStep | None:
        """The step that comes when the present one is done; None at the end. A question counts as answered no."""
        ahead = [replace(frame) for frame in self._frames]
        _advance(ahead, again=False)
        return _current(ahead)

    def advance(self, again: bool = True) -> None:
        """Go on to the next step; ``again`` answers the question of a `Repeat`."""
        _advance(self._frames, again)

    def rewind(self) -> None:
        """Go back to the approach before the present step, where there is one in the same list."""
        if not self._frames:
            return
        frame = self._frames[-1]
        earlier = [k for k in range(frame.index) if isinstance(frame.steps[k], Approach)]
        frame.index = earlier[-1] if earlier else frame.index


def _current(frames: list[_Frame]) -> AnyStep | None:
    if not frames:
        return None
    frame = frames[-1]
    return frame.repeat if frame.index >= len(frame.steps) else frame.steps[frame.index]


def _number(frames: list[_Frame]) -> int:
    frame = frames[-1]
    asks = frame.index >= len(frame.steps)
    return frame.first + _count(frame.steps[: frame.index]) - (1 if asks else 0)


def _advance(frames: list[_Frame], again: bool) -> None:
    if not frames:
        return
    frame = frames[-1]
    if frame.index < len(frame.steps):
        frame.index += 1
    elif again:
        frame.begin_round()
    else:
        _leave(frames)
    _settle(frames)


def _settle(frames: list[_Frame]) -> None:
    """Come to a step that can be worked at: into repeats, out of lists that are done."""
    while frames:
        frame = frames[-1]
        if frame.index < len(frame.steps):
            step = frame.steps[frame.index]
            if not isinstance(step, Repeat):
                return
            frames.append(_Frame(step.steps, _number(frames), step))
        elif frame.repeat is None or frame.round >= frame.repeat.times:
            _leave(frames)
        elif frame.repeat.ask is not None:
            return
        else:
            frame.begin_round()


def _leave(frames: list[_Frame]) -> None:
    frames.pop()
    if frames:
        frames[-1].index += 1


def _count(steps: tuple[AnyStep, ...]) -> int:
    """Return the number of steps, nested ones included, repeats themselves not."""
    return sum(not isinstance(step, Repeat) for _, step in walk(steps))
