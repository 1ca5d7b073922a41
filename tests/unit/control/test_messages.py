"""Every message survives the wire as it was, and is told from the others by its tag."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest

from armctl.control import messages as say
from armctl.safety.states import Mode

ENVELOPE = {"sequence": 1, "epoch": 2, "deadline": 3.0, "pressed_at": 0.5}
EXTRA = {
    say.MoveJoints: {"positions": (0.1, 0.2)},
    say.MoveTool: {"position": (0.1, 0.2, 0.3)},
    say.MoveWay: {"points": ((0.1, 0.2), (0.3, 0.4))},
    say.Grip: {"opening": 1.0},
}


@pytest.mark.parametrize("kind", get_args(say.AnyIntent), ids=lambda kind: kind.__name__)
def test_each_intent_survives_the_wire(kind: type[say.Intent]) -> None:
    intent = kind(**ENVELOPE, **EXTRA.get(kind, {}))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(intent), type=say.AnyIntent) == intent


@pytest.mark.parametrize(
    "message",
    [say.Alive(1.0), say.PeerGone("ui", "gone"), say.Restart("control"), say.Shutdown("x"), say.NewLink(3, 4)],
    ids=lambda message: type(message).__name__,
)
def test_each_message_of_the_guard_survives_the_wire(message: say.GuardMessage) -> None:
    assert type(message) in get_args(say.GuardMessage)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(message), type=say.GuardMessage) == message


def test_the_modes_on_the_wire_are_those_of_the_supervisor() -> None:
    assert set(get_args(say.Mode)) == {mode.value for mode in Mode}
