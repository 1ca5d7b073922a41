"""The emulated Grbl against lines of the documents, byte by byte; nothing here goes through the driver."""

import re

import numpy as np
import pytest

from armctl.clock import SteppedClock
from armctl.errors import ConfigError, SetupError
from sim.emulators.gcode.emulator import create
from sim.emulators.gcode.grbl import BOOT_TIME
from tests.support.arms import so101
from tests.support.gcode import config, grbl_device
from tests.support.plants import ExactPlant


class Bench:
    def __init__(self):
        self.clock = SteppedClock()
        self.device = grbl_device(self.clock)
        self.send(b"\x18$X\n")

    def send(self, data, seconds=0.02):
        """Return the lines that come within some time."""
        self.device.receive(data)
        return self.wait(seconds)

    def wait(self, seconds):
        until, got = self.clock.now() + seconds, b""
        while self.clock.now() < until:
            self.clock.advance(0.004)
            self.device.advance()
            got += self.device.take()
        assert got == b"" or got.endswith(b"\r\n")
        return got.decode().split("\r\n")[:-1]

    def state(self):
        (line,) = self.send(b"?")
        return re.match(r"<([A-Za-z:0-9]+)", line)[1]

    @property
    def x(self):
        return self.device.planner.place[0]


@pytest.fixture
def bench():
    return Bench()


def test_a_soft_reset_greets_and_one_that_slept_is_locked():
    it = Bench()
    it.send(b"$SLP\n")
    assert it.state() == "Sleep"
    assert it.send(b"\x18") == ["", "Grbl 1.1h ['$' for help]", "[MSG:'$H'|'$X' to unlock]"]
    assert it.send(b"G0 X-10\n") == ["error:9"]
    assert it.send(b"$X\n") == ["[MSG:Caution: Unlocked]", "ok"]
    assert it.send(b"\x18") == ["", "Grbl 1.1h ['$' for help]"]


def test_status_reports_have_the_form_of_the_documents(bench):
    first = bench.send(b"?")[0]
    form = r"<Idle\|MPos:(-?\d+\.\d{3},){4}-?\d+\.\d{3}\|Bf:15,128\|FS:0,0(\|WCO:.*|\|Ov:100,100,100)?>"
    assert re.fullmatch(form, first)
    told = [bench.send(b"?")[0] for _ in range(24)]
    assert all(re.fullmatch(form, line) for line in told)
    assert 2 <= sum("WCO" in line for line in told) <= 3
    bench.device.pins = "XZ"
    assert "|Pn:XZ" in bench.send(b"?")[0]


def test_work_places_are_machine_places_less_the_offset(bench):
    bench.device.work_offset = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    bench.send(b"$10=0\n")
    place = bench.device.planner.place
    told = re.search(r"WPos:([^|>]+)", bench.send(b"?")[0])[1]
    assert [float(value) for value in told.split(",")] == pytest.approx(place - [1, 2, 3, 4, 5], abs=1e-3)


def test_every_line_is_answered_by_one_ok_or_error(bench):
    assert bench.send(b"\n") == ["ok"]
    assert bench.send(b"(comment)\r\n") == ["ok", "ok"]
    assert bench.send(b"G21 G90\nM8\nM9\n") == ["ok"] * 3
    assert bench.send(b"?") != []


@pytest.mark.parametrize(
    ("line", "number"),
    [
        (b"1", 1), (b"GX", 2), (b"$foo", 3), (b"$1=-3", 4), (b"$G=1", 3), (b"x" * 90, 11), (b"G1X-9", 22),
        (b"G123", 20), (b"$J=X-5", 22), (b"$J=F100", 26), (b"$J=G91X-1M8F9", 16), (b"$J=G90X5F100", 15),
        (b"G4", 28), (b"Q7", 36), (b"$1=x", 2), (b"$77=1", 3), (b"X-1X-2F5", 25),
    ],
)  # fmt: skip
def test_what_is_wrong_has_the_number_of_the_documents(bench, line, number):
    assert bench.send(line + b"\n") == [f"error:{number}"]


def test_settings_are_told_and_written(bench):
    told = bench.send(b"$$\n", 0.1)
    assert told[0] == "$0=10"
    assert told[-1] == "ok"
    assert "$100=133.333" in told
    assert "$114=3600.000" in told
    assert bench.send(b"$110=1200.0\n") == ["ok"]
    assert bench.device.planner.rates[0] == 20.0
    assert bench.send(b"$22=0\n$20=1\n") == ["ok", "error:10"]
    assert bench.send(b"$H\n") == ["error:5"]


