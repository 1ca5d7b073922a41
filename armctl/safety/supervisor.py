"""`Supervisor`: the only place where a set-point becomes an `ApprovedCommand`.

It composes the parts of this package: the table of states, the watch on what the arm reports, the gate for set-points,
the stop test and the intake of intents. It has no clock and no I/O: time comes in with each call, so a session can be
replayed to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from armctl.config.scene import SceneConfig
from armctl.errors import SafetyError
from armctl.hal.command import ApprovedCommand, supervisor_seal
from armctl.hal.scene import SceneState
from armctl.hal.state import FloatArray, JointState
from armctl.kinematics.barriers import Barrier
from armctl.kinematics.collision import Held
from armctl.kinematics.robot import RobotModel
from armctl.safety.arming import StopTest
from armctl.safety.codes import Code
from armctl.safety.contact import ContactWatch
from armctl.safety.faults import FAULTS, Fault, Finding
from armctl.safety.gate import Gate, Passed, Reference, SetPoint
from armctl.safety.health import warm
from armctl.safety.intake import Intake
from armctl.safety.limits import LATE_TICKS, SLEEP_GAP, Limits
from armctl.safety.pace import Condition, Pace, pace
from armctl.safety.rest import Stopping
from armctl.safety.sensed import Sensed
from armctl.safety.states import APPROVING, Event, Mode, transition
from armctl.safety.watch import Watch
from armctl.safety.zones import Zones
from armctl.units import MS

COMMAND_LIFE: Final = 0.05
"""An approved command is void after this long [s]."""
WATCHED: Final = APPROVING | {Mode.STOP_TEST}
"""The modes in which what the watch finds is latched; in the others it only forbids arming."""
STANDING: Final = frozenset({Mode.STOP_TEST, Mode.READY})
"""The modes in which an arm under torque is to stay where it is."""
CURED_BY_TORQUE: Final = frozenset({Code.OVERLOAD, Code.OVERCURRENT, Code.SERVO_RESTARTED})
"""Complaints that servos keep until torque is switched on anew: they do not forbid to begin arming."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A set-point that was not approved; nothing changed.

    Attributes:
        reason: Why, in plain words.
        code: Key in ``armctl.safety.faults.FAULTS``.
    """

    reason: str
    code: str = ""


class Supervisor:
    """Decides what the arm may do. See ``docs/safety.md`` for what it promises.

    Args:
        robot: The arm.
        scene: What stands around it.
        dt: Time between two set-points [s].
    """

    def __init__(self, robot: RobotModel, scene: SceneConfig, dt: float) -> None:
        self.limits: Final = Limits.of(robot.config, dt)
        self._zones = Zones(robot, scene)
        self._gate = Gate(self.limits, self._zones)
        self._watch = Watch(self.limits)
        self._contact = ContactWatch(robot.links, self.limits.contact_force)
        self._sensed = Sensed(robot, scene, self._zones)
        self._intake = Intake()
        self._mode = Mode.DISCONNECTED
        self._epoch = 0
        self._sequence = 0
        self._fault: Fault | None = None
        self._said = ""
        self._pace = Pace(self.limits.tool_speed)
        # Set when a stop test begins, when a stop does, and with each reading; they count in some modes only.
        self._test: StopTest
        self._stopping: Stopping
        self._stood: FloatArray
        self._stop_latency = 0.0
        self._linked = False
        self._obstacle: Finding | None = None
        self._warm: Finding | None = None
        self._reference: Reference | None = None
        self._seen_at: float | None = None
        self._moved = 0.0

    @property
    def mode(self) -> Mode:
        """The present mode."""
        return self._mode

    @property
    def epoch(self) -> int:
        """How often the arm was armed; intents and commands of another epoch are void."""
        return self._epoch

    @property
    def fault(self) -> Fault | None:
        """The latched fault with its figures, or None."""
        return self._fault

    @property
    def notice(self) -> str:
        """What the person should know now: why the arm came to rest, stays off, or goes slower; often empty."""
        return self._said or (self._pace.reason if self._mode is Mode.MOVING else "")

    @property
    def slows(self) -> bool:
        """True when `notice` says no more than why the arm goes slower."""
        return not self._said and bool(self.notice)

    @property
    def stop_latency(self) -> float:
        """How long the press of the last passed stop test took to arrive [s]; 0 before the first."""
        return self._stop_latency

    def accept(self, sequence: int, epoch: int, deadline: float, now: float, sender: str = "ui") -> str:
        """Return "" and remember an intent's number when it counts; else why not, and nothing changes.

        Stop intents do not come here: they are never refused.

        Args:
            sequence: Its number; must be above all that ``sender`` sent before.
            epoch: The epoch it was meant for.
            deadline: After this it is void [s]; at most 1 s ahead.
            now: The time [s].
            sender: Whose numbers they are.
        """
        return self._intake.accept(sequence, epoch, deadline, now, self._epoch, sender)

    def event(self, event: Event, now: float, detail: str = "") -> None:
        """Take an event.

        Args:
            event: What happened. The results of the stop test are not accepted from outside.
            now: The time [s].
            detail: For `Event.FAULT` what went wrong in control (use `report` for what has a row of its own); for
                `Event.PEER_LOST` who is silent; for `Event.CONNECTION_LOST` what the driver said.

        Raises:
            SafetyError: Somebody else than `stop_pressed` claims to know the result of the stop test.
        """
        match event:
            case Event.STOP_TEST_PASSED | Event.STOP_TEST_FAILED:
                raise SafetyError("Only the supervisor decides whether the stop test passed.")
            case Event.ENABLE:
                self.begin_stop_test(now)
            case Event.FAULT:
                self._latch(Finding(Code.CONTROL_EXCEPTION, detail=detail))
            case Event.CONNECTION_LOST:
                self._lose_connection(Finding(Code.LINK_LOST, detail=detail))
            case Event.CONNECTED:
                self._connect()
            case Event.PEER_LOST:
                self._lose_peer(now, detail or "the screen")
            case Event.CLEAR:
                self._clear()
            case _:
                self._go(event, now)

    def report(self, finding: Finding, now: float) -> None:
        """Take what another part found out, and react as the table of faults says; ``now`` [s]."""
        reaction = FAULTS[finding.code].reaction
        if finding.code in (Code.LINK_LOST, Code.PLACE_LOST):
            self._lose_connection(finding)
        elif reaction == "S":
            self._latch(finding)
        elif reaction == "H":
            self._hold(finding, now)
        else:
            self._said = finding.fault().message

    def begin_stop_test(self, now: float) -> str:
        """Begin arming: from ``now`` [s] on the person has 30 s to press stop. Returns "" or why the arm stays off.

        While the test runs already, nothing changes.
        """
        if self._mode is Mode.STOP_TEST:
            return ""
        if self._mode is not Mode.DISARMED:
            return Finding(Code.ARMING_REFUSED, detail=f"it is in the state {self._mode}.").fault().message
        problem = self._unfit(now)
        if problem:
            self._said = Finding(Code.ARMING_REFUSED, detail=problem).fault().message
            return self._said
        self._mode = transition(self._mode, Event.ENABLE)
        self._test = StopTest(now)
        self._said = ""
        return ""

    def stop_pressed(self, pressed_at: float, now: float) -> str:
        """Take the press of the stop test; returns "" when the arm is armed now, else why not.

        A press from before the test changes nothing; one that took too long to arrive ends the test.

        Args:
            pressed_at: When the person pressed [s].
            now: When the supervisor learns of it [s].
        """
        if self._mode is not Mode.STOP_TEST:
            return Finding(Code.STOP_TEST_ORDER, detail="no stop test is under way").fault().message
        ignored = self._test.out_of_order(pressed_at, now)
        if ignored is not None:
            return ignored.fault().message
        failed = self._test.missed(now) or self._test.slow(pressed_at, now) or self._sick()
        if failed is not None:
            return self._fail_test(failed)
        self._stop_latency = now - pressed_at
        self._arm()
        return ""

    def observe(self, state: JointState, now: float) -> None:
        """Look at one reading, once a tick; may bring the arm to rest or latch a fault.

        Args:
            state: What the arm reports.
            now: The time [s].
        """
        gap = now - (now if self._seen_at is None else self._seen_at)
        self._seen_at = now
        jumped = self._watch.tracking.jump(state)
        self._obstacle = self._watch.condition(state)
        self._warm = warm(state, self.limits)
        self._sensed.arm_at(state.positions)
        self._watch_clock(gap, now)
        if self._mode in WATCHED:
            self._watch_arm(jumped, state, now)
        if self._mode is Mode.MOVING:
            self._moved += gap
            lost = self._sensed.lost(now)
            if lost is not None:
                self._hold(lost, now)
        if self._mode is Mode.STOPPING:
            self._watch_stopping(state, now)
        if self._mode is Mode.STOP_TEST:
            missed = self._test.missed(now)
            if missed is not None:
                self._fail_test(missed)
        if self._mode not in STANDING:
            self._stood = state.positions

    def observe_scene(self, scene: SceneState) -> None:
        """Look at what a simulator, or a sensor, reports: what is held, a tracked head, and contacts.

        One with the person is latched.
        """
        self._sensed.look(scene)
        finding = self._contact.look(scene)
        if finding is not None and self._mode in WATCHED:
            self._latch(finding)

    def grip(self, holding: bool) -> None:
        """Take whether the gripper feels something; counts where nothing else tells what is held."""
        self._sensed.grip(holding)

    def holding(self, held: Held | None) -> None:
        """Take what the hand carries, with its shapes on the link of the tool; None for nothing."""
        self._zones.hold(held)

    def barriers(self, positions: FloatArray) -> tuple[Barrier, ...]:
        """Return how fast the joints may bring each near pair of parts closer, at ``positions`` (n,) [rad].

        For motion that takes away only the inward part of what it was going to do (`without_inward`); the limits are
        those that `advise` keeps by slowing the whole motion down.
        """
        return self._zones.barriers(self._at(positions).reach, positions, self.limits.tool_braking)

    def advise(self, positions: FloatArray) -> float:
        """Return the largest tool speed now [m/s] for an arm at ``positions``, shape (n,) [rad]; never zero."""
        self._pace = self._pace_at(self._at(positions))
        return self._pace.speed

    def approve(
        self, positions: FloatArray, velocities: FloatArray, state: JointState, now: float
    ) -> ApprovedCommand | Refusal:
        """Return the approval of a set-point, or why it is refused; a refusal changes nothing.

        Args:
            positions: Shape (n,), where the joints are to be next [rad].
            velocities: Shape (n,), how fast the motion goes there [rad/s].
            state: What the arm reports.
            now: The time [s].
        """
        if self._mode not in APPROVING:
            return _refusal(Finding(Code.NOT_ARMED, detail=self._mode))
        reference = self._present()
        allowed = self.limits.tool_speed if reference is None else self._pace_at(reference).speed
        lasted = self._stopping.lasted(now) if self._mode is Mode.STOPPING else 0.0
        unseen = self._sensed.stale(now)
        asked = SetPoint(positions, velocities, state, now, self._mode, allowed, lasted, unseen)
        malformed = self._gate.form(asked)
        if malformed is not None:
            return _refusal(malformed)
        verdict = self._gate.judge(asked, reference)
        if isinstance(verdict, Finding):
            return _refusal(verdict)
        return self._approved(verdict, now)

    def _present(self) -> Reference | None:
        """Return what was approved last, in the surroundings as they are now."""
        if self._reference is not None:
            self._reference = self._gate.renewed(self._reference)
        return self._reference

    def _at(self, positions: FloatArray) -> Reference:
        """Return what was approved last when that is at ``positions``, else an arm that stands there."""
        reference = self._present()
        if reference is not None and (reference.positions == positions).all():
            return reference
        return self._gate.at_rest(positions)

    def _pace_at(self, reference: Reference) -> Pace:
        age = self._sensed.head_age(self._seen_at)
        return pace(self.limits, self._zones, reference.reach, reference.going, Condition(self._moved, self._warm, age))

    def _approved(self, passed: Passed, now: float) -> ApprovedCommand:
        self._reference = passed.reference
        if passed.anew:
            self._watch.restart()
        if self._mode is Mode.STOPPING:
            self._stopping.lead(passed.reference.velocities, now)
        self._sequence += 1
        return ApprovedCommand(
            seal=supervisor_seal(),
            positions=passed.reference.positions,
            speeds=passed.speeds,
            stamp=now,
            deadline=now + max(COMMAND_LIFE, 2.0 * self.limits.dt),
            sequence=self._sequence,
            epoch=self._epoch,
        )

    def _go(self, event: Event, now: float) -> None:
        """Follow the table, and keep what belongs to the modes it leaves and enters."""
        before, self._mode = self._mode, transition(self._mode, event)
        if self._mode is before:
            return
        if self._mode is Mode.MOVING:
            self._said = ""
            self._sensed.begin(now)
        if self._mode is Mode.STOPPING:
            self._stopping = Stopping(self.limits, now)

    def _arm(self) -> None:
        self._mode = transition(self._mode, Event.STOP_TEST_PASSED)
        self._epoch += 1
        self._reference = None
        self._moved = 0.0
        self._watch.restart()

    def _fail_test(self, finding: Finding) -> str:
        self._mode = transition(self._mode, Event.STOP_TEST_FAILED)
        self._said = finding.fault().message
        return self._said

    def _latch(self, finding: Finding) -> None:
        """Latch a fault; the first one stays, since the others mostly follow from it."""
        if self._mode is not Mode.FAULT:
            self._fault = finding.fault()
            self._said = ""
        self._mode = transition(self._mode, Event.FAULT)

    def _hold(self, finding: Finding, now: float) -> None:
        """Come to rest for a reason that a new input may override."""
        self._go(Event.STOP, now)
        self._said = finding.fault().message

    def _connect(self) -> None:
        self._linked = True
        self._mode = transition(self._mode, Event.CONNECTED)
        self._watch = Watch(self.limits)
        self._seen_at = None

    def _lose_connection(self, finding: Finding) -> None:
        self._linked = False
        after = transition(self._mode, Event.CONNECTION_LOST)
        if after is Mode.FAULT:
            self._latch(finding)
        elif after is not self._mode:
            self._said = finding.fault().message
        self._mode = after

    def _lose_peer(self, now: float, who: str) -> None:
        self._intake.forget()
        moving = self._mode is Mode.MOVING
        self._go(Event.PEER_LOST, now)
        if moving:
            self._said = Finding(Code.UI_LOST, detail=who).fault().message

    def _clear(self) -> None:
        self._mode = transition(self._mode, Event.CLEAR)
        if self._mode is Mode.DISARMED:
            self._fault, self._said = None, ""
            if not self._linked:
                self._mode = transition(self._mode, Event.CONNECTION_LOST)

    def _sick(self) -> Finding | None:
        """Return what the last reading says against arming, as a finding about arming, or None."""
        if self._obstacle is None:
            return None
        return Finding(Code.ARMING_REFUSED, detail=self._obstacle.fault().message)

    def _unfit(self, now: float) -> str:
        """Return why arming cannot begin, or ""."""
        if self._seen_at is None or now - self._seen_at > SLEEP_GAP:
            return "the arm has not been read yet."
        if self._obstacle is None or self._obstacle.code in CURED_BY_TORQUE:
            return ""
        return self._obstacle.fault().message

    def _watch_clock(self, gap: float, now: float) -> None:
        """Notice a computer that slept (a latched fault) or was too slow (the arm comes to rest)."""
        late = gap - self.limits.dt
        if self._mode in WATCHED and not 0.0 <= gap <= SLEEP_GAP:
            self._latch(Finding(Code.CLOCK_JUMP, value=gap, limit=SLEEP_GAP))
        elif self._mode is Mode.MOVING and late > (LATE_TICKS - 0.5) * self.limits.dt:
            self._hold(Finding(Code.CONTROL_LATE, value=late / MS, limit=LATE_TICKS * self.limits.dt / MS), now)

    def _watch_arm(self, jumped: Finding | None, state: JointState, now: float) -> None:
        """Latch what is wrong with an arm that has torque."""
        found = jumped or self._obstacle
        if self._mode is Mode.STOP_TEST and found is not None and found.code in CURED_BY_TORQUE:
            return
        if self._mode in APPROVING:
            told = self._reference.positions if self._reference is not None else None
            found = self._watch.armed(state, told, now) if found is None else found
        found = found or self._watch.tracking.wandered(state, self._stood)
        if found is not None:
            self._latch(found)

    def _watch_stopping(self, state: JointState, now: float) -> None:
        overrun = self._stopping.overrun(now)
        if self._stopping.at_rest(state, now):
            self._go(Event.AT_REST, now)
        elif overrun is not None:
            self._latch(overrun)


def _refusal(finding: Finding) -> Refusal:
    return Refusal(finding.fault().message, finding.code)
