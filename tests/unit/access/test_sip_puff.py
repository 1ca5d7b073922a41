"""Sips and puffs by their peak; any breath stirs at once; a sensor that cannot be believed is told."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.access.events import DeviceCame, DeviceGone, InputEvent, Stirred, SwitchEvent
from armctl.access.sip_puff import SATURATED, SILENT, Breath
from armctl.config.devices import BreathConfig

CONFIG = BreathConfig()
PERIOD = 0.01


class Mouth:
    """Breathes into a sensor of 100 Hz with a little noise."""

    def __init__(self, config: BreathConfig = CONFIG, *, steady: bool = True, start: float = 0.0) -> None:
        self.breath = Breath("puff", config, steady=steady)
        self.now = 5.0
        self._noise = itertools.cycle((0.02, -0.01, 0.03, 0.0, -0.02))
        self.heard: list[InputEvent] = []
        self.blow(start, 0.1)

    def blow(self, pressure: float, seconds: float, *, noise: float = 1.0) -> list[InputEvent]:
        before = len(self.heard)
        for _ in range(round(seconds / PERIOD)):
            self.now = round(self.now + PERIOD, 6)
            self.heard += self.breath.feed(self.now, pressure + noise * next(self._noise))
        return self.heard[before:]

    def rise(self, pressure: float, seconds: float) -> list[InputEvent]:
        before = len(self.heard)
        for step in range(1, round(seconds / PERIOD) + 1):
            self.blow(pressure * step * PERIOD / seconds, PERIOD)
        return self.heard[before:]

    def silence(self, seconds: float) -> list[InputEvent]:
        self.now += seconds
        new = self.breath.tick(self.now)
        self.heard += new
        return new


def presses(events: list[InputEvent]) -> list[tuple[str, bool]]:
    return [(event.contact, event.pressed) for event in events if isinstance(event, SwitchEvent)]


LEVELS = [(5.0, "soft_puff"), (25.0, "hard_puff"), (-5.0, "soft_sip"), (-25.0, "hard_sip")]


@pytest.mark.parametrize(("pressure", "level"), LEVELS)
def test_a_breath_is_what_its_peak_says_and_began_when_it_began(pressure: float, level: str) -> None:
    mouth = Mouth()
    began = mouth.now + PERIOD
    events = mouth.blow(pressure, 0.5)
    assert events[0] == Stirred(pytest.approx(began), "puff")
    assert presses(events) == [(level, True)]
    assert events[1].stamp == pytest.approx(began)
    assert presses(mouth.blow(0.0, 0.1)) == [(level, False)]


def test_a_hard_puff_that_rises_through_the_soft_band_is_hard() -> None:
    mouth = Mouth()
    assert presses([*mouth.rise(25.0, 0.15), *mouth.blow(25.0, 0.2)]) == [("hard_puff", True)]


def test_between_soft_and_hard_nothing_is_understood_but_it_stirs() -> None:
    mouth = Mouth()
    events = [*mouth.blow(12.0, 0.5), *mouth.blow(0.0, 0.2)]
    assert [type(event) for event in events] == [Stirred]


def test_any_breath_stirs_on_the_first_sample_out_of_the_dead_band() -> None:
    mouth = Mouth()
    assert [type(event) for event in mouth.blow(2.5, PERIOD)] == [Stirred]


def test_a_short_puff_is_known_when_it_ends() -> None:
    mouth = Mouth()
    assert presses(mouth.blow(5.0, 0.08)) == []
    assert presses(mouth.blow(0.0, 0.02)) == [("soft_puff", True), ("soft_puff", False)]


@given(st.floats(4.0, 9.0), st.floats(0.25, 1.0))
def test_letting_go_is_told_on_the_sample_that_falls_back(pressure: float, seconds: float) -> None:
    mouth = Mouth()
    mouth.blow(pressure, seconds)
    (released,) = mouth.blow(0.0, PERIOD)
    assert (released.stamp, released.pressed) == (mouth.now, False)  # type: ignore[union-attr]


def test_a_soft_breath_that_turns_hard_stirs_once_more() -> None:
    mouth = Mouth()
    mouth.blow(5.0, 0.5)
    assert [type(event) for event in mouth.blow(25.0, 0.1)] == [Stirred]
    assert mouth.blow(25.0, 0.1) == []


def test_from_puff_straight_to_sip_one_ends_and_another_begins() -> None:
    mouth = Mouth()
    mouth.blow(5.0, 0.5)
    events = mouth.blow(-5.0, 0.5)
    assert presses(events) == [("soft_puff", False), ("soft_sip", True)]
    assert isinstance(events[1], Stirred)


def test_what_is_blown_when_it_is_plugged_in_means_nothing_before_it_was_let_go() -> None:
    mouth = Mouth(start=6.0)
    assert mouth.blow(6.0, 1.0) == []
    assert [type(event) for event in mouth.blow(0.0, 0.1)] == [DeviceCame]
    assert presses(mouth.blow(5.0, 0.5)) == [("soft_puff", True)]


@pytest.mark.parametrize("pressure", [5.0, 25.0, -7.0])
def test_the_same_figure_for_too_long_is_a_sensor_that_hangs(pressure: float) -> None:
    mouth = Mouth()
    mouth.blow(pressure, 0.3)
    began = mouth.now
    gone = [event for event in mouth.blow(pressure, 1.0, noise=0.0) if isinstance(event, DeviceGone)]
    assert [(event.device, event.loss) for event in gone] == [("puff", "frozen")]
    assert gone[0].stamp - began <= CONFIG.frozen + 2.1 * PERIOD


def test_at_rest_the_same_figure_is_only_told_of_sensors_that_never_give_it_twice() -> None:
    assert Mouth().blow(0.0, 5.0, noise=0.0) == []
    fine = Mouth(BreathConfig(noisy=True))
    assert [event.loss for event in fine.blow(0.0, 1.0, noise=0.0) if isinstance(event, DeviceGone)] == ["frozen"]


def test_a_sensor_at_its_end_for_too_long_is_not_believed() -> None:
    mouth = Mouth()
    began = mouth.now
    events = mouth.blow(CONFIG.full_scale + 1.0, 1.0)
    gone = [event for event in events if isinstance(event, DeviceGone)]
    assert [event.loss for event in gone] == ["saturated"]
    assert gone[0].stamp - began <= SATURATED + 2.1 * PERIOD


def test_a_sensor_that_says_nothing_is_lost() -> None:
    mouth = Mouth()
    assert mouth.silence(SILENT - 0.01) == []
    assert [event.loss for event in mouth.silence(0.02)] == ["silent"]  # type: ignore[union-attr]
    assert mouth.silence(1.0) == []


def test_a_sensor_that_was_lost_comes_back_when_it_lives_and_nobody_blows() -> None:
    mouth = Mouth()
    mouth.blow(5.0, 0.3)
    mouth.blow(5.0, 0.5, noise=0.0)
    assert mouth.blow(5.0, 0.5) == []
    assert mouth.blow(0.0, 0.1)[0] == DeviceCame(pytest.approx(mouth.now - 0.1, abs=0.03), "puff")


def test_an_axis_tells_only_changes_so_neither_silence_nor_sameness_nor_its_end_is_a_failure() -> None:
    mouth = Mouth(steady=False)
    assert presses(mouth.blow(CONFIG.full_scale, 0.02)) == []
    mouth.silence(0.3)
    assert presses(mouth.heard) == [("hard_puff", True)]
    mouth.silence(30.0)
    assert not any(isinstance(event, DeviceGone) for event in mouth.heard)


def test_an_interface_that_goes_is_told_once() -> None:
    mouth = Mouth()
    assert [event.loss for event in mouth.breath.gone(9.0)] == ["unplugged"]  # type: ignore[union-attr]
    assert mouth.breath.gone(9.5) == []


@given(st.lists(st.tuples(st.floats(-60.0, 60.0), st.integers(1, 60)), max_size=30))
def test_whatever_is_blown_presses_and_releases_alternate_and_each_breath_stirred_before(
    breaths: list[tuple[float, int]],
) -> None:
    mouth = Mouth()
    for pressure, samples in breaths:
        mouth.blow(pressure, samples * PERIOD)
    mouth.blow(0.0, 0.1)
    down: str | None = None
    stirred = False
    for event in mouth.heard:
        if isinstance(event, Stirred):
            stirred = True
        elif isinstance(event, DeviceGone):
            down, stirred = None, False
        elif isinstance(event, SwitchEvent):
            assert stirred, "no press without having stirred"
            assert event.pressed == (down is None)
            down = event.contact if event.pressed else None
        assert math.isfinite(event.stamp)
    assert down is None


@pytest.mark.parametrize(
    ("intended", "level"), [(25.0, "hard_puff"), (-25.0, "hard_sip"), (5.0, "soft_puff"), (-5.0, "soft_sip")]
)
@pytest.mark.parametrize("rise", [0.05, 0.1, 0.15])
def test_with_rise_times_as_people_have_them_the_peak_decides(intended: float, level: str, rise: float) -> None:
    mouth = Mouth()
    assert presses([*mouth.rise(intended, rise), *mouth.blow(intended, 0.3)]) == [(level, True)]
