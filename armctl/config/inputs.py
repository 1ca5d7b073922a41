"""How one person's switches are cleaned, what each contact means, and how the highlight moves.

Defaults and ranges come from the settings that established switch-access products ship; bounds are EN 301 549's where
it names any (key-repeat delay to 2 s, double-strike delay to 0.5 s and more).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from armctl.config.load import Model, Name

Seconds = Annotated[float, Field(ge=0.0, le=10.0)]

Meaning: TypeAlias = Literal["select", "next", "back", "group", "pause", "stop"]
"""What a contact does. select: choose what is lit. next, back: move the highlight. group: out of a row, or on to the
next one. pause: hold the highlight where it is, or let it go on. stop: stop the arm, whatever it does."""

KEYBOARD: Final = "keyboard"
MOUSE: Final = "mouse"
JOYSTICK: Final = "joystick"
ALWAYS_THERE: Final = (KEYBOARD, MOUSE, JOYSTICK)
"""Names of devices that need no description; ``joystick`` is any joystick or gamepad that has no name of its own."""
STOP_KEY: Final = "escape"
PRESS_SHARE: Final = 0.65
"""A press takes this share of the time it is given (Simpson, Koester, LoPresti 2006): about mean + 2 SD will do."""
PRESS_LEAST: Final = 0.8
"""No cancel window that follows from a press time is shorter [s]: what is said first has to be understood."""


class HoldConfig(Model):
    """A press that lasts means something else."""

    at: Annotated[float, Field(ge=0.2, le=10.0)]
    """From this long on [s]."""
    does: Literal["select", "next", "back", "group", "pause"]


class SwitchConfig(Model):
    """How presses are cleaned. No setting here ever delays a release that ends a motion, and none delays stop."""

    debounce: Annotated[float, Field(ge=0.0, le=0.1)] = 0.03
    """Contacts closer than this to the last change are bounce [s]."""
    acceptance: Annotated[float, Field(ge=0.0, le=2.0)] = 0.0
    """A press counts only after it was held this long [s]."""
    release: Annotated[float, Field(ge=0.0, le=1.0)] = 0.0
    """A contact that opens for less than this was not let go [s]; where a press holds a motion this does not count."""
    post_acceptance: Annotated[float, Field(ge=0.0, le=2.0)] = 0.3
    """After a press counted, no second one for this long [s]."""
    repeat_delay: Annotated[float, Field(ge=0.0, le=5.0)] = 0.0
    """A switch for next or back that is held moves on again after this long [s]; 0: once a press."""
    repeat_interval: Annotated[float, Field(ge=0.1, le=5.0)] = 0.6
    """Then again and again after this long [s]."""
    holds: Annotated[tuple[HoldConfig, ...], Field(max_length=4)] = ()
    """What longer presses do. A short one then does what the contact is for when it is let go; the longest acts as
    soon as it is reached."""
    maximum_hold: Annotated[float, Field(ge=1.0, le=60.0)] = 15.0
    """A switch held longer than this is taken for stuck [s]."""

    @model_validator(mode="after")
    def _bands_are_told_apart(self) -> SwitchConfig:
        last = self.acceptance
        for hold in self.holds:
            if hold.at < last + 0.2:
                raise ValueError(f"a hold at {hold.at:g} s is less than 0.2 s above the one before it ({last:g} s)")
            last = hold.at
        if last >= self.maximum_hold:
            raise ValueError(f"a press of {last:g} s cannot count: maximum_hold is {self.maximum_hold:g} s")
        return self


class ScanConfig(Model):
    """How the highlight moves."""

    method: Literal["auto", "step", "inverse", "direct"] = "auto"
    """auto: it moves by itself, a press selects. step: one switch moves, another (or a long press) selects. inverse: it
    moves while the switch is held, letting go selects. direct: pointer, joystick."""
    pattern: Literal["linear", "row_column", "group", "binary"] = "linear"
    """linear: tile by tile. row_column: a row, then a tile of it. group: what belongs together, then a tile of it.
    binary: halves, until three tiles or fewer are left."""
    interval: Annotated[float, Field(ge=0.1, le=10.0)] = 1.2
    """Time on one item [s]. Established products start at 1.0 s; about mean press time / 0.65 fits a person."""
    first_extra: Seconds = 0.6
    """Extra time on the first item [s]."""
    inner_extra: Seconds = 0.6
    """Extra time on the first item after a row or group was chosen [s]."""
    rounds: Annotated[int, Field(ge=1, le=20)] = 3
    """Rounds without a press, then the highlight waits for a press to start again."""
    inner_rounds: Annotated[int, Field(ge=1, le=20)] = 2
    """Rounds within a row or group, then the highlight goes back to the rows."""
    hide_after: Annotated[float, Field(ge=0.0, le=600.0)] = 0.0
    """A highlight that nobody moved for this long goes out until the next press [s]; 0: it stays."""
    auditory: bool = False
    """The lit item is told on the private channel, each for at least ``cue_time``."""
    cue_time: Annotated[float, Field(ge=0.2, le=5.0)] = 0.8
    """Shortest time in which a spoken cue is understood [s]."""
    order: Literal["screen", "use"] = "screen"
    """use: what was chosen most in earlier sessions comes first; it never changes during a session."""

    @property
    def least_time(self) -> float:
        """Time on one item, long enough for its cue [s]."""
        return max(self.interval, self.cue_time) if self.auditory else self.interval


class PreviewConfig(Model):
    """The cancel window: a choice that will move the arm is shown and said first, and any press takes it back."""

    enabled: bool = False
    time: Annotated[float, Field(ge=0.4, le=10.0)] | None = None
    """How long it can be taken back [s]; None: as long as this person needs to press (see `seconds`)."""
    reaction: Annotated[float, Field(ge=0.0, le=0.5)] = 0.15
    """A press that comes sooner than this after a choice, and lasts no longer, is the second of a double press and
    takes nothing back [s]; any other press does, however soon. Nobody reacts to what they see within 0.15 s."""

    def seconds(self, scan: ScanConfig, switch: SwitchConfig, press_time: float | None = None) -> float:
        """Return how long a choice can be taken back [s]: long enough for a press, from when the hand can press again.

        Args:
            scan: Where the highlight moves by itself, its time on one item is fitted to the person's press time.
            switch: How the press that chose is cleaned; a hand that pressed needs its ``post_acceptance`` first.
            press_time: Median press time when it was measured [s].
        """
        measured = press_time is not None and scan.method != "auto"
        usual = min(10.0, max(PRESS_LEAST, (press_time or 0.0) / PRESS_SHARE)) if measured else scan.least_time
        return (usual if self.time is None else self.time) + switch.post_acceptance


class ContactConfig(Model):
    """What one contact of one device means."""

    device: Name
    """``keyboard``, ``mouse``, ``joystick`` (any), or the name of one of ``devices``."""
    contact: Annotated[str, Field(min_length=1, max_length=40)] | Annotated[int, Field(ge=0, le=63)]
    """Key (pygame name); mouse button (left, middle, right, or its number); number of a joystick's button, of a contact
    of a switch box, or of a handshake line (0 CTS, 1 DSR, 2 DCD, 3 RI); soft_puff, hard_puff, soft_sip, hard_sip."""
    does: Meaning
    switch: SwitchConfig | None = None
    """How its presses are cleaned; None: as the person's others."""

    @property
    def place(self) -> tuple[str, str]:
        """Device and contact."""
        return self.device, str(self.contact)


