"""What can be wrong with the person's own inputs so that a stop must stay: rows of the table of faults.

Everything else that fails there (a switch that sticks, a stick that is unplugged) brings the arm to rest without a
fault: the next press shows whether all is well again.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from armctl.safety.codes import Code
from armctl.safety.fault import Fault

INPUT_FAULTS: Final = (
    Fault(
        Code.INPUT_SPASM,
        "The stick was thrown",
        "The arm stopped because the stick went from one end to the other at once.",
        "Let the stick go. When all is calm, choose “I understand” and switch the arm on again.",
        "user",
        "S",
    ),
    Fault(
        Code.STOP_LINE_OPEN,
        "The stop button is pressed or not connected",
        "The arm stopped because the circuit of the stop button is open.",
        "Release the button, or check its plug and its wire, then choose “I understand” and switch the arm on again.",
        "carer",
        "S",
    ),
)

LATCHING_STOPS: Final[Mapping[str, Code]] = MappingProxyType(
    {"spasm": Code.INPUT_SPASM, "stop_line": Code.STOP_LINE_OPEN}
)
"""Reason of a stop to the fault that it latches; every other stop latches none."""
