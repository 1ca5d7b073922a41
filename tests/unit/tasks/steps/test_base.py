"""What is common to all steps: words, and the registry."""

from __future__ import annotations

from typing import get_args

import pytest

from armctl.tasks.model import AnyStep, TaskConfig
from armctl.tasks.steps.base import Step
from tests.unit.tasks.fake_arm import world

SAMPLES: dict[str, dict[str, object]] = {
    "move_to": {"pose": "home"},
    "approach": {"object": "cup"},
    "grip": {"jaws": "close"},
    "lift": {},
    "offer": {},
    "retreat": {},
    "put_down": {},
    "wait": {"question": "Ready?"},
    "say": {"text": "Hello"},
    "repeat": {"times": 2, "steps": [{"do": "lift"}]},
}


def step(do: str) -> Step:
    task = {"name": "t", "title": "T", "steps": [{"do": do, **SAMPLES[do]}]}
    return TaskConfig.model_validate(task).steps[0]


def test_every_registered_step_has_a_sample_here() -> None:
    union = get_args(get_args(AnyStep)[0])
    assert {get_args(kind.model_fields["do"].annotation)[0] for kind in union} == set(SAMPLES)


@pytest.mark.parametrize("do", SAMPLES)
def test_every_step_says_what_it_does_and_will_do_in_words(do: str) -> None:
    doing, then = step(do).describe(world().names)
    assert doing[0].isupper()
    assert then[0].islower()
    assert not doing.endswith(".")


@pytest.mark.parametrize("do", SAMPLES)
def test_every_step_can_be_given_its_own_words(do: str) -> None:
    own = step(do).model_copy(update={"words": "Something else"})
    assert own.words == "Something else"


def test_a_step_that_forgets_its_part_cannot_run() -> None:
    class Bare(Step):
        do: str = "bare"

    with pytest.raises(NotImplementedError):
        Bare().plan(world())
