"""`Measured`: everything one measurement found, and the same as plain numbers for the person's records."""

from __future__ import annotations

from dataclasses import dataclass

from armctl.access.fit.pointer import PointerFigures
from armctl.access.fit.presses import HoldFigures, PressFigures, RestFigures
from armctl.access.fit.stick import StickFigures


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of the parts that were done; None for those that were skipped."""

    rest: RestFigures | None = None
    presses: PressFigures | None = None
    holds: HoldFigures | None = None
    stick: StickFigures | None = None
    pointer: PointerFigures | None = None

    @property
    def anything(self) -> bool:
        """True where the person did something of what was asked: resting alone says nothing."""
        pressed = self.presses is not None and bool(self.presses.times)
        held = self.holds is not None and bool(self.holds.lasted)
        pointed = self.pointer is not None and self.pointer.reached > 0
        return pressed or held or pointed or (self.stick is not None and self.stick.rest is not None)

    def numbers(self) -> dict[str, float]:
        """Return the figures to keep and to compare over weeks, by name; times [s], shares 0 to 1, places [px]."""
        found: dict[str, float] = {}
        if self.rest is not None:
            found |= {"rest_presses_a_minute": self.rest.rate}
        if self.presses is not None and self.presses.times:
            found |= _press_numbers(self.presses)
        if self.holds is not None and self.holds.lasted:
            found |= {"longest_hold": self.holds.longest, "release_time": self.holds.release}
        if self.stick is not None and self.stick.rest is not None:
            found |= _stick_numbers(self.stick)
        if self.pointer is not None and self.pointer.reached:
            pointer = self.pointer
            found |= {"pointing_time": pointer.time, "pointer_radius": pointer.radius, "pointer_tile": pointer.tile}
        return {name: round(value, 4) for name, value in found.items()}


def _press_numbers(presses: PressFigures) -> dict[str, float]:
    return {
        "presses": float(len(presses.times)),
        "press_time": presses.mean,
        "press_sd": presses.sd,
        "press_cv": presses.cv,
        "early": presses.early,
        "missed": presses.missed,
        "doubles": presses.doubles,
        "tiring": presses.tiring,
    }


def _stick_numbers(stick: StickFigures) -> dict[str, float]:
    found = {
        "stick_rest": stick.rest or 0.0,
        "tremor_frequency": stick.tremor.frequency,
        "tremor_amplitude": stick.tremor.amplitude,
        "stick_rotation": stick.rotation,
    }
    return found | {f"reach_{push.asked}": push.travel for push in stick.pushes}
