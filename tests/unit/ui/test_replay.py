"""The replay as it is seen and worked: headless, through real events."""

import pygame
import pytest

from armctl.clock import SteppedClock
from tests.support.flights import fly
from ui import replay
from ui.replay import LEVEL_COLOURS, MODE_COLOURS, TO_COME, ReplayScreen, Verdict, run_replay
from ui.theme import DARK, LEAST_CONTRAST, contrast

SAME = Verdict(True, "Run again: 75 verdicts, all the same")


@pytest.fixture(scope="module")
def flown(tmp_path_factory):
    bench, _ = fly(tmp_path_factory.mktemp("flight"), "following_error", after=100)
    recording = bench.recording("fault", "A joint is blocked")
    bench.close()
    return recording


@pytest.fixture
def screen(flown):
    pygame.display.init()
    it = ReplayScreen(flown, SAME, pygame.Surface((1280, 800)))
    it.playback.playing = False
    it.draw()
    return it


def pixels(screen):
    return pygame.surfarray.array3d(screen._canvas.surface).astype(int)


def press(screen, key, mod=0):
    return screen.handle(pygame.event.Event(pygame.KEYDOWN, key=key, mod=mod))


def click(screen, place):
    screen.handle(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=place))
    screen.handle(pygame.event.Event(pygame.MOUSEBUTTONUP, button=1, pos=place))


def test_it_says_what_it_is_what_happened_and_what_the_re_run_found(screen):
    screen.playback.seek(screen.track.faults[0])
    screen.draw()
    words = screen.words
    assert "SO-101 · A joint is blocked" in words
    assert SAME.text in words
    assert "A joint is blocked. The shoulder pan joint is" in words
    assert "fault · " in words


def test_another_verdict_is_red(flown, screen):
    other = ReplayScreen(flown, Verdict(False, "Run again: tick 7 differs"), pygame.Surface((1280, 800)))
    other.draw()
    place = (1240, 30)
    assert other._canvas.surface.get_at(place)[:3] == DARK.stop
    assert screen._canvas.surface.get_at(place)[:3] == DARK.go


def test_the_arm_is_seen_moving_through_the_recording(screen):
    screen.playback.seek(0.2)
    screen.draw()
    before = pixels(screen)
    screen.playback.seek(screen.track.faults[0])
    screen.draw()
    left, top, width, height = screen._places.picture
    changed = (abs(pixels(screen) - before).sum(axis=2) > 60)[left : left + width, top : top + height]
    assert changed.sum() > 2000


def test_the_same_moment_looks_the_same_however_one_came_there(screen):
    screen.playback.seek(0.5)
    screen.draw()
    first = pixels(screen)
    for at in (1.2, 0.0, 0.9):
        screen.playback.seek(at)
        screen.draw()
    screen.playback.seek(0.5)
    screen.draw()
    assert (pixels(screen) == first).all()


def test_the_time_line_shows_the_modes_and_is_dragged(screen):
    line = screen.line
    surface, middle = screen._canvas.surface, line.y + line.h // 2
    assert surface.get_at((line.right - 10, middle))[:3] == MODE_COLOURS["fault"]
    screen.handle(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=(line.x, middle)))
    assert screen.playback.at == 0.0
    screen.handle(pygame.event.Event(pygame.MOUSEMOTION, pos=(line.right - 1, middle), rel=(1, 0), buttons=(1, 0, 0)))
    assert screen.playback.at == pytest.approx(screen.track.length)
    screen.handle(pygame.event.Event(pygame.MOUSEBUTTONUP, button=1, pos=(line.x, middle)))
    screen.handle(pygame.event.Event(pygame.MOUSEMOTION, pos=(line.x, middle), rel=(1, 0), buttons=(0, 0, 0)))
    assert screen.playback.at == pytest.approx(screen.track.length)


def test_keys_play_step_change_speed_and_find_the_fault(screen):
    play = screen.playback
    play.seek(0.5)
    assert press(screen, pygame.K_SPACE)
    assert play.playing
    press(screen, pygame.K_PERIOD)
    assert (play.playing, play.frame.tick.number) == (
        False,
        screen.track.frames[screen.track.index(0.5) + 1].tick.number,
    )
    press(screen, pygame.K_COMMA)
    press(screen, pygame.K_RIGHT, pygame.KMOD_LSHIFT)
    assert play.at == pytest.approx(0.6)
    press(screen, pygame.K_RIGHT)
    press(screen, pygame.K_LEFT)
    press(screen, pygame.K_UP)
    assert play.speed == 2.0
    press(screen, pygame.K_DOWN)
    press(screen, pygame.K_f)
    assert play.at == screen.track.faults[0]
    press(screen, pygame.K_HOME)
    assert play.at == 0.0
    press(screen, pygame.K_END)
    assert play.at == screen.track.length
    assert press(screen, pygame.K_x)


def test_buttons_do_what_they_say(screen):
    click(screen, screen.button("play").centre)
    screen.draw()
    assert screen.playback.playing
    assert "Pause" in screen.words
    click(screen, screen.button("slower").centre)
    assert screen.playback.speed == 0.5
    click(screen, screen.button("faster").centre)
    click(screen, screen.button("fault").centre)
    screen.draw()
    assert screen.playback.at == screen.track.faults[0]
    assert "Play" in screen.words
    screen.handle(pygame.event.Event(pygame.MOUSEWHEEL, y=-1, x=0))
    assert screen.playback.at < screen.track.faults[0]


@pytest.mark.parametrize("key", [pygame.K_q, pygame.K_ESCAPE])
def test_it_is_closed_with_a_key_or_by_the_window(screen, key):
    assert not press(screen, key)
    assert not screen.handle(pygame.event.Event(pygame.QUIT))


@pytest.mark.parametrize("size", [(800, 480), (1280, 800), (1920, 1080)])
def test_no_word_is_cut_in_any_window(flown, size):
    pygame.display.init()
    it = ReplayScreen(flown, SAME, pygame.Surface(size))
    it.playback.seek(it.track.faults[0] + 0.2)
    it.draw()
    whole = pygame.Rect(0, 0, *size)
    for word in it._canvas.written:
        assert whole.contains(pygame.Rect(*word.drawn)), word.text
        assert " ".join(word.fitted.lines).replace(" ", "") == word.text.replace(" ", ""), word.text


def test_words_are_readable_on_their_grounds():
    for colour in LEVEL_COLOURS.values():
        for ground in (DARK.strip, DARK.tile_lit):
            assert contrast(colour, ground) >= LEAST_CONTRAST
    assert contrast(TO_COME, DARK.strip) >= LEAST_CONTRAST


def test_the_window_plays_until_it_is_closed(flown, monkeypatch):
    seen = []
    handle = ReplayScreen.handle

    def watched(self, event):
        seen.append(self.playback.at)
        return handle(self, event)

    monkeypatch.setattr(ReplayScreen, "handle", watched)
    clock = SteppedClock()
    frames = iter(range(30))

    def flip():
        if next(frames) == 29:
            pygame.event.post(pygame.event.Event(pygame.QUIT))

    monkeypatch.setattr(replay.pygame.display, "flip", flip)
    run_replay(flown, SAME, clock, (800, 480))
    assert seen[-1] == pytest.approx(29 / 60, abs=0.02)
    assert not pygame.display.get_init()
