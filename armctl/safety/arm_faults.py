"""What can go wrong with the arm and with the computer: rows of the table in ``armctl.safety.faults``."""

from __future__ import annotations

from typing import Final

from armctl.safety.codes import Code
from armctl.safety.fault import Fault

_RECONNECT: Final = (
    "Check the cable and the power supply of the arm, then choose “I understand” and switch it on again."
)
_CALL: Final = "Choose “I understand” and switch the arm on again. If it comes back, call a technician."

ARM_FAULTS: Final = (
    # The line to the arm and the servos on it.
    Fault(
        Code.LINK_LOST,
        "The arm is not connected",
        "The connection to the arm was lost. {detail}",
        _RECONNECT,
        "carer",
        "S",
    ),
    Fault(
        Code.PLACE_LOST,
        "The arm does not know where it is",
        "The arm has to find its place again. {detail}",
        "Make room around the arm and home it (armctl home), then choose “I understand” and switch it on again.",
        "carer",
        "S",
    ),
    Fault(
        Code.JOINT_MUTE,
        "A joint does not answer",
        "The {joint} joint did not answer {value:.0f} times in a row; {limit:.0f} is the limit.",
        "Check the plugs at the {joint} joint, then choose “I understand” and switch the arm on again.",
        "carer",
        "S",
    ),
    Fault(
        Code.BAD_CYCLES,
        "The arm does not answer",
        "No joint answered {value:.0f} times in a row; {limit:.0f} is the limit.",
        _RECONNECT,
        "carer",
        "S",
    ),
    Fault(
        Code.OVERLOAD,
        "A joint is overloaded",
        "The {joint} joint works against more than it can carry.",
        "Take away what the arm pushes against or carries, then choose “I understand” and switch the arm on again.",
        "carer",
        "S",
    ),
    Fault(
        Code.OVERCURRENT,
        "A joint draws too much current",
        "The {joint} joint draws more current than it may.",
        _CALL,
        "technician",
        "S",
    ),
    Fault(
        Code.OVER_TEMPERATURE,
        "A joint is too hot",
        "The {joint} joint is at {value:.0f} °C; the limit is {limit:.0f} °C.",
        "Support the arm, let it cool for a quarter of an hour, then choose “I understand” and switch it on again.",
        "carer",
        "S",
    ),
    Fault(
        Code.WARM,
        "A joint is getting hot",
        "Slow: the {joint} joint is at {value:.0f} °C; it stops at {limit:.0f} °C.",
        "Let the arm rest for a while.",
        "user",
        "W",
    ),
    Fault(
        Code.VOLTAGE,
        "The supply voltage is wrong",
        "The {joint} joint has {value:.1f} V; the limit is {limit:.1f} V.",
        "Check the power supply, then choose “I understand” and switch the arm on again.",
        "carer",
        "S",
    ),
    Fault(
        Code.SERVO_RESTARTED,
        "A joint restarted",
        "The {joint} joint lost its power for a moment and came back.",
        _RECONNECT,
        "carer",
        "S",
    ),
    Fault(
        Code.TORQUE_LOST,
        "The arm lost its torque",
        "Not every joint holds its place any more.",
        "Support the arm, check its power supply, then choose “I understand” and switch it on again.",
        "carer",
        "S",
    ),
    Fault(
        Code.SERVO_FAULT,
        "A joint reports a fault",
        "The {joint} joint reports fault {value:.0f}, which armctl does not know.",
        _CALL,
        "technician",
        "S",
    ),
    Fault(
        Code.ENCODER_FAULT,
        "A position sensor is broken",
        "The {joint} joint says that its position sensor fails.",
        _CALL,
        "technician",
        "S",
    ),
    Fault(
        Code.ENCODER_JUMP,
        "A position reading jumped",
        "The {joint} joint jumped by {value:.1f}° within one reading; {limit:.1f}° is possible.",
        _CALL,
        "technician",
        "S",
    ),
    # The arm does not do what it is told.
    Fault(
        Code.FROZEN_POSITION,
        "A position reading is frozen",
        "The {joint} joint was told to move {value:.1f}° and still reports exactly the same position.",
        _CALL,
        "technician",
        "S",
    ),
    Fault(
        Code.FOLLOWING_ERROR,
        "A joint is blocked",
        "The {joint} joint is {value:.1f}° away from where it should be; the limit is {limit:.1f}°.",
        "See what the arm pushes against, take it away, then choose “I understand” and switch the arm on again.",
        "carer",
        "S",
    ),
    Fault(
        Code.WRONG_DIRECTION,
        "A joint moves the wrong way",
        "The {joint} joint moved {value:.1f}° the wrong way; the limit is {limit:.1f}°.",
        "Do not use the arm. Its calibration has to be checked.",
        "technician",
        "S",
    ),
    Fault(
        Code.CONTACT,
        "The arm touched the person",
        "The arm touched the {joint} with {value:.1f} N.",
        "Make sure all is well, then choose “I understand”, switch the arm on again and move it away.",
        "carer",
        "S",
    ),
    # The computer.
    Fault(
        Code.CLOCK_JUMP,
        "The computer was asleep",
        "Nothing was checked for {value:.1f} s; {limit:.1f} s is the limit.",
        "Choose “I understand” and switch the arm on again. Switch the computer's sleep mode off.",
        "carer",
        "S",
    ),
    Fault(
        Code.CONTROL_LATE,
        "The computer was too slow",
        "The arm came to rest because control was late by {value:.0f} ms; {limit:.0f} ms is the limit.",
        "Give a new command. If it happens often, close other programs.",
        "user",
        "H",
    ),
    Fault(
        Code.CONTROL_EXCEPTION,
        "An error in the program",
        "The arm control stopped because of an error. {detail}",
        _CALL,
        "technician",
        "S",
    ),
    Fault(
        Code.UI_LOST,
        "The screen is silent",
        "The arm came to rest because {detail} does not answer.",
        "Wait until the screen is back, then give a new command.",
        "user",
        "H",
    ),
    Fault(
        Code.HEAD_STALE,
        "The head is not seen",
        "The arm came to rest because the head was last seen {value:.0f} ms ago; {limit:.0f} ms is the limit.",
        "Look at the camera, then give a new command. Without it the arm only backs away, slowly.",
        "user",
        "H",
    ),
    Fault(
        Code.STOP_OVERRUN,
        "The arm did not come to rest in time",
        "The arm still moved {value:.2f} s after stop; {limit:.2f} s is the limit.",
        _CALL,
        "technician",
        "S",
    ),
)
"""The line to the arm, its servos, what it does against what it is told, and the computer."""
