"""One person: how they press, how fast things go for them, what they see and hear.

Defaults and ranges come from the settings that established switch-access products ship; bounds are EN 301 549's where
it names any (key-repeat delay to 2 s, double-strike delay to 0.5 s and more).
"""

from __future__ import annotations

import math
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from armctl.config.load import Model, Name

Seconds = Annotated[float, Field(ge=0.0, le=10.0)]

STOP_KEY: Final = "escape"


class SwitchConfig(Model):
    """How presses are cleaned. No setting here ever delays a release, and none delays stop."""

    debounce: Annotated[float, Field(ge=0.0, le=0.1)] = 0.03
    """Contacts closer than this to the last change are bounce [s]."""
    acceptance: Annotated[float, Field(ge=0.0, le=2.0)] = 0.0
    """A press counts only after it was held this long [s]."""
    post_acceptance: Annotated[float, Field(ge=0.0, le=2.0)] = 0.3
    """After a press counted, no second one for this long [s]."""
    maximum_hold: Annotated[float, Field(ge=1.0, le=60.0)] = 15.0
    """A switch held longer than this is taken for stuck [s]."""


class ScanConfig(Model):
    """How the highlight moves."""

    method: Literal["auto", "step", "direct"] = "auto"
    """auto: it moves by itself, a press selects. step: one switch moves, another selects. direct: pointer, joystick."""
    interval: Annotated[float, Field(ge=0.1, le=10.0)] = 1.2
    """Time on one item [s]. Established products start at 1.0 s; about mean press time / 0.65 fits a person."""
    first_extra: Seconds = 0.6
    """Extra time on the first item [s]."""
    rounds: Annotated[int, Field(ge=1, le=20)] = 3
    """Rounds without a press, then the highlight waits for a press to start again."""


class DwellConfig(Model):
    """Selecting by resting the pointer."""

    enabled: bool = True
    lock_on: Annotated[float, Field(ge=0.0, le=2.0)] = 0.25
    time: Annotated[float, Field(ge=0.2, le=5.0)] = 1.25
    grace: Annotated[float, Field(ge=0.0, le=2.0)] = 0.75
    """How long an interrupted dwell is kept [s]."""


class JoystickConfig(Model):
    """From stick travel to speed."""

    dead_zone: Annotated[float, Field(ge=0.02, le=0.5)] = 0.09
    outer: Annotated[float, Field(ge=0.2, le=1.0)] = 0.95
    """Travel that already gives full speed."""
    exponent: Annotated[float, Field(ge=1.0, le=4.0)] = 1.6

    @model_validator(mode="after")
    def _zone_inside_outer(self) -> JoystickConfig:
        if self.dead_zone >= self.outer:
            raise ValueError(f"dead_zone ({self.dead_zone}) must be below outer ({self.outer})")
        return self


class StopLineConfig(Model):
    """A stop button whose circuit is closed while all is well: pressed, a broken wire or a pulled plug open it.

    It is wired to a switch interface that presents itself as a key or as a joystick's button: held down is healthy.
    """

    key: str | None = None
    """Key (pygame name) that is held down while the circuit is closed."""
    joystick_button: Annotated[int, Field(ge=0, le=63)] | None = None
    """Button of a joystick or switch box that is held down while the circuit is closed."""

    @model_validator(mode="after")
    def _is_one_input(self) -> StopLineConfig:
        if (self.key is None) == (self.joystick_button is None):
            raise ValueError("stop_line needs either key or joystick_button")
        return self


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
    step_length: Annotated[float, Field(ge=0.002, le=0.05)] = 0.02
    """Length of one step [m]; segments of at most 50 mm need no three-position switch."""
    frame: Literal["user", "base", "tool"] = "user"
    """user: left is the person's left, away is where they look. base: the arm's own axes. tool: the hand's."""
    gaze: Annotated[float, Field(ge=-math.pi, le=math.pi)] | None = None
    """Which way the person looks, about the upright from the arm's x axis [rad]; None: as their face in the scene."""
    directions: DirectionsConfig = DirectionsConfig()


class VoiceConfig(Model):
    """Speech."""

    enabled: bool = True
    rate: Annotated[int, Field(ge=80, le=450)] = 160
    """Words a minute."""
    volume: Annotated[float, Field(ge=0.0, le=1.0)] = 0.8


class UserConfig(Model):
    """One person, as ``configs/users/NAME.toml`` describes them."""

    name: Name
    title: str = "Guest"
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")] = "en"
    theme: Literal["dark", "light"] = "dark"
    keys_select: Annotated[tuple[str, ...], Field(min_length=1)] = ("space",)
    """Keys (pygame names) that act as the select switch."""
    keys_next: tuple[str, ...] = ("tab",)
    """Keys that move the highlight on, for two switches."""
    switch: SwitchConfig = SwitchConfig()
    scan: ScanConfig = ScanConfig()
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
            raise ValueError(f"the key {sorted(both)[0]!r} is in keys_select and in keys_next")
        line = self.stop_line.key if self.stop_line is not None else None
        if STOP_KEY in {*self.keys_select, *self.keys_next, line}:
            raise ValueError(f"the key {STOP_KEY!r} always means stop")
        if line in {*self.keys_select, *self.keys_next}:
            raise ValueError(f"the key {line!r} is the stop_line's and has another meaning too")
        return self
