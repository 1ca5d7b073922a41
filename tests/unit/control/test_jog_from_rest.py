"""A person's first push: from where the hand lies on its post, a little sunk, as a limp arm is found."""

import numpy as np
import pytest

from armctl.control import messages as say
from tests.support.control_bench import Bench

SUNK = (1.198, -1.712, 1.293, 0.468, -1.522)
"""The jaw touches the post."""
LOWEST = (1.2, -1.744, 1.295, 0.499, -1.522)
"""The shoulder, too, is at its limit."""
ALONG = {"away to the right": (0.0, -1.0, 0.0), "forward": (1.0, 0.0, 0.0), "up": (0.0, 0.0, 1.0)}
PUSHED = 0.8


def pushed(folder, start, way):
    """How far the tool goes (3,) [m] while it is pushed one way, and all that was told meanwhile."""
    bench = Bench(folder, start=start)
    bench.arm_it()
    before = np.array(bench.seen.tool[:3])
    told = []
    for _ in range(round(PUSHED / 0.01)):
        bench.ask(say.Jog, linear=way, speed=0.5)
        seen = bench.tick()
        told.append((seen.mode, seen.notice, seen.refused.reason))
    moved = np.array(bench.seen.tool[:3]) - before
    bench.close()
    return moved, told


@pytest.mark.parametrize("start", [SUNK, LOWEST], ids=["sunk", "lowest"])
@pytest.mark.parametrize("way", ALONG.values(), ids=ALONG)
def test_the_hand_goes_along_and_off_what_it_lies_on_without_a_stop(tmp_path, start, way):
    moved, told = pushed(tmp_path, start, way)
    assert {mode for mode, _, _ in told} == {"moving"}
    assert not any(refused for _, _, refused in told)
    assert moved @ np.array(way) > 0.02
    # Lifted off, not scraped along; and no more than it takes to be clear.
    assert -0.0005 < moved[2] < 0.02 or way[2]


@pytest.mark.parametrize("start", [SUNK, LOWEST], ids=["sunk", "lowest"])
def test_pushed_down_onto_what_it_lies_on_the_hand_stays_and_says_why(tmp_path, start):
    moved, told = pushed(tmp_path, start, (0.0, 0.0, -1.0))
    assert np.linalg.norm(moved) < 1e-4
    assert told[-1] == ("moving", "Something is near: the arm cannot go closer.", "")


def test_at_a_joints_limit_that_is_told_though_the_arm_is_slow_after_arming(tmp_path):
    _, told = pushed(tmp_path, LOWEST, (0.0, 1.0, 0.0))
    assert "limit" in told[-1][1]
