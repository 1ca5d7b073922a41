"""All sticks of one person: which of them holds the motion, which are refused until neutral."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from armctl.access.events import AxesEvent
from armctl.access.joystick import SPASM_WINDOW, Stick
from armctl.config.pointing import JoystickConfig

STEP_AT: Final = 0.5
"""Wish from which a stick moves the highlight."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What one `AxesEvent` amounts to.

    Attributes:
        stops: It must stop the motion.
        spasm: It was thrown from one end to the other: the stop is to stay until somebody clears it.
        let_go: It ends the motion that this stick holds.
        warning: What to tell the person; empty when nothing.
    """

    stops: bool = False
    spasm: bool = False
    let_go: bool = False
    warning: str = ""


class Sticks:
    """The sticks, by device name.

    Attributes:
        holder: Device whose deflection holds the motion, None when none does.
        size: Number of axes of the newest event of the holder.
    """

    def __init__(self, config: JoystickConfig, repeat: float) -> None:
        self._config = config
        self._repeat = repeat
        self._sticks: dict[str, Stick] = {}
        self._next_step = float("-inf")
        self._held_since = 0.0
        self._let_go_at = float("-inf")
        self.holder: str | None = None
        self.size = 0

    def configure(self, config: JoystickConfig, repeat: float) -> None:
        """Go on with other settings; what is under way stays."""
        self._config, self._repeat = config, repeat
        for stick in self._sticks.values():
            stick.configure(config)

    def feed(self, event: AxesEvent, *, steers: bool, busy: bool) -> Heard:
        """Take one event.

        Args:
            event: Where the stick is.
            steers: True when a stick may move the arm on this screen.
            busy: True while input means stop.
        """
        stick = self._sticks.setdefault(event.device, Stick(self._config))
        was_deflected = stick.deflected
        thrown = stick.feed(event.axes, event.stamp)
        if thrown and steers:
            if busy or event.stamp - self._let_go_at <= SPASM_WINDOW:
                # On its way through the middle it may have let go of a motion that is still coming to rest.
                return Heard(stops=True, spasm=True)
            if stick.trusted:
                stick.distrust()
                return Heard(warning=f"The {event.device} was thrown, not pushed. Let it go, then it can be used.")
        if event.device == self.holder:
            self.size = len(event.axes)
            return self._follow_holder(stick, event.stamp)
        if stick.deflected and not was_deflected and busy:
            return Heard(stops=True)
        if stick.warns():
            return Heard(warning=f"The {event.device} is not in its middle. Let it go, then it can be used.")
        if steers and not busy and any(stick.wish):
            self.holder, self.size, self._held_since = event.device, len(event.axes), event.stamp
        return Heard()

    @property
    def deflected(self) -> str:
        """Name of a stick that is not in its middle now; empty when there is none."""
        return next((device for device, stick in self._sticks.items() if stick.deflected), "")

    def held_for(self, now: float) -> float:
        """Return for how long the holder has held the motion at ``now`` [s]; 0 when none does."""
        return 0.0 if self.holder is None else now - self._held_since

    def value(self, now: float) -> tuple[float, ...]:
        """Return the filtered wish of the holder at ``now`` [s]; empty when no stick holds."""
        return () if self.holder is None else self._sticks[self.holder].value(now)

    def steps(self, now: float) -> list[tuple[int, int]]:
        """Return the steps of the highlight that deflected sticks ask for by ``now`` [s]: to the right, and down."""
        wishes = [stick.wish for stick in self._sticks.values() if max(map(abs, stick.wish), default=0.0) >= STEP_AT]
        if not wishes:
            self._next_step = float("-inf")
            return []
        if now < self._next_step:
            return []
        self._next_step = now + self._repeat
        right, ahead = (*wishes[0], 0.0, 0.0)[:2]
        if abs(right) >= abs(ahead):
            return [(1 if right > 0.0 else -1, 0)]
        return [(0, -1 if ahead > 0.0 else 1)]

    def distrust(self) -> None:
        """Refuse every deflected stick until it was neutral; none holds any more."""
        self.holder = None
        for stick in self._sticks.values():
            if stick.deflected:
                stick.distrust()

    def remove(self, device: str) -> None:
        """Forget ``device``; when it comes back it must be neutral first."""
        self._sticks.pop(device, None)
        if self.holder == device:
            self.holder = None

    def _follow_holder(self, stick: Stick, stamp: float) -> Heard:
        if stick.deflected:
            return Heard()
        self.holder, self._let_go_at = None, stamp
        return Heard(let_go=True)
