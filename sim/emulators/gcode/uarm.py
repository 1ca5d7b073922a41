"""`UarmController`: the firmware of the uArm Swift Pro, as bytes in and bytes out.

Firmware 4 answers questions (P…) at once, and keeps the answers to orders (G…, M…) back until the arm stands; firmware
3 answered an order when it was queued. A board that is opened starts anew.
"""

from __future__ import annotations

import math
import re
from collections import deque
from collections.abc import Callable
from typing import Final

import numpy as np

from armctl.clock import Clock
from armctl.config.arm import ArmConfig
from armctl.hal.state import FloatArray
from sim.emulators.gcode import uarm_shape as shape
from sim.emulators.gcode.body import WITH_ENCODER
from sim.emulators.gcode.device import Controller
from sim.emulators.gcode.planner import Planner
from sim.plant import Plant

BOOT_TIME: Final = 2.0
LINE_LIMIT: Final = 127
QUEUE_SIZE: Final = 5
"""Orders that wait; more are answered with E23. Own estimate."""
_ANSWER_TIME: Final = 0.001
_SHORTEST: Final = 1e-6
_WORD: Final = re.compile(r"([A-Z])(-?\d+(?:\.\d*)?)")
_LINE: Final = re.compile(r"(?:#(\d{1,4}))?([GMP])(\d{1,4})(.*)")
_MOTORS: Final = 3
_HAND_RATE: Final = 90.0
"""Speed of the hand's servo [deg/s]; own estimate."""
_TICK: Final = 1e-9


