"""What happened, told once, in order, in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from armctl.control import messages as say
from armctl.control.flight_story import Moment, story
from armctl.control.loop import Beat
from tests.support.flights import FlightBench, fly


def told(bench: FlightBench) -> list[Moment]:
    return story(bench.recording().ticks)


def texts(moments: list[Moment]) -> list[str]:
    return [moment.text for moment in moments]


@pytest.fixture
def bench(tmp_path: Path):  # type: ignore[no-untyped-def]
    it = FlightBench(tmp_path)
    yield it
    it.close()


def test_arming_moving_and_stopping_are_told_once_each(bench: FlightBench) -> None:
    bench.arm_it()
    bench.ask(say.MoveBy, translation=(0.0, 0.0, 0.05), speed=0.5)
    bench.tick(30)
    bench.ask(say.Stop)
    bench.tick(80)
    said = texts(told(bench))
    for once in (
        "The arm is connected.",
        "Asked for: enable.",
        "The stop test begins.",
        "The stop test is passed: the press took 5 ms.",
        "From stop test to ready.",
        "Asked for: move by.",
        "A motion begins.",
        "From ready to moving.",
        "Stop was said (input).",
        "From moving to stopping.",
        "From stopping to ready.",
        "The motion (moveby) is stopped: input",
    ):
        assert said.count(once) == 1, (once, said)
    stamps = [moment.stamp for moment in told(bench)]
    assert stamps == sorted(stamps)


def test_a_held_direction_is_told_once_and_again_after_a_pause(bench: FlightBench) -> None:
    bench.arm_it()
    for _ in range(2):
        for _ in range(30):
            bench.ask(say.Jog, linear=(0.0, 0.0, 1.0))
            bench.tick()
        bench.tick(100)
    assert texts(told(bench)).count("Asked for: jog.") == 2


def test_a_fault_is_told_with_its_figures(tmp_path: Path) -> None:
    bench, _ = fly(tmp_path, "over_temperature", after=5)
    (fault,) = [moment for moment in told(bench) if moment.level == "fault"]
    assert fault.text.startswith("A joint is too hot. The shoulder pan joint is at 90 °C")
    bench.close()


def test_refusals_silence_and_lateness_are_told(bench: FlightBench) -> None:
    bench.tick()
    bench.ask(say.StopTest, pressed_at=bench.now)
    bench.tick(2)
    bench.tick(1, Beat(0.05, 4, 4))
    bench.tick(1, Beat(0.0, 5, 1))
    bench.beating = False
    bench.tick(30)
    moments = told(bench)
    (refused,) = [moment.text for moment in moments if moment.level == "refused"]
    assert "no stop test is under way" in refused
    assert "The computer was late: 4 ticks left out." in texts(moments)
    assert "The computer was late: 1 tick left out." in texts(moments)
    assert "The screen does not answer." in texts(moments)
