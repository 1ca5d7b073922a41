"""Keys, signals and pages at a terminal of this process's own."""

import io
import os
import pty
import signal
import threading
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from armctl.cli.calibrate_pages import STEPS, welcome
from armctl.cli.calibrate_person import ENTER, Cancelled, Page, Terminal, at_terminal, undisturbed
from armctl.cli.calibrate_ranges import Span
from armctl.clock import SystemClock
from armctl.errors import SetupError
from armctl.hal.state import JointFault
from drivers.bench import Live
from tests.support.arms import so101
from ui.speech import NullVoice


class Seat:
    """A terminal, and the keys somebody presses at it."""

    def __init__(self):
        self.hand, self.keyboard = pty.openpty()
        import tty

        tty.setcbreak(self.keyboard)
        self.out = io.StringIO()
        self.voice = NullVoice()
        self.console = Console(file=self.out, width=100, height=40, highlight=False)
        self.terminal = Terminal(SystemClock(), self.voice, self.console, self.keyboard)

    def press(self, keys):
        os.write(self.hand, keys.encode())

    def soon(self, keys, delay=0.1):
        timer = threading.Timer(delay, self.press, (keys,))
        timer.start()
        return timer

    def key(self):
        return self.terminal.key(SystemClock().now() + 1.0)

    def close(self):
        self.terminal.close()
        os.close(self.keyboard)
        if self.hand >= 0:
            os.close(self.hand)


@pytest.fixture
def seat():
    it = Seat()
    yield it
    it.close()


@pytest.mark.parametrize(("pressed", "key"), [("\r", ENTER), ("\n", ENTER), ("n", "n"), ("N", "n"), (" ", " ")])
def test_a_key_is_what_was_pressed(seat, pressed, key):
    seat.press(pressed)
    assert seat.key() == key


@pytest.mark.parametrize("pressed", ["q", "Q", "\x04"])
def test_q_leaves(seat, pressed):
    seat.press(pressed)
    with pytest.raises(Cancelled) as left:
        seat.key()
    assert not left.value.gone


def test_nothing_pressed_is_no_key_and_does_not_wait_longer(seat):
    clock = SystemClock()
    began = clock.now()
    assert seat.terminal.key(began + 0.05) == ""
    assert clock.now() - began < 1.0


def test_a_terminal_that_closes_means_that_nobody_is_left(seat):
    os.close(seat.hand)
    seat.hand = -1
    with pytest.raises(Cancelled) as left:
        seat.key()
    assert left.value.gone


def test_what_was_typed_before_a_question_never_answers_it(seat):
    seat.press("\r\r\rn")
    timer = seat.soon("a", 0.2)
    assert seat.terminal.ask({ENTER: "go on", "n": "no", "a": "again"}) == "a"
    timer.join()


def test_only_the_keys_that_were_offered_answer(seat):
    timer = seat.soon("xyz", 0.05)
    late = seat.soon("n", 0.2)
    idle = []
    assert seat.terminal.ask({"n": "no"}, lambda: idle.append(1)) == "n"
    assert idle
    assert "[n] no" in seat.out.getvalue()
    assert "[q] leave everything as it was" in seat.out.getvalue()
    timer.join()
    late.join()


def test_a_page_is_shown_and_said_with_its_number(seat):
    seat.terminal.show(Page(2, 5, "The middle", ["Bring it there."], direction="up", table=[("a", "b"), ("1", "2")]))
    shown = seat.out.getvalue()
    assert "2 of 5" in shown
    assert "Bring it there." in shown
    assert "█" in shown
    assert seat.voice.said == ["The middle. Bring it there."]


@pytest.mark.parametrize(("height", "shown"), [(40, "▀"), (14, "pose.png")])
def test_a_picture_is_shown_or_said_where_it_is(seat, height, shown):
    console = Console(file=seat.out, width=80, height=height, force_terminal=True, color_system="truecolor")
    terminal = Terminal(SystemClock(), seat.voice, console, seat.keyboard, Path("/x/pose.png"))
    terminal.show(Page(2, 5, "The middle", ["Bring it there."], np.full((30, 40, 3), 200, dtype=np.uint8)))
    assert shown in seat.out.getvalue()


def test_an_arm_that_holds_itself_is_announced_to_go_limp(seat):
    rows = {1: Live(2048, 0.0, 12.0, 31.0, True, JointFault.NONE)}
    seat.terminal.show(welcome(so101(), rows, holds=True))
    assert "HOLD IT WITH BOTH HANDS: after Enter it goes limp" in seat.out.getvalue()
    assert f"1 of {STEPS}" in seat.out.getvalue()


def test_bars_show_travel_and_what_is_still_to_be_done(seat):
    spans = [Span("shoulder_lift", 2047, 1500, 2600, 2276, 4096), Span("wrist_roll", 2047, 2047, 2047, 0, 4096)]
    seat.terminal.bars(spans, "Not from stop to stop yet.")
    seat.terminal.close()
    shown = seat.out.getvalue()
    assert "shoulder lift" in shown
    assert "97°" in shown
    assert "further" in shown
    assert "leave it" in shown
    assert "Not from stop to stop yet." in shown


def test_without_a_terminal_there_is_nobody_to_answer(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(SetupError, match="needs a person at a terminal"), at_terminal(SystemClock(), speak=False):
        pass


def test_a_signal_to_end_waits_until_writing_is_done_and_is_not_lost():
    came = []
    before = signal.signal(signal.SIGTERM, lambda *_: came.append(1))
    try:
        with undisturbed():
            os.kill(os.getpid(), signal.SIGTERM)
            assert not came
        assert came == [1]
    finally:
        signal.signal(signal.SIGTERM, before)
