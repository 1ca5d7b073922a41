"""What every bench does alike: torque told until it is so, numbers changed with care, nothing written under torque."""

import pytest

from armctl.clock import SteppedClock
from armctl.errors import HardwareError
from armctl.hal.state import JointFault
from drivers.bench import Live
from drivers.servo_bench import ATTEMPTS, BusBench, require_kept
from drivers.servo_bus import ServoBus
from tests.support.wires import ScriptedTransport


class Shelf(BusBench[ServoBus]):
    """Servos without a wire: id to torque; ``twins`` have two of an id, ``deaf`` obey nothing."""

    def __init__(self, servos, twins=(), deaf=()):
        clock = SteppedClock()
        super().__init__(ServoBus(ScriptedTransport(clock, lambda _: b""), clock), clock)
        self.servos, self.twins, self.deaf = dict(servos), set(twins), set(deaf)
        self.told = []

    def live(self, servos):
        none = JointFault.NONE
        return {s: Live(2048, 0.0, 12.0, 25.0, self.servos[s], none) for s in servos if s in self.servos}

    def _order(self, servos, on):
        self.told.append(tuple(servos))
        self.servos |= {servo: on for servo in servos if servo in self.servos and servo not in self.deaf}

    def _order_limp(self, servos):
        self._order(servos, False)

    def _order_hold(self, servos):
        self._order(servos, True)

    def _write_id(self, old, new):
        self.told.append((old, new))
        if old not in self.deaf:
            self.servos[new] = self.servos.pop(old)

    def _count(self, servo):
        return 2 if servo in self.twins else int(servo in self.servos)


@pytest.mark.parametrize("on", [True, False])
def test_torque_is_told_once_where_all_obey(on):
    shelf = Shelf({1: not on, 2: not on})
    shelf.torque([1, 2], on=on)
    assert shelf.servos == {1: on, 2: on}
    assert shelf.told == [(1, 2)]


def test_only_those_that_do_not_obey_are_told_again_and_then_named():
    shelf = Shelf({1: True, 2: True, 3: True}, deaf={2, 3})
    with pytest.raises(HardwareError, match="did not go off at servos 2, 3") as error:
        shelf.torque([1, 2, 3], on=False)
    assert shelf.told == [(1, 2, 3), *[(2, 3)] * (ATTEMPTS - 1)]
    assert "Support the arm" in error.value.remedy


def test_a_limp_servo_alone_gets_its_number():
    shelf = Shelf({1: False})
    shelf.renumber(1, 4)
    assert shelf.servos == {4: False}


@pytest.mark.parametrize(
    ("shelf", "why"),
    [
        (Shelf({1: False}, twins={1}), "Several servos answer as 1"),
        (Shelf({2: False}), "Servo 1 does not answer"),
        (Shelf({1: False, 4: False}), "The id 4 is taken"),
        (Shelf({1: True}), "holds its place"),
    ],
)
def test_nothing_is_written_where_it_could_go_wrong(shelf, why):
    with pytest.raises(HardwareError, match=why):
        shelf.renumber(1, 4)
    assert shelf.told == []


def test_a_number_that_was_not_taken_is_said():
    with pytest.raises(HardwareError, match="not sure that servo 1 is 4"):
        Shelf({1: False}, deaf={1}).renumber(1, 4)


def test_a_speed_that_a_servo_does_not_know_lists_those_it_does():
    with pytest.raises(HardwareError, match="does not know the speed 5") as error:
        Shelf({1: False})._require_rate(1, 5, (57_600, 1_000_000))
    assert "57600, 1000000" in error.value.remedy
    with pytest.raises(HardwareError, match="holds its place"):
        Shelf({1: True})._require_rate(1, 57_600, (57_600,))


def test_memory_that_reads_otherwise_than_written_is_told_with_both():
    require_kept(3, "as wanted", "as wanted")
    with pytest.raises(HardwareError, match="Servo 3 did not keep .* it has this, it should have that"):
        require_kept(3, "this", "that")
