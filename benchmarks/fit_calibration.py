"""Measured set-up on simulated people: is what is predicted what comes, and is the person served by it?

Ten people of each of eight groups (`sim.users.population`) are measured once, as in real use; then each presses, rests
or points with the settings that were proposed. Predicted and simulated shares are compared over the group: their
difference with its 95 % interval (Student's t over people), and how many people's outcome lay within the 90 % interval
that was told beforehand. ``python -m benchmarks.fit_calibration`` prints the table of docs/fit.md.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from multiprocessing import Pool
from statistics import fmean, stdev
from typing import Final, NamedTuple

from armctl.access.fit.beliefs import share_above
from armctl.access.fit.measured import Measured
from armctl.access.fit.proposal import applied, propose
from armctl.access.fit.propose_pointer import beside, on_the_way
from armctl.access.fit.propose_stick import moves_at_rest
from armctl.access.fit.propose_switch import ITEMS, outlook
from armctl.config.user import ScanConfig, UserConfig
from benchmarks.row import Row
from sim.users.fit_outcome import SteeringHand, moved_at_rest, pointed
from sim.users.fit_person import Chooser, Follow, measure
from sim.users.pointing import PointingHand
from sim.users.population import EACH, Person, people
from sim.users.presser import HOLD_SPREAD, MISTAKE_SPREAD
from ui.fit_live import Live

CHOICES = 200
"""By each person; an error of 10 % is then known to 2 %."""
STUDENT = ((2, 4.303), (4, 2.776), (7, 2.365), (9, 2.262), (14, 2.145), (20, 2.086), (60, 2.0))
"""97.5 % of Student's t, up to so many degrees of freedom."""
INTERVAL: Final = "scan interval: wrong choices"
TIRING: Final = "the same, tiring over 200 choices"
ADAPTED: Final = "the same, tiring, `adapt = true`"
LOST: Final = "acceptance: meant presses lost"
THROUGH: Final = "acceptance: mistakes let through"
AT_REST: Final = "dead zone: time at rest in which the stick moves"
TOGETHER: Final = "all together"
POINTING: Final = "dwell, tile: targets not chosen, or another"


class Seen(NamedTuple):
    """One prediction about one person, what came of it, and what comes with usual settings; shares.

    ``between`` is the interval that was told beforehand; None where none was.
    """

    kind: str
    group: str
    predicted: float
    came: float
    before: float
    between: tuple[float, float] | None = None


def fitted(person: Person) -> tuple[Measured, UserConfig, UserConfig]:
    """Return what is measured of ``person``, and their settings before and after; the usual ones before."""
    stick = SteeringHand(person.hand, person.seed + 1) if person.hand is not None else None
    pointer = PointingHand(person.aim, person.seed + 1) if person.aim is not None else None
    found = measure(person.habit, person.seed, stick, pointer, breath=person.breath)
    user = UserConfig(name="guest", scan=ScanConfig(method="direct" if stick or pointer else "auto"))
    return found, user, applied(user, propose(found, user).settings)


def seen_of(person: Person) -> list[Seen]:
    """Return every prediction about ``person`` beside what came."""
    found, before, after = fitted(person)
    if person.hand is not None and found.stick is not None:
        came, usual = (moved_at_rest(person.hand, user, person.seed + 2) for user in (after, before))
        return [Seen(AT_REST, person.group, moves_at_rest(found.stick, after.joystick.dead_zone), came, usual)]
    if person.aim is not None and found.pointer is not None:
        came, usual = (1.0 - pointed(person.aim, user, person.seed + 2).right for user in (after, before))
        dwell = after.dwell.lock_on + after.dwell.time
        on_target = (1.0 - on_the_way(found.pointer, dwell)) * (1.0 - beside(found.pointer, after.look.tile_min))
        return [Seen(POINTING, person.group, 1.0 - on_target, came, usual)]
    return [*_choosing(person, found, before, after), *_filtered(person, found, after)]


