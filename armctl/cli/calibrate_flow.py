"""The steps of a calibration, in order, and the way back from each of them.

Until the last step nothing is written into a servo's memory or into a file: offsets are reckoned with here instead.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import numpy as np

from armctl.cli import calibrate_pages as pages
from armctl.cli.calibrate_check import (
    EDGE,
    SWING,
    ArmMaker,
    Supervised,
    off_the_middle,
    positions_of,
    provisional,
    supervised,
    swing_of,
)
from armctl.cli.calibrate_commit import put_back, write_all
from armctl.cli.calibrate_file import Note, calibrated_text, note_file, own_file
from armctl.cli.calibrate_person import ENTER, Cancelled, Person, undisturbed
from armctl.cli.calibrate_ranges import MIDDLE, RangeRecorder, Span, complaint, middle_angle
from armctl.cli.calibrate_result import Measured, Result, gripper_sign, result_of, wanted_mode
from armctl.clock import Clock
from armctl.config.arm import ArmConfig
from armctl.errors import ArmctlError, HardwareError, IdentityError, LinkLostError
from armctl.hal.state import FloatArray
from armctl.units import DEG
from drivers.bench import Found, Live, Memory, ServoBench

SILENCE: Final = 2.0
"""A servo that says nothing for so long while it is turned by hand has lost its plug [s]."""
STILL: Final = 8
"""Steps (0.7°) within which an arm held by hand counts as still."""
STILL_TIME: Final = 0.2
OFF: Final = 20.0 * DEG
"""So far off the picture a joint may be [rad] that a person put there by eye; the zero comes from its stops."""
LOOK: Final = 0.01
"""Time from one reading to the next while joints are turned by hand [s]."""
DRAW: Final = 0.1
"""Time from one picture of the bars to the next [s]."""


@dataclass(frozen=True, slots=True)
class Gear:
    """What a calibration works with.

    Attributes:
        arm: Name of the arm, or its .toml file.
        config: The arm, with the limits of its model.
        text: The TOML text that is to be kept, with its comments.
        label: Name of that text, for complaints.
        port: Serial port.
        clock: Time.
        open_bench: Opens its servo bus.
        make_arm: Makes its driver.
        stamp: Date and time, for people.
        news: What was done already and they must know; often empty.
    """

    arm: str
    config: ArmConfig
    text: str
    label: str
    port: str
    clock: Clock
    open_bench: Callable[[], ServoBench]
    make_arm: ArmMaker
    stamp: str
    news: str = ""


class Calibration:
    """One calibration of one arm.

    Args:
        gear: What it works with.
        person: Who does it.
        artist: Draws the poses.
    """

    def __init__(self, gear: Gear, person: Person, artist: pages.Artist) -> None:
        self._gear = gear
        self._person = person
        self._artist = artist
        self._config = gear.config
        self._servos = {j.servo.id: j.name for j in gear.config.joints if j.servo is not None}
        self._ids = tuple(self._servos)
        self._bench: ServoBench | None = None
        self._before: dict[int, Memory] = {}
        self._between: dict[int, Memory] = {}
        self._held: tuple[int, ...] = ()
        self._signs = {j.name: j.servo.sign for j in gear.config.joints if j.servo is not None}
        self.middle: FloatArray = np.array([middle_angle(joint) for joint in gear.config.joints])
        """The middle pose, shape (n,) [rad]."""

    def run(self) -> Result:
        """Calibrate, and return what was kept.

        Raises:
            Cancelled: The person left; everything is as it was, or they were told what is not.
            ArmctlError: Something went wrong; likewise.
        """
        try:
            return self._run()
        except (ArmctlError, Cancelled) as ending:
            self._leave(ending)
            raise
        finally:
            self._close()

    def _run(self) -> Result:
        self._meet()
        while True:
            offsets = self._take_middle()
            spans = self._take_ranges(offsets)
            if spans is not None:
                break
        jaws = spans[-1]
        self._signs[jaws.joint] = gripper_sign(self._config, jaws)
        result = self._check_directions(offsets, spans)
        self._keep(result)
        return result

    # -- 1: who is there -----------------------------------------------------------------------------------------

    def _meet(self) -> None:
        bench = self._open()
        self._check_identity(bench.scan())
        rows = self._live()
        self._check_supply(rows)
        self._before = bench.memories(self._ids)
        self._require(self._before)
        self._held = tuple(servo for servo, row in rows.items() if row.torque)
        self._person.show(pages.welcome(self._config, rows, self._gear.news, holds=bool(self._held)))
        self._person.ask({ENTER: "go limp and begin" if self._held else "begin"})
        bench.torque(self._ids, on=False)

    def _check_identity(self, found: tuple[Found, ...]) -> None:
        by_id = {row.id: row for row in found}
        missing = [f"{servo} ({name})" for servo, name in self._servos.items() if servo not in by_id]
        if missing:
            there = ", ".join(map(str, by_id)) or "none"
            raise IdentityError(
                f"Servo {', '.join(missing)} of {self._config.title} does not answer; answering: {there}.",
                "Check power and plugs. A servo with another number: armctl servo list, armctl servo renumber.",
            )
        for joint in self._config.joints:
            servo = joint.servo
            if servo is None:
                continue
            row = by_id[servo.id]
            if row.problem:
                raise IdentityError(f"Servo {servo.id} ({joint.name}): {row.problem}.", "See armctl servo list.")
            if row.model != servo.model:
                raise IdentityError(
                    f"Servo {servo.id} ({joint.name}) is a {row.title} (model {row.model}); "
                    f"{self._config.title} has model {servo.model} there.",
                    "Check that this is the port of this arm.",
                )

    def _check_supply(self, rows: Mapping[int, Live]) -> None:
        wire = self._config.wire
        for servo, row in rows.items():
            if not wire.min_voltage <= row.volts <= wire.max_voltage:
                raise HardwareError(
                    f"Servo {servo} ({self._servos[servo]}) measures a supply of {row.volts:.1f} V; "
                    f"{wire.min_voltage:.1f} to {wire.max_voltage:.1f} V are allowed.",
                    "Check that the power supply belongs to this arm and is plugged in.",
                )

    # -- 2: the middle -------------------------------------------------------------------------------------------

    def _take_middle(self) -> dict[int, int]:
        """Have the arm put into its middle pose; return the offset that makes it read 2047, by servo."""
        rules = self._open().rules
        self._person.show(pages.middle(self._artist.pose(self.middle)))
        readings = self._still({ENTER: "the arm is like the picture"})
        offsets = {}
        for servo, reading in readings.items():
            actual = rules.actual(reading, self._before[servo].offset)
            offsets[servo] = rules.offset_for(actual, MIDDLE)
        return offsets

    def _still(self, keys: Mapping[str, str]) -> dict[int, int]:
        """Wait for the key, and return the readings of an arm that is held still then."""
        while True:
            self._person.ask(keys)
            first = {servo: row.position for servo, row in self._live().items()}
            self._gear.clock.sleep_until(self._gear.clock.now() + STILL_TIME)
            second = {servo: row.position for servo, row in self._live().items()}
            restless = [servo for servo in self._ids if abs(first[servo] - second[servo]) > STILL]
            if not restless:
                return second
            self._person.tell(f"{self._servos[restless[0]]} still moves: hold the arm still, then press again.")

    # -- 3: the ranges -------------------------------------------------------------------------------------------

    def _take_ranges(self, offsets: Mapping[int, int]) -> tuple[Span, ...] | None:
        """Follow the joints from stop to stop; None when the middle has to be taken again."""
        clock, person = self._gear.clock, self._person
        bench = self._open()
        old = {servo: memory.offset for servo, memory in self._before.items()}
        recorder = RangeRecorder(self._config, bench.rules, offsets, old)
        person.show(pages.ranges(self._config))
        told, drawn, seen = "", -DRAW, dict.fromkeys(self._ids, clock.now())
        while True:
            pressed = person.key(clock.now() + LOOK) == ENTER
            rows = bench.live(self._ids)
            recorder.see({servo: row.position for servo, row in rows.items()})
            seen |= dict.fromkeys(rows, clock.now())
            self._require({servo: 0 for servo, at in seen.items() if clock.now() - at < SILENCE})
            spans = recorder.spans
            if clock.now() - drawn >= DRAW:
                drawn = clock.now()
                person.bars(spans, told)
            if not pressed or len(spans) < len(self._ids):
                continue
            told = complaint(spans, self._config.gripper.joint) or self._why_not(offsets, spans)
            if not told:
                return spans
            if any(span.state == "wrapped" for span in spans):
                person.tell(f"{told} Put the arm into its middle once more.")
                person.ask({ENTER: "again from the middle"})
                return None

    def _why_not(self, offsets: Mapping[int, int], spans: tuple[Span, ...]) -> str:
        try:
            self._result(offsets, spans)
        except HardwareError as error:
            return str(error)
        return ""

    def _result(self, offsets: Mapping[int, int], spans: tuple[Span, ...]) -> Result:
        signs = {**self._signs, spans[-1].joint: gripper_sign(self._config, spans[-1])}
        return result_of(self._config, self._open().rules, Measured(offsets, spans, signs))

    # -- 4: the directions ---------------------------------------------------------------------------------------

    def _check_directions(self, offsets: Mapping[int, int], spans: tuple[Span, ...]) -> Result:
        """Move each joint a little; a direction that the person saw to be the other one is turned, and tried again."""
        todo = [joint.name for joint in self._config.joints[:-1]]
        while todo:
            result = self._result(offsets, spans)
            config, start = self._raise(result.config)
            self._close()
            try:
                with supervised(config, self._gear.make_arm, self._gear.port, self._gear.clock) as check:
                    self._prove_stop(check)
                    todo = self._move_each(check, todo, start)
            except (LinkLostError, IdentityError):
                raise
            except HardwareError as error:
                # What was measured by hand is still good; only the motion has to begin anew.
                self._person.tell(str(error))
                self._person.ask({ENTER: "try again"})
        return self._result(offsets, spans)

    def _move_each(self, check: Supervised, todo: list[str], start: FloatArray) -> list[str]:
        """Move each joint of ``todo``; return those that went the other way, whose direction is turned then."""
        wrong = []
        for name in todo:
            if not self._looks_right(check, name, start):
                self._signs[name] = -self._signs[name]
                wrong.append(name)
        return wrong

    def _raise(self, config: ArmConfig) -> tuple[ArmConfig, FloatArray]:
        """Have the arm put up, and let it hold itself; return how it is to be driven, and where it is (n,) [rad]."""
        bench = self._open()
        self._person.show(pages.raise_it(self._artist.pose(self.middle)))
        while True:
            readings = self._still({ENTER: "it is up: hold there"})
            old = {servo: memory.offset for servo, memory in self._now().items()}
            positions = positions_of(config, bench.rules, readings, old)
            off = off_the_middle(config, positions, self.middle.tolist(), OFF)
            if not off:
                break
            self._person.tell(
                f"{off} Put it like the picture. If it is, a stop was not reached: leave, and begin anew."
            )
        self._make_ready(readings)
        readings = {servo: row.position for servo, row in self._live().items()}
        old = {servo: memory.offset for servo, memory in self._now().items()}
        driven, positions = provisional(config, bench.rules, readings, old)
        # Held before the driver comes: it then finds an arm with torque, whose settings it leaves alone.
        bench.torque(self._ids, on=True)
        return driven, positions

    def _make_ready(self, readings: Mapping[int, int]) -> None:
        """Open limits of servos that could not move here; noted on the disk first, and taken back by whoever leaves."""
        rules = self._open().rules
        changes = {}
        room = math.ceil((SWING + EDGE) / math.tau * rules.steps_per_turn)
        for joint in self._config.joints:
            servo = self._id_of(joint.name)
            memory, here = self._now()[servo], readings[servo] % rules.steps_per_turn
            mode = wanted_mode(joint, rules)
            open_here = (
                memory.lowest < memory.highest and memory.lowest <= here - room and here + room <= memory.highest
            )
            ready = memory.mode == mode and not memory.several_turns
            if not ready or (not open_here and (memory.lowest, memory.highest) != (0, rules.steps_per_turn - 1)):
                changes[servo] = Memory(memory.offset, 0, rules.steps_per_turn - 1, mode)
        if not changes:
            return
        changes = self._between | changes
        before = {servo: self._before[servo] for servo in changes}
        with undisturbed():
            write_all(self._open(), self._gear.arm, Note(before, changes))
            self._between = changes

    def _prove_stop(self, check: Supervised) -> None:
        while True:
            check.begin_stop_test()
            self._person.show(pages.stop_test())
            check.rested()
            while not self._person.key(0.0) and check.snapshot.mode == "stop_test":
                check.tick()
            if check.snapshot.mode == "stop_test" and check.press_stop():
                return
            self._person.tell("That press took too long to arrive. Once more.")

    def _looks_right(self, check: Supervised, name: str, start: FloatArray) -> bool:
        """Move joint ``name`` there and back until the person could judge; return True when it went the right way."""
        index = [joint.name for joint in self._config.joints].index(name)
        limits = check.robot.config.joints[index]
        swing = swing_of(check.robot, start, index, (limits.lower, limits.upper))
        goal = start.copy()
        goal[index] += swing.angle
        shown = self.middle.copy()
        shown[index] += 3.0 * swing.angle
        self._person.show(pages.direction(swing, self._artist.pose(self.middle, shown)))
        check.rested()
        self._person.ask({ENTER: "move it; any key stops"}, check.tick)
        while True:
            why = check.move(goal, self._pressed) or check.move(start, self._pressed)
            if why:
                self._person.tell(f"It stopped: {why}")
                self._person.ask({ENTER: "once more"}, check.tick)
                continue
            self._person.tell(f"Did you see this: {swing.words}?")
            keys = {ENTER: "yes", "n": "no, the opposite", "a": "show it again", "x": "something else moved"}
            answer = self._person.ask(keys, check.tick)
            if answer == "x":
                raise IdentityError(
                    f"Servo {self._id_of(name)} does not move {name}.",
                    "Servos have each other's numbers: see armctl servo list, armctl servo renumber.",
                )
            if answer != "a":
                return answer == ENTER

    def _pressed(self) -> str:
        return self._person.key(0.0)

    def _id_of(self, name: str) -> int:
        return next(servo for servo, joint in self._servos.items() if joint == name)

    # -- 5: keep it ----------------------------------------------------------------------------------------------

    def _keep(self, result: Result) -> None:
        text = calibrated_text(self._gear.text, self._gear.label, result.config, self._gear.stamp)
        bench = self._open()
        self._person.show(pages.summary(self._gear.config, result, self._before, own_file(self._gear.arm)))
        self._person.ask({ENTER: "hold the arm: go limp and save"})
        bench.torque(self._ids, on=False)
        note = Note(self._before, dict(result.memories), text, self._between)
        # Who wants to leave while it is written comes too late by a moment: it is kept then, and that is told.
        with suppress(Cancelled), undisturbed():
            write_all(bench, self._gear.arm, note)
            self._before, self._between = {}, {}

    # -- the way back --------------------------------------------------------------------------------------------

    def _leave(self, ending: Exception) -> None:
        """Bring the arm back to how it was found, as far as that lets nothing fall."""
        half_written = note_file(self._gear.arm).is_file() and not self._between
        if not self._before or half_written or isinstance(ending, LinkLostError):
            return
        with suppress(Cancelled):
            try:
                self._restore(gone=isinstance(ending, Cancelled) and ending.gone)
            except ArmctlError as error:
                self._person.tell(str(error))

    def _restore(self, *, gone: bool) -> None:
        bench = self._open()
        rows = bench.live(self._ids)
        holding = [servo for servo, row in rows.items() if row.torque]
        was_limp = [servo for servo in holding if servo not in self._held]
        if was_limp and not gone:
            self._person.tell("The arm holds itself. Support it with both hands before you press Enter: it goes limp.")
            self._person.ask({ENTER: "go limp"})
            bench.torque(was_limp, on=False)
            holding = [servo for servo in holding if servo not in was_limp]
        if self._between and not set(holding) & set(self._between):
            with undisturbed():
                put_back(bench, self._gear.arm, Note({servo: self._before[servo] for servo in self._between}, {}))
        limp = [servo for servo in self._held if servo in rows and not rows[servo].torque]
        if limp:
            bench.torque(limp, on=True)

    # -- servos --------------------------------------------------------------------------------------------------

    def _open(self) -> ServoBench:
        if self._bench is None:
            self._bench = self._gear.open_bench()
        return self._bench

    def _close(self) -> None:
        if self._bench is not None:
            self._bench.close()
            self._bench = None

    def _live(self) -> dict[int, Live]:
        rows = self._open().live(self._ids)
        self._require(rows)
        return rows

    def _now(self) -> dict[int, Memory]:
        """Return what the servos keep at this moment."""
        return {**self._before, **self._between}

    def _require(self, rows: Mapping[int, object]) -> None:
        silent = [f"{servo} ({name})" for servo, name in self._servos.items() if servo not in rows]
        if silent:
            raise HardwareError(
                f"Servo {', '.join(silent)} does not answer any more.", "Check its plug, then begin anew."
            )
