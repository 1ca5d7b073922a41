"""Simulated people to try a measurement on: each group around one persona, no two alike.

Every person is drawn from a seed: figures of `sim.users.presser.PEOPLE`, spread log-normally (day-to-day and between
people together: log spread 0.25), and what makes the group what it is over its whole range. All numbers are estimates
from the models of simulated users; what is found with them is evidence about the program, not about people.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from sim.users.pointing import Aim
from sim.users.presser import PEOPLE, Habit
from sim.users.steering import Steerer

Group: TypeAlias = Literal["tremor", "spasm", "slow", "variable", "fatigue", "sip_puff", "stick", "pointer"]
GROUPS: Final[tuple[Group, ...]] = ("tremor", "spasm", "slow", "variable", "fatigue", "sip_puff", "stick", "pointer")
EACH: Final = 10
"""People in each group."""
SPREAD: Final = 0.25
"""Log spread of what is not the group's own mark."""


@dataclass(frozen=True, slots=True)
class Person:
    """One simulated person.

    Attributes:
        group: What is difficult for them.
        number: Within the group; with it the seed of everything that is drawn.
        habit: How they press.
        breath: They press by sipping and puffing.
        hand: Their hand on a stick; None where they use none.
        aim: How they point; None where they do not.
    """

    group: Group
    number: int
    habit: Habit
    breath: bool = False
    hand: Steerer | None = None
    aim: Aim | None = None

    @property
    def seed(self) -> int:
        """Seed of this person."""
        return 1000 * GROUPS.index(self.group) + self.number


def people(each: int = EACH) -> tuple[Person, ...]:
    """Return ``each`` people of every group; the same ones whenever it is asked."""
    return tuple(_person(group, number) for group in GROUPS for number in range(each))


def _person(group: Group, number: int) -> Person:
    draw = random.Random(f"{group} {number}")
    return _DRAWN[group](draw, number)


def _about(habit: Habit, draw: random.Random) -> Habit:
    """Return somebody like ``habit``: press times all longer or shorter, everything else a little different."""
    pace = math.exp(draw.gauss(0.0, SPREAD))
    other = [math.exp(draw.gauss(0.0, SPREAD)) for _ in range(5)]
    return replace(
        habit,
        mu=habit.mu * pace,
        sigma=habit.sigma * pace,
        tau=habit.tau * pace,
        lapse=min(0.2, habit.lapse * other[0]),
        early=min(0.2, habit.early * other[1]),
        double=min(0.3, habit.double * other[2]),
        mistakes=habit.mistakes * other[3],
        hold=habit.hold * other[4],
    )


def _tremor(draw: random.Random, number: int) -> Person:
    """Doubles, and a trembling hand that brushes the switch."""
    habit = _about(PEOPLE["tremor"], draw)
    return Person("tremor", number, replace(habit, double=draw.uniform(0.05, 0.3), mistakes=draw.uniform(0.0, 10.0)))


def _spasm(draw: random.Random, number: int) -> Person:
    """Spasms press as a hand does, one to four times a minute, and hold on now and then."""
    habit = _about(PEOPLE["cp_spastic"], draw)
    held = draw.uniform(0.1, 1.0)
    return Person("spasm", number, replace(habit, mistakes=draw.uniform(1.0, 4.0), mistake_hold=held))


def _slow(draw: random.Random, number: int) -> Person:
    """One second and a half to three and a half before a press comes."""
    habit = _about(PEOPLE["cp_spastic"], draw)
    pace = draw.uniform(1.5, 3.5) / (habit.mu + habit.tau)
    return Person("slow", number, replace(habit, mu=habit.mu * pace, sigma=habit.sigma * pace, tau=habit.tau * pace))


def _variable(draw: random.Random, number: int) -> Person:
    """A coefficient of variation of 0.35 to 0.6, most of it a long tail."""
    habit = _about(PEOPLE["cp_dyskinetic"], draw)
    mean, spread = habit.mu + habit.tau, draw.uniform(0.35, 0.6)
    tau = draw.uniform(0.7, 0.95) * spread * mean
    sigma = math.sqrt((spread * mean) ** 2 - tau**2)
    return Person("variable", number, replace(habit, mu=mean - tau, sigma=sigma, tau=tau))


def _fatigue(draw: random.Random, number: int) -> Person:
    """Press times and lapses grow by a third to a whole in half an hour."""
    habit = _about(PEOPLE[draw.choice(("als_late", "ataxia"))], draw)
    return Person("fatigue", number, replace(habit, fatigue=draw.uniform(0.3, 1.0)))


def _sip_puff(draw: random.Random, number: int) -> Person:
    return Person("sip_puff", number, _about(PEOPLE["sci_sip"], draw), breath=True)


def _stick(draw: random.Random, number: int) -> Person:
    """From steady to severe tremor (5 to 35 % of travel, 3 to 9 Hz), weak, turned and noisy at rest."""
    hand = Steerer(
        gain=draw.uniform(0.5, 1.0),
        turned=draw.uniform(-0.35, 0.35),
        tremor=draw.choice((0.0, 0.05, 0.1, 0.15, 0.25, 0.35)),
        frequency=draw.uniform(3.5, 9.0),
        effort=draw.uniform(0.05, 0.15),
        rest=draw.uniform(0.003, 0.04),
        delay=draw.uniform(0.2, 0.4),
    )
    return Person("stick", number, _about(PEOPLE["sci_chin"], draw), hand=hand)


def _pointer(draw: random.Random, number: int) -> Person:
    """Head mice and eyes: beside the target by up to a degree and a half, resting on the way now and then."""
    bias = draw.uniform(0.0, 60.0)
    way = draw.uniform(0.0, math.tau)
    aim = Aim(
        bias=(bias * math.cos(way), bias * math.sin(way)),
        sd=draw.uniform(4.0, 35.0),
        delay=draw.uniform(0.25, 0.5),
        pause=draw.uniform(0.2, 1.0),
        uneven=0.35,
        pauses=draw.uniform(0.2, 0.9),
        astray=draw.uniform(5.0, 30.0),
    )
    return Person("pointer", number, _about(PEOPLE["als_late"], draw), aim=aim)


_DRAWN: Final[dict[Group, Callable[[random.Random, int], Person]]] = {
    "tremor": _tremor,
    "spasm": _spasm,
    "slow": _slow,
    "variable": _variable,
    "fatigue": _fatigue,
    "sip_puff": _sip_puff,
    "stick": _stick,
    "pointer": _pointer,
}
