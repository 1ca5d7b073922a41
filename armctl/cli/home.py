"""``armctl home``: let an arm that counts its steps find its switches, asked for by somebody who sees it.

After power came on, a limit switch was hit or a motion was cut short, a Grbl controller does not know where the arm is,
and no arm is driven that does not know that. Homing moves at the controller's own speed, past the supervisor: it is
started by a person only, and any key ends it.
"""

from __future__ import annotations

import select
import signal
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from rich.console import Console

from armctl.cli.calibrate_file import base_text
from armctl.cli.choice import search_port, surroundings
from armctl.cli.servo import agreed
from armctl.clock import Clock, SystemClock
from armctl.config.arm import ArmConfig
from armctl.config.load import parse
from armctl.errors import HardwareError, LinkLostError, PortBusyError, SetupError
from armctl.hal.registry import ArmContext
from drivers.gcode.arm import GcodeArm
from drivers.gcode.grbl import HOMING_TIME

OUT: Final = Console(highlight=False)
PERIOD: Final = 0.05
"""Time from one look to the next [s]: how late a key can be seen."""
PATIENCE: Final = 8.0
"""How long to wait for the port [s]: a session that lost the arm has it for up to 5 s, then leaves it for 1 s."""
QUESTION: Final = (
    "Every joint now moves to the end where its switch is, at the controller's own speed; armctl does not look out for "
    "anything meanwhile. Is nobody within the arm's reach, and nothing in its way?"
)


def run_home(*, arm: str, port: str, yes: bool, anew: bool) -> int:
    """Home ``arm`` at ``port``, which is looked for where it is empty; 0 when it knows where it is, else 1.

    Args:
        arm: Name of the arm, or its .toml file.
        port: Its serial port.
        yes: Somebody said beforehand that its way is free.
        anew: Home it even when it knows where it is, as after a bump.

    Raises:
        ArmctlError: It needs none, is not there, or could not be homed; the message says why.
    """
    text, label = base_text(arm)
    config = parse(text, ArmConfig, label)
    if config.gcode is None or config.gcode.dialect != "grbl":
        raise SetupError(f"{config.title} knows where it is without homing.", f"Start it: armctl run --arm {arm}")
    clock = SystemClock()
    context = ArmContext(config, clock, surroundings(config), port or search_port(config).path)
    return home(GcodeArm(context), clock, yes=yes, anew=anew)


def home(arm: GcodeArm, clock: Clock, *, yes: bool, anew: bool) -> int:
    """Connect to ``arm`` and home it if it needs that; see `run_home`."""
    _connect(arm, clock)
    try:
        why = arm.lost
        if not (why or anew):
            OUT.print("It knows where it is. After a bump it may be wrong about that: home it with --again.")
            return 0
        if why:
            OUT.print(why, markup=False)
        if not agreed(QUESTION, yes=yes):
            OUT.print("Nothing was moved.")
            return 1
        with stop_asked() as asked:
            OUT.print("It homes. Any key stops it." if sys.stdin.isatty() else "It homes. Ctrl-C stops it.")
            found = _follow(arm, clock, asked)
    finally:
        arm.close()
    OUT.print("It knows where it is." if found else f"Stopped. {arm.info.name} has to be homed before it can be used.")
    return 0 if found else 1


def _connect(arm: GcodeArm, clock: Clock) -> None:
    until = clock.now() + PATIENCE
    while True:
        try:
            return arm.connect(to_home=True)
        except PortBusyError:
            if clock.now() > until:
                raise
        clock.sleep_until(clock.now() + PERIOD)


def _follow(arm: GcodeArm, clock: Clock, asked: Callable[[], bool]) -> bool:
    """Home ``arm`` and return True once it knows where it is, False when it was stopped."""
    until = clock.now() + HOMING_TIME
    found = False
    try:
        arm.home()
        while arm.homing():
            if asked():
                return False
            if clock.now() > until:
                raise HardwareError(f"Homing was not done within {HOMING_TIME:.0f} s.", "Look at the switches.")
            clock.sleep_until(clock.now() + PERIOD)
        found = True
    except LinkLostError as error:
        raise LinkLostError(f"{error.message} The arm may go on homing.", "Switch its power supply off.") from error
    finally:
        if not found:
            with suppress(LinkLostError):
                arm.hold()
    return found


@contextmanager
def stop_asked() -> Iterator[Callable[[], bool]]:
    """Provide what tells whether somebody asked to stop: by any key, Ctrl-C, a closed terminal or a signal to end."""
    ended: list[int] = []
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    handlers = {number: signal.signal(number, lambda got, _frame: ended.append(got)) for number in numbers}
    keyboard = sys.stdin.fileno() if sys.stdin.isatty() else None
    before = termios.tcgetattr(keyboard) if keyboard is not None else None
    try:
        if keyboard is not None:
            tty.setcbreak(keyboard)
            # What was typed before it moved is not meant to stop it.
            termios.tcflush(keyboard, termios.TCIFLUSH)
        yield lambda: bool(ended) or (keyboard is not None and bool(select.select([keyboard], (), (), 0.0)[0]))
    finally:
        if keyboard is not None and before is not None:
            with suppress(termios.error):
                termios.tcflush(keyboard, termios.TCIFLUSH)
                termios.tcsetattr(keyboard, termios.TCSADRAIN, before)
        for number, handler in handlers.items():
            signal.signal(number, handler)
