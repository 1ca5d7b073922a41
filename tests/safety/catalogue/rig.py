"""A whole arm on a wire, for tests of its faults: emulated servos, the real control process, and a screen that asks.

Three processes, as in real use but for the guard: the servos note what reaches them (`servos`), control is
``armctl.control.process`` with the Feetech driver on a pseudo-terminal, and the test is the screen. Times are those of
the one monotonic clock of the computer.
"""

from __future__ import annotations

import itertools
import os
import re
import select
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import msgspec
import pytest

from armctl.clock import SystemClock
from armctl.config.arm import ArmConfig
from armctl.config.load import builtin, load
from armctl.config.scene import SceneConfig
from armctl.control import messages as say
from armctl.control.link import SocketLink, connection
from armctl.control.messages import AnyIntent, Snapshot
from armctl.errors import HardwareError
from armctl.hal.registry import ArmContext, create_arm
from drivers.feetech import messages as reg
from drivers.feetech.joints import scales
from tests.safety.catalogue.servos import Answered, Goals, Tapped
from tests.support.guarded import PATIENCE

TICK = 0.01
STARVED = 0.008
"""A program that is kept from running for longer than this is not in time for the next tick [s]."""
LATE = "control was late"
"""Words with which the arm comes to rest when the computer is busy."""
HOMING = {1: 120, 2: -85, 3: 40, 4: 300, 5: -512, 6: 77}
"""Homing offsets of a calibrated arm, by servo."""
FIRST_STEP = {"wrist_roll": 1789}
"""Zero steps that put the lower end of the joint's travel at step 0: below it the encoder wraps."""


def arm_file(folder: Path) -> Path:
    """Write the configuration of a calibrated SO-101 that is found in its home pose."""
    text = builtin("arms", "so101").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^rest = .*$", "rest = [0.0, -0.9, 1.1, -0.2, -1.522]", text)
    text = re.sub(r"servo = \{ id = (\d),", lambda found: f"{found[0]} homing_offset = {HOMING[int(found[1])]},", text)
    for joint, step in FIRST_STEP.items():
        text = re.sub(rf'(name = "{joint}"(?:.|\n)*?zero_step = )2048', rf"\g<1>{step}", text, count=1)
    path = folder / "so101.toml"
    path.write_text(text, encoding="utf-8")
    return path


class Servos:
    """The emulated servos in their process. Attributes: ``config``, ``port``."""

    def __init__(self, folder: Path) -> None:
        self.arm_file = arm_file(folder)
        self.config = load(self.arm_file, ArmConfig)
        self.scales = scales(self.config)
        self.port = folder / "port"
        self.environment = {**os.environ, "ARMCTL_TEST_PORTS": str(folder / "ports.json")}
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", "tests.safety.catalogue.servos", str(theirs.fileno())]
            self._servos = subprocess.Popen([*command, str(self.arm_file), str(self.port)], pass_fds=[theirs.fileno()])
        self._orders = Connection(ours.detach())
        assert self._orders.recv()[0] == "ready"

    def close(self) -> None:
        if self._servos.poll() is None:
            self.order("end")
        self._servos.wait(5)
        self._orders.close()

    def order(self, name: str, *arguments: Any, **named: Any) -> Any:
        return self.ordered(name, *arguments, **named)[0]

    def ordered(self, name: str, *arguments: Any, **named: Any) -> tuple[Any, float]:
        """Have the servos do something; return what came of it, and when it was done [s]."""
        self._orders.send((name, arguments, named))
        result, stamp = self._orders.recv()
        return result, stamp

    def inject(self, name: str, *arguments: Any, **named: Any) -> float:
        """Have the servos do something, and return when it was done [s]."""
        return self.ordered(name, *arguments, **named)[1]

    def tap(self, since: float) -> Tapped:
        tapped = self.order("tap", since)
        assert isinstance(tapped, Tapped)
        return tapped

    def command(self, *fds: int) -> list[str]:
        """Return the command line of a control process on the port."""
        process = [sys.executable, "-m", "tests.safety.catalogue.control", "--arm", str(self.arm_file)]
        names = [f"--link-fd={fds[0]}", f"--alive-fd={fds[1]}"]
        # The screen's own silence is the business of other rows.
        return [*process, "--scene", "kitchen_table", "--port", str(self.port), "--timeout", "2", *names]


