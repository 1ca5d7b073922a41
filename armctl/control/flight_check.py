"""Run the supervisor again over a recording, and compare every answer with the one that was given then."""

from __future__ import annotations

from dataclasses import dataclass

from armctl.control import flight_records as note
from armctl.control.flight_file import Progress
from armctl.control.flight_recording import Part, Recording
from armctl.control.flight_records import AnyCall, Tick, array
from armctl.control.flight_state import freeze, thaw, thaw_value
from armctl.control.flight_supervisor import fill_in, fill_in_barriers
from armctl.hal.state import JointState
from armctl.safety.codes import Code
from armctl.safety.faults import Finding
from armctl.safety.states import Event


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the re-run first said something else.

    Attributes:
        tick: Number of the tick.
        stamp: Its time [s, monotonic].
        what: Which question it was.
        then: The recorded answer.
        now: The answer of the re-run.
    """

    tick: int
    stamp: float
    what: str
    then: str
    now: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the re-run found.

    Attributes:
        ticks: Ticks that were run again.
        calls: Questions to the supervisor that were asked again, all kinds.
        verdicts: Set-points among them.
        gaps: Places where ticks are missing, after which the re-run went on from the next checkpoint.
        difference: The first difference, or None; the re-run ends there.
    """

    ticks: int
    calls: int
    verdicts: int
    gaps: int
    difference: Difference | None


def check_flight(recording: Recording, progress: Progress | None = None) -> Outcome:
    """Return what a re-run of the supervisor over ``recording`` finds; ``progress`` is told how far it is.

    Raises:
        ArmctlError: The configuration in the recording is malformed, or its supervisor remembered other things.
    """
    return _Rerun(recording, progress or (lambda done, all_of_them: None)).run()


class _Rerun:
    def __init__(self, recording: Recording, progress: Progress) -> None:
        self._recording = recording
        self._progress = progress
        self._supervisor = recording.supervisor()
        self._observed: JointState | None = None
        self._ticks = self._calls = self._verdicts = self._gaps = 0

    def run(self) -> Outcome:
        """Run all parts, up to the first difference."""
        difference = None
        before: Tick | None = None
        for part in self._recording.parts:
            difference = self._begin(part, before) or self._part(part)
            if difference is not None:
                break
            before = part.ticks[-1]
        return Outcome(self._ticks, self._calls, self._verdicts, self._gaps, difference)

    def _begin(self, part: Part, before: Tick | None) -> Difference | None:
        """Take up the checkpoint, or compare with it what the re-run remembers by now."""
        first = part.ticks[0]
        if before is None or before.number + 1 != first.number:
            self._gaps += before is not None
            self._supervisor = self._recording.supervisor()
            thaw(part.checkpoint, self._supervisor)
            return None
        remembered = freeze(self._supervisor)
        names = [
            name for name in {**part.checkpoint, **remembered} if part.checkpoint.get(name) != remembered.get(name)
        ]
        if not names:
            return None
        name = names[0]
        then, now = part.checkpoint.get(name), remembered.get(name)
        return Difference(first.number, first.stamp, f"what it remembers ({name})", str(then), str(now))

    def _part(self, part: Part) -> Difference | None:
        total = len(self._recording.ticks)
        for tick in part.ticks:
            difference = self._tick(tick)
            if difference is not None:
                return difference
            if self._ticks % 100 == 0:
                self._progress(self._ticks, total)
        self._progress(self._ticks, total)
        return None

    def _tick(self, tick: Tick) -> Difference | None:
        for call in tick.calls:
            then, now = _told(call), _told(self._again(call))
            if then != now:
                return Difference(tick.number, tick.stamp, _name(call), then, now)
            self._calls += 1
            self._verdicts += isinstance(call, note.Approve)
        self._ticks += 1
        fault = self._supervisor.fault
        ended = (self._supervisor.mode.value, self._supervisor.epoch, str(fault.code) if fault else "")
        recorded = (tick.mode, tick.epoch, tick.code)
        if ended == recorded:
            return None
        return Difference(tick.number, tick.stamp, "mode, epoch and fault after the tick", str(recorded), str(ended))

    def _again(self, call: AnyCall) -> AnyCall:
        """Ask the supervisor what ``call`` asked, and return the same call with the answer it gives now."""
        made = _copy(call)
        made.raised = ""
        try:
            self._ask(made)
        except Exception as error:  # whatever it was then, it is compared
            made.raised = type(error).__name__
        made.after = self._supervisor.mode.value
        return made

    def _ask(self, call: AnyCall) -> None:
        run = self._supervisor
        match call:
            case note.Observe():
                self._observed = call.reading.state()
                run.observe(self._observed, call.now)
            case note.ObserveScene():
                run.observe_scene(call.scene)
            case note.Grip():
                run.grip(call.holding)
            case note.Holding():
                run.holding(thaw_value(call.held))
            case note.Barriers():
                call.gradients, call.speeds = b"", b""
                fill_in_barriers(call, run.barriers(array(call.positions)))
            case note.Advise():
                call.speed = 0.0
                call.speed = float(run.advise(array(call.positions)))
            case note.Approve():
                self._approve(call)
            case note.Accept():
                call.answer = run.accept(call.sequence, call.epoch, call.deadline, call.now, call.sender)
            case note.BeginStopTest():
                call.answer = run.begin_stop_test(call.now)
            case note.StopPressed():
                call.answer = run.stop_pressed(call.pressed_at, call.now)
            case note.Event():
                run.event(Event(call.event), call.now, call.detail)
            case note.Report():
                run.report(Finding(Code(call.code), call.joint, call.value, call.limit, call.detail), call.now)

    def _approve(self, call: note.Approve) -> None:
        state = self._observed if call.reading is None else call.reading.state()
        call.speeds, call.code, call.reason = b"", "", ""
        call.sequence, call.epoch, call.deadline = 0, 0, 0.0
        if state is None:
            raise ValueError("no state was observed before")
        fill_in(call, self._supervisor.approve(array(call.positions), array(call.velocities), state, call.now))


