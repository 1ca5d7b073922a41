"""A line to a device that is a function: bytes asked, bytes answered."""

from drivers.probes.probe import Line
from tests.support.wires import ScriptedTransport


def asked(clock, far_end):
    """The line, and its transport, which knows what was sent."""
    transport = ScriptedTransport(clock, far_end)
    return Line(transport, clock, clock.now() + 1.9), transport
