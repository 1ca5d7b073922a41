"""Ports in a made-up /dev lead to real terminals with emulated servos behind them."""

import time
from pathlib import Path

import pytest

from armctl.clock import SteppedClock, SystemClock
from armctl.errors import PortError
from armctl.hal.registry import ARMS
from drivers.adapters import KINDS, Adapter, Computer
from drivers.discover import PROBES, find_port, look, open_line, probe_of
from drivers.feetech import messages as reg
from drivers.transport import open_serial
from sim.emulators.feetech.emulator import FeetechEmulator
from sim.emulators.pty import PtyThread
from tests.support.arms import HOME, so101
from tests.support.computers import FakeComputer
from tests.support.plants import ExactPlant
from tests.support.wires import LoopTransport, ScriptedTransport

CLOCK = SystemClock()
FROM_NOWHERE = Computer(proc=Path("/nowhere"))


def deaf(_data):
    return b""


@pytest.fixture
def computer(tmp_path):
    return FakeComputer(tmp_path)


class Board:
    """A servo board plugged into ``computer``."""

    def __init__(self, computer, name, serial="", usb="1a86:55d3"):
        self.emulator = FeetechEmulator(ExactPlant(HOME), so101(), CLOCK)
        self.heard = []
        hear = self.emulator.receive
        self.emulator.receive = lambda data: (self.heard.append(data), hear(data))
        self.served = PtyThread(self.emulator, CLOCK)
        self.path = computer.plug(name, usb, serial=serial, leads_to=self.served.path)

    def wait_for_quiet(self):
        time.sleep(0.05)


@pytest.fixture
def plug(computer):
    boards = []

    def one(name, **given):
        boards.append(Board(computer, name, **given))
        return boards[-1]

    yield one
    for board in boards:
        board.served.unplug()


def remembering(serial):
    config = so101()
    return config.model_copy(update={"wire": config.wire.model_copy(update={"adapter": serial})})


def test_the_only_arm_is_taken_and_said(computer, plug):
    board = plug("ttyACM0", serial="5AB")
    found = find_port(so101(), CLOCK, computer.here)
    assert found.path == board.path
    assert found.told == f"SO-101 found on {board.path} (CH343, 1a86:55d3, serial number 5AB)."


def test_the_port_is_free_again_afterwards(computer, plug):
    board = plug("ttyACM0")
    find_port(so101(), CLOCK, computer.here)
    open_serial(board.path, 1_000_000, CLOCK).close()


def test_a_silent_adapter_beside_it_does_not_matter(computer, plug):
    silent = plug("ttyACM0")
    silent.emulator.faults.muted |= set(range(254))
    board = plug("ttyACM1")
    assert find_port(so101(), CLOCK, computer.here).path == board.path


def test_two_arms_are_a_question_and_no_guess(computer, plug):
    first, second = plug("ttyACM0", serial="A1"), plug("ttyACM1", serial="B2")
    with pytest.raises(PortError) as asked:
        find_port(so101(), CLOCK, computer.here)
    text = str(asked.value)
    assert "2 arms answer as SO-101. Which one is it?" in text
    assert all(part in text for part in (first.path, second.path, "A1", "B2", f"--port {first.path}"))


def test_a_whole_arm_goes_before_one_with_a_silent_servo(computer, plug):
    broken, whole = plug("ttyACM0"), plug("ttyACM1")
    broken.emulator.faults.muted.add(3)
    assert find_port(so101(), CLOCK, computer.here).path == whole.path


def calibrated(offset):
    joints = tuple(
        joint.model_copy(update={"servo": joint.servo.model_copy(update={"homing_offset": offset})})
        for joint in so101().joints
    )
    return so101().model_copy(update={"joints": joints})


def test_of_two_like_arms_the_one_that_was_calibrated_is_taken(computer, plug):
    """Leader and follower have the same servos with the same ids; only their calibration tells them apart."""
    plug("ttyACM0", serial="LEADER")
    follower = plug("ttyACM1", serial="FOLLOWER")
    for servo in follower.emulator.servos:
        servo.memory.put(reg.HOMING_OFFSET, 77)
    assert find_port(calibrated(77), CLOCK, computer.here).path == follower.path


