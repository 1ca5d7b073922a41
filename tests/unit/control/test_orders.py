"""Intents: a stop overtakes everything, and each kind becomes the motion it names."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armctl.control import messages as say
from armctl.control.orders import SETS_MOVING, newest_jog_only, request_of, split_at_stop
from armctl.motion import requests as motion

PLAIN: dict[str, Any] = {"epoch": 1, "deadline": 2.0}

KINDS = st.sampled_from(
    [
        lambda n: say.Stop(sequence=n, **PLAIN),
        lambda n: say.Jog(sequence=n, **PLAIN),
        lambda n: say.MoveBy(sequence=n, **PLAIN),
        lambda n: say.Resume(sequence=n, **PLAIN),
        lambda n: say.Enable(sequence=n, **PLAIN),
        lambda n: say.Heartbeat(sequence=n, **PLAIN),
        lambda n: say.Pause(sequence=n, **PLAIN),
    ]
)


@given(st.lists(KINDS, max_size=12))
def test_nothing_that_moves_survives_a_stop_that_came_after_it(makers: list[Any]) -> None:
    intents = [make(number) for number, make in enumerate(makers, start=1)]
    stop, void, valid = split_at_stop(intents)
    stops = [intent for intent in intents if isinstance(intent, say.Stop)]
    assert stop == (stops[-1] if stops else None)
    at = stop.sequence if stop else 0
    assert void == [i for i in intents if i.sequence < at and isinstance(i, SETS_MOVING)]
    assert not any(isinstance(i, SETS_MOVING) and i.sequence < at for i in valid)
    # All others are kept, in order; of jogs in a row only the last.
    kept = [i for i in intents if i not in void and not isinstance(i, say.Stop)]
    assert valid == newest_jog_only(kept)
    assert [i.sequence for i in valid] == sorted(i.sequence for i in valid)


def test_of_jogs_in_a_row_only_the_last_counts() -> None:
    jogs = [say.Jog(sequence=n, **PLAIN) for n in range(3)]
    move = say.MoveBy(sequence=9, **PLAIN)
    assert newest_jog_only([jogs[0], jogs[1], move, jogs[2]]) == [jogs[1], move, jogs[2]]
    assert newest_jog_only([]) == []


@pytest.mark.parametrize(
    ("intent", "request_"),
    [
        (
            say.Jog(sequence=1, linear=(1, 0, 0), angular=(0, 1, 0), grip=-1.0, frame="tool", speed=0.3, **PLAIN),
            motion.JogRequest((1, 0, 0), (0, 1, 0), -1.0, "tool", 0.3),
        ),
        (
            say.MoveBy(sequence=1, translation=(0, 0, 0.02), rotation=(0.1, 0, 0), frame="tool", speed=0.4, **PLAIN),
            motion.StepRequest((0, 0, 0.02), (0.1, 0, 0), "tool", 0.4),
        ),
        (
            say.MoveJoints(sequence=1, positions=(0.1, 0.2), speed=0.5, **PLAIN),
            motion.JointRequest((0.1, 0.2), 0.5),
        ),
        (
            say.MoveTool(
                sequence=1, position=(0.3, 0, 0.1), level=False, path="arc", speed=0.7, quaternion=(0, 0, 0, 1), **PLAIN
            ),
            motion.ToolRequest((0.3, 0, 0.1), False, "arc", 0.7, (0, 0, 0, 1)),
        ),
        (say.Grip(sequence=1, opening=0.4, **PLAIN), motion.GripRequest(0.4)),
        (say.Undo(sequence=1, speed=0.2, **PLAIN), motion.RetraceRequest(0.2)),
        (say.Undo(sequence=1, speed=0.2, hand=False, **PLAIN), motion.RetraceRequest(0.2, hand=False)),
        (say.Resume(sequence=1, **PLAIN), None),
        (say.Heartbeat(sequence=1, **PLAIN), None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_intent_becomes_the_motion_it_names(intent: say.AnyIntent, request_: motion.Request | None) -> None:
    assert request_of(intent) == request_
