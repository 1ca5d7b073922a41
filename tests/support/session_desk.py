"""A session with control's end of its link in the test's hand."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from armctl.clock import SteppedClock
from armctl.control import messages as say
from armctl.control.link import GuardLink, local_pair
from armctl.control.messages import Snapshot
from armctl.session import Session
from tests.support.control_bench import arm_config, scene_config
from tests.support.snapshots import PLAIN


def snapshot(**changes: Any) -> Snapshot:
    """An armed arm in front of its person, that stands."""
    joints = arm_config().joint_names
    here = (0.0,) * len(joints)
    plain = replace(PLAIN, stamp=1000.0, epoch=3, joints=joints, positions=here, commanded=here)
    return replace(plain, **{"tool": (0.3, 0.0, 0.2, 0.0, 0.0, 0.0, 1.0), **changes})


class Desk:
    """A session with control's end of its link in the test's hand."""

    def __init__(self, guard: GuardLink | None = None) -> None:
        self.clock = SteppedClock(1000.0)
        self.written: list[tuple[str, dict[str, Any]]] = []
        self.spoken: list[str] = []
        ui, self.control = local_pair()
        self.session = Session(
            ui,
            self.clock,
            lambda kind, **data: self.written.append((kind, data)),
            guard,
            scene=scene_config(),
            arm=arm_config(),
            speak=self.spoken.append,
        )

    def show(self, **changes: Any) -> None:
        """Let the session see a snapshot."""
        self.control.send(snapshot(**{"stamp": self.clock.now(), **changes}))
        self.session.update()

    def asked(self, kind: type | None = None) -> list[say.AnyIntent]:
        """Return what came since the last call, heartbeats left out."""
        heard = [intent for intent in self.control.receive() if not isinstance(intent, say.Heartbeat)]
        return [intent for intent in heard if kind is None or isinstance(intent, kind)]

    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.written]
