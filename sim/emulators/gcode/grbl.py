"""`GrblController`: Grbl 1.1 on a board with a loader, as bytes in and bytes out.

It stands at first as an earlier session left it: homed, in its rest pose, asleep. After `restart` it is as after power
came on: it counts from zero, and is locked until it was homed.
"""

from __future__ import annotations

from collections import deque
from typing import Final

import numpy as np

from armctl.clock import Clock
from armctl.config.arm import ArmConfig
from armctl.hal.state import FloatArray
from sim.emulators.gcode.body import STEPPER
from sim.emulators.gcode.device import Controller
from sim.emulators.gcode.grbl_words import Refusal, clean, words
from sim.plant import Plant

GREETING: Final = "Grbl 1.1h ['$' for help]"
BOOT_TIME: Final = 1.6
"""How long boot loader and start take after a reset by the host's opening the port [s]."""
LINE_LIMIT: Final = 80
RX_SIZE: Final = 127
_IGNORED: Final = frozenset(range(0x80, 0x100))
_HOMING_PULL_OFF: Final = 1.0
_STAGES: Final = 2
"""Homing goes to the switches, then off them."""
_SWITCH: Final = 5.0
"""A joint this far from its switch [deg or mm] did not come to it; plants end a little before, at the soft limits."""
_ANSWER_TIME: Final = 0.001
"""Time a line takes the processor [s]; own estimate."""
_DEFAULTS: Final = {
    0: 10.0, 1: 255.0, 2: 0.0, 3: 0.0, 4: 0.0, 5: 0.0, 6: 0.0, 10: 3.0, 11: 0.01, 12: 0.002, 13: 0.0,
    20: 1.0, 21: 0.0, 22: 1.0, 23: 0.0, 24: 300.0, 25: 1500.0, 26: 250.0, 27: _HOMING_PULL_OFF,
    30: 1000.0, 31: 0.0, 32: 0.0,
}  # fmt: skip
_WHOLE: Final = frozenset({0, 1, 2, 3, 4, 5, 6, 10, 13, 20, 21, 22, 23, 26, 30, 31, 32})
_GROUPS: Final[dict[float, str]] = {
    0: "motion",
    1: "motion",
    20: "units",
    21: "units",
    90: "distance",
    91: "distance",
}
_HELP: Final = "[HLP:$$ $# $G $I $N $x=val $Nx=line $J=line $SLP $C $X $H ~ ! ? ctrl-x]"


