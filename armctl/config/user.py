"""One person: how they press, how fast things go for them, what they see and hear.

Defaults and ranges come from the settings that established switch-access products ship; bounds are EN 301 549's where
it names any (key-repeat delay to 2 s, double-strike delay to 0.5 s and more).
"""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from armctl.config.ceilings import CeilingsConfig
from armctl.config.devices import InputDevice
from armctl.config.inputs import (
    ALWAYS_THERE,
    JOYSTICK,
    KEYBOARD,
    STOP_KEY,
    ContactConfig,
    Meaning,
    PreviewConfig,
    ScanConfig,
    SwitchConfig,
    contact_meanings,
    refuse,
    require_contact,
)
from armctl.config.load import Model, Name
from armctl.config.pointing import DwellConfig, JoystickConfig
from armctl.config.zones import ZonesConfig

__all__ = [
    "STOP_KEY",
    "ContactConfig",
    "DirectionsConfig",
    "DwellConfig",
    "JoystickConfig",
    "MotionConfig",
    "PreviewConfig",
    "ScanConfig",
    "StopLineConfig",
    "SwitchConfig",
    "UserConfig",
    "VoiceConfig",
]


class StopLineConfig(Model):
    """A stop button whose circuit is closed while all is well: pressed, a broken wire or a pulled plug open it.

    It is wired to a switch interface that presents itself as a key, as a joystick's button or as a contact of a switch
    box: held down is healthy.
    """

    key: str | None = None
    """Key (pygame name) that is held down while the circuit is closed."""
    joystick_button: Annotated[int, Field(ge=0, le=63)] | None = None
    """Button of a joystick or switch interface that is held down while the circuit is closed."""
    contact: Annotated[int, Field(ge=0, le=63)] | None = None
    """Contact of a switch box on a serial port that is closed while the circuit is."""
    device: Name | None = None
    """Which of ``devices`` it is on. A joystick's button without it belongs to the first one on which it is closed,
    until that one goes; the same button of any other device is an ordinary button."""

    @model_validator(mode="after")
    def _is_one_input(self) -> StopLineConfig:
        given = [one for one in (self.key, self.joystick_button, self.contact) if one is not None]
        if len(given) != 1:
            raise ValueError("stop_line needs one of key, joystick_button, and contact with device")
        if (self.contact is not None and self.device is None) or (self.key is not None and self.device is not None):
            raise ValueError("a contact needs the device it is on; a key is on the keyboard and needs none")
        return self

    @property
    def place(self) -> tuple[str, str]:
        """Device and contact."""
        if self.key is not None:
            return KEYBOARD, self.key
        number = self.joystick_button if self.joystick_button is not None else self.contact
        return self.device or JOYSTICK, str(number)


Share = Annotated[float, Field(ge=0.1, le=1.0)]


class DirectionsConfig(Model):
    """How fast each direction goes by hand, share of the person's speed.

    Slower where it frightens, or where the eye judges worse.
    """

    left: Share = 1.0
    right: Share = 1.0
    up: Share = 1.0
    down: Share = 1.0
    away: Share = 1.0
    closer: Share = 1.0
    tilt_up: Share = 1.0
    tilt_down: Share = 1.0
    roll_left: Share = 1.0
    roll_right: Share = 1.0
    turn_left: Share = 1.0
    turn_right: Share = 1.0
    open: Share = 1.0
    close: Share = 1.0


class MotionConfig(Model):
    """How fast and in which way the arm moves for this person."""

    speed: Annotated[float, Field(ge=0.1, le=1.0)] = 0.6
    """Share of the arm's allowed speed."""
    jog: Literal["hold", "step", "click"] = "hold"
    """hold: moves while held. step: a short way per press. click: one press starts, any input stops."""
    click_limit: Annotated[float, Field(ge=1.0, le=60.0)] = 10.0
    """With ``click`` a motion ends by itself after this long [s]: a switch that fails must not leave it going."""
    step_length: Annotated[float, Field(ge=0.002, le=0.05)] = 0.02
    """Length of one step [m]; segments of at most 50 mm need no three-position switch."""
    frame: Literal["user", "base", "tool"] = "user"
    """user: left is the person's left, away is where they look. base: the arm's own axes. tool: the hand's."""
    gaze: Annotated[float, Field(ge=-math.pi, le=math.pi)] | None = None
    """Which way the person looks, about the upright from the arm's x axis [rad]; None: as their face in the scene."""
    directions: DirectionsConfig = DirectionsConfig()


