"""The supervisor behind a link that loses, doubles, delays and mixes up messages, in the real controller.

The person's screen writes intents; what becomes of them on the way is chance. Whatever arrives, whenever, in whatever
order: nothing moves unless the arm is armed, healthy and seen; what is old is refused; stop works at once.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from armctl.control import messages as say
from armctl.control.messages import AnyIntent
from armctl.hal.command import ApprovedCommand
from armctl.hal.state import FloatArray
from armctl.safety.states import APPROVING, Event, Mode
from sim.simulated_arm import SimulatedArm
from tests.support.control_bench import Bench

MOTIONS: tuple[tuple[type, dict[str, Any]], ...] = (
    (say.Jog, {"linear": (0.0, 0.5, 0.3)}),
    (say.MoveBy, {"translation": (0.0, 0.03, 0.0)}),
    (say.MoveJoints, {"positions": (0.4, -0.9, 1.1, -0.2, -1.522)}),
    (say.Grip, {"opening": 0.2}),
    (say.Undo, {}),
    (say.Resume, {}),
)
ARMED = {mode.value for mode in APPROVING}
AT_MOST = 60
"""Ticks in which a stop comes to rest, 0.6 s: twice what the arm's limits of acceleration and jerk ask for."""


class HeardArm:
    """The arm, with every set-point it takes written down."""

    def __init__(self, arm: SimulatedArm) -> None:
        self._arm = arm
        self.sent: list[FloatArray] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._arm, name)

    def send(self, command: ApprovedCommand) -> None:
        self._arm.send(command)
        self.sent.append(command.positions)


