"""The catalogue's harness: ``@pytest.mark.catalogue(ROW)`` and the fixture ``reaction``.

``reaction(seconds, code)`` notes one measured reaction of the test's row: how long it took (None where the row has no
time) and the code of what was told (key of `armctl.safety.faults.FAULTS`, or plain words). It fails the test when the
row's bound, with the lateness of this computer in the same interval added, was exceeded; a test that noted nothing
fails too. What was noted goes as JSON lines into the folder named by ``ARMCTL_CATALOGUE``;
``ARMCTL_CATALOGUE_REPEATS`` says how often each test runs.
"""

from __future__ import annotations

import inspect
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.safety.catalogue.lateness import Lateness
from tests.safety.catalogue.rig import Rig, StartUp
from tests.safety.catalogue.rows import ROWS, Row

FOLDER = "ARMCTL_CATALOGUE"
REPEATS = "ARMCTL_CATALOGUE_REPEATS"
ATTEMPTS = 4
"""How often a test may be void."""
AROUND = 0.02
"""Lateness this long before and after the interval counts too [s]: a tick that began late ends late."""

Reaction = Callable[..., None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        mark = item.get_closest_marker("catalogue")
        if mark is None:
            continue
        if "reaction" not in getattr(item, "fixturenames", ()):
            raise pytest.UsageError(f"{item.nodeid} is in the catalogue and does not use the fixture 'reaction'.")
        bound_of(mark)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    repeats = int(os.environ.get(REPEATS, "1"))
    if repeats > 1 and "reaction" in metafunc.fixturenames:
        metafunc.fixturenames.append("catalogue_repeat")
        metafunc.parametrize("catalogue_repeat", range(repeats))


def bound_of(mark: pytest.Mark) -> tuple[Row, float | None]:
    """Return the row of a mark and the bound [ms] that holds for it."""
    row = ROWS[mark.args[0]]
    bound = mark.kwargs.get("bound_ms", row.bound_ms)
    if bound not in (row.bound_ms, *row.other_bounds_ms):
        raise pytest.UsageError(f"Row {row.number} of the catalogue has no bound of {bound} ms.")
    return row, bound


@pytest.fixture(scope="session")
def lateness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lateness]:
    sampled = Lateness(tmp_path_factory.mktemp("lateness"))
    yield sampled
    sampled.close()


@pytest.fixture(scope="session")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of what is noted, of this process alone."""
    folder = Path(os.environ.get(FOLDER) or tmp_path_factory.mktemp("catalogue"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"reactions-{os.getpid()}.jsonl"


@pytest.fixture
def reaction(request: pytest.FixtureRequest, lateness: Lateness, notes: Path) -> Iterator[Reaction]:
    """Note one reaction: ``reaction(seconds, code)``.

    Args: ``seconds`` from where the fault can be seen to the first safe byte, or None; ``code`` of what was told;
    ``began``, when the interval began [s, monotonic]: without it, it has just ended.
    """
    mark = request.node.get_closest_marker("catalogue")
    assert mark, f"{request.node.nodeid} has no catalogue row"
    row, bound = bound_of(mark)
    path = str(request.node.nodeid).partition("::")[0]
    noted: list[dict[str, object]] = []

    def note(seconds: float | None, code: str, *, began: float | None = None) -> None:
        late = _late(lateness, seconds, began)
        line = {
            "row": row.number,
            "test": f"{path}::{request.node.originalname}",
            "ms": None if seconds is None else seconds * 1e3,
            "bound_ms": None if seconds is None else bound,
            "code": str(code),
            "late_ms": late * 1e3,
        }
        noted.append(line)
        if seconds is not None and bound is not None:
            assert seconds * 1e3 <= bound + late * 1e3, (
                f"row {row.number}: {seconds * 1e3:.1f} ms, bound {bound:g} ms, computer late by {late * 1e3:.1f} ms"
            )

    request.node.forget_reactions = noted.clear
    yield note
    with notes.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in noted)
    if not noted and not getattr(request.node, "failed_call", False):
        pytest.fail(f"row {row.number}: the test noted no reaction")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Call a test of the arm on a wire again when it failed while this computer kept the processes from running.

    Such a failure is void, neither passed nor failed; after a few the test fails all the same.
    """
    rig = next((given for given in pyfuncitem.funcargs.values() if hasattr(given, "starved")), None)
    if rig is None:
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in inspect.signature(pyfuncitem.obj).parameters}
    for left in reversed(range(ATTEMPTS)):
        began = time.monotonic()
        try:
            pyfuncitem.obj(**arguments)
        except AssertionError:
            if not left or not rig.alive or not rig.starved(began):
                raise
            pyfuncitem.forget_reactions()  # type: ignore[attr-defined]  # put there by the fixture
        else:
            break
    return True


def _late(lateness: Lateness, seconds: float | None, began: float | None) -> float:
    if seconds is None:
        return 0.0
    began = time.monotonic() - seconds if began is None else began
    end = began + seconds + AROUND
    return lateness.worst(began - AROUND, end)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    if call.when == "call" and report.failed:  # type: ignore[attr-defined]  # pytest types hook wrappers loosely
        item.failed_call = True  # type: ignore[attr-defined]
    return report


@pytest.fixture(scope="session")
def rigs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Rig]]:
    """The arm on a wire that tests share, once there is one."""
    started: list[Rig] = []
    yield started
    for rig in started:
        rig.close()


@pytest.fixture
def rig(rigs: list[Rig], tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """An arm on a wire: servos, control and screen as processes. Shared; a new one where a test broke it."""
    if rigs and not rigs[-1].alive:
        rigs.pop().close()
    if not rigs:
        rigs.append(Rig(tmp_path_factory.mktemp("rig")))
    return rigs[-1]


@pytest.fixture(scope="session")
def waiting_servos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartUp]:
    servos = StartUp(tmp_path_factory.mktemp("start"))
    yield servos
    servos.close()


@pytest.fixture
def start_up(waiting_servos: StartUp) -> StartUp:
    """Servos without faults, and nobody on their port."""
    waiting_servos.order("heal")
    return waiting_servos
