"""A real window with the screen in it, for tests that press real keys: prints what the person's input led to.

Run as ``python -m tests.support.window [LANGUAGE [SCREEN]]``; ends when the window is closed or after a minute.
"""

from __future__ import annotations

import sys

from armctl.clock import SystemClock
from armctl.config.user import ScanConfig, UserConfig
from tests.support.ui_person import all_tasks, arm_config, kitchen, robot
from tests.support.ui_session import SmallSession
from ui.app import App
from ui.speech import NullVoice

LONGEST = 60.0


class TellingSession(SmallSession):
    """Prints each call as it comes, with how long after the press."""

    def _call(self, name, *args):
        pressed_at = args[0] if name == "stop" and args[0] else None
        late = "" if pressed_at is None else f" {(self._clock.now() - pressed_at) * 1000:.1f} ms"
        tell(f"{name}{late}")
        return super()._call(name, *args)


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    clock = SystemClock()
    session = TellingSession(arm_config(), clock)
    # Step scanning: what is lit does not depend on how fast this computer is today.
    language, screen = (*sys.argv[1:], *("en", "home")[len(sys.argv) - 1 :])
    user = UserConfig(name="guest", language=language, scan=ScanConfig(method="step"))
    app = App(session, user, all_tasks(), kitchen(), robot(), clock, NullVoice(), size=(1024, 600))
    app._desk.go_to(screen)
    ends = clock.now() + LONGEST
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
