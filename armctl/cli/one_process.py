"""``demo --fast``: the whole program in one process, as fast as it goes."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Final

from rich.console import Console

from armctl import __version__
from armctl.cli.choice import choose_scene, choose_user
from armctl.cli.player import Player
from armctl.cli.run import Request
from armctl.cli.world import World
from armctl.clock import SteppedClock
from armctl.evidence.recorder import Recorder, SessionFacts

OUT: Final = Console(highlight=False)


def play(request: Request, folder: Path, store: Path, size: tuple[int, int], seed: int) -> int:
    """Play the job as fast as it goes; return 0 when it was done, else 1.

    Raises:
        ArmctlError: Something is missing.
    """
    clock = SteppedClock()
    user, place = choose_user(request.user), choose_scene(request.scene)
    recorder = Recorder(store, SessionFacts(user.name, request.arm.name, place.name, __version__), clock)
    try:
        world = World(request.arm.config, request.arm.driver, place, user, size, clock, recorder.record)
        try:
            tell = partial(OUT.print, markup=False)
            player = Player(world.app, world.session, user, world.scene, folder, seed, tell)
            while world.frame() and not player.after_frame(clock.now()):
                pass
            return 0 if player.finish().passed else 1
        finally:
            world.close()
    finally:
        recorder.close()