def _copy(call: AnyCall) -> AnyCall:
    """Return ``call`` with all that was asked, so that answers can be filled in."""
    return type(call)(**{name: getattr(call, name) for name in call.__struct_fields__})


def _told(call: AnyCall) -> str:
    """Return the whole answer in words, each number with all its digits: the same words are the same bits."""
    ending = f"; then {call.after}" + (f"; {call.raised} was raised" if call.raised else "")
    match call:
        case note.Approve() if call.approved:
            speeds = ", ".join(map(repr, array(call.speeds).tolist()))
            numbers = f"number {call.sequence}, epoch {call.epoch}, until {call.deadline!r} s"
            return f"approved ({numbers}, speeds {speeds} rad/s){ending}"
        case note.Approve():
            return f"refused ({call.code}: {call.reason}){ending}"
        case note.Advise():
            return f"{call.speed!r} m/s{ending}"
        case note.Barriers():
            speeds, gradients = array(call.speeds).tolist(), array(call.gradients).tolist()
            return f"{len(speeds)} barriers (speeds {speeds} m/s, gradients {gradients}){ending}"
        case note.Accept() | note.BeginStopTest() | note.StopPressed():
            return (f"no: {call.answer}" if call.answer else "yes") + ending
        case _:
            return f"taken{ending}"


def _name(call: AnyCall) -> str:
    if isinstance(call, note.Event):
        return f"the event {call.event}"
    words = {
        note.Approve: "the set-point",
        note.Advise: "the allowed speed",
        note.Accept: "whether an intent counts",
        note.BeginStopTest: "whether arming may begin",
        note.StopPressed: "the press of the stop test",
        note.Observe: "the arm's reading",
        note.ObserveScene: "the surroundings",
        note.Grip: "whether the gripper feels something",
        note.Holding: "what is held",
        note.Barriers: "the barriers",
        note.Report: "what was reported",
    }
    return words[type(call)]
