"""What a person is told about their input devices, in plain words."""

from __future__ import annotations

from typing import Final

from armctl.access.events import Loss

LOST: Final[dict[Loss, str]] = {
    "unplugged": "The {device} is gone. Check its plug or its battery.",
    "silent": "Nothing comes from the {device} any more. Check its plug or its battery.",
    "frozen": "The {device} tells the same all the time, so it does not count. Check it, or unplug it and plug it in.",
    "saturated": "The {device} is at its end for too long, so it does not count. Check its tube.",
}
"""How a device was lost to the words for it."""
ONLY_MOVES: Final = "The frame moves by itself now, as what moved it is gone."
ONLY_STEPS: Final = "Hold the switch that is left to choose, as the other one is gone."


def stuck(what: str, device: str, longest: float) -> str:
    """Return the words for a switch or stick that was held for ``longest`` [s]."""
    name = f"{what} switch ({device})" if what else device
    return f"The {name} has been held for {longest:g} s. It may be stuck; let it go."


def lost(device: str, loss: Loss) -> str:
    """Return the words for a device that went."""
    return LOST[loss].format(device=device)