def test_two_arms_of_which_neither_is_the_calibrated_one_are_told_with_what_differs(computer, plug):
    plug("ttyACM0"), plug("ttyACM1")
    with pytest.raises(PortError, match="Which one is it") as asked:
        find_port(calibrated(77), CLOCK, computer.here)
    assert str(asked.value).count("was calibrated with 77") == 4


def test_an_arm_with_a_silent_servo_is_still_found_so_that_connecting_can_name_the_servo(computer, plug):
    board = plug("ttyACM0")
    board.emulator.faults.muted.add(3)
    assert find_port(so101(), CLOCK, computer.here).path == board.path


def test_the_remembered_adapter_is_found_under_any_name_and_not_asked(computer, plug):
    plug("ttyACM0", serial="OTHER")
    mine = plug("ttyACM7", serial="MINE")
    found = find_port(remembering("MINE"), CLOCK, computer.here)
    assert found.path == mine.path
    assert "calibrated with" in found.told
    assert mine.heard == []


def test_another_arm_is_not_taken_for_the_remembered_one(computer, plug):
    board = plug("ttyACM0", serial="OTHER")
    with pytest.raises(PortError, match="serial number MINE") as missed:
        find_port(remembering("MINE"), CLOCK, computer.here)
    assert board.path in str(missed.value)
    assert board.heard == []


def test_two_adapters_with_the_remembered_number_are_not_guessed_between(computer, plug):
    plug("ttyACM0", serial="SAME"), plug("ttyACM1", serial="SAME")
    with pytest.raises(PortError, match="2 adapters have the serial number SAME"):
        find_port(remembering("SAME"), CLOCK, computer.here)


def test_a_remembered_adapter_that_somebody_uses_is_refused_with_the_name(computer, plug):
    computer.process(41, "lerobot", locks=plug("ttyACM0", serial="MINE").path)
    with pytest.raises(PortError, match=r"in use by lerobot \(process 41\)"):
        find_port(remembering("MINE"), CLOCK, computer.here)


def test_a_port_that_another_program_uses_gets_no_byte_and_the_program_is_named(computer, plug):
    board = plug("ttyACM0")
    computer.process(41, "lerobot", locks=board.path)
    with pytest.raises(PortError) as missed:
        find_port(so101(), CLOCK, computer.here)
    board.wait_for_quiet()
    assert board.heard == []
    assert "is in use by lerobot (process 41)" in str(missed.value)


def test_a_port_that_is_locked_by_someone_out_of_sight_gets_no_byte_either(computer, plug):
    board = plug("ttyACM0")
    holder = open_serial(board.path, 1_000_000, CLOCK)
    try:
        with pytest.raises(PortError, match="in use"):
            find_port(so101(), CLOCK, computer.here)
        board.wait_for_quiet()
        assert board.heard == []
    finally:
        holder.close()


def test_a_port_without_rights_is_told_and_not_opened(computer, plug):
    board = plug("ttyACM0")
    computer.forbid(board.path)
    with pytest.raises(PortError, match="no permission"):
        find_port(so101(), CLOCK, computer.here)


@pytest.mark.parametrize("usb", ["dead:beef", "2341:0042", "10c4:ea60"])
def test_a_device_that_is_no_adapter_of_such_arms_is_never_opened(computer, plug, usb):
    opened = []

    def watch(path, baud, clock):
        opened.append(path)
        return open_serial(path, baud, clock)

    board = plug("ttyACM0", usb=usb)
    with pytest.raises(PortError, match="no adapter that SO-101 arms usually have"):
        find_port(so101(), CLOCK, computer.here, watch)
    assert (opened, board.heard) == ([], [])


def test_nothing_plugged_in_says_what_to_check(computer):
    with pytest.raises(PortError, match="SO-101 was not found. No serial adapter is plugged in") as missed:
        find_port(so101(), CLOCK, computer.here)
    assert "power supply" in missed.value.remedy
    assert "--port" in missed.value.remedy


