"""A desk to sit at, for the tests of the session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from armctl.control.link import GuardLink, connection, guard_end
from tests.support.session_desk import Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def guarded() -> Iterator[tuple[Desk, GuardLink]]:
    mine, theirs = connection()
    guard, desk = guard_end(mine), Desk(guard_end(theirs))
    yield desk, guard
    guard.close()
    desk.session._guard.close()  # type: ignore[union-attr]  # the fixture gave it one
