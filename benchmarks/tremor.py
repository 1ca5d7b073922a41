"""Taking tremor out of a stick: lag against what is left of the tremor, four ways, on simulated hands.

Each filter gets the same reports of simulated people (`sim.users.steering`) with tremor of 3 to 11 Hz and 5 to 35 % of
full travel, and of one without. Lag: the shift at which the output fits best what was wanted. Left over: the root mean
square of the difference at that shift. Error: the same without shifting, lag and tremor together; that is what the
person meets. The bar is the error beside that of the one-euro filter at its best, over all hands and the worst ones.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from armctl.access.joystick import Stick
from armctl.access.tremor import STEP, TremorFilter, share_of
from armctl.config.pointing import JoystickConfig
from benchmarks.row import Row
from sim.users.steering import PEOPLE, Steerer, errand, reported, wanted

SECONDS = 20.0
LONGEST_LAG = 30
HANDS = [
    Steerer(tremor=size, frequency=frequency, effort=0.1)
    for frequency in (3, 4, 6, 8, 11)
    for size in (0.05, 0.15, 0.35)
]

Filter = Callable[[float], float]


def low_pass(cutoff: float) -> Filter:
    """Return a first-order low pass of ``cutoff`` [Hz]."""
    state, share = [0.0], share_of(cutoff)

    def step(x: float) -> float:
        state[0] += share * (x - state[0])
        return state[0]

    return step


def moving_average(seconds: float) -> Filter:
    """Return the mean of the last ``seconds``."""
    past = [0.0] * round(seconds / STEP)

    def step(x: float) -> float:
        past.pop(0)
        past.append(x)
        return sum(past) / len(past)

    return step


def one_euro(floor: float, gain: float) -> Filter:
    """Return the one-euro filter: a low pass whose cut-off [Hz] grows by ``gain`` with speed."""
    state, speed_share = [0.0, 0.0, 0.0], share_of(1.0)

    def step(x: float) -> float:
        last, speed, out = state
        speed += speed_share * ((x - last) / STEP - speed)
        out += share_of(floor + gain * abs(speed)) * (x - out)
        state[:] = [x, speed, out]
        return out

    return step


def ours() -> Filter:
    """Return armctl's filter for one axis."""
    tremor, count = TremorFilter(), [0]

    def step(x: float) -> float:
        tremor.feed((x,), count[0] * STEP)
        count[0] += 1
        return tremor.value(count[0] * STEP + 1e-9)[0]

    return step


BEST = "one-euro, 0.5 Hz, gain 2"
"""Of nine tunings (floor 0.5, 1, 2 Hz; gain 1, 2, 3 Hz per travel/s) the one with the least error over all hands."""
FILTERS: dict[str, Callable[[], Filter]] = {
    "nothing": lambda: lambda x: x,
    "low pass, 1.6 Hz": lambda: low_pass(1.6),
    "moving average, 0.2 s": lambda: moving_average(0.2),
    "one-euro, 1 Hz, gain 1": lambda: one_euro(1.0, 1.0),
    BEST: lambda: one_euro(0.5, 2.0),
    "adaptive notch (ours)": ours,
}


@dataclass(frozen=True, slots=True)
class Result:
    """Means over people: lag [s], what is left of the tremor and the whole error [travel]."""

    lag: float
    left: float
    error: float


def rms(wish: Sequence[float], out: Sequence[float], shift: int) -> float:
    """Return the root mean square of ``out`` beside ``wish``, ``shift`` steps earlier."""
    count = len(wish) - LONGEST_LAG
    return math.sqrt(sum((wish[k] - out[k + shift]) ** 2 for k in range(count)) / count)


def judge(make: Callable[[], Filter], hands: Sequence[Steerer]) -> Result:
    """Return how well a filter does with ``hands``; the same errands and tremors for every filter."""
    lags, left, errors = [], [], []
    for seed, hand in enumerate(hands):
        path = wanted(errand(seed, SECONDS), hand)
        wish, work = [place[0] for place in path], make()
        out = [work(event.axes[0]) for event in reported(path, hand, seed)]
        found = [rms(wish, out, shift) for shift in range(LONGEST_LAG)]
        lags.append(found.index(min(found)) * STEP)
        left.append(min(found))
        errors.append(found[0])
    return Result(statistics.fmean(lags), statistics.fmean(left), statistics.fmean(errors))


def slowest_release(hands: Sequence[Steerer]) -> float:
    """Return the longest time a stick's wish outlasted its return to the dead zone [s]; the law says none."""
    config, worst = JoystickConfig(), 0.0
    for seed, hand in enumerate(hands):
        stick, since = Stick(config), None
        for event in reported(wanted(errand(seed, SECONDS), hand), hand, seed):
            stick.feed(event.axes, event.stamp)
            inside = math.hypot(*event.axes) <= config.dead_zone
            since = (event.stamp if since is None else since) if inside else None
            if since is not None and any(stick.value(event.stamp)):
                worst = max(worst, event.stamp - since + STEP)
    return worst


def run() -> list[Row]:
    """Return the comparison, a calm hand's lag, and how long a release is delayed."""
    worst = [hand for hand in HANDS if hand.tremor == 0.35]
    rows: list[Row] = []
    for title, hands, bar in (("5 to 35 %", HANDS, 1.0), ("35 %", worst, 0.9)):
        results = {name: judge(make, hands) for name, make in FILTERS.items()}
        for name, result in results.items():
            told = f"lag {result.lag * 1e3:.0f} ms, left {result.left:.4f}"
            ratio = result.error / results[BEST].error if name.endswith("(ours)") else None
            shown = f"stick, tremor of {title}, error: {name}"
            rows.append(Row(shown, result.error, "travel", told, ratio, bar if ratio is not None else None))
    calm = judge(ours, [PEOPLE["steady"]])
    rows.append(Row("stick, hand without tremor: lag", calm.lag * 1e3, "ms"))
    delay = slowest_release([*HANDS, *PEOPLE.values()])
    return [*rows, Row("stick let go: delay by the tremor filter", delay * 1e3, "ms", bar=0.0)]
