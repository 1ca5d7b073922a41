"""``armctl rehearse``: simulated people do a task with a profile's settings, before a real person has to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rich.console import Console
from rich.table import Table

from armctl.access.fit.history import records_of
from armctl.cli.choice import choose_scene, parts_of
from armctl.cli.demo import use_dummy_screen
from armctl.cli.rehearsal import Outcome, Rehearsal
from armctl.cli.run import checked_request
from armctl.config.profiles import Profile, fits_file, load_profile
from armctl.config.user import UserConfig
from armctl.errors import SetupError
from sim.users.casting import OTHERS, SHAKES, measured_habit
from sim.users.presser import PEOPLE, Habit

OUT: Final = Console(highlight=False)
DONE: Final = 0
NOT_DONE: Final = 1
MEASURED: Final = "measured"
"""Name of the simulated person who presses as the real one was last measured."""
USUAL: Final = ("able", "cp_spastic", "tremor")
"""Who rehearses where nobody was measured: one who is quick and two who are not."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who rehearses.

    Attributes:
        name: As it is told.
        habit: How they press.
        spread: How much their pointer or stick trembles [px].
    """

    name: str
    habit: Habit
    spread: float


def rehearse(*, user: str, against: str, people: str, task: str, arm: str, scene: str, seed: int) -> int:
    """Print what came of each rehearsal; return 0 only when every one with ``user`` did the task.

    Args:
        user: The profile that is tried.
        against: Another one to compare it with; empty for none.
        people: Names of simulated people, with commas; empty for who fits the profile.
        task: What they do.
        arm: Which arm; its exact stand-in is used.
        scene: What stands around it; empty for the arm's own.
        seed: Of everything that is drawn.

    Raises:
        ArmctlError: Something named is not there or not valid.
    """
    request = checked_request(arm=f"{parts_of(arm)[0]}-ideal", port="", scene=scene, user=user)
    profiles = [load_profile(name) for name in (user, against) if name]
    actors = cast_for(profiles[0], people)
    for profile in profiles:
        if task not in profile.user.tasks:
            raise SetupError(
                f"Profile {profile.user.name!r} does not have the task {task!r}.",
                f"Give one of them with --task: {', '.join(profile.user.tasks)}.",
            )
    use_dummy_screen()
    place = choose_scene(request.scene)
    table = _table(task)
    good = True
    for actor in actors:
        for profile in profiles:
            tried = Rehearsal(request.arm.config, place, profile.user, task, actor.habit, actor.spread, seed)
            outcome = tried.play()
            good = good and (outcome.done or profile is not profiles[0])
            table.add_row(actor.name, _label(profile), *row_of(outcome))
    OUT.print(table)
    OUT.print(verdict(profiles[0].user, good=good), markup=False, soft_wrap=True)
    return DONE if good else NOT_DONE


def cast_for(profile: Profile, people: str) -> tuple[Actor, ...]:
    """Return who rehearses: the named ones, else the person as last measured, else `USUAL`.

    Raises:
        SetupError: Nobody is called so, or the person was not measured.
    """
    measured = _measured(profile)
    if not people:
        return (measured,) if measured is not None else tuple(_known(name) for name in USUAL)
    named = [name.strip() for name in people.split(",")]
    if MEASURED in named and measured is None:
        raise SetupError(
            f"Presses of {profile.user.name!r} were not measured.", f"Run: armctl fit --user {profile.user.name}"
        )
    return tuple(measured if name == MEASURED and measured else _known(name) for name in named)


def row_of(outcome: Outcome) -> tuple[str, ...]:
    """Return the columns of the table."""
    return (
        "yes" if outcome.done else f"no: {outcome.ended}, on the screen {outcome.last!r}",
        f"{outcome.seconds:.0f} s",
        str(outcome.presses),
        f"{outcome.wrong} of {outcome.right + outcome.wrong}",
        str(outcome.stops),
    )


def verdict(user: UserConfig, *, good: bool) -> str:
    """Return in a sentence what it means, and what it does not."""
    if good:
        return "Every simulated person did it. They are models, not people: the real one tries it first in simulation."
    return (
        f"Not everybody did it. Change the settings of {user.name!r} (slower scanning, longer acceptance time, larger "
        "tiles, or a measurement with armctl fit), and rehearse again."
    )


def _measured(profile: Profile) -> Actor | None:
    path = fits_file(profile.user.name)
    entries = records_of(path.read_text(encoding="utf-8", errors="replace")).entries if path.is_file() else ()
    mine = [entry for entry in entries if entry.variant == profile.variant]
    habit = measured_habit(mine[-1]) if mine else None
    if habit is None:
        return None
    return Actor(f"as measured on {mine[-1].at:%Y-%m-%d}", habit, mine[-1].figures.get("pointer_radius", OTHERS) / 2.0)


def _known(name: str) -> Actor:
    if name not in PEOPLE:
        raise SetupError(f"There is no simulated person {name!r}.", f"There are: {', '.join((*PEOPLE, MEASURED))}.")
    return Actor(name, PEOPLE[name], SHAKES.get(name, OTHERS))


def _label(profile: Profile) -> str:
    return f"{profile.user.name}:{profile.variant}" if profile.variant else profile.user.name


def _table(task: str) -> Table:
    table = Table(title=f"Rehearsal of {task!r}", title_justify="left")
    table.add_column("person", no_wrap=True)
    table.add_column("settings", no_wrap=True)
    table.add_column("done")
    for heading in ("time", "presses", "wrong choices", "stops nobody meant"):
        table.add_column(heading, justify="right")
    return table