class VoiceConfig(Model):
    """Speech and sounds."""

    enabled: bool = True
    rate: Annotated[int, Field(ge=80, le=450)] = 160
    """Words a minute."""
    volume: Annotated[float, Field(ge=0.0, le=1.0)] = 0.8
    sounds: Annotated[float, Field(ge=0.0, le=1.0)] = 0.5
    """Volume of the short sounds (lit, chosen, moving, stopped, problem); 0: none."""
    cue: Literal["together", "left", "right", "device"] = "together"
    """Where the cues of auditory scanning are heard. left, right: in that ear, everything else in the other one.
    device: on a second sound device that only the person hears, ``cue_device``."""
    cue_device: str = ""
    """Name of that device, or a part of it, as the system lists it."""
    cue_volume: Annotated[float, Field(ge=0.0, le=1.0)] = 0.6

    @model_validator(mode="after")
    def _device_has_a_name(self) -> VoiceConfig:
        if (self.cue == "device") != bool(self.cue_device):
            raise ValueError('cue = "device" needs cue_device, and cue_device needs cue = "device"')
        return self


class LookConfig(Model):
    """How large things are on the screen."""

    scale: Annotated[float, Field(ge=1.0, le=1.6)] = 1.0
    """Size of type and of the tiles' parts, as a share of what the screen's own size suggests."""
    tile_min: Annotated[int, Field(ge=96, le=320)] = 96
    """No tile is smaller than this [pixels a side], as far as the screen has room: what this person's pointer hits.
    Up to a seventh less where that saves pages or the live picture (`ui.arrange.STEPS`)."""


