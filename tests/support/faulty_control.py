"""The real control process, in which things go wrong on order.

Orders come as datagrams over ``--faults-fd`` and are obeyed at the beginning of the next tick; when the fault has
happened, its name and time [s, monotonic] go back.

``raise CLASS.METHOD``: its next call raises. ``point KIND``: the next set-point is wrong (nan, inf, flip).
``asleep S``: the computer was suspended for so long. ``disarm``: as after a screen was started again. ``touch PART N``:
the hand touches a part of the person with so many newtons; 0 ends it. ``head X Y Z``: from now on a tracker sees the
head there; ``blind``: it sees nothing any more. ``tell_stop``, ``tell_holds``: the end of this
motion, every hold from now on is told as well.
"""

from __future__ import annotations

import functools
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from msgspec import structs

from armctl.control import controller, drive, loop, process
from armctl.control.peers import Peers
from armctl.control.report import Reporter
from armctl.hal.scene import Contact, Head, SceneState
from armctl.motion.generator import MotionGenerator
from armctl.safety.states import Event, Mode
from armctl.safety.supervisor import Supervisor
from sim.simulated_arm import SimulatedArm

CLASSES = {
    kind.__name__: kind
    for kind in (controller.Controller, drive.Drive, Peers, Reporter, MotionGenerator, Supervisor, SimulatedArm)
}


class Faults:
    def __init__(self, fd: int) -> None:
        self._socket = socket.socket(fileno=fd)
        self._socket.setblocking(False)
        self._asleep = 0.0
        self._disarm = False
        self._tell_stop = False
        self._touch: tuple[str, float] = ("", 0.0)
        self._head: Head | None = None
        self._sees = True

    def install(self) -> None:
        """Wrap what turns, what sleeps and what is around."""
        tick, faults = controller.Controller.tick, self

        def faulty_tick(it: controller.Controller, beat: loop.Beat = controller.ON_TIME) -> Any:
            faults.obey()
            if faults._disarm:
                faults._disarm = False
                it._supervisor.event(Event.DISABLE, time.monotonic())
                faults.happened("disarm")
            before = it._supervisor.mode
            snapshot = tick(it, beat)
            if faults._tell_stop and before is Mode.MOVING and it._supervisor.mode is not Mode.MOVING:
                faults._tell_stop = False
                faults.happened("stop")
            return snapshot

        controller.Controller.tick = faulty_tick  # type: ignore[method-assign]
        process.Loop = functools.partial(loop.Loop, suspended=lambda: self._asleep)  # type: ignore[misc,assignment]
        scene = SimulatedArm.scene
        SimulatedArm.scene = lambda arm: self.touched(scene(arm))  # type: ignore[method-assign]

    def touched(self, scene: SceneState) -> SceneState:
        if self._head is not None and self._sees:
            self._head = structs.replace(self._head, stamp=time.monotonic())
        scene = structs.replace(scene, head=self._head or scene.head)
        part, force = self._touch
        return (
            structs.replace(scene, contacts=(*scene.contacts, Contact("gripper_link", part, force))) if force else scene
        )

    def obey(self) -> None:
        while True:
            try:
                order = self._socket.recv(200).decode()
            except BlockingIOError:
                return
            word, *rest = order.split()
            getattr(self, f"do_{word}")(*rest)

    def happened(self, what: str) -> None:
        self._socket.send(f"{what} {time.monotonic()}".encode())

    def do_tell_holds(self) -> None:
        """From now on tell of every hold that reaches the arm, also of one that nobody traces any more."""
        hold = SimulatedArm.hold

        def told(arm: SimulatedArm) -> None:
            hold(arm)
            self.happened("hold")

        SimulatedArm.hold = told  # type: ignore[method-assign]
        self.happened("tell_holds")

    def do_tell_stop(self) -> None:
        """Tell of the tick that sends the first slower set-point of this motion."""
        self._tell_stop = True
        self.happened("tell_stop")

    def do_disarm(self) -> None:
        self._disarm = True

    def do_asleep(self, seconds: str) -> None:
        self._asleep += float(seconds)
        self.happened("asleep")

    def do_touch(self, part: str, force: str) -> None:
        self._touch = (part, float(force))
        self.happened("touch")

    def do_head(self, x: str, y: str, z: str) -> None:
        self._head, self._sees = Head(0.0, (float(x), float(y), float(z))), True
        self.happened("head")

    def do_blind(self) -> None:
        """The tracker loses the head; what is told is when it saw it last."""
        self._sees = False
        assert self._head is not None
        self._socket.send(f"blind {self._head.stamp}".encode())

    def do_raise(self, name: str) -> None:
        kind, _, method = name.partition(".")

        def failing(_former: Callable[..., Any], *_: Any, **__: Any) -> Any:
            self.happened("raise")
            raise ZeroDivisionError(f"in {name}")

        self.once(CLASSES[kind], method, failing)

    def do_point(self, what: str) -> None:
        def wrong(former: Callable[..., Any], *given: Any, **named: Any) -> Any:
            point = former(*given, **named)
            bad = point.positions.copy()
            bad[3] = {"nan": np.nan, "inf": np.inf, "flip": bad[3] + np.pi * (-1.0 if bad[3] > 0 else 1.0)}[what]
            self.happened("point")
            return replace(point, positions=bad)

        self.once(MotionGenerator, "step", wrong)

    @staticmethod
    def once(kind: type, method: str, instead: Callable[..., Any]) -> None:
        former = getattr(kind, method)

        def patched(*given: Any, **named: Any) -> Any:
            setattr(kind, method, former)
            return instead(former, *given, **named)

        setattr(kind, method, patched)


def main() -> int:
    place = sys.argv.index("--faults-fd")
    faults = Faults(int(sys.argv[place + 1]))
    del sys.argv[place : place + 2]
    faults.install()
    return process.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
