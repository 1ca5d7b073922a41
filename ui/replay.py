"""The replay of a flight recording: the arm as it was, what happened beside it, and a time line to go anywhere.

For whoever finds out why the arm stopped: a keyboard and a mouse, not a switch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pygame

from armctl.clock import Clock
from armctl.control.flight_recording import Recording
from ui.arm_view import ArmView
from ui.canvas import Canvas
from ui.layout import Box
from ui.replay_track import Frame, Playback, Track
from ui.text import _
from ui.theme import DARK, Colour, blend

FRAME: Final = 1.0 / 60.0
SECOND: Final = 1.0
ROWS: Final = 14
"""Lines of what happened that are shown at once."""
MODE_COLOURS: Final[dict[str, Colour]] = {
    "disconnected": DARK.tile_off,
    "disarmed": DARK.edge,
    "stop_test": blend(DARK.accent, DARK.ground, 0.45),
    "ready": DARK.go,
    "moving": blend(DARK.accent, DARK.ground, 0.1),
    "stopping": DARK.warn,
    "fault": DARK.stop,
}
LEVEL_COLOURS: Final[dict[str, Colour]] = {
    "said": DARK.accent,
    "done": DARK.soft,
    "refused": DARK.mark,
    "stop": DARK.mark,
    "fault": (255, 190, 182),
}
"""The fault's light red has 7:1 on the panels, as every pair of the theme."""
TO_COME: Final = DARK.off
"""Words about what has not happened yet."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the re-run of the supervisor said, in words; ``same`` when no answer differed."""

    same: bool
    text: str


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything is on the screen."""

    head: Box
    picture: Box
    story: Box
    line: Box
    foot: Box

    @classmethod
    def of(cls, size: tuple[int, int], gap: int) -> Places:
        """Return the arrangement for a window of ``size`` [px]."""
        whole = Box(0, 0, *size).inset(gap)
        unit = size[1] // 100
        upper, foot = whole.split_bottom(8 * unit, gap)
        upper, line = upper.split_bottom(7 * unit, gap)
        head = Box(upper.x, upper.y, upper.w, 8 * unit)
        body = Box(upper.x, head.bottom + gap, upper.w, upper.bottom - head.bottom - gap)
        picture, story = body.split_right(round(0.4 * body.w), gap)
        return cls(head, picture, story, line, foot)


class ReplayScreen:
    """Draws a replay and is worked with keyboard and mouse.

    Args:
        recording: What is shown.
        verdict: What the re-run said.
        surface: What is drawn on.

    Attributes:
        track: The recording on a time axis.
        playback: Where the replay is.
    """

    def __init__(self, recording: Recording, verdict: Verdict, surface: pygame.Surface) -> None:
        self.track = Track(recording)
        self.playback = Playback(self.track)
        self._verdict = verdict
        self._title = f"{recording.arm.title} · {recording.title}"
        self._written = recording.written.replace("T", " ")
        self._canvas = Canvas(surface, DARK)
        self._canvas.begin("replay")
        self._places = Places.of(surface.get_size(), self._canvas.metrics.gap)
        picture = self._places.picture
        self._view = ArmView(recording.robot, recording.scene, DARK, (picture.w, picture.h))
        self._buttons = self._make_buttons()
        self._dragging = False
        self._keys = self._make_keys()

    @property
    def words(self) -> str:
        """All words on the screen now."""
        return "\n".join(word.text for word in self._canvas.written)

    @property
    def line(self) -> Box:
        """The time line."""
        return self._places.line

    def button(self, name: str) -> Box:
        """Return where the button ``name`` is: "play", "slower", "faster" or "fault"."""
        return next(box for known, box, _ in self._buttons if known == name)

    def draw(self) -> None:
        """Draw what changed."""
        canvas, places, frame = self._canvas, self._places, self.playback.frame
        canvas.part("head", places.head, 0, self._draw_head)
        key = (frame.positions, frame.asked, id(frame.scene))
        canvas.part("picture", places.picture, key, lambda box: self._draw_picture(box, frame))
        now = self.track.told_by(self.playback.at)
        canvas.part("story", places.story, now, lambda box: self._draw_story(box, now))
        cursor = self._x(self.playback.at)
        canvas.part("line", places.line, cursor, lambda box: self._draw_line(box, cursor))
        told = self._told(frame)
        foot = (told, self.playback.playing, self.playback.speed)
        canvas.part("foot", places.foot, foot, lambda box: self._draw_foot(box, told))

    def handle(self, event: pygame.event.Event) -> bool:
        """Do what ``event`` asks for; False when the window is to close."""
        if event.type == pygame.QUIT:
            return False
        if event.type == pygame.KEYDOWN:
            return self._key(event)
        if event.type == pygame.MOUSEBUTTONDOWN and event.button == 1:
            self._press(event.pos)
        elif event.type == pygame.MOUSEMOTION and self._dragging:
            self._scrub(event.pos[0])
        elif event.type == pygame.MOUSEBUTTONUP:
            self._dragging = False
        elif event.type == pygame.MOUSEWHEEL:
            self.playback.step(event.y)
        return True

    # -- keyboard and mouse --------------------------------------------------------------------------------------

    def _make_keys(self) -> dict[int, Callable[[bool], None]]:
        play = self.playback
        return {
            pygame.K_SPACE: lambda shift: play.toggle(),
            pygame.K_LEFT: lambda shift: play.seek(play.at - (0.1 if shift else SECOND)),
            pygame.K_RIGHT: lambda shift: play.seek(play.at + (0.1 if shift else SECOND)),
            pygame.K_COMMA: lambda shift: play.step(-1),
            pygame.K_PERIOD: lambda shift: play.step(1),
            pygame.K_HOME: lambda shift: play.seek(0.0),
            pygame.K_END: lambda shift: play.seek(self.track.length),
            pygame.K_UP: lambda shift: play.change_speed(1),
            pygame.K_DOWN: lambda shift: play.change_speed(-1),
            pygame.K_f: lambda shift: _ignore(play.next_fault()),
        }

    def _key(self, event: pygame.event.Event) -> bool:
        if event.key in (pygame.K_ESCAPE, pygame.K_q):
            return False
        act = self._keys.get(event.key)
        if act:
            act(bool(event.mod & pygame.KMOD_SHIFT))
        return True

    def _make_buttons(self) -> tuple[tuple[str, Box, Callable[[], object]], ...]:
        foot, gap = self._places.foot, self._canvas.metrics.gap
        width = round(0.11 * foot.w)
        play = self.playback
        acts: tuple[tuple[str, Callable[[], object]], ...] = (
            ("play", play.toggle),
            ("slower", lambda: play.change_speed(-1)),
            ("faster", lambda: play.change_speed(1)),
            ("fault", play.next_fault),
        )
        boxes = (Box(foot.x + place * (width + gap), foot.y, width, foot.h) for place in range(len(acts)))
        return tuple((name, box, act) for (name, act), box in zip(acts, boxes, strict=True))

    def _press(self, place: tuple[int, int]) -> None:
        if _inside(self._places.line, place):
            self._dragging = True
            self._scrub(place[0])
        for _name, box, act in self._buttons:
            if _inside(box, place):
                act()

    def _scrub(self, x: int) -> None:
        line = self._places.line
        self.playback.seek((x - line.x) / max(1, line.w - 1) * self.track.length)

    # -- drawing -------------------------------------------------------------------------------------------------

    def _draw_head(self, box: Box) -> None:
        canvas, metrics = self._canvas, self._canvas.metrics
        left, right = box.split_right(round(0.4 * box.w), metrics.gap)
        canvas.fill(box, DARK.ground)
        upper, lower = left.split_bottom(round(0.4 * left.h), 0)
        canvas.text(upper, self._title, DARK.text, metrics.small)
        canvas.text(lower, self._written, DARK.soft, metrics.least)
        ground, words = (DARK.go, DARK.on_go) if self._verdict.same else (DARK.stop, DARK.on_stop)
        canvas.panel(right, ground, ground, 1)
        canvas.text(right.inset(metrics.gap, 4), self._verdict.text, words, metrics.small, align="centre")

    def _draw_picture(self, box: Box, frame: Frame) -> None:
        self._canvas.surface.blit(self._view.update(frame.positions, frame.scene, frame.asked), box[:2])

    def _draw_story(self, box: Box, now: int) -> None:
        canvas, metrics = self._canvas, self._canvas.metrics
        canvas.panel(box, DARK.strip, DARK.strip, 1)
        inner = box.inset(metrics.gap)
        height = inner.h // ROWS
        # What just happened stands at two thirds; what is to come is below it, paler.
        first = max(0, min(now - (2 * ROWS) // 3, len(self.track.moments) - ROWS))
        for row, moment in enumerate(self.track.moments[first : first + ROWS]):
            line = Box(inner.x, inner.y + row * height, inner.w, height)
            index = first + row
            colour = LEVEL_COLOURS[moment.level] if index < now else TO_COME
            if index == now - 1:
                canvas.fill(line, DARK.tile_lit)
            time, words = Box(line.x, line.y, round(0.15 * line.w), height), line.inset(0)
            canvas.text(time, f"{self.track.when(moment.stamp):.2f}", colour, metrics.least, align="right", least=10)
            words = Box(time.right + metrics.gap, line.y, line.w - time.w - metrics.gap, height)
            canvas.text(words, moment.text, colour, metrics.least, least=10)

    def _draw_line(self, box: Box, cursor: int) -> None:
        canvas, metrics = self._canvas, self._canvas.metrics
        canvas.fill(box, DARK.ground)
        band = box.inset(0, box.h // 4)
        for span in self.track.spans:
            left, right = self._x(span.begin), self._x(span.end)
            canvas.fill(Box(left, band.y, max(1, right - left), band.h), MODE_COLOURS.get(span.mode, DARK.edge))
        for fault in self.track.faults:
            x, top, half = self._x(fault), box.y, box.h // 6
            corners = [(x - half, top), (x + half, top), (x, top + 2 * half)]
            pygame.draw.polygon(canvas.surface, LEVEL_COLOURS["fault"], corners)
        canvas.fill(Box(cursor - 1, box.y, 3, box.h), DARK.text)
        for text, align in ((f"{0.0:.0f} s", "left"), (f"{self.track.length:.0f} s", "right")):
            room = Box(box.x, band.bottom, box.w, box.bottom - band.bottom)
            canvas.text(room, text, DARK.soft, metrics.least, align="left" if align == "left" else "right", least=10)

    def _draw_foot(self, box: Box, told: str) -> None:
        canvas, metrics = self._canvas, self._canvas.metrics
        canvas.fill(box, DARK.ground)
        words = {
            "play": _("Pause") if self.playback.playing else _("Play"),
            "slower": _("Slower"),
            "faster": _("Faster"),
            "fault": _("Fault") if self.track.faults else _("No fault"),
        }
        for name, button, _act in self._buttons:
            canvas.panel(button, DARK.tile, DARK.edge, 2)
            canvas.text(button.inset(6), words[name], DARK.text, metrics.small, align="centre")
        left = self._buttons[-1][1].right + 2 * metrics.gap
        room = Box(left, box.y, box.right - left, box.h)
        upper, lower = room.split_bottom(room.h // 3, 0)
        canvas.text(upper, told, DARK.text, metrics.small)
        canvas.text(lower, self._help, DARK.soft, metrics.least, least=10)

    @property
    def _help(self) -> str:
        return _("space: play · left, right: second · , . : tick · up, down: speed · F: fault · Q: close")

    def _told(self, frame: Frame) -> str:
        tick = frame.tick
        mode = tick.mode.replace("_", " ")
        speed = f"{1e3 * tick.tool_speed:.0f} mm/s"
        return f"{frame.at:.2f} s · {mode} · {speed} · ×{self.playback.speed:g}"

    def _x(self, at: float) -> int:
        line = self._places.line
        return line.x + round(at / max(self.track.length, 1e-9) * (line.w - 1))


def run_replay(recording: Recording, verdict: Verdict, clock: Clock, size: tuple[int, int]) -> None:
    """Show the replay in a window of ``size`` [px] until it is closed."""
    pygame.display.init()
    try:
        surface = pygame.display.set_mode(size)
        pygame.display.set_caption("armctl replay")
        screen = ReplayScreen(recording, verdict, surface)
        last = clock.now()
        while all(screen.handle(event) for event in pygame.event.get()):
            now = clock.now()
            screen.playback.advance(now - last)
            last = now
            screen.draw()
            pygame.display.flip()
            clock.sleep_until(now + FRAME)
    finally:
        pygame.display.quit()


def _inside(box: Box, place: tuple[int, int]) -> bool:
    return box.x <= place[0] < box.right and box.y <= place[1] < box.bottom


def _ignore(_value: object) -> None:
    """Let a key's function return nothing."""