class StartUp(Servos):
    """Servos that are there before control starts."""

    def refused(self) -> str:
        """Connect as control does at its start; the arm must be refused, and given no goals. Returns what is said."""
        clock = SystemClock()
        scene = load(builtin("scenes", "kitchen_table"), SceneConfig)
        arm = create_arm("feetech", ArmContext(self.config, clock, scene, str(self.port)))
        began = clock.now()
        with pytest.raises(HardwareError) as refusal:
            arm.connect()
        assert refusal.value.remedy
        tapped = self.tap(began)
        assert tapped.goals == deque(), "servos were given goals"
        assert [item for item in tapped.written if item.address == reg.TORQUE_ENABLE.address] == []
        return str(refusal.value)

    def start(self) -> str:
        """Start a control process that cannot use the arm, and return what it said."""
        ours, theirs = connection()
        process = subprocess.Popen(
            self.command(*theirs.fds()),
            pass_fds=list(theirs.fds()),
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment,
        )
        theirs.close()
        try:
            _, said = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
            ours.close()
        assert process.returncode == 2, said
        return said


class Rig(StartUp):
    """Servos and control. Attributes: ``seen`` (every snapshot so far), ``sent`` (every intent)."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.seen: deque[Snapshot] = deque(maxlen=20_000)
        self.sent: deque[AnyIntent] = deque(maxlen=10_000)
        self._lock = threading.Lock()
        self._sequence = itertools.count(100)
        self._log = folder / "control.log"
        self._link, self.control = self._start_control()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._screen, daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self.control.poll() is None and self._servos.poll() is None

    def close(self) -> None:
        self._ended.set()
        self._thread.join()
        self.control.terminate()
        self.control.wait(5)
        super().close()
        self._link.close()

    def log(self) -> str:
        """What control said so far."""
        return self._log.read_text(encoding="utf-8")

    # -- the screen ----------------------------------------------------------------------------------------------

    @property
    def now(self) -> Snapshot:
        return self.seen[-1]

    def ask(self, kind: Callable[..., AnyIntent], **fields: Any) -> AnyIntent:
        """Send an intent, with a proper envelope unless ``fields`` say otherwise."""
        envelope = {"sequence": next(self._sequence), "epoch": self.now.epoch, "deadline": time.monotonic() + 0.15}
        intent = kind(**{**envelope, **fields})
        self.send(intent)
        return intent

    def send(self, intent: AnyIntent) -> None:
        with self._lock:
            self._link.send(intent)
            self.sent.append(intent)

    def until(self, what: Callable[[Snapshot], bool], since: float | None = None) -> Snapshot:
        """Return the first snapshot from ``since``, or now, on of which ``what`` holds; wait for it."""
        since = time.monotonic() if since is None else since
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit and self.alive:
            for snapshot in list(self.seen):
                if snapshot.stamp >= since and what(snapshot):
                    return snapshot
            time.sleep(0.004)
        assert self.alive, f"a process ended: {self.log()}"
        raise AssertionError(f"waited in vain; the last of {len(self.seen)} snapshots: {list(self.seen)[-1:]}")

    def ready(self) -> None:
        """Take every fault away, clear what is latched, and arm."""
        self.order("heal")
        self.until(lambda snapshot: True)
        if self.now.mode == "moving":
            self.ask(say.Stop)
            self.until(lambda snapshot: snapshot.mode != "moving")
        if self.now.mode == "fault":
            self.until_still()
            self.ask(say.ClearFault)
        self.until(lambda snapshot: snapshot.mode in ("disarmed", "ready"))
        if self.now.mode == "disarmed":
            self.ask(say.Enable)
            self.until(lambda snapshot: snapshot.mode == "stop_test")
            self.ask(say.StopTest, pressed_at=time.monotonic())
            self.until(lambda snapshot: snapshot.mode == "ready")

    def until_still(self) -> None:
        """Wait until no joint has moved for a while: taking a fault away may itself move one."""
        began = time.monotonic()
        while time.monotonic() < began + PATIENCE:
            last = [snapshot.positions for snapshot in list(self.seen)[-10:] if snapshot.stamp > began]
            if len(last) == 10 and len(set(last)) == 1:
                return
            time.sleep(0.02)
        raise AssertionError(f"the arm never stood still: {last}")

    def move(self, joint: int = 0, speed: float = 1.0) -> None:
        """Send one joint towards the further end of its travel, and wait until it goes at a constant speed."""
        self.ready()
        asked = self.ask(say.MoveJoints, positions=self.far(joint), speed=speed).sequence
        limit = time.monotonic() + PATIENCE
        while not self.cruising(joint):
            assert time.monotonic() < limit, self.now
            motion = self.now.motion
            if motion.sequence == asked and motion.phase in ("refused", "stopped", "done"):
                assert LATE in motion.reason, motion  # this computer was busy: that is the business of other rows
                asked = self.ask(say.MoveJoints, positions=self.far(joint), speed=speed).sequence
            time.sleep(0.01)

    def starved(self, since: float) -> bool:
        """True when this computer kept servos or control from running in time from ``since`` [s] on.

        What is measured then says something about the computer only.
        """
        missed = [one.missed_ticks for one in list(self.seen) if one.stamp >= since]
        late = max((one.lateness for one in list(self.seen) if one.stamp >= since), default=0.0)
        return self.order("gap", since) > STARVED or late > STARVED or bool(missed and missed[-1] > missed[0])

    def undisturbed(self) -> bool:
        """True when nothing but a busy computer kept the arm from its motion."""
        motion = self.now.motion
        return self.now.fault is None and (motion.phase in ("running", "done") or LATE in motion.reason)

    def far(self, joint: int) -> tuple[float, ...]:
        positions = list(self.now.commanded or self.now.positions)[:-1]
        scale = self.scales[joint]
        middle = (scale.lower + scale.upper) / 2
        positions[joint] = 0.9 * (scale.lower if positions[joint] > middle else scale.upper)
        return tuple(positions)

    def cruising(self, joint: int) -> bool:
        """True when the last set-points of ``joint`` went at one speed, more than a step of the encoder a tick."""
        last = [snapshot.commanded[joint] for snapshot in list(self.seen)[-8:] if snapshot.mode == "moving"]
        steps = [abs(after - before) for before, after in itertools.pairwise(last)]
        return len(steps) == 7 and min(steps) > 0.0016 and max(steps) - min(steps) < 1e-6

    # -- what is measured ----------------------------------------------------------------------------------------

    def latched(self, since: float) -> Snapshot:
        """Return the first snapshot with a latched fault."""
        return self.until(lambda one: one.fault is not None, since)

    def fault(self, since: float, code: str, *words: str) -> str:
        """Wait for a latched fault, which must be ``code``, say ``words`` and know a remedy; return its code."""
        told = self.latched(since).fault
        assert told
        assert told.code == code, told
        assert all(word in told.message for word in words), told
        assert told.title
        assert told.remedy
        return told.code

    def stopped(self, since: float, joint: int = 0, *, watch: float = 0.25) -> float:
        """Return when the first safe byte came after ``since`` [s], and check that the arm is sent nowhere any more.

        Safe is the first goal that leads no further, when none that follows does either; where no goal follows at
        all, the moment at which control told the fault.
        """
        told = self.latched(since).stamp
        time.sleep(max(0.0, told + watch - time.monotonic()))
        tapped = self.tap(since - 0.2)
        servo = self.scales[joint].servo.id
        goals = [(item.stamp, item.goals[servo][0]) for item in tapped.goals if servo in item.goals]
        before = [goal for stamp, goal in goals if stamp < max(told - TICK, since)]
        assert len(before) > 5, "nothing was sent before the fault"
        way = before[-1] - before[0]
        assert abs(way) > 5, "the joint was not under way"
        safe = told
        for (_, last), (stamp, goal) in reversed(list(itertools.pairwise(goals))):
            if stamp <= since or (goal - last) * way > 0:
                break
            safe = stamp
        assert [stamp for stamp, _ in goals if stamp > told + 0.05] == [], "goals went on after the fault"
        assert self.now.mode == "fault"
        return safe

    def goals(self, since: float) -> list[Goals]:
        return list(self.tap(since).goals)

    def answers(self, since: float, servo: int) -> list[Answered]:
        return [item for item in self.tap(since).answered if item.servo == servo]

    def told_true(self, since: float) -> int:
        """Check that every position told from ``since`` [s] on is one that its servo measured just then.

        Returns how many snapshots were checked.
        """
        until = time.monotonic()
        answered = self.tap(since - 0.2).answered
        known = [[(a.stamp, a.position) for a in answered if a.servo == scale.servo.id] for scale in self.scales]
        snapshots = [snapshot for snapshot in list(self.seen) if since <= snapshot.stamp <= until]
        for snapshot in snapshots:
            for scale, rows, angle in zip(self.scales, known, snapshot.positions, strict=True):
                step = scale.step(angle) % scale.servo.steps_per_turn
                recent = {position for stamp, position in rows if snapshot.stamp - 0.1 <= stamp <= snapshot.stamp}
                assert step in recent, f"{scale.name} told step {step}; its servo measured {sorted(recent)}"
        return len(snapshots)

    # -- inside --------------------------------------------------------------------------------------------------

    def _start_control(self) -> tuple[SocketLink[AnyIntent, Snapshot], subprocess.Popen[bytes]]:
        ours, theirs = connection()
        with self._log.open("ab") as log:
            command, fds = self.command(*theirs.fds()), list(theirs.fds())
            process = subprocess.Popen(command, pass_fds=fds, stderr=log, env=self.environment)
        theirs.close()
        decoder = msgspec.msgpack.Decoder(Snapshot)
        return SocketLink(ours.link, decoder, ours.alive), process

    def _screen(self) -> None:
        handles = self._link.filenos()
        while not self._ended.is_set() and not self._link.closed:
            with self._lock:
                self._link.send(say.Heartbeat(sequence=0, epoch=0, deadline=0.0))
                self.seen.extend(self._link.receive())
            select.select(handles, (), (), 0.02)