class WrongError(Exception):
    """The line is answered with ``E`` and a number."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class UarmController(Controller):
    """The controller; see the module's description.

    Attributes:
        keeps_answers: Answers to orders wait until the arm stands (firmware 4).
        mode: Tool mode.
        supplied: The arm's 12 V are there (the board itself lives on USB).
        limit_switch: The switch at the tip is pressed.
        device, firmware, unique_id: What it says of itself.

    Args:
        plant: What the motors move.
        config: The arm.
        clock: Time.
        paced: Answers take as long as on a line of ``config.wire.baud``.

    Raises:
        ConfigError: The arm has no controller.
    """

    def __init__(self, plant: Plant, config: ArmConfig, clock: Clock, *, paced: bool = False) -> None:
        super().__init__(plant, config, clock, WITH_ENCODER, paced)
        place = self.body.places()
        self.planner = Planner(place[:_MOTORS], self.planner.rates[:_MOTORS], self.planner.accelerations[:_MOTORS])
        self.hand = self._hand_goal = float(place[_MOTORS])
        self.keeps_answers = True
        self.mode = 0
        self.supplied = True
        self.limit_switch = False
        self.device, self.firmware, self.unique_id = "SwiftPro", "4.4.0", "D43639DB0CEE"
        self._on = [False] * (_MOTORS + 1)
        self._buffer = bytearray()
        self._too_long = False
        self._orders: deque[tuple[str, Callable[[], str]]] = deque()
        # The firmware keeps as many answers as it has places for orders: older ones are written over.
        self._kept: deque[str] = deque(maxlen=QUEUE_SIZE)
        self._tells_end = self._moved = False
        self._report_every = self._report_at = 0.0
        self._pump = False
        self._table = self._commands()

    def restart(self) -> None:
        """Start as after the board was reset: motors on where the encoders say, nothing queued."""
        self._orders.clear()
        self._kept.clear()
        self._buffer.clear()
        self._too_long, self._tells_end, self._report_every = False, False, 0.0
        self._attach(True)
        self.body.gripping = False
        self.dead_until = self.clock.now() + BOOT_TIME
        self.say("@1", BOOT_TIME)
        self.say(f"@5 V{int(self.supplied)}")

    def supply(self, on: bool) -> None:
        """Give or take the arm's 12 V; the board goes on and says so."""
        if on != self.supplied:
            self.supplied = on
            self.say(f"@5 V{int(on)}")
            if not on:
                self._attach(False)

    def press_key(self, key: int, event: int = 1) -> None:
        """Press a key of the base."""
        self.say(f"@4 B{key} V{event}")

    def press_limit(self, pressed: bool) -> None:
        """Press the switch at the tip, or let it go."""
        self.limit_switch = pressed
        self.say(f"@6 N0 V{int(pressed)}")

    # -- bytes and lines ---------------------------------------------------------------------------------------------

    def hear(self, byte: int) -> None:
        """Take one byte."""
        if byte in b"\r\n":
            if not self._too_long:
                self._line("".join(self._buffer.decode("ascii", "replace").split()).upper())
            self._buffer.clear()
            self._too_long = False
        elif len(self._buffer) >= LINE_LIMIT:
            self._too_long = True
        else:
            self._buffer.append(byte)

    def work(self) -> None:
        """Do one waiting order after the other, while the planner has room; give kept answers when the arm stands."""
        while self._orders and self.planner.free > 1:
            prefix, order = self._orders.popleft()
            self._kept.append(self._answered(prefix, order))
        while self._kept and (self.planner.idle or not self.keeps_answers):
            self.say(self._kept.popleft(), _ANSWER_TIME)

    def move(self, dt: float) -> None:
        """Move the planner on by ``dt`` [s]; tell what it was asked to tell."""
        self.planner.step(dt)
        reach = _HAND_RATE * dt if self._on[_MOTORS] else 0.0
        self.hand += min(max(self._hand_goal - self.hand, -reach), reach)
        self._moved = self._moved or not self.planner.idle
        if self._moved and self.planner.idle:
            self._moved = False
            if self._tells_end:
                self.say("@9 V0")
        now = self.clock.now()
        if self._report_every and now >= self._report_at:
            self._report_at = now + self._report_every
            self.say(f"@3 {self._place()} R{self.hand:.2f}")

    def count(self) -> FloatArray:
        """Return where the firmware counts the motors to be, the hand's servo last, shape (4,) [deg]."""
        return np.append(self.planner.place, self.hand)

    def _line(self, line: str) -> None:
        found = _LINE.fullmatch(line)
        if found is None:
            return
        prefix = f"${found[1]} " if found[1] else ""
        name = found[2] + found[3]

        def order() -> str:
            return self._do(name, found[4])

        if found[2] == "P":
            self.say(self._answered(prefix, order), _ANSWER_TIME)
        elif len(self._orders) >= QUEUE_SIZE:
            self.say("E23 buffer full")
        else:
            self._orders.append((prefix, order))

    def _answered(self, prefix: str, order: Callable[[], str]) -> str:
        try:
            return f"{prefix}ok {order()}".rstrip()
        except WrongError as wrong:
            return f"{prefix}E{wrong.number}"

    def _do(self, name: str, text: str) -> str:
        command = self._table.get(name)
        if command is None:
            raise WrongError(20)
        words = {letter: float(value) for letter, value in _WORD.findall(text)}
        if _WORD.sub("", text):
            raise WrongError(21)
        try:
            return command(words) or ""
        except KeyError:
            raise WrongError(21) from None

    # -- commands ----------------------------------------------------------------------------------------------------

    def _commands(self) -> dict[str, Callable[[dict[str, float]], str | None]]:
        def fixed(text: Callable[[], str]) -> Callable[[dict[str, float]], str]:
            return lambda _: text()

        return {
            "G0": self._go, "G1": self._go, "G2004": lambda _: None, "G2201": self._go_polar, "G2202": self._turn,
            "G2204": self._go_by, "G2205": self._go_polar_by,
            "M17": lambda _: self._attach(True), "M2019": lambda _: self._attach(False),
            "M2201": lambda w: self._attach_one(w, True), "M2202": lambda w: self._attach_one(w, False),
            "M2203": lambda w: f"V{int(self._on[self._motor(w)])}",
            "M2200": fixed(lambda: f"V{int(not self.planner.idle)}"),
            "M204": lambda _: None, "M205": lambda _: None, "M2210": lambda _: None, "M2213": lambda _: None,
            "M2120": self._report, "M2122": self._tell_end, "M2400": self._set_mode, "M2410": lambda _: None,
            "M2231": self._set_pump, "M2232": self._set_gripper, "M2240": lambda _: None, "M2241": lambda _: None,
            "M2220": self._inverse, "M2221": self._forward, "M2222": self._reachable,
            "P2200": fixed(self._angles), "P2201": fixed(lambda: self.device), "P2202": fixed(lambda: "3.3.1"),
            "P2203": fixed(lambda: self.firmware), "P2204": fixed(lambda: "4.0.5"),
            "P2205": fixed(lambda: f"V{self.unique_id}"),
            "P2206": lambda w: f"V{self._encoders()[int(w['N'])]:.4f}",
            "P2220": fixed(self._place), "P2221": fixed(self._polar),
            "P2231": fixed(lambda: f"V{int(self._pump)}"), "P2232": fixed(self._grip_state),
            "P2233": fixed(lambda: f"V{int(self.limit_switch)}"), "P2234": fixed(lambda: f"V{int(self.supplied)}"),
            "P2400": fixed(lambda: f"V{self.mode}"),
        }  # fmt: skip

    def _go(self, words: dict[str, float]) -> None:
        x, y, z = shape.place(self.planner.end.tolist(), self.mode)
        self._line_to(words.get("X", x), words.get("Y", y), words.get("Z", z), words.get("F", 1000.0))

    def _go_by(self, words: dict[str, float]) -> None:
        x, y, z = shape.place(self.planner.end.tolist(), self.mode)
        self._line_to(x + words["X"], y + words["Y"], z + words["Z"], words["F"])

    def _go_polar(self, words: dict[str, float]) -> None:
        heading = math.radians(words["R"] - 90.0)
        self._line_to(words["S"] * math.cos(heading), words["S"] * math.sin(heading), words["H"], words["F"])

    def _go_polar_by(self, words: dict[str, float]) -> None:
        x, y, z = shape.place(self.planner.end.tolist(), self.mode)
        heading = math.atan2(y, x) + math.radians(words["R"])
        stretch = math.hypot(x, y) + words["S"]
        self._line_to(stretch * math.cos(heading), stretch * math.sin(heading), z + words["H"], words["F"])

    def _line_to(self, x: float, y: float, z: float, feed: float) -> None:
        angles = shape.angles(x, y, z, self.mode)
        if angles is None:
            raise WrongError(22)
        start = self.planner.end
        way = math.dist((x, y, z), shape.place(start.tolist(), self.mode))
        self._turn_to(np.array(angles), way / max(feed / 60.0, _TICK))

    def _turn(self, words: dict[str, float]) -> None:
        motor = self._motor(words)
        if motor == _MOTORS:
            # A hobby servo: it goes there by itself, whatever waits for the motors.
            self._hand_goal = words["V"]
            return
        goal = self.planner.end
        way = abs(words["V"] - goal[motor])
        goal[motor] = words["V"]
        if not shape.allowed(*goal.tolist()):
            raise WrongError(22)
        self._turn_to(goal, way / max(words.get("F", 1000.0) / 60.0, _TICK))

    def _turn_to(self, goal: FloatArray, seconds: float) -> None:
        if not self.supplied:
            raise WrongError(24)
        way = float(np.linalg.norm(goal - self.planner.end))
        if way > _SHORTEST:
            self.planner.add(goal, way / max(seconds, _TICK))

    def _attach(self, on: bool) -> None:
        if on and not self.supplied:
            raise WrongError(24)
        self._on = [on] * (_MOTORS + 1)
        self.body.powered = on
        if on:
            # The firmware begins to count where its encoders are.
            self.planner.set_place(self.body.encoders()[:_MOTORS])
            self.hand = self._hand_goal = float(self.body.places()[_MOTORS])
            self.body.count_from(self.count())

    def _attach_one(self, words: dict[str, float], on: bool) -> None:
        self._on[self._motor(words)] = on
        self.body.powered = all(self._on[:_MOTORS])

    def _motor(self, words: dict[str, float]) -> int:
        number = int(words["N"])
        if not 0 <= number <= _MOTORS:
            raise WrongError(21)
        return number

    def _report(self, words: dict[str, float]) -> None:
        self._report_every = words["V"]

    def _tell_end(self, words: dict[str, float]) -> None:
        self._tells_end = words["V"] != 0.0

    def _set_mode(self, words: dict[str, float]) -> None:
        self.mode = int(words["S"])

    def _set_pump(self, words: dict[str, float]) -> None:
        self._pump = words["V"] != 0.0

    def _set_gripper(self, words: dict[str, float]) -> None:
        self.body.gripping = words["V"] != 0.0

    def _inverse(self, words: dict[str, float]) -> str:
        found = shape.angles(words["X"], words["Y"], words["Z"], self.mode)
        if found is None:
            raise WrongError(22)
        return "B{:.4f} L{:.4f} R{:.4f}".format(*found)

    def _forward(self, words: dict[str, float]) -> str:
        return "X{:.4f} Y{:.4f} Z{:.4f}".format(*shape.place([words[letter] for letter in "BLR"], self.mode))

    def _reachable(self, words: dict[str, float]) -> str:
        return f"V{int(shape.angles(words['X'], words['Y'], words['Z'], self.mode) is not None)}"

    def _encoders(self) -> list[float]:
        return [float(value) for value in self.body.encoders()]

    def _angles(self) -> str:
        return "B{:.4f} L{:.4f} R{:.4f}".format(*self._encoders()[:3])

    def _place(self) -> str:
        return "X{:.4f} Y{:.4f} Z{:.4f}".format(*shape.place(self._encoders()[:3], self.mode))

    def _polar(self) -> str:
        x, y, z = shape.place(self._encoders()[:3], self.mode)
        return f"S{math.hypot(x, y):.4f} R{math.degrees(math.atan2(y, x)) + 90.0:.4f} H{z:.4f}"

    def _grip_state(self) -> str:
        unit, goal = self.units[-1], self.body.gripping
        if not goal:
            return "V0"
        return "V1" if abs(unit.measured.velocity) > _TICK else "V2"
