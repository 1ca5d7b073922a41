"""A real window with the screen in it, for tests that press real keys: prints what the person's input led to.

Run as ``python -m tests.support.window [LANGUAGE [SCREEN]]``; ends when the window is closed or after a minute.
"""

from __future__ import annotations

import sys

import pygame

from armctl.clock import SystemClock
from armctl.config.user import ScanConfig, SwitchConfig, UserConfig
from tests.support.ui_person import all_tasks, arm_config, kitchen, robot
from tests.support.ui_session import SmallSession
from ui.app import App
from ui.speech import NullVoice

LONGEST = 60.0


class TellingSession(SmallSession):
    """Prints each call as it comes; a stop with how many frames were finished since the press was read from SDL."""

    frames = read_in = 0

    def update(self):
        super().update()
        self.frames += 1

    def notice(self, event):
        """A press that the program read from SDL; what it leads to belongs to the frame that is not finished yet."""
        if event.type in (pygame.KEYDOWN, pygame.MOUSEBUTTONDOWN):
            self.read_in = self.frames
        return event

    def _call(self, name, *args):
        tell(f"{name} {self.frames - self.read_in}" if name == "stop" else name)
        return super()._call(name, *args)


def overhear(session: TellingSession) -> None:
    """Have ``session`` notice each press at the moment when the program reads it, whichever way."""
    waiting, getting = pygame.event.wait, pygame.event.get
    pygame.event.wait = lambda *limit: session.notice(waiting(*limit))
    pygame.event.get = lambda *kinds: [session.notice(event) for event in getting(*kinds)]


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    clock = SystemClock()
    session = TellingSession(arm_config(), clock)
    # Step scanning: what is lit does not depend on how fast this computer is today.
    language, screen = (*sys.argv[1:], *("en", "home")[len(sys.argv) - 1 :])
    # A quick hand: whoever waits a tenth of a second between two presses means both.
    switch = SwitchConfig(post_acceptance=0.1)
    user = UserConfig(name="guest", language=language, scan=ScanConfig(method="step"), switch=switch)
    app = App(session, user, all_tasks(), kitchen(), robot(), clock, NullVoice(), size=(1024, 600))
    app._desk.go_to(screen)
    ends = clock.now() + LONGEST
    overhear(session)
    update, shown = session.update, []

    def watched() -> None:
        update()
        view = app.view
        if view.text and [view.screen, view.text] != shown:
            if [view.screen] != shown[:1]:
                tell(f"screen {view.screen}")
            for item in view.items:
                tell(f"tile {item.id} {item.rect[0] + item.rect[2] // 2} {item.rect[1] + item.rect[3] // 2}")
            shown[:] = [view.screen, view.text]
            tell(f"words {view.text!r}")
        if clock.now() > ends:
            app.close()

    session.update = watched
    app.run()


if __name__ == "__main__":
    main()