def test_an_adapter_nobody_answers_on_is_listed(computer, plug):
    board = plug("ttyACM0")
    board.emulator.faults.muted |= set(range(254))
    with pytest.raises(PortError, match="nobody answers as Feetech STS servos") as missed:
        find_port(so101(), CLOCK, computer.here)
    assert board.path in str(missed.value)


@pytest.mark.parametrize("driver", PROBES)
def test_a_port_on_which_nobody_answers_takes_less_than_two_seconds(driver):
    clock = SteppedClock()
    usb = [usb for usb, kind in KINDS.items() if driver in kind.drivers]
    adapter = Adapter("/dev/dead", *max(usb, key=lambda each: KINDS[each].resets))
    config = so101().model_copy(update={"driver": driver})
    found = look(adapter, config, clock, FROM_NOWHERE, lambda path, baud, clock: ScriptedTransport(clock, deaf))
    assert found.fit == "none"
    assert 0.1 <= clock.now() - 1000.0 < 2.0


def test_a_line_is_open_for_questions_for_the_agreed_time_only():
    clock = SteppedClock()
    adapter, asked = Adapter("/dev/dead", 0x1A86, 0x55D3), []

    def hears(data):
        asked.append(data)
        return b""

    line = open_line(
        adapter, probe_of("feetech"), None, clock, FROM_NOWHERE, lambda *_: ScriptedTransport(clock, hears), time=0.1
    )
    for _ in range(5):
        line.ask(b"well?", bool)
    assert len(asked) == 2
    assert clock.now() - 1000.0 == pytest.approx(0.1)


def test_a_board_that_restarts_when_opened_is_listened_to_before_it_is_asked(computer):
    """The far end stays deaf until it has greeted, as an Arduino does; then it speaks Grbl."""

    class Starting:
        def __init__(self):
            self.ready_at = CLOCK.now() + 0.3
            self.out = b""
            self.greeted = False
            self.early = b""

        def receive(self, data):
            if not self.greeted:
                self.early += data
            elif b"?" in data:
                self.out += b"<Idle|MPos:0.000,0.000,0.000|FS:0,0>\r\n"

        def take(self):
            data, self.out = self.out, b""
            return data

        def due(self):
            return CLOCK.now() if self.out else None

        def advance(self):
            if not self.greeted and CLOCK.now() >= self.ready_at:
                self.greeted = True
                self.out += b"\r\nGrbl 1.1h ['$' for help]\r\n"

    device = Starting()
    served = PtyThread(device, CLOCK)
    try:
        path = computer.plug("ttyACM0", "2341:0043", leads_to=served.path)
        config = so101().model_copy(update={"driver": "gcode", "joints": ()})
        adapter = Adapter(path, 0x2341, 0x0043)
        found = look(adapter, config, CLOCK, computer.here)
        assert (found.fit, found.said) == ("whole", "Grbl, state Idle answering.")
        assert device.early == b""
    finally:
        served.unplug()


def test_a_board_that_is_unplugged_while_it_starts_is_told_and_its_port_given_up(tmp_path):
    clock = SteppedClock()
    opened = []

    def open_port(path, baud, clock):
        opened.append(LoopTransport(None, clock))
        opened[-1].gone = True
        return opened[-1]

    config = so101().model_copy(update={"driver": "gcode"})
    found = look(Adapter(str(tmp_path), 0x2341, 0x0043), config, clock, FROM_NOWHERE, open_port)
    assert (found.fit, opened[0].closed) == ("none", True)
    assert "The loop was cut." in found.said


def test_a_remembered_adapter_with_nothing_plugged_in_says_so(computer):
    with pytest.raises(PortError) as missed:
        find_port(remembering("MINE"), CLOCK, computer.here)
    assert "No serial adapter is plugged in." in missed.value.remedy


def test_a_driver_of_somebody_elses_is_not_looked_for_but_said(computer, plug):
    board = plug("ttyACM0")
    with pytest.raises(PortError, match="other arms cannot be looked for"):
        find_port(so101().model_copy(update={"driver": "other"}), CLOCK, computer.here)
    assert board.heard == []


def test_every_driver_of_a_real_arm_has_its_questions():
    assert set(ARMS) - {"ideal", "bullet"} <= set(PROBES)
    assert all(probe_of(driver).title for driver in PROBES)