def test_what_it_says_of_itself(bench):
    assert bench.send(b"$I=left arm\n$I\n") == ["ok", "[VER:1.1h.20190830:LEFTARM]", "[OPT:VA,15,128]", "ok"]
    assert bench.send(b"$G\n") == ["[GC:G0 G54 G17 G21 G90 G94 M5 M9 T0 F0 S0]", "ok"]
    assert bench.send(b"$N\n") == ["$N0=", "$N1=", "ok"]
    assert bench.send(b"$\n")[0].startswith("[HLP:$$ $# $G $I")
    told = bench.send(b"$#\n")
    assert told[0] == "[G54:0.000,0.000,0.000,0.000,0.000]"
    assert told[-3:] == ["[TLO:0.000]", "[PRB:0.000,0.000,0.000,0.000,0.000:0]", "ok"]


def test_a_jog_moves_and_ends(bench):
    start = bench.x
    assert bench.send(b"$J=G91 X-10 F1200\n") == ["ok"]
    assert bench.state() == "Jog"
    assert bench.send(b"G0 X0\n") == ["error:9"]
    bench.wait(1.0)
    assert bench.state() == "Idle"
    assert bench.x == pytest.approx(start - 10.0)
    bench.send(b"$J=G90 G53 X-60 F2400\n", 2.0)
    assert bench.x == pytest.approx(-60.0)
    bench.send(b"$J=G20G91X-0.1F100\n", 1.0)
    assert bench.x == pytest.approx(-62.54)


def test_a_jog_is_cancelled_with_deceleration_and_its_queue_is_gone(bench):
    for _ in range(5):
        bench.send(b"$J=G91 X-10 F2400\n")
    bench.wait(0.3)
    at = bench.x
    bench.device.receive(b"\x85")
    bench.wait(0.02)
    assert bench.device.state == "Jog"
    bench.wait(0.2)
    assert bench.state() == "Idle"
    assert 0.5 < at - bench.x < 40.0**2 / 800.0 + 0.3
    assert bench.device.planner.idle
    assert bench.send(b"\x85") == []
    assert bench.state() == "Idle"


def test_feed_hold_and_resume(bench):
    assert bench.send(b"G1 X-100 F2400\n") == ["ok"]
    bench.wait(0.2)
    bench.send(b"!")
    bench.device.planner.speed = 1.0
    assert bench.state() in {"Hold:1", "Hold:0"}
    bench.wait(0.5)
    stood = bench.x
    assert bench.state() == "Hold:0"
    assert bench.send(b"G4P0\n", 0.1) == []
    assert bench.x == stood
    assert bench.send(b"~", 3.0)[-1] == "ok"
    assert bench.x == pytest.approx(-100.0)
    bench.send(b"!")
    assert bench.state() == "Hold:0"
    bench.send(b"~")
    assert bench.state() == "Idle"


def test_a_hold_in_a_jog_is_a_cancel(bench):
    bench.send(b"$J=G91X-50F2400\n")
    bench.send(b"!", 0.3)
    assert bench.state() == "Idle"


def test_a_reset_in_motion_is_alarm_3(bench):
    bench.send(b"G1 X-100 F2400\n", 0.3)
    assert bench.send(b"\x18")[0] == "ALARM:3"
    assert bench.state() == "Alarm"


def test_a_move_beyond_the_travel_is_alarm_2_and_only_a_reset_is_heard(bench):
    assert "ALARM:2" in bench.send(b"G0 X9\n")
    assert bench.send(b"?$X\n") == []
    assert "Grbl 1.1h ['$' for help]" in bench.send(b"\x18")
    assert bench.send(b"$X\n")[-1] == "ok"


def test_a_limit_switch_is_alarm_1(bench):
    bench.device.hit_limit()
    assert bench.wait(0.02) == ["ALARM:1", "[MSG:Reset to continue]"]
    assert bench.send(b"?") == []


def test_dwell_answers_when_the_planner_is_empty(bench):
    bench.send(b"G1 X-60 F2400\n")
    assert bench.send(b"G4 P0.01\n", 0.05) == []
    assert "ok" in bench.wait(1.5)


def test_lines_wait_when_the_planner_is_full_and_what_does_not_fit_the_buffer_is_lost(bench):
    start = bench.x
    said = bench.send(b"".join(f"G1X{start - k * 0.2:.3f}F60\n".encode() for k in range(1, 31)))
    assert bench.device.planner.free == 0
    assert len(said) < 30
    assert sum(map(len, bench.device._lines)) <= 127
    bench.wait(1.0)
    assert bench.device.planner.free <= 1


def test_homing_ends_off_the_switches_and_only_then_says_ok(bench):
    bench.device.settings[25] = bench.device.settings[24] = 20000.0
    bench.device.planner.rates = bench.device.planner.rates * 8
    assert bench.send(b"$H\n", 0.05) == []
    assert bench.send(b"?") == []
    assert bench.wait(3.0) == ["ok"]
    # $23 says at which end each switch is.
    off = pytest.approx([-239.0, -179.0, -1.0, -199.0, -319.0], abs=1e-3)
    assert bench.device.planner.place == off
    assert bench.device.body.places() == off
    assert bench.state() == "Idle"


