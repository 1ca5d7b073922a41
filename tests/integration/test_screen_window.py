"""Real keys on a real window: Xvfb shows it, xdotool presses, the screen acts."""

import os
import queue
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
HELD = 0.06
"""How long a key or button is held [s]: twice as long as contacts bounce."""
BETWEEN = 0.15
"""From letting go to the next press [s]: no second choice counts right after the first (tests.support.window)."""


@pytest.fixture(scope="module")
def pixels(tmp_path_factory):
    """Where the server keeps what its display shows."""
    return tmp_path_factory.mktemp("display") / "Xvfb_screen0"


@pytest.fixture(scope="module")
def display(pixels):
    """A display of its own; the server picks a free number and tells it."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp",
         "-fbdir", str(pixels.parent)],
        pass_fds=(writing,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    with os.fdopen(reading) as told:
        number = told.readline().strip()
    assert number, "Xvfb did not start"
    yield f":{number}"
    server.terminate()
    server.wait(timeout=10)


class Window:
    """The screen in a window of its own process."""

    def __init__(self, display, *arguments):
        self.environment = os.environ | {"DISPLAY": display, "SDL_VIDEODRIVER": "x11", "SDL_AUDIODRIVER": "dummy"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.window", *arguments],
            cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.lines = queue.Queue()
        self.tiles = {}
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line.strip())

    def until(self, start):
        ends = time.monotonic() + 15
        while time.monotonic() < ends:
            line = self.lines.get(timeout=15)
            if line.startswith("tile"):
                self.tiles[line.split()[1]] = line.split()[2:]
            if line.startswith(start):
                return line
        raise AssertionError(f"{start!r} never came")

    def shows(self, wanted):
        """Wait until the words ``wanted`` are on the screen."""
        while wanted not in self.until("words"):
            pass

    def xdotool(self, *arguments):
        done = subprocess.run(["xdotool", *arguments], env=self.environment, capture_output=True, text=True, timeout=10)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def press(self, key):
        """Press ``key`` for longer than contacts bounce."""
        self.xdotool("keydown", key)
        time.sleep(HELD)
        self.xdotool("keyup", key)

    def click(self, tile):
        """Click on ``tile``, where the window told last that it is."""
        self.xdotool("mousemove", "--window", self.number, *self.tiles[tile], "mousedown", "1")
        time.sleep(HELD)
        self.xdotool("mouseup", "1")

    def focus(self):
        """Wait until the window has the keyboard; without a window manager SDL takes it itself."""
        ends = time.monotonic() + 10
        while time.monotonic() < ends:
            self.number = self.xdotool("getwindowfocus")
            if self.number != "1" and self.xdotool("getwindowname", self.number) == "armctl":
                return
            time.sleep(0.05)
        raise AssertionError("the window never got the keyboard")

    def close(self):
        self.process.terminate()
        self.process.wait(timeout=10)
        self.process.stdout.close()


@pytest.fixture
def window(display):
    shown = Window(display)
    try:
        shown.until("screen home")
        shown.focus()
        yield shown
    finally:
        shown.close()


def test_a_real_key_starts_a_task_and_a_real_key_stops_it(window):
    time.sleep(0.3)  # a press means what was lit when it came, and at the very first nothing is
    window.xdotool("keydown", "space")
    window.until("start_task")
    window.xdotool("keyup", "space")
    window.until("screen running")
    time.sleep(0.5)
    window.xdotool("key", "space")
    # No frame ends between reading the press from SDL and asking for the stop.
    assert window.until("stop") == "stop 0"
    window.shows("End the task")


def test_a_real_pointer_rests_on_a_tile_and_chooses_it(display):
    shown = Window(display)
    try:
        place = shown.until("tile settings").split()[2:]
        shown.focus()
        shown.xdotool("mousemove", "--window", shown.number, "5", "5")
        shown.xdotool("mousemove", "--window", shown.number, *place)
        shown.xdotool("mousemove_relative", "6", "0")
        shown.until("screen settings")
    finally:
        shown.close()


def test_real_keys_change_the_language_of_the_window(display):
    shown = Window(display, "lt", "look")
    try:
        shown.shows("Ekranas ir kalba")
        shown.focus()
        time.sleep(0.3)
        shown.press("Tab")  # from the colours to the language
        shown.shows("Spausti = Kalba")
        time.sleep(BETWEEN)
        shown.press("space")
        shown.shows("Bild und Sprache")
    finally:
        shown.close()


def picture(pixels):
    """Return what the display shows, shape (h, w, 4); the file has a header of 32-bit numbers, the highest byte first.

    Source: X11/XWDFile.h, version 7.
    """
    raw = pixels.read_bytes()
    header = struct.unpack(">25I", raw[:100])
    start, height, line = header[0] + 12 * header[19], header[5], header[12]
    return np.frombuffer(raw, np.uint8, height * line, start).reshape(height, line // 4, 4)


WALK = (
    ("click help", "help", "Any press stops the arm"),
    ("press space", "help_choosing", "How you choose"),
    ("press space", "help_moving", "How you move the arm"),
    ("press space", "help_people", "Who can help"),
    ("click leave", "home", "What shall I do?"),
    ("click move", "move", "Move the arm"),
    ("click to:rotate", "", "Turn the hand"),
    ("click to:grip", "", "Open and close"),
    ("click leave", "home", "What shall I do?"),
    ("click practice", "practice", "Practice"),
    ("click game:choose", "practice_play", "Choose"),
    ("click leave", "home", "What shall I do?"),
    ("press space", "running", "STOP"),
    ("press space", "", "End the task"),
    ("click cancel", "home", "What shall I do?"),
    ("click settings", "settings", "Settings"),
    ("click look", "look", "Screen and language"),
    ("click back", "settings", "Settings"),
    ("click me", "me", "About me"),
    ("press space", "fit", "Measuring"),
)
"""What is done with a real switch or mouse, the screen that it leads to (or the same) and words that are on it."""


def test_every_screen_a_person_can_go_to_is_reached_with_real_keys_and_clicks_and_seen(window, pixels):
    window.shows("What shall I do?")
    seen = [picture(pixels)]
    for do, screen, words in WALK:
        # No second choice counts right after the first, nor soon after a stop; what stops counts at once.
        time.sleep({"click cancel": 1.5}.get(do, 0.0 if words == "End the task" else BETWEEN))
        how, what = do.split(" ")
        window.press(what) if how == "press" else window.click(what)
        if screen:
            window.until(f"screen {screen}")
        window.shows(words)
        time.sleep(0.05)
        seen.append(picture(pixels))
        assert (seen[-1] != seen[-2]).any(axis=2).mean() > 0.02, f"{do} changed nothing that can be seen"
    assert len({each.tobytes() for each in seen}) > 12


def test_sigterm_closes_the_window_with_a_stop(window):
    window.process.terminate()
    window.until("stop")
    window.until("shutdown")
    assert window.process.wait(timeout=5) == 0


def test_a_switch_that_was_held_while_the_window_was_away_chooses_nothing_when_it_is_back(window):
    window.shows("Press = Drink")
    window.xdotool("mousemove", "1270", "790")  # keys that are meant for the root go to the window below the pointer
    window.xdotool("windowfocus", window.xdotool("search", "--maxdepth", "0", "--class", ""))
    window.xdotool("keydown", "space")
    time.sleep(0.8)  # by now the system repeats it
    window.xdotool("windowfocus", window.number)
    time.sleep(1.2)  # the system repeats a held key after 0.7 s at the latest
    window.xdotool("keyup", "space")
    time.sleep(BETWEEN)
    assert "selected" not in list(window.lines.queue)
    window.press("space")
    window.until("selected")
