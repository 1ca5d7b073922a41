"""JSON and back: every bit, also of numbers that JSON does not know; what is no tick is refused."""

from __future__ import annotations

import json
import math
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from armctl.control.flight_json import from_json, to_json, tree_from_json, tree_to_json
from armctl.control.flight_records import Advise, encode
from tests.support.flight_records import a_tick


def through_text(data: Any) -> Any:
    return json.loads(msgspec.json.encode(data))


def test_a_tick_with_everything_comes_back_bit_for_bit() -> None:
    tick = a_tick()
    # The bytes of the ring: a comparison of records would take two NaN for different.
    assert encode(from_json(through_text(to_json(tick)))) == encode(tick)


def test_it_is_json_by_the_standard_and_readable() -> None:
    text = msgspec.json.encode(to_json(a_tick())).decode()
    data = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert data["calls"][0]["call"] == "observe"
    assert data["calls"][0]["reading"]["positions"] == [
        None,
        {"$float": "inf"},
        {"$float": "-inf"},
        0.0,
        5e-324,
        0.3 + 4e-17,
    ]
    assert data["heard"][0]["type"] == "Jog"
    assert data["fault"]["title"] == "A joint is overloaded"


@given(arrays(np.float64, 5, elements=st.floats(width=64, allow_nan=False)), st.floats())
def test_numbers_keep_all_their_digits(values: np.ndarray[Any, np.dtype[np.float64]], speed: float) -> None:
    tick = a_tick()
    tick.calls = [Advise(positions=values.tobytes(), speed=speed)]
    (call,) = from_json(through_text(to_json(tick))).calls
    assert isinstance(call, Advise)
    assert call.positions == values.tobytes()
    assert call.speed == speed or (math.isnan(call.speed) and math.isnan(speed))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.pop("calls"),
        lambda data: data.pop("mode"),
        lambda data: data.update(number="seven"),
        lambda data: data.update(epoch=1.5),
        lambda data: data["calls"][0].update(call="fly"),
        lambda data: data["calls"][0].pop("now"),
        lambda data: data["calls"][0].update(reading=3),
        lambda data: data["calls"][-3].update(positions=["a"]),
        lambda data: data["calls"][-3].update(speed={"$float": "fast"}),
        lambda data: data["heard"][0].update(type="Fly"),
        lambda data: data.update(calls=None),
    ],
)
def test_what_is_no_tick_is_refused(spoil: Any) -> None:
    data = through_text(to_json(a_tick()))
    spoil(data)
    with pytest.raises(ValueError, match="not a tick"):
        from_json(data)
    for other in (None, [], "tick", 3):
        with pytest.raises(ValueError, match="not a tick"):
            from_json(other)


def test_a_checkpoints_bytes_come_back() -> None:
    tree = {"a": {"$array": ["<f8", [2], bytes(range(16))]}, "b": [1, None, "x", {"$tuple": [{"$float": "nan"}]}]}
    assert tree_from_json(through_text(tree_to_json(tree))) == tree
    with pytest.raises(ValueError, match="not an array"):
        tree_from_json({"$array": [1, 2]})
