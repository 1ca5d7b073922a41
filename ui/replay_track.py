"""A recording on a time axis, and where on it the replay is: pure, no pixels."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np

from armctl.control.flight_recording import Recording
from armctl.control.flight_records import Approve, Observe, ObserveScene, Tick, array
from armctl.control.flight_story import Moment, story
from armctl.hal.scene import SceneState

SPEEDS: Final = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
LED: Final = 0.03
"""A set-point this far from the arm is worth showing [rad]: a joint does not follow."""
LEAD_IN: Final = 3.0
"""The replay of a fault begins so long before it [s]."""

Angles = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """What is to be seen of one tick.

    Attributes:
        at: Time since the recording's beginning [s].
        tick: The tick.
        positions: Measured angles, n values [rad]; those before where a reading was not a number.
        asked: Set-point of this tick, n values [rad]; None when there was none, or the arm is where it was sent.
        scene: Where the objects are, None before the first look.
        verdict: What the supervisor said to the set-point; empty when it was not asked.
    """

    at: float
    tick: Tick
    positions: Angles
    asked: Angles | None
    scene: SceneState | None
    verdict: str


@dataclass(frozen=True, slots=True)
class Span:
    """A time in one mode, from ``begin`` to ``end`` [s since the beginning]."""

    begin: float
    end: float
    mode: str


class Track:
    """A recording, tick by tick.

    Attributes:
        frames: What is to be seen, one a tick.
        moments: What happened.
        spans: The modes one after the other.
        faults: When faults were latched [s since the beginning].
    """

    def __init__(self, recording: Recording) -> None:
        ticks = recording.ticks
        self._start = ticks[0].stamp
        self._rest: Angles = (*recording.arm.poses["rest"], recording.arm.gripper.open)
        self.frames: Final = self._frames(ticks)
        self._times = [frame.at for frame in self.frames]
        self.moments: Final[tuple[Moment, ...]] = tuple(story(ticks))
        self.spans: Final = tuple(self._spans())
        self.faults: Final = tuple(self.when(tick.stamp) for tick in recording.faults())

    @property
    def length(self) -> float:
        """Time from the first tick to the last [s]."""
        return self._times[-1]

    def when(self, stamp: float) -> float:
        """Return monotonic ``stamp`` [s] as time since the beginning [s]."""
        return stamp - self._start

    def index(self, at: float) -> int:
        """Return the number of the frame at ``at`` [s since the beginning]; ends are kept."""
        return max(0, bisect_right(self._times, at + 1e-9) - 1)

    def told_by(self, at: float) -> int:
        """Return how many moments have happened by ``at`` [s since the beginning]."""
        return bisect_right([self.when(moment.stamp) for moment in self.moments], at + 1e-9)

    def _frames(self, ticks: tuple[Tick, ...]) -> tuple[Frame, ...]:
        frames: list[Frame] = []
        positions, scene = self._rest, None
        for tick in ticks:
            asked, verdict = None, ""
            for call in tick.calls:
                if isinstance(call, Observe):
                    positions = _finite(call.reading.positions, positions)
                elif isinstance(call, ObserveScene):
                    scene = call.scene
                elif isinstance(call, Approve):
                    asked = _far(call.positions, positions)
                    verdict = "approved" if call.approved else call.reason
            frames.append(Frame(self.when(tick.stamp), tick, positions, asked, scene, verdict))
        return tuple(frames)

    def _spans(self) -> list[Span]:
        groups = [list(group) for _, group in groupby(self.frames, key=lambda frame: frame.tick.mode)]
        ends = [group[0].at for group in groups[1:]] + [self.frames[-1].at]
        return [Span(group[0].at, end, group[0].tick.mode) for group, end in zip(groups, ends, strict=True)]


class Playback:
    """Where the replay is and how fast it goes.

    Args:
        track: What is played.

    Attributes:
        at: Where [s since the beginning].
        playing: Whether time goes on by itself.
        speed: How fast: 1 as it was.
    """

    def __init__(self, track: Track) -> None:
        self._track = track
        self.playing = True
        self.speed = 1.0
        self.at = max(0.0, track.faults[0] - LEAD_IN) if track.faults else 0.0

    @property
    def frame(self) -> Frame:
        """What is to be seen now."""
        return self._track.frames[self._track.index(self.at)]

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` of the viewer's time pass; at the end the replay stops."""
        if self.playing:
            self.seek(self.at + seconds * self.speed)
            self.playing = self.at < self._track.length

    def seek(self, at: float) -> None:
        """Go to ``at`` [s since the beginning]; ends are kept."""
        self.at = min(max(at, 0.0), self._track.length)

    def toggle(self) -> None:
        """Play or pause; at the end, from the beginning again."""
        if not self.playing and self.at >= self._track.length:
            self.at = 0.0
        self.playing = not self.playing

    def step(self, ticks: int) -> None:
        """Pause, and go on by so many ticks, back when negative."""
        self.playing = False
        index = self._track.index(self.at) + ticks
        self.at = self._track.frames[min(max(index, 0), len(self._track.frames) - 1)].at

    def change_speed(self, steps: int) -> None:
        """Go faster by so many steps of `SPEEDS`, slower when negative."""
        place = SPEEDS.index(self.speed) + steps
        self.speed = SPEEDS[min(max(place, 0), len(SPEEDS) - 1)]

    def next_fault(self) -> bool:
        """Go to the next fault, after the last one to the first, and pause there; False when there is none."""
        faults = self._track.faults
        if not faults:
            return False
        self.playing = False
        self.at = next((at for at in faults if at > self.at + 1e-6), faults[0])
        return True


def _finite(packed: bytes, before: Angles) -> Angles:
    values = array(packed)
    return tuple(values.tolist()) if np.isfinite(values).all() and len(values) == len(before) else before


def _far(packed: bytes, positions: Angles) -> Angles | None:
    asked = array(packed)
    if len(asked) != len(positions) or not np.isfinite(asked).all():
        return None
    return tuple(asked.tolist()) if float(np.abs(asked - positions).max()) > LED else None