class GrblController(Controller):
    """The controller; see the module's description.

    Attributes:
        settings: ``$`` settings by number.
        state: As in status reports, without the number behind it.
        work_offset: Machine less work place of each axis [unit], shape (n,).
        pins: Letters of the inputs that are on.
        build_name: What ``$I`` tells as the user's own text.

    Args:
        plant: What the motors move.
        config: The arm.
        clock: Time.
        paced: Answers take as long as on a line of ``config.wire.baud``.

    Raises:
        ConfigError: The arm has no controller.
    """

    def __init__(self, plant: Plant, config: ArmConfig, clock: Clock, *, paced: bool = False) -> None:
        super().__init__(plant, config, clock, STEPPER, paced)
        self.settings = dict(_DEFAULTS)
        for index, axis in enumerate(self.gcode.axes):
            self.settings[100 + index] = axis.steps_per_unit or 100.0
            self.settings[110 + index] = axis.max_rate or 7200.0
            self.settings[120 + index] = axis.acceleration or 400.0
            self.settings[130 + index] = axis.travel or 1000.0
        self.settings |= {int(number): value for number, value in self.gcode.settings.items()}
        self.letters = "".join(axis.letter for axis in self.gcode.axes)
        self.work_offset = np.zeros(len(self.letters))
        self.pins = ""
        self.build_name = ""
        self.state = "Sleep"
        self._suspend = False
        self._critical = False
        self._homing: list[tuple[FloatArray, float]] = []
        self._modes: dict[str, float] = {}
        self._lines: deque[str] = deque()
        self._begin()
        self.state = "Sleep"
        self.body.powered = False

    def _begin(self) -> None:
        self._buffer = bytearray()
        self._overflow = False
        self._lines.clear()
        self._modes = {"motion": 0.0, "units": 21.0, "distance": 90.0, "feed": 0.0, "spindle": 5.0, "coolant": 9.0}
        self._until_offset, self._until_overrides = 0, 1
        self._dwell_until = 0.0
        self._suspend = self._critical = False
        self._homing.clear()
        self.planner.flush()
        self.body.powered = True
        self._outputs()

    def restart(self) -> None:
        """Lose power and have it again, or be reset by the host's opening the port: the count begins at zero."""
        self.planner.set_place(np.zeros(len(self.letters)))
        self.body.count_from(self.planner.place)
        self._begin()
        self.state = "Alarm" if self.settings[22] else "Idle"
        self.dead_until = self.clock.now() + BOOT_TIME
        self._greet(BOOT_TIME)

    def hit_limit(self) -> None:
        """Let a limit switch close: everything stops at once, and only a reset is heard."""
        self._alarm(1)
        self.say("[MSG:Reset to continue]")
        self._critical = True

    # -- bytes -------------------------------------------------------------------------------------------------------

    def hear(self, byte: int) -> None:
        """Take one byte: those that act at once never get into a line."""
        real_time = {0x18: self._soft_reset, ord("?"): self._report, ord("!"): self._feed_hold}
        real_time |= {ord("~"): self._resume, 0x85: self._jog_cancel}
        if byte in real_time:
            real_time[byte]()
        elif byte in _IGNORED:
            return
        elif byte in b"\r\n":
            self._lines.append("\0" if self._overflow else self._buffer.decode("ascii", "replace"))
            self._buffer.clear()
            self._overflow = False
        elif sum(map(len, self._lines)) + len(self._buffer) < RX_SIZE:
            self._overflow = self._overflow or len(self._buffer) >= LINE_LIMIT - 1
            self._buffer.append(byte)

    def work(self) -> None:
        """Do the lines that can be done now: not while it homes, sleeps, dwells, or its planner is full."""
        while self._lines and not self._blocked():
            line = self._lines.popleft()
            try:
                if line == "\0":
                    raise Refusal(11)
                self._obey(clean(line))
            except Refusal as refusal:
                self.say(f"error:{refusal.number}", _ANSWER_TIME)
            else:
                if not self._homing and self.state != "Sleep" and self._dwell_until <= self.clock.now():
                    self.say("ok", _ANSWER_TIME)

    def move(self, dt: float) -> None:
        """Move the planner on by ``dt`` [s], and notice when it is done."""
        self.planner.step(dt)
        if self._homing and self.planner.idle:
            self._home_on()
        elif self._suspend and self.planner.speed == 0.0 and self.state == "Jog":
            self.planner.flush()
            self._suspend, self.state = False, "Idle"
        elif self.planner.idle and self.state in {"Run", "Jog"} and not self._dwelling():
            self.state = "Idle"
        if self._dwell_until and not self._dwelling():
            self._dwell_until = 0.0
            self.say("ok")

    def _dwelling(self) -> bool:
        return self._dwell_until > self.clock.now() or (self._dwell_until > 0.0 and not self.planner.idle)

    def _blocked(self) -> bool:
        held = self.state in {"Sleep", "Hold"} or self._suspend
        return self._critical or held or bool(self._homing) or self._dwell_until > 0.0 or self.planner.free < 1

    # -- real time ---------------------------------------------------------------------------------------------------

    def _soft_reset(self) -> None:
        moving = not self.planner.idle and self.state in {"Run", "Jog", "Home"}
        asleep = self.state in {"Sleep", "Alarm"} and not self._critical
        if moving:
            self._alarm(6 if self._homing else 3)
        self._begin()
        self.state = "Alarm" if moving or asleep or self.state == "Alarm" else "Idle"
        self._greet(0.0)

    def _greet(self, delay: float) -> None:
        self.say("", delay)
        self.say(GREETING)
        if self.state == "Alarm":
            self.say("[MSG:'$H'|'$X' to unlock]")

    def _feed_hold(self) -> None:
        if self.state == "Jog":
            self._jog_cancel()
        elif self.state in {"Run", "Idle"}:
            self.state, self.planner.holding = "Hold", True

    def _resume(self) -> None:
        if self.state == "Hold":
            self.planner.holding = False
            self.state = "Idle" if self.planner.idle else "Run"

    def _jog_cancel(self) -> None:
        if self.state == "Jog":
            self.planner.holding = self._suspend = True

    def _report(self) -> None:
        if self._critical or self._homing:
            return
        sub = f":{int(self.planner.speed > 0.0)}" if self.state == "Hold" else ""
        place = self.planner.place if int(self.settings[10]) & 1 else self.planner.place - self.work_offset
        name = "MPos" if int(self.settings[10]) & 1 else "WPos"
        fields = [f"{self.state}{sub}", f"{name}:{_list(place)}"]
        if int(self.settings[10]) & 2:
            fields.append(f"Bf:{self.planner.free},{RX_SIZE + 1 - sum(map(len, self._lines))}")
        fields.append(f"FS:{self.planner.speed * 60.0:.0f},0")
        fields += [f"Pn:{self.pins}"] if self.pins else []
        self.say(f"<{'|'.join(fields + self._now_and_then())}>")

    def _now_and_then(self) -> list[str]:
        every = 30 if self.state in {"Run", "Jog", "Home"} else 10
        self._until_offset -= 1
        self._until_overrides -= 1
        if self._until_offset < 0:
            self._until_offset = every - 1
            return [f"WCO:{_list(self.work_offset)}"]
        if self._until_overrides < 0:
            self._until_overrides = every - 1
            return ["Ov:100,100,100", *(["A:F"] if self._modes["coolant"] == 8 else [])]
        return []

    def _alarm(self, number: int) -> None:
        self.planner.flush()
        self.state = "Alarm"
        self.say(f"ALARM:{number}")

    # -- lines -------------------------------------------------------------------------------------------------------

    def _obey(self, line: str) -> None:
        if line.startswith("$"):
            self._system(line[1:])
        elif line and self.state in {"Alarm", "Jog"}:
            raise Refusal(9)
        elif line:
            self._block(line)

    def _system(self, text: str) -> None:
        commands = {
            "": lambda: self.say(_HELP), "$": self._tell_settings, "G": self._tell_modes, "I": self._tell_build,
            "#": self._tell_offsets, "N": self._tell_starts, "X": self._unlock, "H": self._home, "SLP": self._sleep,
            "C": self._check,
        }  # fmt: skip
        name, equals, value = text.partition("=")
        if text in commands:
            commands[text]()
        elif name == "J" and equals:
            self._jog(value)
        elif name.isdigit() and equals:
            self._set(int(name), value)
        elif name == "I" and equals:
            self.build_name = value
        else:
            raise Refusal(3)

    def _tell_settings(self) -> None:
        if self.state in {"Run", "Hold"}:
            raise Refusal(8)
        for number, value in sorted(self.settings.items()):
            self.say(f"${number}={value:.0f}" if number in _WHOLE else f"${number}={value:.3f}")

    def _tell_modes(self) -> None:
        mode = self._modes
        parts = (f"G{mode['motion']:.0f} G54 G17 G{mode['units']:.0f} G{mode['distance']:.0f} G94",
                 f"M{mode['spindle']:.0f} M{mode['coolant']:.0f} T0 F{mode['feed']:.0f} S0")  # fmt: skip
        self.say(f"[GC:{' '.join(parts)}]", _ANSWER_TIME)

    def _tell_build(self) -> None:
        self.say(f"[VER:1.1h.20190830:{self.build_name}]", _ANSWER_TIME)
        self.say(f"[OPT:V{'A' if len(self.letters) > 3 else ''},15,128]", _ANSWER_TIME)

    def _tell_offsets(self) -> None:
        nothing = _list(np.zeros(len(self.letters)))
        self.say(f"[G54:{_list(self.work_offset)}]")
        for name in ("G55", "G56", "G57", "G58", "G59", "G28", "G30", "G92"):
            self.say(f"[{name}:{nothing}]")
        self.say("[TLO:0.000]")
        self.say(f"[PRB:{nothing}:0]")

    def _tell_starts(self) -> None:
        for number in range(2):
            self.say(f"$N{number}=")

    def _unlock(self) -> None:
        if self.state == "Alarm":
            self.say("[MSG:Caution: Unlocked]")
            self.state = "Idle"

    def _home(self) -> None:
        if not self.settings[22]:
            raise Refusal(5)
        if self.state not in {"Idle", "Alarm"}:
            raise Refusal(8)
        # The switches are where the joints are: what steps were lost is found again.
        self.planner.set_place(self.body.places())
        self.body.count_from(self.planner.place)
        lower = np.array([int(self.settings[23]) >> axis & 1 for axis in range(len(self.letters))], dtype=bool)
        travel = np.array([self.settings[130 + axis] for axis in range(len(self.letters))])
        ends = np.where(lower, -travel, 0.0)
        off = ends + np.where(lower, 1.0, -1.0) * self.settings[27]
        self._homing = [(ends, self.settings[25] / 60.0), (off, self.settings[24] / 60.0)]
        self.state = "Home"
        self._home_on()

    def _home_on(self) -> None:
        if self.planner.idle and self._homing and np.allclose(self.planner.place, self._homing[0][0]):
            missed = np.abs(self.body.places() - self._homing[0][0]).max() > _SWITCH
            if len(self._homing) == _STAGES and missed:
                self._find_no_switch()
                return
            self._homing.pop(0)
        if self._homing:
            self.planner.add(*self._homing[0])
        elif self.state == "Home":
            self.state = "Idle"
            self.say("ok")

    def _find_no_switch(self) -> None:
        """A joint did not come to its switch: Grbl gives up with an alarm and starts anew."""
        self._alarm(9)
        self._begin()
        self.state = "Alarm"
        self._greet(0.0)

    def _sleep(self) -> None:
        if self.state not in {"Idle", "Alarm"}:
            raise Refusal(8)
        self.say("ok", _ANSWER_TIME)
        self.say("[MSG:Sleeping]", _ANSWER_TIME)
        self.state = "Sleep"
        self.body.powered = False

    def _check(self) -> None:
        if self.state == "Check":
            self._soft_reset()
        elif self.state == "Idle":
            self.state = "Check"
            self.say("[MSG:Enabled]")
        else:
            raise Refusal(8)

    def _set(self, number: int, value: str) -> None:
        if self.state not in {"Idle", "Alarm"}:
            raise Refusal(8)
        if number not in self.settings:
            raise Refusal(3)
        try:
            figure = float(value)
        except ValueError:
            raise Refusal(2) from None
        if figure < 0.0:
            raise Refusal(4)
        if number == 20 and figure and not self.settings[22]:
            raise Refusal(10)
        self.settings[number] = figure
        count = len(self.letters)
        self.planner.rates = np.array([self.settings[110 + axis] for axis in range(count)]) / 60.0
        self.planner.accelerations = np.array([self.settings[120 + axis] for axis in range(count)])

    def _jog(self, text: str) -> None:
        if self.state not in {"Idle", "Jog"}:
            raise Refusal(9 if self.state == "Alarm" else 8)
        block = words(text)
        if block.m or not set(block.g) <= {20, 21, 90, 91, 53} or not set(block.values) <= {*self.letters, "F", "N"}:
            raise Refusal(16)
        if "F" not in block.values:
            raise Refusal(22)
        if not set(block.values) & set(self.letters):
            raise Refusal(26)
        scale = 25.4 if 20 in block.g else 1.0
        relative = 91 in block.g or (90 not in block.g and self._modes["distance"] == 91)
        goal = self._goal(block.values, scale, relative=relative, machine=53 in block.g)
        if self._beyond(goal):
            raise Refusal(15)
        self.planner.add(goal, block.values["F"] * scale / 60.0)
        self.state = "Idle" if self.planner.idle else "Jog"

    def _block(self, line: str) -> None:
        block = words(line)
        for number in block.g:
            group = {0: "motion", 1: "motion", 20: "units", 21: "units", 90: "distance", 91: "distance"}.get(
                int(number)
            )
            if group:
                self._modes[group] = number
        self._modes["feed"] = block.values.get("F", self._modes["feed"])
        for code in block.m:
            self._modes["coolant" if code in {7, 8, 9} else "spindle"] = code
        self._outputs()
        if 4 in block.g:
            if "P" not in block.values:
                raise Refusal(28)
            self._dwell_until = self.clock.now() + block.values["P"]
        elif set(block.values) & set(self.letters):
            self._run(block.values, machine=53 in block.g)
        elif set(block.values) - {"F", "S", "T", "N", "P"}:
            raise Refusal(36)

    def _run(self, values: dict[str, float], *, machine: bool) -> None:
        scale = 25.4 if self._modes["units"] == 20 else 1.0
        rapid = self._modes["motion"] == 0
        if not rapid and not self._modes["feed"]:
            raise Refusal(22)
        goal = self._goal(values, scale, relative=self._modes["distance"] == 91 and not machine, machine=machine)
        if self._beyond(goal):
            self._alarm(2)
            self.say("[MSG:Reset to continue]")
            self._critical = True
            return
        if self.state != "Check":
            self.planner.add(goal, 1e9 if rapid else self._modes["feed"] * scale / 60.0)
            self.state = self.state if self.planner.idle else "Run"

    def _goal(self, values: dict[str, float], scale: float, *, relative: bool, machine: bool) -> FloatArray:
        goal = self.planner.end
        for index, letter in enumerate(self.letters):
            if letter in values and relative:
                goal[index] += values[letter] * scale
            elif letter in values:
                goal[index] = values[letter] * scale + (0.0 if machine else self.work_offset[index])
        return goal

    def _beyond(self, goal: FloatArray) -> bool:
        travel = np.array([self.settings[130 + axis] for axis in range(len(self.letters))])
        return bool(self.settings[20]) and bool(((goal > 0.0) | (goal < -travel)).any())

    def _outputs(self) -> None:
        """The output for coolant, or that for the spindle, works the gripper, as the configuration says."""
        opened = self.gcode.gripper.open.split()[0]
        self.body.gripping = opened not in {f"M{self._modes['coolant']:.0f}", f"M{self._modes['spindle']:.0f}"}


def _list(values: FloatArray) -> str:
    return ",".join(f"{value:.3f}" for value in values)
