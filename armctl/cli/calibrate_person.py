"""The person at the terminal: pages with big pictures, questions answered with one key, live bars, and a voice.

What was typed before a question was asked never answers it. ``q``, Ctrl-C, a closed terminal or a signal to end all
mean the same: `Cancelled`.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import sys
import termios
import tty
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from armctl.cli.calibrate_picture import Pixels, in_terminal, sign
from armctl.cli.calibrate_ranges import ENOUGH, Span
from armctl.clock import Clock
from armctl.config.user import VoiceConfig
from armctl.errors import SetupError
from ui.speech import NullVoice, Speaker, Voice, sound_device

ENTER: Final = "enter"
LEAVE: Final = "q"
_BAR: Final = 30
_MARKS: Final = {"enough": "[bold green]✔ enough[/]", "more": "[yellow]further[/]", "not moved": "not moved yet"}
_NO_PICTURE_ROWS: Final = 8
"""Fewer free lines than this show no pose: the picture file does."""
POLL: Final = 0.2
"""Longest wait for a key at a time [s]."""


class Cancelled(Exception):  # noqa: N818  # not an error: somebody decided so
    """The person ended it, or is gone.

    Args:
        gone: There is nobody left to ask: the terminal is closed, or the program was told to end.
    """

    def __init__(self, *, gone: bool = False) -> None:
        super().__init__()
        self.gone = gone


@dataclass(frozen=True, slots=True)
class Page:
    """What is shown at once.

    Attributes:
        step: Number of the step, of `steps`; 0 for a page outside of them.
        steps: How many there are.
        title: What it is about, in a few words.
        lines: What to do, a line for each thing.
        picture: The pose to bring the arm into, or None.
        direction: Key of a big sign; "" for none.
        table: Rows of a table, the head first.
        say: What is said aloud; the title and lines where empty.
    """

    step: int
    steps: int
    title: str
    lines: Sequence[str]
    picture: Pixels | None = None
    direction: str = ""
    table: Sequence[Sequence[str]] = ()
    say: str = ""


class Person(Protocol):
    """Whoever calibrates."""

    def show(self, page: Page) -> None:
        """Show ``page``, and say it."""
        ...

    def tell(self, text: str) -> None:
        """Show one more line, and say it."""
        ...

    def bars(self, spans: Sequence[Span], told: str) -> None:
        """Show how far each joint was turned, and one line below it; takes the place of the bars before."""
        ...

    def ask(self, keys: Mapping[str, str], idle: Callable[[], object] | None = None) -> str:
        """Wait for one of ``keys`` (key to what it does) and return it.

        Args:
            keys: `ENTER` or a letter, and its meaning.
            idle: Called over and over while nobody answers.

        Raises:
            Cancelled: They want to leave everything as it is.
        """
        ...

    def key(self, until: float) -> str:
        """Return a key that was pressed by ``until`` [s], or "".

        Raises:
            Cancelled: They want to leave everything as it is.
        """
        ...


class Terminal:
    """A `Person` at this process's terminal.

    Args:
        clock: Time.
        voice: Says what is shown.
        console: Where to show it.
        keyboard: Open file to read keys from.
        picture_file: Where the picture of each page is, for terminals that have no room for it.
    """

    def __init__(
        self, clock: Clock, voice: Speaker, console: Console, keyboard: int, picture_file: Path | None = None
    ) -> None:
        self._clock = clock
        self._voice = voice
        self._console = console
        self._keyboard = keyboard
        self._picture_file = picture_file
        self._live: Live | None = None

    def show(self, page: Page) -> None:
        """Show ``page`` on a clear screen; see `Person`."""
        self._end_bars()
        self.forget()
        with suppress(OSError):  # a closed terminal shows with the first words
            self._console.clear()
        number = f" {page.step} of {page.steps} " if page.step else ""
        head = Text.assemble((number, "bold black on white"), (" " if number else ""), (page.title, "bold"))
        words = Text("\n".join(page.lines))
        big = sign(page.direction)
        parts: list[RenderableType] = [Panel(head, border_style="bold"), Padding(words, (0, 2))]
        if page.direction:
            parts.append(
                Padding(Text("\n".join(big), style="bold bright_yellow", no_wrap=True, overflow="crop"), (1, 4))
            )
        if page.table:
            parts.append(Padding(_table(page.table), (1, 2)))
        # Above: the head. Below: what can be pressed, and for a motion the question about it.
        used = 3 + len(page.lines) + len(page.table) + 4 + (len(big) + 7 if big else 0)
        room = self._console.height - used
        if page.picture is not None and room >= _NO_PICTURE_ROWS:
            coloured = self._console.color_system in ("truecolor", "256")
            parts.append(in_terminal(page.picture, self._console.width, room, colour=coloured))
        elif page.picture is not None:
            parts.append(Padding(Text(f"This window is too small for the picture: {self._picture_file}"), (0, 2)))
        self._put(Group(*parts))
        self._voice.say(page.say or " ".join([page.title + ".", *page.lines]))

    def tell(self, text: str) -> None:
        """Show one more line; see `Person`."""
        self._end_bars()
        self._put(Padding(Text(text, style="bold"), (0, 2)))
        self._voice.say(text)

    def bars(self, spans: Sequence[Span], told: str) -> None:
        """Show the bars; see `Person`."""
        picture = Group(_bars(spans), Padding(Text(told, style="bold yellow"), (1, 0)))
        try:
            if self._live is None:
                self._live = Live(picture, console=self._console, auto_refresh=False, transient=False)
                self._live.start()
            self._live.update(Padding(picture, (0, 2)), refresh=True)
        except OSError as error:
            raise Cancelled(gone=True) from error

    def ask(self, keys: Mapping[str, str], idle: Callable[[], object] | None = None) -> str:
        """Wait for one of ``keys``; see `Person`."""
        self._end_bars()
        names = {**keys, LEAVE: "leave everything as it was"}
        told = "   ".join(f"[{'Enter' if key == ENTER else key}] {meaning}" for key, meaning in names.items())
        self.forget()
        self._put(Padding(Text(told, style="bold cyan"), (1, 2, 0, 2)))
        while True:
            if idle is not None:
                idle()
            key = self.key(self._clock.now() + (0.0 if idle is not None else POLL))
            if key in keys:
                return key

    def key(self, until: float) -> str:
        """Return a key; see `Person`."""
        wait = max(0.0, until - self._clock.now())
        if not select.select([self._keyboard], (), (), wait)[0]:
            return ""
        try:
            data = os.read(self._keyboard, 64)
        except OSError as error:
            raise Cancelled(gone=True) from error
        if not data or data[:1] in (b"q", b"Q", b"\x03", b"\x04"):
            raise Cancelled(gone=not data)
        return ENTER if data[:1] in (b"\r", b"\n") else data[:1].decode("ascii", "replace").lower()

    def forget(self) -> None:
        """Forget the keys pressed so far."""
        with suppress(termios.error):
            termios.tcflush(self._keyboard, termios.TCIFLUSH)

    def close(self) -> None:
        """Give the terminal back."""
        self._end_bars()
        self._voice.close()

    def _put(self, what: RenderableType) -> None:
        """Show ``what``; a terminal that is closed means that nobody is left."""
        try:
            self._console.print(what)
        except OSError as error:
            raise Cancelled(gone=True) from error

    def _end_bars(self) -> None:
        live, self._live = self._live, None
        if live is not None:
            with suppress(OSError):
                live.stop()


def _table(rows: Sequence[Sequence[str]]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for title in rows[0]:
        table.add_column(title)
    for row in rows[1:]:
        table.add_row(*row)
    return table


def _bars(spans: Sequence[Span]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    for span in spans:
        share = min(span.share / ENOUGH, 1.0) if span.needed else 1.0
        full = round(share * _BAR)
        colour = "green" if span.state == "enough" else "red" if span.state in ("wrapped", "too much") else "yellow"
        bar = Text("█" * full, style=colour) + Text("░" * (_BAR - full), style="dim")
        travel = f"{span.travel / span.turn * 360:4.0f}°" if span.needed else "  any"
        mark = _MARKS.get(span.state, f"[red]{span.state}[/]") if span.needed else "[green]✔ leave it[/]"
        table.add_row(Text(span.joint.replace("_", " "), style="bold"), bar, travel, mark)
    return table


@contextmanager
def at_terminal(clock: Clock, *, speak: bool, picture_file: Path | None = None) -> Iterator[Terminal]:
    """Take the terminal for one key at a time, and give it back whatever happens.

    Args:
        clock: Time.
        speak: Say aloud what is shown, where there is a loudspeaker.
        picture_file: Where the picture of each page is.

    Raises:
        SetupError: There is no terminal, so there is nobody who could answer.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise SetupError(
            "Calibrating needs a person at a terminal: this is none.", "Start it in a terminal window, not in a pipe."
        )
    keyboard = sys.stdin.fileno()
    before = termios.tcgetattr(keyboard)
    audible = speak and sound_device()
    voice: Speaker = Voice(VoiceConfig()) if audible else NullVoice()
    console = Console(highlight=False)
    if speak and not audible:
        console.print("No loudspeaker was found: everything is shown, nothing is said.", style="dim")
    terminal = Terminal(clock, voice, console, keyboard, picture_file)
    handlers = {number: signal.signal(number, _cancel) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    # What a driver notes in the log is told on the page where it matters, in words.
    logging.disable(logging.ERROR)
    try:
        tty.setcbreak(keyboard)
        yield terminal
    finally:
        logging.disable(logging.NOTSET)
        terminal.close()
        with suppress(termios.error):
            termios.tcsetattr(keyboard, termios.TCSADRAIN, before)
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _cancel(number: int, _frame: object) -> None:
    raise Cancelled(gone=number != signal.SIGINT)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let no signal to end come through until the block is left; the last one that came is then dealt with."""
    came: list[int] = []
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    handlers = {number: signal.signal(number, lambda got, _frame: came.append(got)) for number in numbers}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    if came:
        signal.raise_signal(came[-1])
