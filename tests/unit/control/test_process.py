"""When the control process ends: as asked and at rest, after a limit in any case, or when left alone."""

from __future__ import annotations

from pathlib import Path

from armctl.control import messages as say
from armctl.control.process import REST_LIMIT, Ending
from tests.support.control_bench import DT, Bench


def test_it_does_not_end_unasked(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    ending = Ending(bench.controller, bench.clock)
    bench.arm_it()
    assert not ending.reached()
    bench.close()


def test_asked_in_motion_it_comes_to_rest_first(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    ending = Ending(bench.controller, bench.clock)
    bench.arm_it()
    bench.ask(say.MoveBy, translation=(0.0, 0.0, 0.05), speed=0.6)
    bench.tick(30)
    ending.ask()
    ticks = 0
    while not ending.reached():
        bench.tick()
        ticks += 1
    assert 0 < ticks * DT < REST_LIMIT
    assert bench.seen.motion.phase == "stopped"
    assert bench.seen.motion.reason == "closing"
    bench.close()


def test_the_guards_word_is_enough(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    ending = Ending(bench.controller, bench.clock)
    bench.tick()
    bench.guard.send(say.Shutdown("closing"))
    bench.tick()
    assert ending.reached()
    bench.close()


def test_an_arm_that_does_not_come_to_rest_does_not_keep_it_from_ending(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    ending = Ending(bench.controller, bench.clock)
    bench.arm_it()
    bench.ask(say.MoveBy, translation=(0.0, 0.0, 0.05), speed=0.2)
    bench.tick(10)
    ending.ask()
    assert not ending.reached()
    bench.clock.advance(REST_LIMIT + DT)  # no tick runs: nothing slows down
    assert ending.reached()
    bench.close()


def test_left_alone_by_guard_and_screen_it_ends_at_rest(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    ending = Ending(bench.controller, bench.clock)
    bench.arm_it()
    bench.guard.close()
    bench.tick()
    assert not ending.reached()
    bench.ui.close()
    assert ending.reached()
    bench.close()