def test_homing_that_finds_no_switch_is_alarm_9_and_starts_anew(bench):
    bench.device.settings[25] = 20000.0
    bench.device.planner.rates = bench.device.planner.rates * 8
    bench.device.units[0].faults.blocked = True
    bench.send(b"$H\n", 0.05)
    assert bench.wait(3.0)[0] == "ALARM:9"
    assert bench.state() == "Alarm"


def test_a_reset_while_homing_is_alarm_6(bench):
    bench.send(b"$H\n", 0.1)
    assert bench.send(b"\x18")[0] == "ALARM:6"


def test_commands_that_need_rest_are_refused_in_motion(bench):
    bench.send(b"G1 X-100 F1200\n", 0.1)
    assert bench.send(b"$$\n") == ["error:8"]
    assert bench.send(b"$SLP\n") == ["error:8"]
    assert bench.send(b"$H\n") == ["error:8"]
    assert bench.send(b"$C\n") == ["error:8"]
    assert bench.send(b"$1=255\n") == ["error:8"]
    assert bench.send(b"$J=G91X1F100\n") == ["error:8"]


def test_check_mode_moves_nothing_and_leaving_it_resets(bench):
    start = bench.x
    assert bench.send(b"$C\n") == ["[MSG:Enabled]", "ok"]
    assert bench.send(b"G0 X-100\n", 0.5) == ["ok"]
    assert bench.x == start
    assert "Grbl 1.1h ['$' for help]" in bench.send(b"$C\n")


def test_asleep_the_motors_are_off_and_a_hand_moves_the_arm_without_its_noticing(bench):
    assert bench.send(b"$SLP\n") == ["ok", "[MSG:Sleeping]"]
    assert not bench.device.body.powered
    count = bench.x
    bench.device.units[0].push(-0.2)
    bench.wait(1.0)
    assert bench.x == count
    assert bench.device.body.places()[0] == pytest.approx(count - 11.46, abs=0.4)
    bench.send(b"\x18$X\n")
    bench.wait(0.2)
    assert bench.device.body.places()[0] == pytest.approx(count - 11.46, abs=0.4)


def test_after_power_came_on_it_counts_from_zero_is_locked_and_takes_its_time(bench):
    bench.device.power_cycle(1)
    assert bench.send(b"?$$\n", 0.5) == []
    assert "Grbl 1.1h ['$' for help]" in bench.wait(BOOT_TIME)
    assert bench.state() == "Alarm"
    assert bench.device.planner.place == pytest.approx(0.0)
    with pytest.raises(KeyError):
        bench.device.power_cycle(9)


def test_a_blocked_axis_loses_its_steps_and_they_stay_lost(bench):
    joint = bench.device.units[0]
    joint.faults.blocked = True
    bench.send(b"$J=G91X-10F2400\n", 1.0)
    joint.faults.blocked = False
    bench.wait(0.2)
    assert bench.device.body.places()[0] == pytest.approx(bench.x + 10.0, abs=1e-3)
    bench.send(b"$J=G91X-5F2400\n", 1.0)
    assert bench.device.body.places()[0] == pytest.approx(bench.x + 10.0, abs=1e-3)


def test_what_a_stepper_has_not_is_refused_in_words(bench):
    joint = bench.device.units[0]
    assert joint.describe() == "base at 68.8°"
    for call in (lambda: joint.set_supply(12.0), lambda: joint.set_temperature(30.0)):
        with pytest.raises(SetupError):
            call()
    with pytest.raises(SetupError, match="no ids"):
        bench.device.duplicate(1, True)
    with pytest.raises(KeyError):
        bench.device.duplicate(9, True)


def test_the_output_moves_the_fingers_at_their_speed(bench):
    bench.send(b"M8\n", 0.25)
    assert bench.device.units[-1].measured.position == pytest.approx(0.0144, abs=0.002)
    bench.wait(0.5)
    assert bench.device.units[-1].measured.position == pytest.approx(0.03)
    assert bench.device.scene().objects == {}


def test_an_arm_without_a_controller_has_no_emulated_one():
    with pytest.raises(ConfigError, match="no controller"):
        create(ExactPlant([0.0] * 6), so101(), SteppedClock())


def test_bytes_take_their_time_where_that_is_asked_for():
    clock = SteppedClock()
    device = create(ExactPlant([*config("grbl_arm").poses["rest"], 0.0]), config("grbl_arm"), clock, paced=True)
    device.receive(b"?")
    assert device.take() == b""
    assert device.due() > clock.now()
    clock.advance(0.02)
    assert device.take().endswith(b">\r\n")
