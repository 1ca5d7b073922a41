"""The emulated uArm against lines of the maker's documents; nothing here goes through the driver."""

import math
import re

import pytest

from armctl.clock import SteppedClock
from armctl.errors import SetupError
from sim.emulators.gcode.uarm import BOOT_TIME, QUEUE_SIZE
from tests.support.gcode import uarm_device


class Bench:
    def __init__(self):
        self.clock = SteppedClock()
        self.device = uarm_device(self.clock)
        self.send("M17")

    def send(self, *lines, seconds=0.02):
        self.device.receive("".join(line + "\n" for line in lines).encode())
        return self.wait(seconds)

    def wait(self, seconds):
        until, got = self.clock.now() + seconds, b""
        while self.clock.now() < until:
            self.clock.advance(0.004)
            self.device.advance()
            got += self.device.take()
        return got.decode().split("\r\n")[:-1]

    def place(self):
        (line,) = self.send("P2220")
        return [float(part) for part in re.fullmatch(r"ok X(\S+) Y(\S+) Z(\S+)", line).groups()]


@pytest.fixture
def bench():
    return Bench()


def test_numbers_come_back_and_may_be_left_out(bench):
    assert bench.send("#25 P2203") == ["$25 ok 4.4.0"]
    assert bench.send("#9999 P2203") == ["$9999 ok 4.4.0"]
    assert bench.send("P2203") == ["ok 4.4.0"]
    assert bench.send("#1 p2203") == ["$1 ok 4.4.0"]


ANSWERS = {
    "P2200": r"ok B\d+\.\d{4} L\d+\.\d{4} R\d+\.\d{4}", "P2201": "ok SwiftPro", "P2202": r"ok 3\.3\.1",
    "P2204": r"ok 4\.0\.5", "P2205": "ok VD43639DB0CEE", "P2206 N0": r"ok V141\.\d{4}", "P2220": r"ok X\S+ Y\S+ Z\S+",
    "P2221": r"ok S\S+ R\S+ H\S+", "P2231": "ok V0", "P2232": "ok V2", "P2233": "ok V0", "P2234": "ok V1",
    "P2400": "ok V0", "M2203 N0": "ok V1", "M2200": "ok V0", "M204 P200 T200 R200": "ok", "M2210 F1000 T200": "ok",
    "M2222 X200 Y0 Z150 P0": "ok V1", "M2222 X900 Y0 Z150 P0": "ok V0", "M2213 V1": "ok", "G2004 P10": "ok",
    "M2240 N3 V1": "ok", "M2410": "ok", "M2221 B90 L90 R0": r"ok X228\.66\d\d Y-?0\.0000 Z174\.12\d\d",
    "M2220 X228.66 Y0 Z174.12": r"ok B90\.0000 L(90\.00|89\.99)\d\d R-?0\.00\d\d",
}  # fmt: skip


@pytest.mark.parametrize("line", ANSWERS)
def test_every_question_has_its_answer(bench, line):
    (answer,) = bench.send(line)
    assert re.fullmatch(ANSWERS[line], answer)


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("#1 P9999", "$1 E20"), ("#2 M9999", "$2 E20"), ("#3 G77", "$3 E20"), ("#4 M2203 N7", "$4 E21"),
        ("#5 M2203", "$5 E21"), ("#6 G0 Xa", "$6 E21"), ("#7 G0 X900 Y0 Z0 F100", "$7 E22"),
        ("#8 G2202 N1 V170 F100", "$8 E22"), ("#9 M2220 X0 Y0 Z0", "$9 E22"),
    ],
)  # fmt: skip
def test_what_is_wrong_has_its_number(bench, line, answer):
    assert bench.send(line) == [answer]


def test_what_is_no_command_is_not_answered(bench):
    assert bench.send("", "hello", "@3", "#x P2200", "#12345678 P2200") == []
    assert bench.send("P" + "1" * 200) == []


def test_a_move_goes_where_told_at_the_speed_told(bench):
    bench.send("G0 X200 Y0 Z100 F6000", seconds=4.0)
    assert bench.place() == pytest.approx([200.0, 0.0, 100.0], abs=0.01)
    bench.send("G0 X250 F1200", seconds=1.25)
    assert bench.place()[0] == pytest.approx(225.0, abs=3.0)
    bench.wait(2.0)
    assert bench.place() == pytest.approx([250.0, 0.0, 100.0], abs=0.01)
    bench.send("G2204 X-20 Y30 Z-10 F6000", seconds=2.0)
    assert bench.place() == pytest.approx([230.0, 30.0, 90.0], abs=0.01)


def test_polar_moves(bench):
    bench.send("G2201 S220 R120 H80 F6000", seconds=4.0)
    assert math.hypot(*bench.place()[:2]) == pytest.approx(220.0, abs=0.01)
    assert bench.send("P2221") == ["ok S220.0000 R120.0000 H80.0000"]
    bench.send("G2205 S-10 R-30 H10 F6000", seconds=3.0)
    assert bench.send("P2221") == ["ok S210.0000 R90.0000 H90.0000"]


def test_one_motor_and_the_hand(bench):
    assert bench.send("G2202 N0 V100 F3000", seconds=2.0) == ["ok"]
    assert bench.send("P2206 N0") == ["ok V100.0000"]
    assert bench.send("G2202 N3 V45 F1000", seconds=0.02) == ["ok"]
    bench.wait(1.0)
    assert bench.send("P2206 N3") == ["ok V45.0000"]


