"""Whatever is lost or stuck is told in words of its own."""

from __future__ import annotations

from typing import get_args

from armctl.access.events import Loss
from armctl.access.words import LOST, lost, stuck


def test_every_way_to_lose_a_device_has_its_words_with_the_device_in_them() -> None:
    assert set(LOST) == set(get_args(Loss))
    said = {lost("puff", loss) for loss in LOST}
    assert len(said) == len(LOST)
    assert all("The puff" in words or "from the puff" in words for words in said)


def test_what_is_stuck_is_named_with_how_long() -> None:
    assert stuck("select", "keyboard", 2.5).startswith("The select switch (keyboard) has been held for 2.5 s.")
    assert stuck("", "joystick0", 15.0).startswith("The joystick0 has been held for 15 s.")
