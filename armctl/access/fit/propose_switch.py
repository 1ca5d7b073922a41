"""Settings of the switch and of scanning that fit a person's presses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from armctl.access.fit import timing, words
from armctl.access.fit.beliefs import press_times, rate_of, share_above, slips_of
from armctl.access.fit.change import Part
from armctl.access.fit.exercise_switch import AFTER
from armctl.access.fit.exgauss import estimate
from armctl.access.fit.measured import Measured
from armctl.access.fit.presses import ENOUGH, HoldFigures, PressFigures, RestFigures, likely
from armctl.config.inputs import SwitchConfig
from armctl.config.user import UserConfig

ITEMS: Final = 6
"""Tiles of a usual screen, for what is expected of a choice."""
MISTAKES: Final = 2
"""So many presses by mistake are a habit; one may be chance."""
SHORTEST: Final = 0.8
"""An acceptance time lies below the shortest tenth of the meant presses by this factor: none of them is to be lost."""
WORTH: Final = 1.05
"""Another acceptance time has to bring more right choices a minute by this factor."""
GAP: Final = 1.2
"""Nothing counts for so much longer than the longest gap of a double press."""
EARLY: Final = 0.15
"""From this share of early presses on, the first tile gets more time."""
ALWAYS: Final = (12.0, 0.6)
"""From so many presses a minute that nobody meant, or this share of early ones on, what looks like an answer is as
likely chance: in a press time of a second one in five."""
STEP: Final = 0.05
GRAIN: Final = 0.01
"""Acceptance times are tried in these steps [s]."""


def propose(measured: Measured, user: UserConfig) -> Part:
    """Return what the presses of ``measured`` suggest.

    * Interval: `timing.interval_for`.
    * First tile: half as long again where more than 15 of 100 presses come early (pre-hits: Angelo 2000).
    * Acceptance: what brings most right choices a minute, where presses came by mistake; never above 0.8 × the
      shortest tenth of those meant.
    * After a press: 1.2 × the longest gap of a double press, if that is shorter than the interval; a longer one would
      block the next meant press and is refused.
    * Debounce: 1.5 × the longest bounce. Release: 1.5 × the longest opening in a hold.
    """
    part, presses, rest = Part(), measured.presses or PressFigures(), measured.rest or RestFigures()
    if not presses.enough:
        part.notes.append(words.too_few_presses(len(presses.times), ENOUGH))
        return part
    spread = press_times(presses.times)
    interval = timing.interval_for(spread)
    _acceptance(part, measured, user)
    if rate_of(slips_of(presses, rest)) > ALWAYS[0] or presses.early > ALWAYS[1]:
        part.notes.append(words.always_pressing())
    elif user.scan.method in ("auto", "inverse"):
        _time_on_tiles(part, presses, spread, user, interval)
    _after_a_press(part, presses, rest, user, interval)
    if presses.bounces:
        time = min(0.1, _rounded(1.5 * max(presses.bounces), 0.01))
        if time > user.switch.debounce:
            part.change("switch.debounce", user.switch.debounce, time, words.bounce(time))
    _release(part, measured.holds or HoldFigures(), user.switch)
    return part


def outlook(measured: Measured, user: UserConfig, items: int) -> timing.Expected:
    """Return what choosing will be like for the person of ``measured`` with the settings of ``user``.

    The mean over everything that may be true of them (`beliefs`).

    Args:
        measured: With enough presses.
        user: Settings.
        items: Tiles on the screen.
    """
    presses, rest, scan = measured.presses or PressFigures(), measured.rest or RestFigures(), user.scan
    known = habits_with(presses, rest, user.switch)
    through = share_above(rest.holds, user.switch.acceptance, 1.0)
    too_soon = share_above(presses.early_holds, user.switch.acceptance, 1.0)
    return timing.together(
        [
            (
                weight * slips.weight,
                timing.expected(
                    times,
                    replace(known, early=slips.early * too_soon, spurious=slips.rate * through),
                    scan.interval,
                    scan.first_extra,
                    items,
                ),
            )
            for weight, times in press_times(presses.times).parts
            for slips in slips_of(presses, rest)
        ]
    )


def habits_with(presses: PressFigures, rest: RestFigures, switch: SwitchConfig) -> timing.Habits:
    """Return what most likely goes wrong besides late presses, once ``switch`` has filtered what it can."""
    accepted = max(switch.acceptance, switch.debounce)
    quiet = accepted + switch.post_acceptance
    slips = slips_of(presses, rest)
    second = _second_presses(presses, rest)
    answers = max(1, len(presses.times))
    return timing.Habits(
        early=sum(each.weight * each.early for each in slips)
        * share_above(presses.early_holds, switch.acceptance, 1.0),
        missed=likely(presses.missed, presses.count),
        doubled=sum(gap > quiet for gap in second) / answers,
        spurious=rate_of(slips) * share_above(rest.holds, switch.acceptance, 1.0),
        lost=1.0 - share_above(presses.holds, accepted, 1.0),
    )


def _second_presses(presses: PressFigures, rest: RestFigures) -> Sequence[float]:
    """Return the gaps of double presses [s], rising, without as many of the longest as mistakes alone would bring."""
    chance = int(rate_of(slips_of(presses, rest)) / 60.0 * AFTER * len(presses.times))
    ordered = sorted(presses.gaps)
    return ordered[: max(0, len(ordered) - chance)]


def tenth(values: Sequence[float]) -> float:
    """Return the value that a tenth of ``values`` is below."""
    return sorted(values)[len(values) // 10]


def _rounded(value: float, grain: float) -> float:
    return round(round(value / grain) * grain, 3)


def _time_on_tiles(part: Part, presses: PressFigures, spread: timing.Spread, user: UserConfig, interval: float) -> None:
    say = words.interval_uneven if spread.cv > timing.UNEVEN else words.interval
    in_time = int(100.0 * (1.0 - spread.later_than(interval)))
    why = say(spread.mean, interval, in_time)
    part.change("scan.interval", user.scan.interval, interval, why, timing.GRAIN - 1e-6)
    if presses.early > EARLY and user.scan.first_extra < interval / 2.0:
        extra = _rounded(interval / 2.0, STEP)
        part.change("scan.first_extra", user.scan.first_extra, extra, words.early(round(100 * presses.early)))


def _acceptance(part: Part, measured: Measured, user: UserConfig) -> None:
    presses, rest = measured.presses or PressFigures(), measured.rest or RestFigures()
    if not presses.holds:
        return
    short, old = tenth(presses.holds), user.switch.acceptance
    most = SHORTEST * short
    if rest.count >= MISTAKES and rest.holds:
        time = _best_acceptance(presses, rest, user, most)
        if time <= 0.0:
            part.notes.append(words.acceptance_none())
        elif abs(time - old) > GRAIN / 2.0:
            shorter = round(100.0 * (1.0 - share_above(rest.holds, time, 1.0)))
            part.change("switch.acceptance", old, time, words.acceptance(shorter, time))
            return
    if old > most:
        time = _rounded(max(0.0, most - STEP / 2), STEP)
        part.change("switch.acceptance", old, time, words.acceptance_shorter(short, time))


def _best_acceptance(presses: PressFigures, rest: RestFigures, user: UserConfig, most: float) -> float:
    """Return the acceptance time up to ``most`` [s] that brings most right choices a minute; 0 where none helps."""
    times, interval = estimate(presses.times), timing.interval_for(press_times(presses.times))

    def right(time: float) -> float:
        switch = user.switch.model_copy(update={"acceptance": time})
        found = timing.expected(times, habits_with(presses, rest, switch), interval, user.scan.first_extra, ITEMS)
        return (1.0 - 2.0 * found.wrong) / found.seconds

    bare = right(0.0)
    tried = [(right(GRAIN * n), round(GRAIN * n, 2)) for n in range(1, int(min(most, 2.0) / GRAIN) + 1)]
    best, time = max(tried, default=(bare, 0.0))
    return time if best > bare + (WORTH - 1.0) * abs(bare) else 0.0


def _after_a_press(part: Part, presses: PressFigures, rest: RestFigures, user: UserConfig, interval: float) -> None:
    second = _second_presses(presses, rest)
    if not second:
        return
    longest, tile = max(second), interval if user.scan.method == "auto" else 2.0
    time = _rounded(min(2.0, GAP * longest + STEP / 2), STEP)
    if time >= tile:
        part.notes.append(words.doubles_too_long(longest, tile))
    elif time > user.switch.post_acceptance or user.switch.post_acceptance >= tile:
        count = round(100 * len(second) / len(presses.times))
        part.change("switch.post_acceptance", user.switch.post_acceptance, time, words.doubles(count, longest, time))


def _release(part: Part, holds: HoldFigures, switch: SwitchConfig) -> None:
    if not holds.gaps:
        return
    time = min(1.0, _rounded(1.5 * max(holds.gaps), 0.01))
    if time > switch.release:
        part.change("switch.release", switch.release, time, words.release(max(holds.gaps), time))
