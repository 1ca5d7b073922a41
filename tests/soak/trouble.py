"""What goes wrong by chance: on the wire, in the servos, in the other processes, in time and in the program.

Each kind is a row: how it begins, and what ends it again. The rig draws one now and then.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from armctl.hal.scene import Contact

if TYPE_CHECKING:
    from tests.soak.rig import Rig

Undo = Callable[[], None]


def _keep(owner: Any, name: str, value: Any) -> Undo:
    """Set an attribute and return what sets it back."""
    before = getattr(owner, name)
    setattr(owner, name, value)
    return lambda: setattr(owner, name, before)


def _nothing() -> None:
    """What ends something that ends by itself."""


def _servo(rig: Rig) -> Any:
    return rig.chance.choice(rig.emulator.servos)


def drop(rig: Rig) -> Undo:
    rig.emulator.faults.drop_next(_servo(rig).id, rig.chance.randint(1, 4))
    return _nothing


def corrupt(rig: Rig) -> Undo:
    rig.emulator.faults.corrupt_next(_servo(rig).id, rig.chance.randint(1, 4))
    return _nothing


def cut(rig: Rig) -> Undo:
    rig.emulator.faults.cut_next(_servo(rig).id, rig.chance.randint(1, 4))
    return _nothing


def loss(rig: Rig) -> Undo:
    return _keep(rig.emulator.faults, "loss", rig.chance.uniform(0.01, 0.5))


def corruption(rig: Rig) -> Undo:
    return _keep(rig.emulator.faults, "corruption", rig.chance.uniform(0.01, 0.5))


def noise(rig: Rig) -> Undo:
    return _keep(rig.emulator.faults, "noise", rig.chance.uniform(0.01, 0.8))


def delay(rig: Rig) -> Undo:
    return _keep(rig.emulator.faults, "delay", rig.chance.choice([0.001, 0.004, 0.01, 0.05]))


def mute(rig: Rig) -> Undo:
    silent = rig.emulator.faults.muted
    silent.add(_servo(rig).id)
    return silent.clear


def echo(rig: Rig) -> Undo:
    return _keep(rig.emulator.faults, "echo", True)


def power_cycle(rig: Rig) -> Undo:
    servo = _servo(rig).id
    rig.emulator.power_cycle(servo)
    rig.checker.power_lost(servo)
    return _nothing


def block(rig: Rig) -> Undo:
    return _keep(_servo(rig).faults, "blocked", True)


def reverse(rig: Rig) -> Undo:
    return _keep(_servo(rig).faults, "reversed", True)


def freeze(rig: Rig) -> Undo:
    return _keep(_servo(rig).faults, "frozen", True)


def slip(rig: Rig) -> Undo:
    return _keep(_servo(rig).faults, "slip", rig.chance.choice([-1, 1]) * rig.chance.randint(5, 200))


def push(rig: Rig) -> Undo:
    rig.plant.pushing = np.array([rig.chance.choice([0.0, rig.chance.uniform(-0.4, 0.4)]) for _ in range(6)])
    return lambda: setattr(rig.plant, "pushing", np.zeros(6))


def hot(rig: Rig) -> Undo:
    servo = _servo(rig)
    servo.set_temperature(rig.chance.uniform(50.0, 80.0))
    return lambda: servo.set_temperature(32.0)


def supply(rig: Rig) -> Undo:
    servo = _servo(rig)
    servo.set_supply(rig.chance.choice([3.0, 4.4, 13.5, 18.0]))
    return lambda: servo.set_supply(12.0)


def unplug(rig: Rig) -> Undo:
    return _keep(rig.wire, "plugged", False)


def port_full(rig: Rig) -> Undo:
    return _keep(rig.wire, "stalled", True)


def screen_silent(rig: Rig) -> Undo:
    return _keep(rig, "screen_speaks", False)


def screen_slow(rig: Rig) -> Undo:
    return _keep(rig, "screen_every", rig.chance.uniform(0.05, 0.3))


def screen_killed(rig: Rig) -> Undo:
    rig.kill_screen()
    return rig.new_screen


def guard_silent(rig: Rig) -> Undo:
    return _keep(rig, "guard_speaks", False)


def post_bad(rig: Rig) -> Undo:
    """Messages are lost, doubled, late and out of order for a while."""
    return _keep(rig.post, "bad", rig.chance.uniform(0.05, 0.6))


def late(rig: Rig) -> Undo:
    rig.send(rig.person.invalid("late", rig.now))
    return _nothing


def replayed(rig: Rig) -> Undo:
    rig.send(rig.person.invalid("replayed", rig.now))
    return _nothing


def epoch(rig: Rig) -> Undo:
    rig.send(rig.person.invalid("epoch", rig.now))
    return _nothing


def horizon(rig: Rig) -> Undo:
    rig.send(rig.person.invalid("horizon", rig.now))
    return _nothing


def no_number(rig: Rig) -> Undo:
    rig.send([rig.person.no_number()])
    return _nothing


def stall(rig: Rig) -> Undo:
    rig.clock.advance(rig.chance.choice([0.012, 0.02, 0.035, 0.05, 0.2, 0.8, 1.5]))
    return _nothing


def asleep(rig: Rig) -> Undo:
    rig.asleep += rig.chance.choice([0.5, 2.0, 3600.0])
    return _nothing


def touch(rig: Rig) -> Undo:
    part = rig.chance.choice(["head", "torso", "cup", "table"])
    rig.arm.contacts = (Contact("gripper_link", part, rig.chance.uniform(0.0, 5.0)),)
    return lambda: setattr(rig.arm, "contacts", ())


def exception(rig: Rig) -> Undo:
    rig.generator.spoil = "raise"
    return _nothing


def lie(rig: Rig) -> Undo:
    """Set-points are wrong for a while: jumps, too fast, beyond limits, no numbers, of a wrong size."""
    rig.generator.spoil = rig.chance.choice(["jump", "fast", "beyond", "nan", "size", "creep", "back"])
    return lambda: setattr(rig.generator, "spoil", "")


KINDS: dict[str, tuple[Callable[[Rig], Undo], float]] = {
    "answer dropped": (drop, 3.0),
    "answer corrupted": (corrupt, 3.0),
    "answer cut": (cut, 2.0),
    "answers lost": (loss, 1.5),
    "answers corrupted": (corruption, 1.5),
    "noise": (noise, 1.5),
    "answers late": (delay, 1.0),
    "servo mute": (mute, 1.0),
    "echo": (echo, 0.5),
    "servo power-cycled": (power_cycle, 1.0),
    "joint blocked": (block, 1.0),
    "joint reversed": (reverse, 0.5),
    "reading frozen": (freeze, 0.7),
    "encoder slips": (slip, 0.5),
    "arm pushed": (push, 2.0),
    "servo hot": (hot, 1.0),
    "supply wrong": (supply, 0.7),
    "unplugged": (unplug, 0.5),
    "port full": (port_full, 0.5),
    "screen silent": (screen_silent, 1.5),
    "screen slow": (screen_slow, 1.5),
    "screen killed": (screen_killed, 1.0),
    "guard silent": (guard_silent, 0.7),
    "messages lost, doubled, late": (post_bad, 2.0),
    "intent late": (late, 2.0),
    "intent replayed": (replayed, 4.0),
    "intent of another arming": (epoch, 2.0),
    "intent valid too long": (horizon, 2.0),
    "request without numbers": (no_number, 3.0),
    "clock stalls": (stall, 3.0),
    "computer asleep": (asleep, 0.3),
    "contact": (touch, 0.5),
    "error in the program": (exception, 0.5),
    "wrong set-points": (lie, 4.0),
}
"""Name, how it begins, and how often in relation to the others."""


class Trouble:
    """Begins and ends troubles.

    Args:
        chance: Where all choices come from.
        count: Called with the name of each that begins.
        every: Mean time from one to the next [s].
    """

    def __init__(self, chance: random.Random, count: Callable[[str], None], every: float) -> None:
        self._chance = chance
        self._count = count
        self._every = every
        self._next = 1.0 if math.isfinite(every) else math.inf
        self._begun = -math.inf
        self._running: list[tuple[float, str, Undo]] = []

    def act(self, rig: Rig) -> None:
        """Begin what is due and end what lasted long enough."""
        if math.isinf(self._begun):
            self._begun = rig.now
        for row in [row for row in self._running if row[0] <= rig.now]:
            self._running.remove(row)
            row[2]()
        if rig.now - self._begun < self._next:
            return
        self._next = rig.now - self._begun + self._chance.expovariate(1.0 / self._every)
        name = self._chance.choices(list(KINDS), [weight for _, weight in KINDS.values()])[0]
        if any(name == running for _, running, _ in self._running):
            return
        self._count(name)
        rig.checker.note(rig.now, f"trouble: {name}")
        undo = KINDS[name][0](rig)
        self._running.append((rig.now + self._chance.choice([0.05, 0.3, 1.0, 3.0]), name, undo))

    def end(self) -> None:
        """End everything."""
        for _, _, undo in self._running:
            undo()
        self._running.clear()