def _choosing(person: Person, found: Measured, before: UserConfig, after: UserConfig) -> list[Seen]:
    if found.presses is None or not found.presses.enough:
        return []
    came, unfitted = (_wrong(person, user) for user in (after, before))
    said = outlook(found, after, ITEMS)
    seen = [Seen(INTERVAL, person.group, said.wrong, came, unfitted, said.between)]
    if person.group == "fatigue":
        seen.append(Seen(TIRING, person.group, said.wrong, _wrong(person, after, tires=True), unfitted, said.between))
        usual = sorted(found.presses.times)[len(found.presses.times) // 2]
        adapted = after.model_copy(update={"adapt": True, "press_time": usual})
        came_adapted = _wrong(person, adapted, tires=True, follow=Live().follow)
        seen.append(Seen(ADAPTED, person.group, said.wrong, came_adapted, unfitted, said.between))
    return seen


def _wrong(person: Person, user: UserConfig, *, tires: bool = False, follow: Follow | None = None) -> float:
    seed = person.seed + 500
    chooser = Chooser(person.habit, user, seed, ITEMS, breath=person.breath, tires=tires, follow=follow)
    return chooser.choose(CHOICES).wrong_share


def _filtered(person: Person, found: Measured, after: UserConfig) -> list[Seen]:
    """Return what was predicted of the acceptance time, where there is one, and what is true: the laws are known."""
    time = after.switch.acceptance
    if time <= 0.0 or found.presses is None or found.rest is None or person.breath:
        return []
    said = [share_above(values, time, 1.0) for values in (found.presses.holds, found.rest.holds)]
    true = [
        0.5 * math.erfc(math.log(time / middle) / spread / math.sqrt(2.0))
        for middle, spread in ((person.habit.hold, HOLD_SPREAD), (person.habit.mistake_hold, MISTAKE_SPREAD))
    ]
    return [
        Seen(LOST, person.group, 1.0 - said[0], 1.0 - true[0], 0.0),
        Seen(THROUGH, person.group, said[1], true[1], 1.0),
    ]


@dataclass(frozen=True, slots=True)
class Compared:
    """One kind of prediction over one group: mean shares, their difference and half its 95 % interval."""

    kind: str
    group: str
    count: int
    predicted: float
    came: float
    before: float
    error: float
    within: tuple[int, int]

    @property
    def bias(self) -> float:
        """How far what is predicted lies above what comes."""
        return self.predicted - self.came


def compared(seen: Sequence[Seen]) -> Compared:
    """Return what ``seen`` of one kind, at least two, amounts to."""
    differences = [each.predicted - each.came for each in seen]
    told = [(each.came, each.between) for each in seen if each.between is not None]
    noise = 1.645 * math.sqrt(0.1 * 0.9 / CHOICES)
    inside = sum(low - noise <= came <= high + noise for came, (low, high) in told)
    student = next((value for most, value in STUDENT if len(seen) - 1 <= most), 1.96)
    return Compared(
        seen[0].kind,
        seen[0].group,
        len(seen),
        fmean(each.predicted for each in seen),
        fmean(each.came for each in seen),
        fmean(each.before for each in seen),
        student * stdev(differences) / math.sqrt(len(seen)),
        (inside, len(told)),
    )


@cache
def measured(each: int = EACH) -> tuple[Compared, ...]:
    """Measure ``each`` people of every group; return every kind by group, and what a switch needs of all together."""
    with Pool(min(4, os.cpu_count() or 1)) as pool:
        seen = [one for found in pool.imap(seen_of, people(each), chunksize=4) for one in found]
    # An acceptance time is proposed to few of each group but one.
    apart = [one for one in seen if one.kind not in (LOST, THROUGH)]
    together = [one._replace(group=TOGETHER) for one in seen if one.kind in (INTERVAL, LOST, THROUGH)]
    groups = dict.fromkeys((one.kind, one.group) for one in [*apart, *together])
    chosen = ([one for one in [*apart, *together] if (one.kind, one.group) == key] for key in groups)
    return tuple(compared(some) for some in chosen if len(some) > 1)


def run() -> list[Row]:
    """Return the differences; where all people with a switch are taken together, they must be small."""
    rows = []
    for found in measured():
        whole = found.group == TOGETHER and found.kind == INTERVAL
        title = f"fit, {found.kind}, {found.group} ({found.count}): predicted above simulated"
        told = f"predicted {found.predicted:.3f}, simulated {found.came:.3f}, before {found.before:.3f}"
        rows.append(Row(title, found.bias, "share", f"{told}, ± {found.error:.3f}"))
        if whole:
            share = found.within[0] / found.within[1]
            rows.append(Row("fit, error rate of choosing: predicted over simulated", found.predicted / found.came, "",
                            "1 is right", bar=1.25))  # fmt: skip
            rows.append(Row("fit, people within their 90 % interval", share, "share", bar=0.85, least=True))
    return rows


def markdown(found: Iterable[Compared]) -> str:
    """Return the table of docs/fit.md."""
    lines = [
        "| prediction | group | people | before | predicted | simulated | difference (95 %) | within 90 % interval |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for one in found:
        within = f"{one.within[0]} of {one.within[1]}" if one.within[1] else "–"
        before = "–" if one.kind in (LOST, THROUGH) else _percent(one.before)
        lines.append(
            f"| {one.kind} | {one.group.replace('_', '-')} | {one.count} | {before} | {_percent(one.predicted)} | "
            f"{_percent(one.came)} | {round(100 * one.bias, 1) + 0.0:+.1f} ± {100 * one.error:.1f} | {within} |"
        )
    return "\n".join(lines) + "\n"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


if __name__ == "__main__":
    sys.stdout.write(markdown(measured(int(sys.argv[1]) if len(sys.argv) > 1 else EACH)))
