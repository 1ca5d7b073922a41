"""From pressure to sips and puffs, and a sensor that cannot be believed any more.

Any breath first tells that somebody stirs, on the sample that leaves the dead band: that stops what moves, whatever the
breath turns out to be. What it means is known by its peak in the first moments (a hard puff passes through the soft
band), and it counts from when it began. Letting go is told on the sample that falls back, always.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from armctl.access.events import Control, DeviceCame, DeviceGone, InputEvent, Loss, Stirred, SwitchEvent
from armctl.config.devices import BreathConfig

Level: TypeAlias = Literal["soft_puff", "hard_puff", "soft_sip", "hard_sip"]

USUAL: Final[Mapping[str, Control]] = {
    "soft_puff": "select",
    "soft_sip": "next",
    "hard_puff": "stop",
    "hard_sip": "stop",
}
"""What breaths mean where the profile says nothing: soft ones are understood nine times in ten, hard ones six, so hard
ones only stop (Gopinath, Nejati and Argall 2020)."""
LET_GO: Final = 0.6
"""Share of the dead band below which a breath is over: no flutter at its edge."""
SILENT: Final = 0.15
"""A sensor that says nothing for this long is lost [s]; it sends at 50 Hz or more."""
SATURATED: Final = 0.2
"""Nobody blows or sucks beyond the sensor's range for this long [s]."""
LEAST_SAMPLES: Final = 5
"""The same figure so many times is no chance."""


class Breath:
    """One pressure sensor.

    Args:
        device: Its name.
        config: Bands and times.
        meanings: What each level means; what is left out means stop.
        steady: Samples come all the time, so that silence and the same figure for long are failures. An axis of a
            joystick tells only changes.
    """

    def __init__(
        self, device: str, config: BreathConfig, meanings: Mapping[str, Control] = USUAL, *, steady: bool = True
    ) -> None:
        self._device = device
        self._config = config
        self._meanings = meanings
        self._steady = steady
        self._trusted = False
        self._told_gone = False
        self._heard_at: float | None = None
        self._pressure = 0.0
        self._same_since = 0.0
        self._same = 0
        self._full_since: float | None = None
        self._began: float | None = None
        self._sign = 1
        self._peak = 0.0
        self._level: Level | None = None
        self._known = False
        self._grew = False

    def feed(self, stamp: float, pressure: float) -> list[InputEvent]:
        """Take one sample: ``pressure`` [hPa] at ``stamp`` [s], puffs positive."""
        self._watch(stamp, pressure)
        if not self._trusted:
            return self._come(stamp)
        loss = self._failure(stamp)
        return self._lose(stamp, loss) if loss is not None else self._breathe(stamp, pressure)

    def tick(self, now: float) -> list[InputEvent]:
        """Return what the passing of time until ``now`` [s] brings about."""
        if not self._trusted or self._heard_at is None:
            return []
        if self._steady and now - self._heard_at > SILENT:
            return self._lose(now, "silent")
        return self._classify(now) if self._began is not None and not self._known else []

    def gone(self, now: float) -> list[InputEvent]:
        """The device went at ``now`` [s], or cannot be found; told once."""
        self._heard_at, self._same, self._full_since = None, 0, None
        return self._lose(now, "unplugged")

    # Can it be believed?

    def _watch(self, stamp: float, pressure: float) -> None:
        if self._heard_at is None or pressure != self._pressure:
            self._same_since, self._same = stamp, 0
        self._heard_at, self._pressure, self._same = stamp, pressure, self._same + 1
        if abs(pressure) < self._config.full_scale:
            self._full_since = None
        elif self._full_since is None:
            self._full_since = stamp

    def _failure(self, now: float) -> Loss | None:
        if not self._steady:
            return None  # an axis is at its end with every hard puff, and tells only changes
        if self._full_since is not None and now - self._full_since >= SATURATED:
            return "saturated"
        away = abs(self._pressure) >= self._config.dead_band
        long = now - self._same_since >= self._config.frozen and self._same >= LEAST_SAMPLES
        return "frozen" if long and (away or self._config.noisy) else None

    def _come(self, stamp: float) -> list[InputEvent]:
        """Believe a sensor (again) once nobody breathes into it and it is alive."""
        neutral = abs(self._pressure) < LET_GO * self._config.dead_band
        if not neutral or self._failure(stamp) is not None or (self._told_gone and self._same > 1):
            return []
        self._trusted, self._told_gone = True, False
        return [DeviceCame(stamp, self._device)]

    def _lose(self, now: float, loss: Loss) -> list[InputEvent]:
        if self._told_gone:
            return []
        self._trusted, self._told_gone = False, True
        self._began = None
        return [DeviceGone(now, self._device, loss)]

    # What does it mean?

    def _breathe(self, stamp: float, pressure: float) -> list[InputEvent]:
        if self._began is None:
            return self._begin(stamp, pressure)
        size = pressure * self._sign
        self._peak = max(self._peak, size)
        events = [] if self._known else self._classify(stamp)
        if size < LET_GO * self._config.dead_band:
            return [*events, *self._end(stamp), *self._begin(stamp, pressure)]
        return [*events, *self._grow(stamp, size)]

    def _begin(self, stamp: float, pressure: float) -> list[InputEvent]:
        if abs(pressure) < self._config.dead_band:
            return []
        self._began, self._sign, self._peak = stamp, (1 if pressure > 0 else -1), abs(pressure)
        self._known = self._grew = False
        return [Stirred(stamp, self._device)]

    def _classify(self, now: float) -> list[InputEvent]:
        """Say what the breath is once its first moments are over."""
        if self._began is None or now - self._began < self._config.window:
            return []
        return self._name()

    def _name(self) -> list[InputEvent]:
        self._known = True
        self._level = self._level_of(self._peak)
        return [] if self._level is None else [self._event(self._began or 0.0, True)]

    def _end(self, stamp: float) -> list[InputEvent]:
        events = [] if self._known else self._name()
        if self._level is not None:
            events.append(self._event(stamp, False))
        self._began = self._level = None
        return events

    def _grow(self, stamp: float, size: float) -> list[InputEvent]:
        """A soft breath that turns hard is something new: it stops what the soft one holds."""
        soft = self._known and self._level in ("soft_puff", "soft_sip")
        if not soft or self._grew or size < self._config.hard_least:
            return []
        self._grew = True
        return [Stirred(stamp, self._device)]

    def _level_of(self, peak: float) -> Level | None:
        puff = self._sign > 0
        if peak >= self._config.hard_least:
            return "hard_puff" if puff else "hard_sip"
        if peak <= self._config.soft_most:
            return "soft_puff" if puff else "soft_sip"
        return None

    def _event(self, stamp: float, pressed: bool) -> SwitchEvent:
        level = str(self._level)
        return SwitchEvent(stamp, self._device, self._meanings.get(level, "stop"), pressed, contact=level)
