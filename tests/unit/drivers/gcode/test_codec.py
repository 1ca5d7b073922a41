"""Lines of the public documents (gnea/grbl v1.1 wiki, uArm Swift Pro protocol), and what must hold for any bytes."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.gcode import codec
from drivers.gcode.codec import Answer, Event, LineParser, Report
from drivers.gcode.messages import LONGEST_LINE

REPORTS = {
    "<Idle|MPos:0.000,0.000,0.000|FS:0.0,0>": Report("Idle", machine=(0.0, 0.0, 0.0)),
    "<Idle|MPos:0.000,0.000,0.000|FS:0,0|WCO:0.000,0.000,0.000>": Report(
        "Idle", machine=(0.0, 0.0, 0.0), offset=(0.0, 0.0, 0.0)
    ),
    "<Run|MPos:23.036,1.620,0.000|FS:500,0>": Report("Run", machine=(23.036, 1.62, 0.0)),
    "<Jog|WPos:-5.300,0.000,7.500|Bf:14,128|FS:400,0|Ov:100,100,100>": Report("Jog", work=(-5.3, 0.0, 7.5)),
    "<Hold:1|WPos:1.000,2.000,3.000|Bf:15,120|F:500>": Report("Hold", 1, work=(1.0, 2.0, 3.0)),
    "<Hold:0|MPos:5.000,-2.000,0.000|FS:0,0|Pn:XYZPDHRS>": Report("Hold", 0, machine=(5.0, -2.0, 0.0)),
    "<Door:3|MPos:0.000,0.000,0.000|FS:0,0|A:SFM>": Report("Door", 3, machine=(0.0, 0.0, 0.0)),
    "<Alarm|MPos:0.000,0.000,0.000|Ln:99999|F:0>": Report("Alarm", machine=(0.0, 0.0, 0.0)),
    "<Home|MPos:1.000,1.000|FS:0,0>": Report("Home", machine=(1.0, 1.0)),
    "<Check|MPos:0.000,0.000,0.000,4.000,-5.000|FS:0,0>": Report("Check", machine=(0.0, 0.0, 0.0, 4.0, -5.0)),
    "<Sleep|MPos:-1.000,-1.000,-1.000|FS:0,0>": Report("Sleep", machine=(-1.0, -1.0, -1.0)),
    "<Idle|MPos:1.000,2.000,3.000|Fork:new|FS:0,0>": Report("Idle", machine=(1.0, 2.0, 3.0)),
}


@pytest.mark.parametrize("line", REPORTS)
def test_status_reports_of_the_documents(line):
    assert codec.report(line) == REPORTS[line]


NO_REPORTS = {
    "an answer": "ok",
    "no end": "<Idle|MPos:0.000,0.000,0.000|FS:0,0",
    "no beginning": "Idle|MPos:0.000,0.000,0.000|FS:0,0>",
    "another beginning": "?Idle|MPos:0.000,0.000,0.000|FS:0,0>",
    "two in one": "<Idle|MPos:0.0,<Idle|MPos:0.000,0.000,0.000>",
    "no such state": "<Idly|MPos:0.000,0.000,0.000>",
    "no state": "<|MPos:0.000,0.000,0.000>",
    "no places": "<Idle|FS:0,0>",
    "both places": "<Idle|MPos:0.000,0.000|WPos:0.000,0.000>",
    "places twice": "<Idle|MPos:0.000,0.000|MPos:0.000,0.000>",
    "a place without digits": "<Idle|MPos:0.000,,0.000>",
    "a place that is none": "<Idle|MPos:0.000,nan,0.000>",
    "a place like a power": "<Idle|MPos:1e3,0.000,0.000>",
    "too many digits": "<Idle|MPos:0.0000000001,0.000>",
    "an old report": "<Idle,MPos:0.000,0.000,0.000,WPos:0.000,0.000,0.000>",
}


@pytest.mark.parametrize("line", NO_REPORTS.values(), ids=NO_REPORTS)
def test_what_is_no_whole_report_is_none(line):
    assert codec.report(line) is None


def test_grbl_lines_of_the_documents():
    assert codec.error_of("error:15") == 15
    assert codec.error_of("error: Undefined feed rate") is None
    assert codec.alarm_of("ALARM:2") == 2
    assert codec.alarm_of("error:2") is None
    assert codec.setting_of("$0=10") == (0, 10.0)
    assert codec.setting_of("$110=500.000") == (110, 500.0)
    assert codec.setting_of("$12=0.002 (arc tolerance, mm)") == (12, 0.002)
    assert codec.setting_of("$N0=G54") is None
    assert codec.greeting_of("Grbl 1.1f ['$' for help]") == "1.1f"
    assert codec.greeting_of("Grbl") is None
    assert codec.message_of("[MSG:'$H'|'$X' to unlock]") == ("MSG", "'$H'|'$X' to unlock")
    assert codec.message_of("[GC:G0 G54 G17 G21 G90 G94 M5 M9 T0 F0.0 S0]") == (
        "GC",
        "G0 G54 G17 G21 G90 G94 M5 M9 T0 F0.0 S0",
    )
    assert codec.message_of("[VER:1.1d.20161014:arm]") == ("VER", "1.1d.20161014:arm")
    assert codec.message_of("[G54:0.000,0.000,0.000]") == ("G54", "0.000,0.000,0.000")
    assert codec.message_of("[PRB:0.000,0.000,0.000:0]") == ("PRB", "0.000,0.000,0.000:0")
    assert codec.message_of("MSG:no") is None


def test_uarm_lines_of_the_documents():
    assert codec.answer("$25 ok") == Answer(25, 0, "")
    assert codec.answer("$1 OK V2") == Answer(1, 0, "V2")
    assert codec.answer("$9999 ok X154.71 Y194.91 Z10.21") == Answer(9999, 0, "X154.71 Y194.91 Z10.21")
    assert codec.answer("$7 E20") == Answer(7, 20, "")
    assert codec.answer("$7 E21 wrong") == Answer(7, 21, "wrong")
    assert codec.answer("ok") is None
    assert codec.answer("$12345 ok") is None
    assert codec.answer("$7 okay") is None
    assert codec.event("@3 X154.714 Y194.915 Z10.217") == Event(3, "X154.714 Y194.915 Z10.217")
    assert codec.event("@5 V0") == Event(5, "V0")
    assert codec.event("@1") == Event(1, "")
    assert codec.event("@x") is None


def test_the_values_in_a_uarms_answer_are_those_asked_for_or_none():
    assert codec.values("B90.0000 L45.5 R-30", "BLR") == (90.0, 45.5, -30.0)
    assert codec.values("X200Y0Z150", "XYZ") == (200.0, 0.0, 150.0)
    for wrong in ("B90 L45", "B90 L45 R", "L45 B90 R30", "B90 L45 R30 R30", "B90 L45 Rnan", "", "B90 L45 R3o"):
        assert codec.values(wrong, "BLR") is None


def test_commands_of_the_documents():
    assert codec.numbered(25, "G0 X180 Y0 Z150 F5000") == b"#25 G0 X180 Y0 Z150 F5000\n"
    assert codec.command("$$") == b"$$\n"
    assert codec.jog(("X", "Y"), (10.0, -1.5), 100.0) == b"$J=G90G21G53X10.000Y-1.500F100.0\n"
    assert codec.word("X", -0.0001) == "X0.000"
    assert codec.word("X", 1e-9, 2) == "X0.00"
    assert codec.word("F", 1234567.0, 1) == "F1234567.0"


@pytest.mark.parametrize("number", [0, -1, 10000])
def test_a_uarms_command_has_a_number_that_its_firmware_can_return(number):
    with pytest.raises(ValueError, match=f"^command number {number} is outside 1 to 9999$"):
        codec.numbered(number, "P2200")


@pytest.mark.parametrize("number", [1, 9999])
def test_the_first_and_the_last_number_may_be_used(number):
    assert codec.numbered(number, "P2200") == f"#{number} P2200\n".encode()


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_never_sent(value):
    with pytest.raises(ValueError, match=f"^X cannot be {value}$"):
        codec.word("X", value)
    with pytest.raises(ValueError, match=f"^Y cannot be {value}$"):
        codec.jog(("Y",), (value,), 100.0)


@pytest.mark.parametrize("text", ["X" * 80, "G0\nG1", "G0 Xé", "\x18", "\x7f"])
def test_what_is_no_single_plain_line_is_never_sent(text):
    with pytest.raises(ValueError, match=f"^{re.escape(f'{text!r} is no line of less than 80 plain characters')}$"):
        codec.command(text)


def test_the_longest_line_and_every_plain_character_may_be_sent():
    assert codec.command("X" * 79) == b"X" * 79 + b"\n"
    assert codec.command(" ~") == b" ~\n"


def test_an_empty_line_may_be_sent():
    assert codec.command("") == b"\n"


lines = st.lists(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=60), max_size=8)
cuts = st.lists(st.integers(1, 7), max_size=40)


def fed(parser, data, sizes):
    found = []
    for size in sizes:
        found += parser.feed(data[:size])
        data = data[size:]
    return found + parser.feed(data)


@given(lines, st.sampled_from([b"\n", b"\r\n", b"\r"]), cuts)
def test_lines_are_found_however_they_are_cut(texts, end, sizes):
    parser = LineParser()
    assert fed(parser, b"".join(text.encode() + end for text in texts), sizes) == texts
    assert parser.rejected == 0
    assert len(parser) == 0


@given(st.binary(max_size=300), cuts)
def test_any_bytes_give_plain_lines_only_and_the_next_line_is_found(noise, sizes):
    parser = LineParser()
    for line in fed(parser, noise, sizes):
        assert 0 < len(line) <= LONGEST_LINE
        assert line.isascii()
        assert line.isprintable()
    parser.feed(b"\n")
    assert parser.feed(b"<Idle|MPos:0.000|FS:0,0>\n") == ["<Idle|MPos:0.000|FS:0,0>"]


@given(st.binary(max_size=400))
def test_no_bytes_make_any_reader_of_lines_fail(noise):
    for line in LineParser().feed(noise + b"\n"):
        readers = (codec.report, codec.error_of, codec.alarm_of, codec.setting_of, codec.greeting_of)
        for reader in (*readers, codec.message_of, codec.answer, codec.event):
            reader(line)


def test_a_line_longer_than_any_controller_sends_is_dropped_whole():
    parser = LineParser()
    assert parser.feed(b"x" * LONGEST_LINE + b"\n") == ["x" * LONGEST_LINE]
    assert parser.feed(b"x" * (LONGEST_LINE + 1) + b"\n") == []
    assert parser.rejected == 1
    assert parser.feed(b"x" * 5000 + b"ok") == []
    assert len(parser) == 0
    assert parser.feed(b"ok\nok\n") == ["ok"]
    assert parser.rejected == 2


@pytest.mark.parametrize("byte", range(256))
def test_exactly_the_printable_characters_may_stand_in_a_line(byte):
    if byte in b"\r\n":
        expected, rejected = ["a", "b", "ok"], 0
    elif 32 <= byte <= 126:
        expected, rejected = [f"a{chr(byte)}b", "ok"], 0
    else:
        expected, rejected = ["ok"], 1
    parser = LineParser()
    assert parser.feed(b"a" + bytes((byte,)) + b"b\nok\n") == expected
    assert parser.rejected == rejected


def test_a_line_with_a_foreign_byte_is_dropped_whole_and_counted():
    parser = LineParser()
    assert parser.feed(b"$12 ok B90.0\xb0 L45 R30\n$13 ok\n") == ["$13 ok"]
    assert parser.rejected == 1


def test_an_unfinished_line_can_be_forgotten():
    parser = LineParser()
    parser.feed(b"<Idle|MP")
    assert len(parser) == 8
    parser.clear()
    assert parser.feed(b"ok\n") == ["ok"]
    parser.feed(b"\xff")
    parser.clear()
    assert parser.feed(b"ok\n") == ["ok"]
