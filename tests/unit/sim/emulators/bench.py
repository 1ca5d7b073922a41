"""A device with three units that can do everything, and one joint that can do next to nothing."""

from sim.emulators.faults import WireFaults
from sim.emulators.unit import HEEDED_BY_SERVOS, UnitFaults, lacking


class FullUnit:
    heeded = HEEDED_BY_SERVOS

    def __init__(self, number):
        self.id = number
        self.faults = UnitFaults()
        self.status_bits = {"voltage": 1, "overload": 32}
        self.volts, self.celsius, self.pushed = 12.0, 30.0, 0.0

    def describe(self):
        return f"{self.volts:g} V"

    def set_supply(self, volts):
        self.volts = volts

    def set_temperature(self, celsius):
        self.celsius = celsius

    def push(self, angle):
        self.pushed = angle


class BareUnit(FullUnit):
    """A stepper motor: no thermometer, no status, nothing to measure."""

    heeded = frozenset({"blocked"})

    def __init__(self, number):
        super().__init__(number)
        self.status_bits = {}

    def set_supply(self, volts):
        raise lacking("supply that it measures")

    def set_temperature(self, celsius):
        raise lacking("thermometer")

    def push(self, angle):
        raise lacking("joint that a hand can turn")


class Device:
    def __init__(self, unit=FullUnit):
        self.faults = WireFaults()
        self.units = tuple(unit(number) for number in (1, 2, 3))
        self.cycled = []
        self.doubled = set()

    def unit(self, number):
        return self.units[number - 1]

    def power_cycle(self, unit_id):
        self.cycled.append(unit_id)

    def duplicate(self, unit_id, on):
        if isinstance(self.units[0], BareUnit):
            raise lacking("ids of its own for its joints")
        (self.doubled.add if on else self.doubled.discard)(unit_id)


class Plug:
    def __init__(self):
        self.plugged = True

    def unplug(self):
        self.plugged = False

    def plug(self):
        self.plugged = True
        return "/dev/pts/99"