class UserConfig(Model):
    """One person, as ``configs/users/NAME.toml`` describes them."""

    name: Name
    title: str = "Guest"
    version: Annotated[int, Field(ge=2, le=2)] = 2
    """Version of the file's format; `armctl.config.profiles` brings older ones up to date."""
    ceilings: CeilingsConfig = CeilingsConfig()
    """What staff allow at most."""
    zones: ZonesConfig = ZonesConfig()
    """What is kept clear and slow for this person beyond what the scene asks for."""
    keep_changes: bool = True
    """What the person changes on the screen is still so the next time."""
    adapt: bool = False
    """The time on each tile follows the person's press times slowly, within 30 % of what was fitted."""
    press_time: Annotated[float, Field(ge=0.1, le=10.0)] | None = None
    """Median press time when it was last measured [s]."""
    variants: dict[Name, dict[str, Any]] = Field(default_factory=dict)
    """Other settings for other times ("tired", "in_bed"): only what differs, by the names used here."""
    language: Literal["en", "lt", "de", "fr", "es"] = "en"
    theme: Literal["dark", "light", "yellow", "calm"] = "dark"
    look: LookConfig = LookConfig()
    keys_select: Annotated[tuple[str, ...], Field(min_length=1)] = ("space",)
    """Keys (pygame names) that act as the select switch."""
    keys_next: tuple[str, ...] = ("tab",)
    """Keys that move the highlight on, for two switches."""
    devices: Annotated[tuple[InputDevice, ...], Field(max_length=8)] = ()
    """Input devices that have to be found, or told apart by name."""
    contacts: Annotated[tuple[ContactConfig, ...], Field(max_length=64)] = ()
    """What contacts mean besides those keys. A device that is named here does nothing else than what is said."""
    switch: SwitchConfig = SwitchConfig()
    scan: ScanConfig = ScanConfig()
    preview: PreviewConfig = PreviewConfig()
    record_input: bool = False
    """Keep every input event of each session in a file of its own, to be played again when something went wrong."""
    dwell: DwellConfig = DwellConfig()
    joystick: JoystickConfig = JoystickConfig()
    motion: MotionConfig = MotionConfig()
    voice: VoiceConfig = VoiceConfig()
    stop_line: StopLineConfig | None = None
    """A stop button of its own, whose circuit is closed while all is well; None where there is none."""
    stop_test: Literal["press", "motion"] = "press"
    """press: when arming, a press must arrive in time. motion: besides, each input must once bring the moving arm
    to rest before it may choose or move anything."""
    tasks: tuple[Name, ...] = ("drink", "hand_over", "go_home")
    """Tasks this person may start, in the order of the home screen."""

    @model_validator(mode="after")
    def _keys_mean_one_thing(self) -> UserConfig:
        both = set(self.keys_select) & set(self.keys_next)
        if both:
            raise refuse(f"the key {sorted(both)[0]!r} is in keys_select and in keys_next", "keys_next")
        line = self.stop_line.place if self.stop_line is not None else None
        named = {STOP_KEY: "keys_select" if STOP_KEY in self.keys_select else "keys_next"}
        if STOP_KEY in {*self.keys_select, *self.keys_next} or line == (KEYBOARD, STOP_KEY):
            where = "stop_line" if line == (KEYBOARD, STOP_KEY) else named[STOP_KEY]
            raise refuse(f"the key {STOP_KEY!r} always means stop", where)
        if line in {(KEYBOARD, key) for key in (*self.keys_select, *self.keys_next)}:
            raise refuse(
                f"the key {line[1] if line else ''!r} is the stop_line's and has another meaning too", "stop_line"
            )
        return self

    @model_validator(mode="after")
    def _contacts_mean_one_thing(self) -> UserConfig:
        names = [device.name for device in self.devices]
        twice = next((n for n, name in enumerate(names) if name in (*ALWAYS_THERE, *names[:n])), None)
        if twice is not None:
            raise refuse(f"there is already a device called {names[twice]!r}", "devices", twice, "name")
        known = self._kinds
        if self.stop_line is not None:
            device, contact = self.stop_line.place
            if device not in known:
                raise refuse(f"there is no device called {self.stop_line.device!r}", "stop_line", "device")
            require_contact(known[device], contact, "stop_line")
        self._meanings()
        return self

    @model_validator(mode="after")
    def _within_ceilings(self) -> UserConfig:
        most = self.ceilings
        if self.motion.speed > most.speed:
            raise refuse(f"speed {self.motion.speed:g} is above the ceiling of {most.speed:g}", "motion", "speed")
        if self.scan.interval < most.interval:
            raise refuse(f"interval {self.scan.interval:g} s is below {most.interval:g} s, the shortest allowed",
                         "scan", "interval")  # fmt: skip
        beyond = [task for task in self.tasks if most.tasks is not None and task not in most.tasks]
        if beyond:
            raise refuse(f"the task {beyond[0]!r} is not among those the ceilings allow", "tasks")
        return self

    @model_validator(mode="after")
    def _what_lets_go_to_choose_cannot_hold(self) -> UserConfig:
        by_release = self.scan.method == "inverse" or any(self._chooses_by_release())
        if by_release and self.motion.jog == "hold":
            raise refuse(
                'who chooses by letting go cannot hold a direction: motion.jog must be "step" or "click"',
                "motion" if "motion" in self.model_fields_set else "scan",
                "jog",
            )
        return self

    @property
    def meanings(self) -> dict[tuple[str, str], Meaning]:
        """What each (device, contact) that the profile names means."""
        return self._meanings()

    def switch_for(self, device: str, contact: str) -> SwitchConfig:
        """Return how presses of ``contact`` of ``device`` are cleaned; ``joystick3`` is a joystick without a name."""
        own = {given.place: given.switch for given in self.contacts if given.switch is not None}
        found = own.get((device, contact))
        if found is None and device.startswith(JOYSTICK):
            found = own.get((JOYSTICK, contact))
        return found or self.switch

    @property
    def own_cleaning(self) -> int | None:
        """Number of the contact with which the person chooses, where its presses are cleaned in a way of their own."""
        for number, given in enumerate(self.contacts):
            bands = given.switch.holds if given.switch is not None else ()
            if given.does == "select" or any(band.does == "select" for band in bands):
                return None if given.switch is None else number
        return None

    @property
    def _kinds(self) -> dict[str, str]:
        """Name of each device to its kind."""
        return {**{name: name for name in ALWAYS_THERE}, **{device.name: device.kind for device in self.devices}}

    def _meanings(self) -> dict[tuple[str, str], Meaning]:
        keys: dict[str, Meaning] = dict.fromkeys(self.keys_next, "next")
        keys |= dict.fromkeys(self.keys_select, "select")
        line = self.stop_line.place if self.stop_line is not None else None
        return contact_meanings(self.contacts, keys, line, self._kinds)

    def _chooses_by_release(self) -> list[bool]:
        """Return for each way of cleaning presses whether a press chooses only when it is let go."""
        ways = [("select", self.switch), *((c.does, c.switch or self.switch) for c in self.contacts)]
        return [
            (does == "select" and bool(way.holds)) or any(hold.does == "select" for hold in way.holds[:-1])
            for does, way in ways
        ]