def refuse(message: str, *where: str | int) -> PydanticCustomError:
    """Return the error for what stands at ``where`` in the file (keys and numbers of tables); it names that line."""
    return PydanticCustomError("refused", "{message}", {"message": message, "where": where})


BREATHS: Final = ("soft_puff", "hard_puff", "soft_sip", "hard_sip")
_NUMBERS: Final = tuple(str(number) for number in range(64))
_NAMES: Final[dict[str, tuple[str, ...]]] = {
    MOUSE: ("left", "middle", "right", *_NUMBERS[1:]),
    JOYSTICK: _NUMBERS,
    "switch_box": _NUMBERS,
    "switch_lines": _NUMBERS[:4],
    "breath_axis": BREATHS,
    "breath_sensor": BREATHS,
}
"""Contacts a kind of device has; the keyboard's keys are known only to the windowing library (`ui.keys`)."""


def require_contact(kind: str, contact: str, *where: str | int) -> None:
    """Refuse a ``contact`` that no device of this ``kind`` has: a person would wait for a switch that never comes.

    Raises:
        PydanticCustomError: With its place in the file.
    """
    has = _NAMES.get(kind)
    if has is None or contact in has:
        return
    listed = f"the numbers {has[0]} to {has[-1]}" if has[0].isdigit() else ", ".join(has[:4])
    listed = "left, middle, right, or a number" if kind == MOUSE else listed
    raise refuse(f"there is no contact {contact!r}: this device has {listed}", *where)


def contact_meanings(
    contacts: tuple[ContactConfig, ...],
    keys: dict[str, Meaning],
    line: tuple[str, str] | None,
    known: Mapping[str, str],
) -> dict[tuple[str, str], Meaning]:
    """Return what each (device, contact) means.

    Args:
        contacts: As the profile lists them.
        keys: What ``keys_select`` and ``keys_next`` say.
        line: Contact of the stop line, or None.
        known: Names of the devices there are, and of which kind each is.

    Raises:
        PydanticCustomError: A contact means two things, or there is no such device or contact; with its place in the
            file.
    """
    meanings: dict[tuple[str, str], Meaning] = {(KEYBOARD, key): does for key, does in keys.items()}
    for number, contact in enumerate(contacts):
        device, name = contact.place
        if device not in known:
            raise refuse(f"there is no device called {device!r}; there are {', '.join(sorted(known))}", "contacts",
                         number, "device")  # fmt: skip
        require_contact(known[device], name, "contacts", number, "contact")
        if contact.place == (KEYBOARD, STOP_KEY) and contact.does != "stop":
            raise refuse(f"the key {STOP_KEY!r} always means stop", "contacts", number, "contact")
        before = "the stop line" if contact.place == line else meanings.get(contact.place)
        if before is not None and before != contact.does:
            raise refuse(f"{name!r} of {device} means {contact.does} here and {before} above", "contacts", number)
        meanings[contact.place] = contact.does
    return meanings
