"""The command prompt of an emulated device: lines in, an answer to each, faults on purpose.

Who types is a person or a script on a pipe. What cannot be understood is answered with what to type; nothing that is
typed ends the device but ``quit``.
"""

from __future__ import annotations

import contextlib
import os
import select
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from armctl.errors import ArmctlError
from sim.emulators import words as say
from sim.emulators.registry import Emulator
from sim.emulators.unit_commands import UnitCommands
from sim.emulators.wire_commands import Command, WireCommands
from sim.emulators.words import MisunderstoodError

_OPPOSITES: Final = {"unblock": "block", "unmute": "mute", "unfreeze": "freeze"}
_CHUNK: Final = 4096
_LONGEST_LINE: Final = 500
"""Characters; what is longer was not typed by a person, and is cut."""


class Plug(Protocol):
    """The plug of the device's port."""

    @property
    def plugged(self) -> bool:
        """True while the port is there."""
        ...

    def unplug(self) -> None:
        """Take the port away."""
        ...

    def plug(self) -> str:
        """Bring the port back, and return where it is now.

        Raises:
            SetupError: It cannot be brought back.
        """
        ...


class Prompt:
    """Understands lines and does what they say.

    Attributes:
        ended: ``quit`` was typed.

    Args:
        emulator: The device.
        plug: Its port.
    """

    def __init__(self, emulator: Emulator, plug: Plug) -> None:
        self._emulator = emulator
        self._plug = plug
        self._wire = WireCommands(emulator)
        self._units = UnitCommands(emulator)
        self._commands = {command.usage.split()[0]: command for command in self._table()}
        self.ended = False

    def answer(self, line: str) -> str:
        """Return the answer to ``line``; empty for a line with nothing in it."""
        words = line.split()
        if not words:
            return ""
        name, rest = words[0].lower(), words[1:]
        if name in _OPPOSITES:
            name, rest = _OPPOSITES[name], [*rest, "off"]
        command = self._commands.get(name)
        if command is None:
            return f"There is no command {words[0]!r}. Type help for what there is."
        try:
            return command.run(rest)
        except MisunderstoodError as error:
            return f"{error} Type: {command.usage}"
        except ArmctlError as error:
            return str(error)

    def _table(self) -> tuple[Command, ...]:
        return (
            Command("list", "how each unit is now, and what is wrong", self._list),
            *self._wire.table(),
            *self._units.table(),
            Command("unplug", "pull the plug of the port", self._unplug),
            Command("plug", "plug it in again", self._plug_in),
            Command("mend", "end every fault of line and joints", self._mend),
            Command("help", "this list", self._help),
            Command("quit", "end the device", self._quit),
        )

    def _list(self, words: Sequence[str]) -> str:
        say.nothing_more(words)
        port = "" if self._plug.plugged else ", unplugged"
        return "\n".join([*self._units.conditions(), f"line: {self._wire.condition()}{port}"])

    def _unplug(self, words: Sequence[str]) -> str:
        say.nothing_more(words)
        if not self._plug.plugged:
            return "It is unplugged already. Type plug to bring it back."
        self._plug.unplug()
        return "The port is gone. Type plug to bring it back."

    def _plug_in(self, words: Sequence[str]) -> str:
        say.nothing_more(words)
        if self._plug.plugged:
            return "It is plugged in already."
        return f"The port is back at {self._plug.plug()}."

    def _mend(self, words: Sequence[str]) -> str:
        say.nothing_more(words)
        self._emulator.faults.clear()
        self._units.mend()
        return "Every fault of line and joints is ended; supply, temperature, plug and second units stay as they are."

    def _help(self, words: Sequence[str]) -> str:
        say.nothing_more(words)
        width = max(len(command.usage) for command in self._commands.values())
        return "\n".join(f"{command.usage:<{width}}  {command.does}" for command in self._commands.values())

    def _quit(self, words: Sequence[str]) -> str:
        say.nothing_more(words)
        self.ended = True
        return "The device ends."


class TypedLines:
    """Lines as they come in, read without ever waiting.

    Args:
        handle: File descriptor to read from.
    """

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._rest = b""
        self._open = True

    def take(self) -> list[str]:
        """Return some lines that are complete by now; the last one too when the input has ended."""
        if self._open and _readable(self._handle):
            data = b""
            # A terminal that hangs up reads as an error.
            with contextlib.suppress(OSError):
                data = os.read(self._handle, _CHUNK)
            self._open = bool(data)
            self._rest += data or b"\n"
        *lines, self._rest = self._rest.split(b"\n")
        self._rest = self._rest[-_LONGEST_LINE:]
        return [line[:_LONGEST_LINE].decode(errors="replace") for line in lines]


def _readable(handle: int) -> bool:
    """Return True when a read would not wait. A program in the background must not read its terminal: it would stop."""
    if os.isatty(handle) and os.tcgetpgrp(handle) != os.getpgrp():
        return False
    return bool(select.select([handle], (), (), 0.0)[0])


def attend(prompt: Prompt, typed: TypedLines, tell: Callable[[str], None]) -> None:
    """Answer what was typed since the last time with ``tell``."""
    for line in typed.take():
        if answer := prompt.answer(line):
            tell(answer)
        if prompt.ended:
            return