class LinkMachine(RuleBasedStateMachine):
    """Plays the person's screen, the link and time."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="link-")
        self.bench = Bench(Path(self.folder.name), self.hear)
        self.on_the_way: list[AnyIntent] = []
        self.delivered: list[AnyIntent] = []
        self.taken: list[int] = []
        self.latched = ""
        self.may_clear = False
        self.passed_tests = 0
        self.bench.tick()

    def hear(self, arm: SimulatedArm) -> HeardArm:
        self.arm = HeardArm(arm)
        return self.arm

    def teardown(self) -> None:
        if hasattr(self, "bench"):
            self.bench.close()
            self.folder.cleanup()

    # -- the screen ------------------------------------------------------------------------------------------------

    @rule(which=st.integers(0, len(MOTIONS) - 1), age=st.sampled_from([0, 0, 0, -1, 1]))
    def writes_a_motion(self, which: int, age: int) -> None:
        """Of this arming, of the one before or of one that never was."""
        kind, fields = MOTIONS[which]
        self.write(kind, **fields, epoch=self.bench.seen.epoch + age)

    @rule(ahead=st.sampled_from([-0.001, 0.0, 1.0, 1.05, 60.0, float("nan"), float("inf")]))
    def writes_an_odd_deadline(self, ahead: float) -> None:
        self.write(say.MoveBy, translation=(0.02, 0.0, 0.0), deadline=self.bench.now + ahead)

    @rule(kind=st.sampled_from([say.Enable, say.ClearFault, say.Pause, say.Stop]))
    def writes_an_order(self, kind: type) -> None:
        self.write(kind)

    @rule(latency=st.sampled_from([0.0, 0.05, 0.3, -0.1]))
    def writes_a_stop_test(self, latency: float) -> None:
        self.write(say.StopTest, pressed_at=self.bench.now - latency)

    def write(self, kind: type, **fields: Any) -> None:
        self.on_the_way.append(kind(**{**self.bench.envelope(), **fields}))

    # -- the link --------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.on_the_way)
    @rule(data=st.data(), copies=st.sampled_from([0, 1, 1, 1, 2]), ticks=st.integers(1, 3))
    def delivers(self, data: st.DataObject, copies: int, ticks: int) -> None:
        """Any message, not the oldest first; lost, once or twice."""
        intent = self.on_the_way.pop(data.draw(st.integers(0, len(self.on_the_way) - 1)))
        for _ in range(copies):
            self.deliver(intent)
        self.pass_time(ticks)

    @precondition(lambda self: self.delivered)
    @rule(data=st.data())
    def delivers_an_old_one_again(self, data: st.DataObject) -> None:
        self.deliver(data.draw(st.sampled_from(self.delivered[-20:])))
        self.pass_time(1)

    def deliver(self, intent: AnyIntent) -> None:
        self.delivered.append(intent)
        self.may_clear = self.may_clear or isinstance(intent, say.ClearFault)
        self.bench.ui.send(intent)

    # -- time and what happens in it ----------------------------------------------------------------------------------

    @rule(ticks=st.sampled_from([1, 5, 20]))
    def time_passes(self, ticks: int) -> None:
        self.pass_time(ticks)

    @rule(ticks=st.sampled_from([5, 12, 40]))
    def the_screen_is_silent(self, ticks: int) -> None:
        self.bench.beating = False
        self.pass_time(ticks)
        self.bench.beating = True
        if ticks == 40:
            # It moved or not: after the time-out it comes to rest.
            assert self.bench.seen.mode != Mode.MOVING

    @rule(seconds=st.sampled_from([0.015, 0.05, 0.5, 1.5]))
    def the_computer_stands_still(self, seconds: float) -> None:
        self.bench.clock.advance(seconds)
        self.pass_time(1)

    @rule(event=st.sampled_from([Event.FAULT, Event.DISABLE]))
    def something_happens(self, event: Event) -> None:
        self.bench.supervisor.event(event, self.bench.now)
        self.pass_time(1)

    @rule()
    def arms_properly(self) -> None:
        """From wherever it is, as a screen would."""
        for order, fields in ((say.Stop, {}), (say.ClearFault, {}), (say.Enable, {})):
            self.write(order, **fields)
            self.deliver(self.on_the_way.pop())
            self.pass_time(3)
        if self.bench.seen.mode == Mode.STOP_TEST:
            self.write(say.StopTest, pressed_at=self.bench.now - 0.005)
            self.deliver(self.on_the_way.pop())
            self.pass_time(1)
            assert self.bench.seen.mode == Mode.READY

    @rule(which=st.integers(0, 3))
    def moves_properly(self, which: int) -> None:
        kind, fields = MOTIONS[which]
        self.write(kind, **fields)
        self.deliver(self.on_the_way.pop())
        self.pass_time(10)

    @rule()
    def stop_works_at_once_from_everywhere(self) -> None:
        self.bench.ask(say.Stop)
        self.pass_time(1)
        assert self.bench.seen.mode != Mode.MOVING
        self.pass_time(AT_MOST)
        assert self.bench.seen.mode not in {Mode.MOVING, Mode.STOPPING}

    # -- what must hold, tick by tick ------------------------------------------------------------------------------

    def pass_time(self, ticks: int) -> None:
        for _ in range(ticks):
            before, epoch, now = self.bench.seen, self.bench.supervisor.epoch, self.bench.now
            tests = [intent for intent in self.delivered[-6:] if isinstance(intent, say.StopTest)]
            self.bench.tick()
            after = self.bench.seen
            self.look_at_the_motion(before.motion.sequence, after, now)
            self.look_at_what_was_sent(before.mode)
            if after.epoch != epoch:
                assert after.epoch == epoch + 1
                assert any(0.0 <= now - test.pressed_at <= 0.2 for test in tests), "armed without a press in time"
            self.look_at_the_fault(after)

    def look_at_the_motion(self, last: int, after: say.Snapshot, now: float) -> None:
        sequence = after.motion.sequence
        if sequence == last or after.motion.phase == "refused":
            return
        intents = [intent for intent in self.delivered if intent.sequence == sequence]
        assert intents, "a motion that nobody asked for"
        assert sequence not in self.taken, "a replay"
        self.taken.append(sequence)
        assert intents[0].epoch == after.epoch
        assert now <= intents[0].deadline <= now + 1.0

    def look_at_what_was_sent(self, before: str) -> None:
        if self.arm.sent:
            assert {before, self.bench.seen.mode} & ARMED, "a set-point for an arm that is not armed"
        self.arm.sent.clear()

    def look_at_the_fault(self, after: say.Snapshot) -> None:
        code = after.fault.code if after.fault else ""
        assert (after.mode == Mode.FAULT) == bool(code)
        if self.latched and code != self.latched:
            assert self.may_clear, "a fault that went by itself"
        if code != self.latched:
            self.latched, self.may_clear = code, False

    @invariant()
    def what_is_told_is_what_is(self) -> None:
        if hasattr(self, "bench"):
            assert self.bench.seen.epoch == self.bench.supervisor.epoch


TestLinkMachine = LinkMachine.TestCase
TestLinkMachine.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
