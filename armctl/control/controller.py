"""One tick of control: listen, read, watch, obey, make the next set-point, have it approved, send it, tell.

The controller composes parts that each know one thing and holds what must survive from one tick to the next. A tick
never waits. Whatever goes wrong in it, the arm holds.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

from armctl.clock import Clock
from armctl.control.drive import Drive
from armctl.control.flight import FlightRecorder
from armctl.control.grip import GripSense
from armctl.control.heartbeat import TIMEOUT
from armctl.control.link import ControlEnd, GuardEnd, control_end, ends_of
from armctl.control.loop import Beat
from armctl.control.messages import (
    AnyIntent,
    ClearFault,
    Enable,
    Heartbeat,
    Jog,
    Pause,
    Record,
    Resume,
    Snapshot,
    StopTest,
    Undo,
    WayOut,
)
from armctl.control.orders import SETS_MOVING, latching_stops, request_of, split_at_stop
from armctl.control.peers import Peers
from armctl.control.reconnect import Reconnect
from armctl.control.report import Reporter, View
from armctl.control.trace import Trace
from armctl.errors import ArmctlError, HardwareError, LinkLostError, PlaceLostError
from armctl.hal.arm import Arm
from armctl.hal.scene import SceneState
from armctl.hal.state import JointState
from armctl.kinematics.robot import RobotModel
from armctl.motion.back import NO_WAY
from armctl.motion.generator import MotionGenerator
from armctl.safety.codes import Code
from armctl.safety.faults import Finding
from armctl.safety.states import Event, Mode
from armctl.safety.supervisor import Supervisor

LOG: Final = logging.getLogger(__name__)
MOST_ROW: Final = 3
"""Ticks missed one after the other that bring the arm to rest."""
ON_TIME: Final = Beat()
NOT_AT_REST: Final = frozenset({Mode.MOVING, Mode.STOPPING})
SCENE_EVERY: Final = 2
"""Ticks from one look at the surroundings to the next: the screen shows 60 pictures a second at most."""


class Controller:
    """Moves one arm for one person.

    Args:
        arm: The arm, not connected yet.
        robot: Its geometry.
        supervisor: Approves, or refuses.
        generator: Makes set-points.
        clock: Time.
        link: Link to the screen.
        guard: Link to the guard; None where there is none.
        trace: Notes what is sent; None for no trace.
        flight: Records every tick; None for no recording.
        timeout: Silence of screen or guard that counts [s].
    """

    def __init__(
        self,
        arm: Arm,
        robot: RobotModel,
        supervisor: Supervisor,
        generator: MotionGenerator,
        clock: Clock,
        link: ControlEnd,
        *,
        guard: GuardEnd | None = None,
        trace: Trace | None = None,
        flight: FlightRecorder | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        gripper = robot.config.gripper
        self._arm = arm
        self._supervisor = supervisor
        self._clock = clock
        self._flight = flight
        self._peers = Peers(link, guard, timeout)
        self._drive = Drive(
            arm,
            supervisor,
            generator,
            GripSense(gripper, 1.0 / robot.config.rate_hz),
            gripper,
            trace,
        )
        self._reporter = Reporter(arm.info, robot)
        self._reconnect = Reconnect(arm)
        self._look_around: Callable[[], SceneState] | None = getattr(arm, "scene", None)
        self._scene: SceneState | None = None
        self._state: JointState | None = None
        self._linked = False
        self._lost = ""
        self._disarm = False
        self._fault_held = False
        self._ticks = 0

    @property
    def at_rest(self) -> bool:
        """True when no motion is under way."""
        return self._supervisor.mode not in NOT_AT_REST

    @property
    def orphaned(self) -> bool:
        """True when guard and screen are both gone."""
        return self._peers.orphaned

    @property
    def shutdown_asked(self) -> bool:
        """True when the guard asked to end."""
        return self._peers.shutdown_asked

    def start(self) -> None:
        """Connect the arm; nothing it does is changed.

        Raises:
            HardwareError: The arm cannot be used; the message says why.
        """
        self._arm.connect()
        self._connected()

    def tick(self, beat: Beat = ON_TIME) -> Snapshot:
        """Do everything that is due now and return what is known; never raises because of arm, screen or motion."""
        now = self._clock.now()
        try:
            self._turn(beat, now)
        except HardwareError as error:
            self._lose_arm(error, now)
        except Exception as error:  # the root of control: whatever it was, the arm holds
            self._fail(error, now)
        snapshot = self._snapshot(beat, self._clock.now())
        self._peers.publish(snapshot)
        self._note(beat, snapshot)
        return snapshot

    def note_realtime(self, told: str) -> None:
        """Pass on what was told about real-time rights."""
        self._reporter.realtime = told

    def stop(self, why: str = "closing") -> None:
        """Come to rest in the ticks that follow."""
        self._drive.stop(why, self._clock.now())

    def shutdown(self) -> None:
        """Hold, give the arm up with its torque kept, and close the links. Never raises because of the arm."""
        self._reconnect.wait(1.0)
        try:
            if self._linked:
                self._arm.hold()
            self._arm.close(keep_torque=True)
        except HardwareError as error:
            LOG.warning("The arm could not be given up in order: %s", error)
        self._peers.close()

    # -- the tick ------------------------------------------------------------------------------------------------

    def _turn(self, beat: Beat, now: float) -> None:
        self._ticks += 1
        intents = self._heard(now)
        self._take_new_link(now)
        self._check_peers(now)
        if self._linked:
            self._state = self._arm.read()
            now = self._clock.now()  # a wire takes its time: without this a reading would be from the future
            self._watch(self._state, beat, now)
            # Reading the arm and looking at it took a quarter of the tick: a stop that came meanwhile counts in it.
            intents += self._heard(self._clock.now())
        else:
            if self._reconnect.done(now):
                self._connected()
            self._drive.notice = self._reconnect.trouble
        self._obey(intents, now)
        if self._linked and self._state is not None:
            self._hold_on_fault(self._state)
            self._drive.run(self._state, now)
            self._hold_on_fault(self._state)

    def _heard(self, now: float) -> list[AnyIntent]:
        intents = self._peers.hear(now)
        if self._flight:
            self._flight.heard(intents)
        return intents

    def _watch(self, state: JointState, beat: Beat, now: float) -> None:
        # A computer that was suspended kept its monotonic clock still: to the supervisor it is a gap all the same.
        self._supervisor.observe(state, now + beat.asleep)
        self._reporter.measure(state)
        if self._look_around is not None and self._ticks % SCENE_EVERY == 0:
            self._scene = self._look_around()
            self._supervisor.observe_scene(self._scene)
        if beat.row >= MOST_ROW and self._supervisor.mode is Mode.MOVING:
            self._drive.stop("The computer was too slow.", now)

    def _check_peers(self, now: float) -> None:
        lost = self._peers.lost(now)
        if lost and not self._lost:
            LOG.info("%s does not answer: the arm comes to rest.", lost)
            self._drive.stop(f"{lost[0].upper()}{lost[1:]} does not answer.", now, Event.PEER_LOST, lost)
        self._lost = lost
        if self._disarm and self.at_rest:
            self._disarm = False
            self._supervisor.event(Event.DISABLE, now)

    def _note(self, beat: Beat, snapshot: Snapshot) -> None:
        """Record the tick; a recorder that fails is left out from then on."""
        if self._flight is None:
            return
        try:
            self._flight.tick(beat, snapshot)
        except Exception:  # what only writes down must never end what moves the arm
            LOG.exception("Nothing is recorded any more in this session.")
            self._flight = None

    def _take_new_link(self, now: float) -> None:
        new, self._peers.new_link = self._peers.new_link, None
        if new is not None:
            self._peers.replace_ui(control_end(ends_of(new.link_fd, new.alive_fd)))
            # Whoever speaks now did not see the arm being armed, and whoever asked for the motion is gone.
            self._disarm = True
            self._drive.stop("The screen was started again.", now)

    def _hold_on_fault(self, state: JointState) -> None:
        """Hold once when a fault was latched; the servo's own ramps bring the arm to rest."""
        fault = self._supervisor.fault
        if self._supervisor.mode is Mode.FAULT and not self._fault_held:
            LOG.error("Fault: %s", fault.message if fault else "unknown")
            self._fault_held = True
            self._drive.hold(state, fault.title if fault else "fault")
        elif self._supervisor.mode is not Mode.FAULT:
            self._fault_held = False

    # -- intents -------------------------------------------------------------------------------------------------

    def _obey(self, intents: list[AnyIntent], now: float) -> None:
        stop, void, valid = split_at_stop(intents)
        if stop is not None:
            self._drive.stop(stop.reason, now)
        for latched in latching_stops(intents):
            self._supervisor.report(Finding(latched), now)
        for intent in void:
            self._refuse(intent, "A stop came after it.")
        for intent in valid:
            if not isinstance(intent, Heartbeat):
                reason = self._obey_one(intent, now)
                if reason:
                    self._refuse(intent, reason)

    def _obey_one(self, intent: AnyIntent, now: float) -> str:
        """Do what ``intent`` asks for; return why not, or ""."""
        if isinstance(intent, Pause):
            self._drive.pause(now)
            return ""
        if self._lost:
            return f"{self._lost[0].upper()}{self._lost[1:]} does not answer."
        reason = self._supervisor.accept(intent.sequence, intent.epoch, intent.deadline, now)
        return reason or self._act(intent, now)

    def _act(self, intent: AnyIntent, now: float) -> str:
        match intent:
            case Enable():
                return self._enable(now)
            case StopTest():
                return self._finish_stop_test(intent, now)
            case ClearFault():
                self._supervisor.event(Event.CLEAR, now)
                return ""
            case Record():
                return "" if self._flight else "Nothing is recorded here."
            case _:
                return self._move(intent, now)

    def _enable(self, now: float) -> str:
        reason = self._supervisor.begin_stop_test(now)
        if reason or self._state is None:
            return reason
        try:
            self._arm.enable()
        except (LinkLostError, PlaceLostError):
            raise
        except HardwareError as error:  # it is there, and says why it does not come on
            self._supervisor.event(Event.DISABLE, now)
            return str(error)
        self._drive.begin_at(self._state)
        return ""

    def _finish_stop_test(self, intent: StopTest, now: float) -> str:
        reason = self._supervisor.stop_pressed(intent.pressed_at, now)
        if not reason and self._state is not None:
            # Under torque the arm may have settled a little since.
            self._drive.begin_at(self._state)
        return reason

    def _move(self, intent: AnyIntent, now: float) -> str:
        reason = self._why_not(intent)
        if reason:
            return reason
        if isinstance(intent, Resume):
            self._drive.resume(now)
            return ""
        request = request_of(intent)
        if request is None:
            return "This is not understood."
        try:
            self._drive.begin(intent, request, now)
        except ArmctlError as error:
            return str(error)
        return ""

    def _why_not(self, intent: AnyIntent) -> str:
        """Return why the arm cannot begin what ``intent`` asks for, or ""."""
        mode, log = self._supervisor.mode, self._drive.log
        if mode is Mode.MOVING:
            return "" if isinstance(intent, Jog) and log.jogging else "The arm is moving. Stop it first."
        if mode is Mode.STOPPING:
            return "The arm is coming to rest."
        if mode is not Mode.READY:
            return "The arm is not switched on."
        if isinstance(intent, Resume) and log.report.phase != "paused":
            return "No motion is paused."
        if isinstance(intent, Undo | WayOut) and not self._drive.undo_depth:
            return self._drive.lost or ("There is nothing to undo." if isinstance(intent, Undo) else NO_WAY)
        return ""

    def _refuse(self, intent: AnyIntent, reason: str) -> None:
        LOG.info("Refused %s %d: %s", type(intent).__name__, intent.sequence, reason)
        self._drive.log.refuse(intent, reason, motion=isinstance(intent, SETS_MOVING))

    # -- when something goes wrong -------------------------------------------------------------------------------

    def _connected(self) -> None:
        self._state = self._arm.read()
        self._linked = True
        self._drive.begin_at(self._state)
        self._reporter.measure(self._state)
        self._supervisor.event(Event.CONNECTED, self._clock.now())

    def _lose_arm(self, error: HardwareError, now: float) -> None:
        LOG.error("The arm is lost: %s", error)
        self._linked = False
        self._try_to_hold(str(error))
        # The fault has a remedy of its own.
        lost = Code.PLACE_LOST if isinstance(error, PlaceLostError) else Code.LINK_LOST
        self._supervisor.report(Finding(lost, detail=error.message), now)

    def _fail(self, error: Exception, now: float) -> None:
        if self._supervisor.mode is Mode.FAULT:
            return  # said once; in a fault every tick may fail alike
        LOG.critical("An error in control: the arm holds.", exc_info=error)
        self._try_to_hold("An error in the program.")
        self._supervisor.event(Event.FAULT, now, f"{type(error).__name__}: {error}")
        self._fault_held = True

    def _try_to_hold(self, why: str) -> None:
        if self._state is None:
            return
        try:
            self._drive.hold(self._state, why)
        except HardwareError as error:
            if str(error) != why:  # else it is what was just said
                LOG.warning("The arm did not take hold: %s", error)
        except Exception:  # the arm was told to hold before anything else; the loop must go on to say so
            LOG.exception("What is known of the motion could not be brought up to date.")

    def _snapshot(self, beat: Beat, now: float) -> Snapshot:
        drive = self._drive
        view = View(
            beat=beat,
            commanded=drive.commanded,
            ahead=drive.ahead,
            holding=drive.holding,
            motion=drive.log.report,
            refused=drive.log.refused,
            notice=drive.notice,
            undo=drive.undo_depth,
            stuck=drive.stuck,
            scene=self._scene,
            linked=self._linked,
        )
        return self._reporter.snapshot(now, self._state, self._supervisor, view)
