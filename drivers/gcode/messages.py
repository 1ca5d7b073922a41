"""What G-code controllers hear and say, in tables: real-time bytes, states, errors and alarms in plain words.

Sources: gnea/grbl v1.1 documents (interface, commands, settings, jogging); uArm Swift Pro protocol document v4.
"""

from __future__ import annotations

from typing import Final

LONGEST_LINE: Final = 200
"""Characters of a line from a controller; the longest status report of five axes has some 150."""
LONGEST_COMMAND: Final = 80
"""Characters of a line to a controller, its end included: Grbl's line buffer, and less than a uArm takes."""
RECEIVE_BUFFER: Final = 127
"""Bytes that Grbl keeps of lines it has not looked at yet."""
LARGEST_NUMBER: Final = 9999
"""Last number of a uArm's command; then it begins at 1 again."""

STATUS: Final = b"?"
HOLD: Final = b"!"
RESUME: Final = b"~"
RESET: Final = b"\x18"
JOG_CANCEL: Final = b"\x85"

STATES: Final = frozenset({"Idle", "Run", "Hold", "Jog", "Alarm", "Door", "Check", "Home", "Sleep"})

GRBL_ERRORS: Final = {
    1: "a command letter was expected",
    2: "a number is missing or not valid",
    3: "the $ command is not known",
    4: "a value is negative",
    5: "homing is switched off",
    6: "the step pulse is shorter than 3 microseconds",
    7: "its memory could not be read and is at factory values",
    8: "it can do that only while it stands still",
    9: "it is locked by an alarm or a jog",
    10: "soft limits need homing",
    11: "the line is too long",
    12: "the speed needs more steps a second than it can make",
    13: "a safety door is open",
    14: "the line is too long for its memory",
    15: "the place is beyond the arm's travel",
    16: "the jog command is not valid",
    17: "laser mode needs a variable output",
    20: "the command is not supported",
    21: "two commands of one group stand in one line",
    22: "no speed was given",
    23: "a whole number is needed",
    24: "two commands that use the axes stand in one line",
    25: "a letter stands twice in one line",
    26: "no axis was given",
    27: "the line number is not valid",
    28: "a value is missing",
    29: "that coordinate system is not supported",
    30: "machine coordinates need a straight move",
    31: "axes were given that nothing uses",
    32: "an arc has no axes in its plane",
    33: "an arc's target cannot be reached",
    34: "an arc's radius is wrong",
    35: "an arc has no offsets",
    36: "there are values that nothing uses",
    37: "a tool length belongs to another axis",
    38: "the tool number is too large",
}

GRBL_ALARMS: Final = {
    1: "a limit switch was hit; where the arm is, is no longer known",
    2: "a motion would have left the arm's travel; it stopped in order",
    3: "it was reset while moving; where the arm is, is no longer known",
    4: "a probe was not in its first state",
    5: "a probe found nothing",
    6: "homing was ended by a reset",
    7: "homing was ended by a safety door",
    8: "homing could not get off a switch",
    9: "homing found no switch",
    10: "homing found only one of two switches of an axis",
}
POSITION_KEPT: Final = frozenset({2})
"""Alarms after which the controller still knows where the arm is."""

UARM_ERRORS: Final = {
    20: "the command is not known",
    21: "a parameter is wrong",
    22: "the place is out of reach",
    23: "its list of waiting commands is full",
    24: "the arm has no power",
    25: "it could not be done",
}
NO_POWER: Final = 24

EVENT_READY: Final = 1
EVENT_POWER: Final = 5


def grbl_error(number: int) -> str:
    """Return what Grbl's ``error:number`` means."""
    return f"{GRBL_ERRORS.get(number, 'it does not say why')} (error {number})"


def grbl_alarm(number: int) -> str:
    """Return what Grbl's ``ALARM:number`` means."""
    return f"{GRBL_ALARMS.get(number, 'it does not say why')} (alarm {number})"


def uarm_error(number: int) -> str:
    """Return what a uArm's ``E`` and ``number`` mean."""
    return f"{UARM_ERRORS.get(number, 'it does not say why')} (E{number})"
