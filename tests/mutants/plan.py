"""Which files are mutated, which tests look at them, and the survivors that are known."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.operators import Mutant

ROOT = Path(__file__).parents[2]
SURVIVORS = Path(__file__).with_name("survivors.toml")
SAFETY = (
    "limits",
    "checks",
    "states",
    "supervisor",
    "gate",
    "zones",
    "clearances",
    "braking",
    "pace",
    "watch",
    "tracking",
    "health",
    "sensed",
    "rest",
    "intake",
    "contact",
    "arming",
)
CODECS = ("feetech", "dynamixel", "mycobot", "gcode")
FIGURES = "tests/unit/safety/test_figures.py"


def _own_tests(name: str) -> tuple[str, ...]:
    """The test file of that name, those that go on with it (``test_gate_edges.py``), and the figures."""
    further = (str(path.relative_to(ROOT)) for path in sorted(ROOT.glob(f"tests/unit/safety/test_{name}_*.py")))
    return (f"tests/unit/safety/test_{name}.py", *further, FIGURES)


TARGETS: dict[str, tuple[str, ...]] = {
    **{f"armctl/safety/{name}.py": _own_tests(name) for name in SAFETY},
    "armctl/safety/states.py": ("tests/safety/test_states_exhaustive.py", "tests/unit/safety/test_states.py"),
    **{f"drivers/{name}/codec.py": (f"tests/unit/drivers/{name}/test_codec.py",) for name in CODECS},
}
"""Each file and the tests that mirror it; those come first."""
SUITES = (
    "tests/unit/safety",
    *(f"tests/unit/drivers/{name}/test_codec.py" for name in CODECS),
    "tests/safety/test_states_exhaustive.py",
    "tests/safety/test_supervisor_machine.py",
    "tests/safety/test_link_machine.py",
)
"""All tests that may find a mutant: those that are quick and look at behaviour."""


@dataclass(frozen=True, order=True)
class Name:
    """What a mutant is called in the list of survivors; lines may move."""

    file: str
    function: str
    was: str
    becomes: str
    nth: int = 0

    @classmethod
    def of(cls, file: str, mutant: Mutant) -> Name:
        return cls(file, mutant.function, mutant.was, mutant.becomes, mutant.nth)

    def __str__(self) -> str:
        which = f" (number {self.nth + 1} of its kind)" if self.nth else ""
        return f"{self.file} {self.function}{which}\n    - {self.was}\n    + {self.becomes}"


def known_survivors(text: str) -> dict[Name, str]:
    """Return name and reason of each survivor in the TOML ``text``.

    Raises:
        ValueError: One is there twice or has no reason.
    """
    known: dict[Name, str] = {}
    for row in tomllib.loads(text).get("survivor", []):
        reason = row.pop("reason", "").strip()
        name = Name(**row)
        if not reason:
            raise ValueError(f"No reason is given for {name}")
        if name in known:
            raise ValueError(f"This one is there twice: {name}")
        known[name] = reason
    return known


@dataclass(frozen=True)
class Verdict:
    """What a run says about the list of survivors.

    Attributes:
        explained: Survivors with a reason.
        unexplained: Survivors without.
        stale: Listed, but killed by now, or not among the mutants any more.
    """

    explained: tuple[Name, ...]
    unexplained: tuple[Name, ...]
    stale: tuple[Name, ...]

    @property
    def passed(self) -> bool:
        return not self.unexplained and not self.stale


def judge(known: dict[Name, str], every: set[Name], tried: set[Name], survived: set[Name]) -> Verdict:
    """Compare what survived with what is listed.

    Args:
        known: The list.
        every: All mutants there are.
        tried: Those that were run.
        survived: Those that no test found.
    """
    listed = set(known)
    stale = (listed - every) | (listed & tried - survived)
    return Verdict(tuple(sorted(survived & listed)), tuple(sorted(survived - listed)), tuple(sorted(stale)))
