"""How one person's stick and pointer are understood.

Defaults: dead zone, outer limit and gains as powered-wheelchair and robot-arm joysticks ship them; dwell as eye-gaze
communication aids ship it (lock-on 250 ms, dwell 1,250 ms, an incomplete fixation kept 750 ms, 40 to 60 px around it).
"""

from __future__ import annotations

import math
from typing import Annotated, Final, Literal

from pydantic import Field, field_validator, model_validator

from armctl.config.load import Model

AXES: Final = 6
"""A stick has at most this many axes: right, ahead, up, roll, tilt, turn."""

MOVED: Final = 4.0
"""A pointer that merely lies where a tile appears selects nothing; it must move this far first [pixels]."""

Range = Annotated[float, Field(ge=0.3, le=1.0)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]


class ReachConfig(Model):
    """How far the person can push, share of the travel: full speed comes at that point, whichever way it is.

    The four of the level plane make an ellipse in each quarter, so that a diagonal is as easy as it should be.
    """

    right: Range = 1.0
    left: Range = 1.0
    ahead: Range = 1.0
    back: Range = 1.0
    up: Range = 1.0
    down: Range = 1.0
    others: Range = 1.0
    """Roll, tilt and turn of a stick with six axes, both ways."""

    def of(self, axis: int, positive: bool) -> float:
        """Return the reach of ``axis`` (0: right, 1: ahead, 2: up, …) one way, as a share of the device's travel."""
        pairs = ((self.right, self.left), (self.ahead, self.back), (self.up, self.down))
        there, back = pairs[axis] if axis < len(pairs) else (self.others, self.others)
        return there if positive else back

    @property
    def least(self) -> float:
        """The shortest of all, as a share of the device's travel."""
        return min(self.right, self.left, self.ahead, self.back, self.up, self.down, self.others)


class JoystickConfig(Model):
    """From stick travel to speed."""

    dead_zone: Annotated[float, Field(ge=0.02, le=0.5)] = 0.09
    outer: Annotated[float, Field(ge=0.2, le=1.0)] = 0.95
    """Share of the reach that already gives full speed."""
    exponent: Annotated[float, Field(ge=1.0, le=4.0)] = 1.6
    reach: ReachConfig = ReachConfig()
    angle: Annotated[float, Field(ge=-math.pi, le=math.pi)] = 0.0
    """How far the person's own "ahead" lies to the left of the stick's [rad]: they sit or hold it turned."""
    wiring: Annotated[tuple[int, ...], Field(max_length=AXES)] = ()
    """Which of the device's axes (1, 2, …; with a minus sign: the other way round) are right, ahead, up, roll, tilt and
    turn. One: the only axis. Empty: as gamepads have them."""
    tremor: bool = True
    """Take tremor out of what steers. Letting go is never delayed by it."""
    spasm_level: Annotated[float, Field(ge=0.3, le=1.0)] | None = None
    """Travel that this person reaches only in a spasm; None: only from one end to the other is one."""
    spasm_speed: Annotated[float, Field(ge=2.0, le=15.0)] = 6.0
    """It is a spasm when the stick got there as fast as this [travel/s]; being pushed there slowly is none."""
    drift: Annotated[float, Field(ge=0.0, le=0.15)] = 0.05
    """A resting stick's middle is followed up to this far [travel], and never beyond half of the dead zone."""
    modes_by: Literal["button", "tile", "switch"] = "button"
    """What changes what the stick does. button: its own. tile: one on the screen. switch: any select switch."""
    advice: bool = False
    """Propose what the stick will probably have to do next; one press accepts. It never changes by itself."""

    @field_validator("wiring")
    @classmethod
    def _wiring_is_known(cls, wiring: tuple[int, ...]) -> tuple[int, ...]:
        numbers = [abs(axis) for axis in wiring]
        if len(wiring) not in (0, 1, 2, 3, AXES):
            raise ValueError(f"a stick has 1, 2, 3 or 6 axes, not {len(wiring)}")
        if 0 in numbers or len(set(numbers)) != len(numbers) or max(numbers, default=1) > 16:
            raise ValueError(f"axes are numbered from 1 to 16, each used once: {list(wiring)}")
        return wiring

    @model_validator(mode="after")
    def _zone_inside_outer(self) -> JoystickConfig:
        full = self.outer * self.reach.least
        if self.dead_zone >= full:
            raise ValueError(f"dead_zone ({self.dead_zone}) must be below outer ({self.outer}) times the least reach "
                             f"({self.reach.least})")  # fmt: skip
        return self


class RestArea(Model):
    """A part of the window where a pointer never chooses anything, in shares of its width and height."""

    left: Share = 0.0
    top: Share = 0.0
    width: Annotated[float, Field(gt=0.0, le=1.0)]
    height: Annotated[float, Field(gt=0.0, le=1.0)]

    @model_validator(mode="after")
    def _is_in_the_window(self) -> RestArea:
        if self.left + self.width > 1.0 or self.top + self.height > 1.0:
            raise ValueError("the rest area reaches beyond the window")
        return self

    def contains(self, x: float, y: float, window: tuple[float, float]) -> bool:
        """Return True when ``x``, ``y`` [pixels] of a window of this width and height [pixels] is in it."""
        across, down = x / max(1.0, window[0]), y / max(1.0, window[1])
        return self.left <= across < self.left + self.width and self.top <= down < self.top + self.height


class DwellConfig(Model):
    """A pointer: a head mouse, a gaze tracker that acts as a mouse, a mouse or a finger. Selecting by resting it."""

    enabled: bool = True
    lock_on: Annotated[float, Field(ge=0.0, le=2.0)] = 0.25
    time: Annotated[float, Field(ge=0.2, le=5.0)] = 1.25
    grace: Annotated[float, Field(ge=0.0, le=2.0)] = 0.75
    """How long an interrupted dwell is kept [s]."""
    radius: Annotated[float, Field(ge=0.0, le=150.0)] = 50.0
    """Once locked on, the pointer may wander this far from there [pixels] without losing the tile."""
    magnet: Annotated[float, Field(ge=0.0, le=150.0)] = 0.0
    """A pointer beside the tiles counts for the nearest one within this distance [pixels]."""
    gaze: bool = False
    """The pointer reports all the time, as gaze does: silence means that it is lost."""
    stale: Annotated[float, Field(ge=0.05, le=1.0)] = 0.15
    """Points older than this say nothing any more [s]; with ``gaze``, silence for so long is a loss."""
    leave_first: bool = True
    """A tile that was chosen must be left before it can be chosen by resting again."""
    hover: Annotated[float, Field(ge=0.2, le=5.0)] | None = None
    """After resting so long the tile below is said [s]; None: never."""
    rest: RestArea | None = None
    """Where eyes and head can rest; None: only beside the tiles."""
    take_off: bool = False
    """A touch chooses what is below the finger when it is lifted, not where it landed."""

    @property
    def away(self) -> float:
        """How far a pointer must move before it chooses anything on a new screen [pixels].

        Where resting chooses, it is what a trembling head or eye may wander, or tremor alone would choose.
        """
        return max(MOVED, self.radius) if self.enabled or self.gaze else MOVED
