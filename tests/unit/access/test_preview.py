"""The cancel window's time."""

from __future__ import annotations

import pytest

from armctl.access.actions import Select
from armctl.access.preview import Window


@pytest.mark.parametrize(("now", "left"), [(0.0, 1.0), (1.0, 1.0), (2.0, 0.5), (3.0, 0.0), (9.0, 0.0)])
def test_the_share_that_is_left_falls_from_one_to_zero(now: float, left: float) -> None:
    assert Window(Select("a", 1.0), 1.0, 3.0).share_left(now) == left
