"""What is heard: the voice and how loud it is, the cues for the person alone, and the short sounds."""

from __future__ import annotations

from typing import Final

from armctl.config.user import VoiceConfig
from ui.desk import Desk
from ui.page import Page, Tile
from ui.text import _, percent

STEP: Final = 0.1
"""Steps of a volume: 0.1 of full scale is about 1 dB near the top and 6 dB near the bottom, both heard."""
LEAST: Final = 0.1
"""Quieter than this is silence, for which there are tiles of their own."""
SOUNDS: Final = (0.0, 0.25, 0.5, 1.0)
"""Volumes of the short sounds, in the order the tile goes through; each is twice as loud as the one before."""


class SoundScreen:
    """Each change is heard at once, as loud as things are from then on."""

    def page(self, desk: Desk) -> Page:
        """Return the tiles with the present values; one at its end cannot be chosen."""
        voice = desk.user.voice
        spoken = _("On") if voice.enabled else _("Off")
        beeps = percent(voice.sounds) if voice.sounds > 0.0 else _("Off")
        needed = voice.enabled and desk.user.scan.auditory  # who chooses by what they hear would be left with nothing
        tiles = [
            Tile("voice", _("Voice"), "speaker" if voice.enabled else "silent", enabled=not needed, value=spoken),
            Tile("sounds", _("Short sounds"), "note", value=beeps),
            *_pair("", _("Voice quieter"), _("Voice louder"), voice.volume, voice.enabled),
        ]
        if desk.voice.private:
            tiles += _pair("cue_", _("Cues quieter"), _("Cues louder"), voice.cue_volume, voice.enabled)
        tiles += [Tile("back", _("Settings"), "gear"), Tile("leave", _("Home"), "home")]
        return Page(_("Voice and sounds"), tuple(tiles), columns=2)

    def select(self, desk: Desk, item: str) -> None:
        """Change one setting by one step, or leave."""
        voice = desk.user.voice
        if item == "voice":
            _change(desk, enabled=not voice.enabled)
        elif item == "sounds":
            _change(desk, sounds=next((each for each in SOUNDS if each > voice.sounds + 1e-9), SOUNDS[0]))
            desk.voice.play("chosen")
        elif item in ("quieter", "louder"):
            _change(desk, volume=_stepped(voice.volume, item))
        elif item in ("cue_quieter", "cue_louder"):
            _change(desk, cue_volume=_stepped(voice.cue_volume, item))
            desk.voice.cue(percent(desk.user.voice.cue_volume))
        else:
            desk.go_to("settings" if item == "back" else "home")


def _pair(name: str, quieter: str, louder: str, volume: float, heard: bool) -> tuple[Tile, Tile]:
    value = percent(volume)
    return (
        Tile(f"{name}quieter", quieter, "minus", enabled=heard and volume > LEAST + 1e-9, value=value),
        Tile(f"{name}louder", louder, "plus", enabled=heard and volume < 1.0 - 1e-9, value=value),
    )


def _stepped(volume: float, item: str) -> float:
    return min(1.0, max(LEAST, round(volume + (STEP if item.endswith("louder") else -STEP), 2)))


def _change(desk: Desk, **changes: object) -> None:
    desk.change(voice=VoiceConfig.model_validate(desk.user.voice.model_dump() | changes))
    desk.voice.follow(desk.user.voice)