def test_firmware_4_answers_orders_when_the_arm_stands_and_questions_at_once(bench):
    assert bench.send("#1 G2202 N0 V100 F1200", seconds=0.1) == []
    assert bench.send("#2 P2233") == ["$2 ok V0"]
    assert bench.wait(4.0) == ["$1 ok"]


def test_of_answers_kept_back_only_the_newest_are_left(bench):
    told = [
        line for k in range(1, 11) for line in bench.send(f"#{k} G2204 X0 Y{-((-1) ** k) * 3} Z0 F3000", seconds=0.0)
    ]
    told += bench.wait(3.0)
    assert told == [f"${k} ok" for k in range(11 - QUEUE_SIZE, 11)]


def test_firmware_3_answers_orders_when_they_are_queued(bench):
    bench.device.keeps_answers = False
    assert bench.send("#1 G2202 N0 V100 F1200") == ["$1 ok"]
    assert bench.send("M2200") == ["ok V1"]


def test_a_full_queue_says_so_without_a_number(bench):
    lines = [f"#{k} G2204 X0 Y{(-1) ** k} Z0 F100" for k in range(1, 15 + QUEUE_SIZE + 3)]
    told = bench.send(*lines, seconds=0.02)
    assert "E23 buffer full" in told
    assert not any(line.startswith("$") for line in told)


def test_motors_off_lets_the_arm_be_moved_by_hand_and_motors_on_begins_there(bench):
    assert bench.send("M2019") == ["ok"]
    assert bench.send("M2203 N0", "M2203 N3") == ["ok V0", "ok V0"]
    bench.device.units[0].push(-0.3)
    bench.wait(1.0)
    told = bench.send("P2206 N0")
    assert bench.send("M17") == ["ok"]
    bench.wait(0.5)
    assert bench.send("P2206 N0") == told
    assert float(told[0][4:]) == pytest.approx(90 + math.degrees(0.6), abs=0.5)


def test_single_motors_can_be_switched(bench):
    bench.send("M2202 N1")
    assert bench.send("M2203 N0", "M2203 N1") == ["ok V1", "ok V0"]
    assert not bench.device.body.powered
    bench.send("M2201 N1")
    assert bench.device.body.powered


def test_without_power_it_says_so_unasked_and_takes_no_move(bench):
    bench.device.supply(False)
    assert bench.wait(0.02) == ["@5 V0"]
    assert bench.send("P2234", "#3 M17", "#4 G0 X200 Y0 Z100 F100") == ["ok V0", "$3 E24", "$4 E24"]
    bench.device.supply(False)
    bench.device.supply(True)
    assert bench.wait(0.02) == ["@5 V1"]
    assert bench.send("M2203 N0") == ["ok V0"]


def test_what_it_says_unasked(bench):
    bench.device.press_key(0)
    bench.device.press_key(1, 2)
    bench.device.press_limit(True)
    assert bench.wait(0.02) == ["@4 B0 V1", "@4 B1 V2", "@6 N0 V1"]
    assert bench.send("P2233") == ["ok V1"]
    told = bench.send("M2120 V0.1", seconds=0.55)
    assert sum(bool(re.fullmatch(r"@3 X\S+ Y\S+ Z\S+ R\S+", line)) for line in told) == 6
    assert bench.send("M2120 V0", seconds=0.3)[-1] == "ok"


def test_the_end_of_a_move_is_told_where_asked_for(bench):
    bench.send("M2122 V1")
    assert "@9 V0" in bench.send("G2202 N0 V130 F6000", seconds=2.0)
    bench.send("M2122 V0")
    assert "@9 V0" not in bench.send("G2202 N0 V120 F6000", seconds=2.0)


def test_gripper_and_pump(bench):
    bench.send("M2232 V0", seconds=0.5)
    assert bench.send("P2232") == ["ok V0"]
    bench.send("M2232 V1")
    assert bench.send("P2232") == ["ok V1"]
    bench.wait(1.5)
    assert bench.send("P2232") == ["ok V2"]
    bench.send("M2231 V1")
    assert bench.send("P2231") == ["ok V1"]


def test_tool_modes_shift_the_place(bench):
    x = bench.place()
    bench.send("M2400 S3")
    assert bench.send("P2400") == ["ok V3"]
    assert math.hypot(*bench.place()[:2]) - math.hypot(*x[:2]) == pytest.approx(12.85, abs=0.01)


def test_starting_takes_its_time_and_says_when_it_is_done(bench):
    bench.device.power_cycle(2)
    assert bench.send("P2200", seconds=BOOT_TIME - 0.1) == []
    assert bench.wait(0.2) == ["@1", "@5 V1"]
    assert bench.send("M2203 N0") == ["ok V1"]


def test_encoders_see_what_is_held_fast_and_freeze_when_told(bench):
    joint = bench.device.units[0]
    joint.faults.blocked = True
    before = bench.send("P2206 N0")
    bench.send("G2202 N0 V100 F3000", seconds=2.0)
    assert bench.send("P2206 N0") == before
    joint.faults.blocked, joint.faults.frozen = False, True
    bench.send("M17")
    bench.send("G2202 N0 V120 F3000", seconds=2.0)
    assert bench.send("P2206 N0") == before
    assert bench.device.body.places()[0] != pytest.approx(float(before[0][4:]), abs=1.0)


def test_its_joints_have_no_ids(bench):
    with pytest.raises(SetupError):
        bench.device.duplicate(1, True)
