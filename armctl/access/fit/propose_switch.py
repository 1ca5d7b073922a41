"""Settings of the switch and of scanning that fit a person's presses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from armctl.access.fit import timing, words
from armctl.access.fit.change import Part
from armctl.access.fit.measured import Measured
from armctl.access.fit.presses import ENOUGH, HoldFigures, PressFigures, RestFigures, likely
from armctl.config.inputs import SwitchConfig
from armctl.config.user import UserConfig

MISTAKES: Final = 2
"""So many presses by mistake are a habit; one may be chance."""
SHORTEST: Final = 0.8
"""An acceptance time lies below the shortest tenth of the meant presses by this factor: none of them is to be lost."""
LONGER: Final = 1.15
"""And above the longest press by mistake by this one."""
GAP: Final = 1.2
"""Nothing counts for so much longer than the longest gap of a double press."""
EARLY: Final = 0.15
"""From this share of early presses on, the first tile gets more time."""
STEP: Final = 0.05


def propose(measured: Measured, user: UserConfig) -> Part:
    """Return what the presses of ``measured`` suggest.

    * Interval: `timing.interval_for`.
    * First tile: half as long again where more than 15 of 100 presses come early (pre-hits: Angelo 2000).
    * Acceptance: 1.15 × the longest press by mistake, if that stays under 0.8 × the shortest tenth of those meant.
    * After a press: 1.2 × the longest gap of a double press, if that is shorter than the interval; a longer one would
      block the next meant press and is refused.
    * Debounce: 1.5 × the longest bounce. Release: 1.5 × the longest opening in a hold.
    """
    part, presses = Part(), measured.presses or PressFigures()
    if not presses.enough:
        part.notes.append(words.too_few_presses(len(presses.times), ENOUGH))
        return part
    interval = timing.interval_for(presses.spread)
    if user.scan.method in ("auto", "inverse"):
        _time_on_tiles(part, presses, user, interval)
    _acceptance(part, presses, measured.rest or RestFigures(), user.switch)
    _after_a_press(part, presses, user, interval)
    if presses.bounces:
        time = min(0.1, _rounded(1.5 * max(presses.bounces), 0.01))
        if time > user.switch.debounce:
            part.change("switch.debounce", user.switch.debounce, time, words.bounce(time))
    _release(part, measured.holds or HoldFigures(), user.switch)
    return part


def outlook(measured: Measured, user: UserConfig, items: int) -> timing.Expected:
    """Return what choosing will be like for the person of ``measured`` with the settings of ``user``.

    Args:
        measured: With enough presses.
        user: Settings.
        items: Tiles on the screen.
    """
    presses, switch = measured.presses or PressFigures(), user.switch
    habits = habits_with(presses, measured.rest or RestFigures(), switch)
    return timing.expected(presses.spread, habits, user.scan.interval, user.scan.first_extra, items)


def habits_with(presses: PressFigures, rest: RestFigures, switch: SwitchConfig) -> timing.Habits:
    """Return what goes wrong besides late presses, once ``switch`` has filtered what it can."""
    accepted = max(switch.acceptance, switch.debounce)
    quiet = accepted + switch.post_acceptance
    doubled = presses.doubles * share(presses.gaps, above=quiet)
    return timing.Habits(
        early=likely(presses.early, presses.count),
        missed=likely(presses.missed, presses.count),
        doubled=doubled,
        spurious=rest.rate * share(rest.holds, above=switch.acceptance, empty=1.0),
        lost=1.0 - share(presses.holds, above=accepted, empty=1.0),
    )


def share(values: Sequence[float], *, above: float, empty: float = 0.0) -> float:
    """Return the share of ``values`` that are ``above``; ``empty`` where there are none."""
    return sum(value > above for value in values) / len(values) if values else empty


def tenth(values: Sequence[float]) -> float:
    """Return the value that a tenth of ``values`` is below."""
    return sorted(values)[len(values) // 10]


def _rounded(value: float, grain: float) -> float:
    return round(round(value / grain) * grain, 3)


def _time_on_tiles(part: Part, presses: PressFigures, user: UserConfig, interval: float) -> None:
    spread = presses.spread
    say = words.interval_uneven if spread.cv > timing.UNEVEN else words.interval
    in_time = int(100.0 * (1.0 - spread.later_than(interval)))
    why = say(spread.mean, interval, in_time)
    part.change("scan.interval", user.scan.interval, interval, why, timing.GRAIN - 1e-6)
    if presses.early > EARLY and user.scan.first_extra < interval / 2.0:
        extra = _rounded(interval / 2.0, STEP)
        part.change("scan.first_extra", user.scan.first_extra, extra, words.early(round(100 * presses.early)))


def _acceptance(part: Part, presses: PressFigures, rest: RestFigures, switch: SwitchConfig) -> None:
    if not presses.holds:
        return
    short = tenth(presses.holds)
    most = SHORTEST * short
    old = switch.acceptance
    if rest.count >= MISTAKES and rest.holds:
        longest = max(rest.holds)
        if LONGER * longest > most:
            part.notes.append(words.acceptance_none())
        else:
            time = round(LONGER * longest, 2)
            part.change("switch.acceptance", old, time, words.acceptance(longest, time), 0.009)
            return
    if old > most:
        time = _rounded(max(0.0, most - STEP / 2), STEP)
        part.change("switch.acceptance", old, time, words.acceptance_shorter(short, time))


def _after_a_press(part: Part, presses: PressFigures, user: UserConfig, interval: float) -> None:
    if not presses.gaps:
        return
    longest, tile = max(presses.gaps), interval if user.scan.method == "auto" else 2.0
    time = _rounded(min(2.0, GAP * longest + STEP / 2), STEP)
    if time >= tile:
        part.notes.append(words.doubles_too_long(longest, tile))
    elif time > user.switch.post_acceptance or user.switch.post_acceptance >= tile:
        count = round(100 * presses.doubles)
        part.change("switch.post_acceptance", user.switch.post_acceptance, time, words.doubles(count, longest, time))


def _release(part: Part, holds: HoldFigures, switch: SwitchConfig) -> None:
    if not holds.gaps:
        return
    time = min(1.0, _rounded(1.5 * max(holds.gaps), 0.01))
    if time > switch.release:
        part.change("switch.release", switch.release, time, words.release(max(holds.gaps), time))
