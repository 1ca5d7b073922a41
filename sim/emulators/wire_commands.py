"""What can be typed to break the line of an emulated device."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from sim.emulators import words as say
from sim.emulators.registry import Emulator
from sim.emulators.words import MisunderstoodError

_LARGEST_DELAY: Final = 10_000.0
"""Longest delay of an answer [ms]."""


class Command(NamedTuple):
    """One thing that can be typed.

    Attributes:
        usage: How to type it, its name first.
        does: What it does, for help.
        run: Does it with the words behind the name, and returns the answer; raises `MisunderstoodError` or an
            `ArmctlError`.
    """

    usage: str
    does: str
    run: Callable[[Sequence[str]], str]


class WireCommands:
    """Commands that concern the line.

    Args:
        emulator: The device.
    """

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._faults = emulator.faults

    def table(self) -> tuple[Command, ...]:
        """Return the commands."""
        return (
            Command("drop ID [COUNT] | PERCENT%", "lose the next answers, or this share of all", self._drop),
            Command("corrupt ID [COUNT] | PERCENT%", "turn over one bit of answers", self._corrupt),
            Command("chop ID [COUNT]", "break the next answers off in the middle", self._chop),
            Command("noise PERCENT%", "foreign bytes before this share of answers", self._noise),
            Command("delay MILLISECONDS", "every answer comes this much later", self._delay),
            Command("echo on|off", "the adapter returns what is sent to it", self._echo),
            Command("mute ID [off]", "it hears and does, but never answers", self._mute),
            Command("duplicate ID [off]", "a second one has the same id", self._duplicate),
        )

    def condition(self) -> str:
        """Return what is wrong with the line, in a few words."""
        faults = self._faults
        said = [
            f"{value * 100:g} % of answers {what}"
            for value, what in ((faults.loss, "lost"), (faults.corruption, "wrong"), (faults.noise, "behind noise"))
            if value
        ]
        said += [f"{faults.delay * 1000:g} ms late"] if faults.delay else []
        said += ["echo"] if faults.echo else []
        said += ["two with one id"] if faults.collide else []
        said += [f"mute: {', '.join(map(str, sorted(faults.muted)))}"] if faults.muted else []
        return ", ".join(said) or "nothing wrong"

    def _drop(self, words: Sequence[str]) -> str:
        if (share := say.share(words)) is not None:
            self._faults.loss = share.value
            return f"{share} of all answers are lost."
        unit, count = say.unit_and_count(self._emulator, words)
        self._faults.drop_next(unit.id, count)
        return f"{unit.id} loses its next {say.answers(count)}."

    def _corrupt(self, words: Sequence[str]) -> str:
        if (share := say.share(words)) is not None:
            self._faults.corruption = share.value
            return f"{share} of all answers have a wrong bit."
        unit, count = say.unit_and_count(self._emulator, words)
        self._faults.corrupt_next(unit.id, count)
        return f"{unit.id} has a wrong bit in its next {say.answers(count)}."

    def _chop(self, words: Sequence[str]) -> str:
        unit, count = say.unit_and_count(self._emulator, words)
        self._faults.cut_next(unit.id, count)
        return f"{unit.id} breaks off in its next {say.answers(count)}."

    def _noise(self, words: Sequence[str]) -> str:
        share = say.share(words)
        if share is None:
            raise MisunderstoodError("How much noise?")
        self._faults.noise = share.value
        return f"{share} of all answers have foreign bytes before them."

    def _delay(self, words: Sequence[str]) -> str:
        (text,) = say.exactly(words, 1)
        milliseconds = 0.0 if text.lower() == "off" else say.number(text, 0.0, _LARGEST_DELAY, "ms")
        self._faults.delay = milliseconds / 1000
        return f"Every answer comes {milliseconds:g} ms later."

    def _echo(self, words: Sequence[str]) -> str:
        self._faults.echo = say.on_or_off(words)
        return f"The adapter {'returns' if self._faults.echo else 'does not return'} what is sent to it."

    def _mute(self, words: Sequence[str]) -> str:
        unit, on = say.first(self._emulator, words), say.on_or_off(words[1:])
        (self._faults.muted.add if on else self._faults.muted.discard)(unit.id)
        return f"{unit.id} {'never answers' if on else 'answers again'}."

    def _duplicate(self, words: Sequence[str]) -> str:
        unit, on = say.first(self._emulator, words), say.on_or_off(words[1:])
        self._emulator.duplicate(unit.id, on)
        return f"{'Two answer' if on else 'One answers'} as {unit.id}."
