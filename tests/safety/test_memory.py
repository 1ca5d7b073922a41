"""Memories that differ in anything are told apart; the same ones are not."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from tests.safety.memory import frozen


class Slotted:
    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value


class Plain:
    def __init__(self) -> None:
        self.numbers = np.array([1.0, np.nan])
        self.rows = {"a": [1, 2], "b": Slotted({3})}
        self.told: object = None


@pytest.mark.parametrize(
    "change",
    [
        lambda it: it.numbers.__setitem__(0, 2.0),
        lambda it: it.rows["a"].append(3),
        lambda it: it.rows.update(c=1),
        lambda it: setattr(it.rows["b"], "value", {4}),
        lambda it: setattr(it, "told", ""),
    ],
)
def test_every_change_is_seen(change: object) -> None:
    before, after = Plain(), Plain()
    assert frozen(before) == frozen(copy.deepcopy(after))
    change(after)  # type: ignore[operator]
    assert frozen(before) != frozen(after)


def test_things_that_know_each_other_are_no_endless_story() -> None:
    one = Plain()
    one.told = one
    assert frozen(one) == frozen(one)
