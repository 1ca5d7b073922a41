"""Why something is proposed, one plain sentence each: the person hears it, staff read it."""

from __future__ import annotations


def interval(mean: float, time: float, right: int) -> str:
    """Say why the highlight should stay ``time`` [s] on each tile: ``right`` of 100 presses come in time."""
    return f"Your presses take {mean:.1f} s on average; {time:.2f} s on each tile gives you time on {right:.0f} of 100."


def interval_uneven(mean: float, time: float, right: int) -> str:
    """Say the same where presses are so uneven that the usual rule would be too fast."""
    return (
        f"Your presses take {mean:.1f} s on average and vary much; {time:.2f} s on each tile gives you time on "
        f"{right:.0f} of 100."
    )


def too_few_presses(count: int, needed: int) -> str:
    """Say that nothing can be proposed about presses."""
    return f"Only {count:.0f} presses were measured; {needed:.0f} are needed to say something about your switch."


def always_pressing() -> str:
    """Say why presses give no time on each tile."""
    return "Presses came all the time, also when nothing was asked; they do not tell how fast you press."


def nothing() -> str:
    """Say that nobody did anything."""
    return "Nothing was measured: no press, no stick and no pointer came."


def early(count: int) -> str:
    """Say why the first tile gets more time."""
    return f"{count:.0f} of 100 presses came too early; more time on the first tile lets you look before it goes on."


def acceptance(shorter: int, time: float) -> str:
    """Say why a press has to last: ``shorter`` of 100 presses by mistake do not last for ``time`` [s]."""
    return f"{shorter:.0f} of 100 presses by mistake are shorter than {time:.2f} s; from then on a press counts."


def acceptance_shorter(shortest: float, time: float) -> str:
    """Say why a press has to last for less than now."""
    return (
        f"Some of your presses last only {shortest:.2f} s; from {time:.2f} s on a press counts, so that none is lost."
    )


def acceptance_none() -> str:
    """Say why no acceptance time helps."""
    return "Presses by mistake last as long as yours, so no waiting time can tell them apart."


def doubles(count: int, gap: float, time: float) -> str:
    """Say why a second press has to wait."""
    return f"{count:.0f} of 100 presses came twice within {gap:.1f} s; for {time:.1f} s no second press counts."


def doubles_too_long(gap: float, time: float) -> str:
    """Say why double presses cannot be filtered."""
    return (
        f"Some presses came twice within {gap:.1f} s; waiting so long would block your next press, since tiles change "
        f"every {time:.1f} s."
    )


def bounce(time: float) -> str:
    """Say why contacts are waited for."""
    return f"The switch bounces; changes within {time:.2f} s count as one."


def release(gap: float, time: float) -> str:
    """Say why a short opening is no letting go."""
    return f"Your hold opened for up to {gap:.2f} s; openings of less than {time:.2f} s do not count."


def dead_zone(rest: int, zone: int) -> str:
    """Say why the stick's middle is larger or smaller."""
    return f"Your resting hand moves the stick up to {rest:.0f} %; below {zone:.0f} % nothing moves."


def reach(direction: str, travel: int) -> str:
    """Say why full speed comes sooner one way."""
    return f"You push {direction} up to {travel:.0f} %; full speed comes there."


def unreachable(direction: str) -> str:
    """Say that one direction cannot be pushed."""
    return f"You could not push {direction} far enough to steer; a switch or a tile can do that."


def rotation(degrees: float, left: bool) -> str:
    """Say why the stick is turned."""
    return f"Your “ahead” lies {degrees:.0f}° to the {'left' if left else 'right'}; the stick is turned to match."


def tremor(frequency: float, amplitude: int) -> str:
    """Say why tremor is taken out."""
    return f"Your hand trembles {frequency:.0f} times a second by {amplitude:.0f} %; that is taken out."


def too_few_stick() -> str:
    """Say that nothing can be proposed about the stick."""
    return "The stick was not measured long enough to say something about it."


def dwell_time(pause: float, time: float) -> str:
    """Say why resting has to last so long."""
    return f"On the way your pointer rested up to {pause:.1f} s; resting {time:.1f} s chooses."


def dwell_radius(radius: int) -> str:
    """Say why the pointer may wander so far."""
    return f"While you rest, your pointer stays within {radius:.0f} pixels; so much is allowed."


def magnet(tile: int, reach: int) -> str:
    """Say why tiles attract the pointer."""
    return f"You hit tiles of {tile:.0f} pixels; a pointer up to {reach:.0f} pixels beside a tile counts for it."


def tile(side: int) -> str:
    """Say why tiles are so large."""
    return f"You hit tiles of {side:.0f} pixels surely; none shall be smaller."


def too_few_targets(count: int, needed: int) -> str:
    """Say that nothing can be proposed about pointing."""
    return f"Only {count:.0f} targets were reached; {needed:.0f} are needed to say something about your pointer."


DIRECTIONS = {"right": "to the right", "ahead": "away from you", "left": "to the left", "back": "towards you"}
"""Directions of a stick, as they are said in a sentence."""
