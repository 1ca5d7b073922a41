"""`Desk`: what every screen may read and do. The only place where a choice on the screen becomes a request."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from armctl.access.actions import Action, ScanItem
from armctl.clock import Clock
from armctl.config.user import MotionConfig, UserConfig
from armctl.control.messages import MotionReport, Snapshot
from armctl.kinematics.robot import RobotModel
from armctl.motion.by_hand import share_of
from armctl.session import VALID, Session
from armctl.tasks.model import TaskConfig
from armctl.tasks.view import TaskStatus
from ui.fit_desk import FIT, NEWS, RESULT, Fitting
from ui.flow import MEASURES, press_stops
from ui.keeper import Keeper
from ui.motions import STEP_ANGLE, STEP_GRIP, Motion, StickMode
from ui.practice_desk import MENU, PLAY, Practice
from ui.speech import Speaker
from ui.sticks import HandMode, Page, Switched
from ui.stop_tests import StopTests
from ui.text import _, number, use_language


class Desk:
    """One person's session as screens see it.

    Attributes:
        session: The arm.
        user: Settings, as they are now.
        tasks: Tasks this person may start, in order.
        chosen: Screen the person went to: home, move or settings.
        page: Page of the move screen.
        hand: What a stick does on the move screen, and what is proposed for it.
        first: Number of the first task the home screen shows.
        message: What to tell at the top of the home screen; empty when nothing.
        stop_tests: Which inputs were seen to stop the arm.
        keeper: Keeps what the person changes.
        fitting: The measurement of the person.
        practice: The games; while one is played, directions and stops go to it.
    """

    def __init__(
        self,
        session: Session,
        user: UserConfig,
        tasks: Sequence[TaskConfig],
        robot: RobotModel,
        clock: Clock,
        voice: Speaker,
        levels: Mapping[str, int] | None = None,
    ) -> None:
        self.session = session
        self.user = user
        self._known = {task.name: task for task in tasks}
        self.tasks = self._tasks_of(user)
        self.robot = robot
        self.clock = clock
        self.voice = voice
        self.chosen = "home"
        self.page: Page = "translate"
        self.hand = HandMode(len(user.joystick.wiring) or 2, self.can_turn)
        self.first = 0
        self.message = ""
        self.stop_tests = StopTests()
        self.keep_with(Keeper())
        self.practice = Practice(clock, session.chronicle.note, levels or {})
        session.speed = user.motion.speed
        session.looks(user.motion.gaze)
        self._told_wrong = 0
        self._advised: StickMode | None = None
        self._advised_at = float("-inf")
        self._followed: TaskStatus | None = None
        self._going: Motion | None = None
        self._first = 0
        self._over = False
        self._sent_at = float("-inf")
        self._sent: Motion | None = None

    @property
    def snapshot(self) -> Snapshot | None:
        """The newest snapshot, or None before the first."""
        return self.session.snapshot

    @property
    def ghost(self) -> tuple[float, ...] | None:
        """Joint angles the arm is going to by itself, for the picture; None when unknown, or all but reached."""
        snapshot = self.snapshot
        if snapshot is None or not snapshot.ahead or snapshot.motion.kind in LED:
            return None
        *arm, hand = snapshot.ahead
        return None if math.dist(arm, snapshot.positions[:-1]) < GHOST_FROM else (*arm, round(hand, 2))

    @property
    def led_to(self) -> tuple[float, ...] | None:
        """Joint angles the person leads the arm to, in half a second or with a step; None where they do not."""
        snapshot = self.snapshot
        return snapshot.ahead or None if snapshot is not None and snapshot.motion.kind in LED else None

    @property
    def can_turn(self) -> bool:
        """True when the hand can turn to the side where it is, which takes six joints."""
        return self.robot.config.dof >= 6

    def go_to(self, screen: str) -> None:
        """Show ``screen`` when nothing more urgent has to be shown."""
        self.chosen = screen
        self._told_wrong = 0
        self.message = _(NEWS) if screen == "home" and self.fitting.news() else ""
        self.hand.begin_on(self.page)

    def tell_wrong(self) -> None:
        """Something was not as it should be: have the flight recorder keep what led here, for those who help."""
        self._told_wrong = self.session.record_flight()

    @property
    def told_wrong(self) -> bool:
        """True after `tell_wrong` on the screen that is shown, unless nothing is recorded here."""
        refused = self.snapshot.refused.sequence if self.snapshot is not None else 0
        return bool(self._told_wrong) and refused != self._told_wrong

    def turn_to(self, page: Page) -> None:
        """Show ``page`` of the move screen; a stick then moves the arm in that way."""
        self.page = page
        self._note_mode(self.stick, self.hand.turn_to(page))

    def practise(self, name: str) -> None:
        """Begin a round of the game ``name``; a stick then moves what the game moves."""
        self.stick = self.practice.begin(name, self.user)

    def follow_practice(self, screen: str) -> None:
        """Let the game go on; where ``screen`` shows something more urgent, it is over."""
        self.practice.update(shown=screen in (MENU, PLAY))

    def next_stick_mode(self) -> StickMode:
        """Let the stick do the next thing, and show the page that goes with it."""
        if self.practice.playing:
            self.stick = self.practice.next_stick(self.stick)
            return self.stick
        self._note_mode(self.stick, self.hand.next(seen=self.clock.now() - self._advised_at >= SEEN))
        self.page = self.hand.page or self.page
        return self.stick

    def take_advice(self) -> None:
        """Let the stick do what is proposed, and show the page that goes with it."""
        self._note_mode(self.stick, self.hand.accept())
        self.page = self.hand.page or self.page

    @property
    def stick(self) -> StickMode:
        """What a stick does on the move screen."""
        return self.hand.mode

    @stick.setter
    def stick(self, mode: StickMode) -> None:
        """Have a stick do ``mode`` from now on."""
        self.hand.mode = mode

    @property
    def uses_stick(self) -> bool:
        """A stick was used, so that what it does should be shown."""
        return self.hand.used

    @uses_stick.setter
    def uses_stick(self, used: bool) -> None:
        """Note that a stick was used, or forget it."""
        self.hand.used = used

    @property
    def advice(self) -> StickMode | None:
        """What the stick will probably have to do next, for those who want to be told; None when that is not clear."""
        wanted = self.user.joystick.advice and self.uses_stick and not self.going and not self.practice.playing
        advice = self.hand.look(self.snapshot) if wanted and self.snapshot is not None else None
        if advice != self._advised:
            self._advised, self._advised_at = advice, self.clock.now()
        return advice

    def _note_mode(self, before: StickMode, switch: Switched) -> None:
        """Write a change of what the stick does into the records."""
        if self.uses_stick and before != switch.mode:
            self.session.chronicle.note("stick_mode", before=before, after=switch.mode, advised=switch.advised)

    def must_test_stop(self, device: str) -> bool:
        """Tell whether ``device`` may not choose or move anything yet, and show the screen for its stop test."""
        snapshot = self.snapshot
        if self.user.stop_test == "press" or snapshot is None or snapshot.mode != "ready":
            return False
        if self.stop_tests.passed(device) or snapshot.holding:  # what is held would be carried about for a test
            return False
        self.go_to("stop_test")
        return True

    def test_stop_next(self) -> None:
        """Show the test in motion once the arm is ready, where one is due: what is chosen first would lead there."""
        holding = self.snapshot is not None and self.snapshot.holding
        if self.user.stop_test != "press" and not holding and self.chosen == "home":
            self.go_to("stop_test")

    def move_for_stop_test(self) -> None:
        """Move slowly home, or where that is near turn the last joint: several seconds in which to press stop."""
        snapshot, config = self.snapshot, self.robot.config
        if snapshot is None:
            return
        here = snapshot.positions[:-1]
        goal, home = list(here), config.poses.get("home")
        if home is not None and math.dist(home, here) > FAR:
            goal = list(home)
        else:
            joint = config.joints[len(here) - 1]
            room = here[-1] - joint.lower > joint.upper - here[-1]
            goal[-1] = max(joint.lower, here[-1] - TEST_TURN) if room else min(joint.upper, here[-1] + TEST_TURN)
        self.stop_tests.begin(snapshot.positions)
        self.session.move_joints(tuple(goal), TEST_SPEED)

    def follow_stop_tests(self) -> None:
        """Go on home once an input has passed its test."""
        snapshot = self.snapshot
        if snapshot is None:
            return
        stood = self.session.chronicle.stood
        device = self.stop_tests.follow(snapshot, stood)
        if device and stood is not None and self.chosen == "stop_test":
            self.go_to("home")
            self.message = _("Your stop works: the arm stood after {time} s.").format(time=number(stood.seconds, 2))

    def follow_task(self) -> None:
        """Tell on the home screen how a task ended, once."""
        task = self.session.task
        if task is None or task == self._followed:
            return
        ended = task.over and (self._followed is None or not self._followed.over)
        self._followed = task
        if ended:
            word = _("{task}: done.") if task.phase == "done" else _("{task}: ended.")
            self.go_to("home")
            self.message = f"{word.format(task=_(task.title))} {_(task.reason) if task.reason else ''}".strip()

    def keep_with(self, keeper: Keeper) -> None:
        """Keep what the person changes with ``keeper`` from now on."""
        self.keeper, self.fitting = keeper, Fitting(self.clock, keeper)

    def use(self, user: UserConfig) -> None:
        """Go on with other settings of the same person: their tasks, speed, language and voice."""
        if user.language != self.user.language:
            use_language(user.language)
            self.voice.set_language(user.language)
        if user.voice != self.user.voice:
            self.voice.follow(user.voice)
        self.user, self.tasks, self.first = user, self._tasks_of(user), 0
        self.session.speed = user.motion.speed
        self.session.looks(user.motion.gaze)

    def _tasks_of(self, user: UserConfig) -> tuple[TaskConfig, ...]:
        """Return the tasks ``user`` may start, in their order."""
        return tuple(self._known[name] for name in user.tasks if name in self._known)

    def watch(self, action: Action, screen: str) -> None:
        """Learn from what was chosen on ``screen``; what is chosen in a measurement or a game teaches nothing."""
        user = None if screen in (*MEASURES, PLAY) else self.fitting.live.follow(action, self.clock.now(), self.user)
        self.user = user or self.user

    def follow_fit(self, screen: str, items: Sequence[ScanItem]) -> None:
        """Let the measurement go on while it is on the ``screen`` with its targets ``items``; then show the result."""
        found = self.fitting.follow(items, self.user) if screen == FIT else None
        if found is not None:
            self.use(found)
            self.go_to(RESULT)

    def change(self, **changes: object) -> None:
        """Change settings of the person, each bounded as in the profile; see `UserConfig`."""
        self.user = self.keeper.changed(self.user, changes)

    def change_motion(self, **changes: object) -> None:
        """Change settings of `MotionConfig`."""
        self.change(motion=MotionConfig.model_validate(self.user.motion.model_dump() | changes))
        self.session.speed = self.user.motion.speed
        self.session.looks(self.user.motion.gaze)

    # Motion by hand

    def step(self, motion: Motion) -> None:
        """Move one short way."""
        if self.practice.playing:
            self.practice.step(motion)
            return
        config = self.user.motion
        if motion.grip:
            snapshot = self.snapshot
            opening = (snapshot.opening if snapshot else 0.0) + motion.grip * STEP_GRIP
            self.session.grip(max(0.0, min(1.0, opening)))
            return
        linear, angular, frame = motion.resolved(config.frame, self.robot.config.tool)
        length = config.step_length
        self.session.move_by(
            (linear[0] * length, linear[1] * length, linear[2] * length),
            (angular[0] * STEP_ANGLE, angular[1] * STEP_ANGLE, angular[2] * STEP_ANGLE),
            frame,
            config.speed * share_of(motion.linear, motion.angular, config.directions),
        )

    def go(self, motion: Motion) -> None:
        """Move on in the direction of ``motion`` until `halt`; the request is repeated by `keep_going`.

        When the arm came to rest by itself meanwhile, nothing is asked for any more before `halt`: a new motion takes
        a new input.
        """
        if self.practice.playing:
            self.practice.go(motion)
            return
        if self._going is None:
            self._first, self._over = 0, False
        self._going = motion
        self.keep_going()

    def keep_going(self) -> None:
        """Repeat the request of `go` in time: at once when it changed, else every 40 ms."""
        now = self.clock.now()
        if self._going is None or (self._going == self._sent and now - self._sent_at < _REPEAT):
            return
        if self._came_to_rest(now):
            return
        self._sent, self._sent_at = self._going, now
        config = self.user.motion
        motion = self._going.weighted(config.directions)
        linear, angular, frame = motion.resolved(config.frame, self.robot.config.tool)
        number = self.session.jog(linear, angular, motion.grip, frame, config.speed)
        self._first = self._first or number

    def _came_to_rest(self, now: float) -> bool:
        """Tell whether the motion of `go` ended without `halt`: stopped by control, or not repeated in time."""
        if self._first and not self._over:
            snapshot = self.snapshot
            motion = snapshot.motion if snapshot is not None else MotionReport()
            mine = motion.kind == "jog" and motion.sequence >= self._first
            ended = motion.phase == "stopped" or (snapshot is not None and snapshot.mode == "stopping")
            self._over = (mine and ended) or now - self._sent_at > VALID
        return self._over

    @property
    def going(self) -> bool:
        """True between `go` and `halt`."""
        return self._going is not None or self.practice.going

    def halt(self, stamp: float, reason: str, device: str = "") -> None:
        """Stop the arm now: the person acted (or let go) on ``device`` at ``stamp`` [s].

        What was meant for a game goes to the game alone, unless the arm itself may be moving.
        """
        meant_for_game = self.practice.halt(stamp) and reason in ("input", "release")
        if meant_for_game and not (press_stops(self.snapshot, self.session.task) or self.session.asking or self._going):
            return
        self._going, self._sent = None, None
        self.session.stop(stamp, reason, device)


SEEN: Final = 0.5
"""A press means what is proposed when that was shown for this long [s]: nobody reads and presses faster."""
FAR: Final = 0.5
"""From farther than this the stop test goes home [rad]."""
TEST_TURN: Final = 0.6
"""How far the last joint turns for a stop test at home [rad]."""
TEST_SPEED: Final = 0.15
"""Share of the arm's allowed speed in a stop test: 0.6 rad take eight seconds."""
LED: Final = ("jog", "moveby")
"""Kinds of motions with which a person leads the arm: an arrow shows where to."""
GHOST_FROM: Final = 0.15
"""Nearer to its goal than this the arm hides its ghost, which would only be clutter on it [rad]."""
_REPEAT: Final = 0.04
"""How often a held motion is asked for again [s]; it is valid for 0.15 s, and one lost message must not stop it."""
