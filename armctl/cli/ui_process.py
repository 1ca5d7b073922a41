"""``python -m armctl.cli.ui_process``: the process of the user's screen. Started by the guard, never by hand.

It puts screen, session, tasks and records together. With ``--play`` a scripted person works it (``armctl demo``).
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

from armctl import __version__
from armctl.cli.choice import choose_scene, choose_user
from armctl.cli.run import size_of
from armctl.cli.scene_feed import SceneFeed
from armctl.clock import SystemClock
from armctl.config.arm import ArmConfig
from armctl.config.load import find, load
from armctl.config.profiles import load_profile, tasks_of
from armctl.config.scene import SceneConfig
from armctl.config.user import UserConfig
from armctl.config.zones import with_zones
from armctl.control.link import ends_of, guard_end, ui_end
from armctl.control.pathfinding import PathfinderProcess
from armctl.errors import ArmctlError
from armctl.evidence.recorder import Recorder, SessionFacts
from armctl.evidence.store import data_folder, default_store
from armctl.evidence.training import levels
from armctl.kinematics.robot import RobotModel
from armctl.session import Session
from armctl.tasks.model import load_task
from ui.app import FRAME, App
from ui.keeper import Keeper
from ui.kept import Kept
from ui.keys import check_keys
from ui.speech import NullVoice, Speaker, Voice
from ui.text import _

if TYPE_CHECKING:
    from armctl.cli.player import Player

LOG: Final = logging.getLogger("armctl.screen")
EXIT_BAD_INPUT: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the screen and return its exit code: 0 closed or job done, 1 job not done, 2 something is missing."""
    logging.basicConfig(level=logging.WARNING, format="screen: %(message)s")
    # A pending stop at the very start must not look like a crash; the App installs its own handlers.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    options = _options(arguments)
    clock = SystemClock()
    try:
        user = choose_user(options.user)
        scene = with_zones(choose_scene(options.scene), user.zones)
        check_keys(user)
        config = load(find("arms", options.arm), ArmConfig)
        facts = SessionFacts(user.name, options.name, scene.name, __version__)
        recorder = Recorder(options.store or default_store(), facts, clock)
        try:
            return _show(options, user, scene, config, recorder, clock)
        finally:
            recorder.close()
    except ArmctlError as error:
        sys.stderr.write(f"armctl: {error}\n")
        return EXIT_BAD_INPUT


def _show(
    options: argparse.Namespace,
    user: UserConfig,
    scene: SceneConfig,
    config: ArmConfig,
    recorder: Recorder,
    clock: SystemClock,
) -> int:
    voice: Speaker = Voice(user.voice, user.language) if options.play is None else NullVoice()
    feed = SceneFeed(options.scene_socket) if options.scene_socket else None
    ways = PathfinderProcess(config, scene, clock)
    session = Session(
        ui_end(ends_of(options.link_fd, options.alive_fd)),
        clock,
        recorder.record,
        guard_end(ends_of(options.guard_fd, options.guard_alive_fd)),
        scene=scene,
        arm=config,
        speak=lambda text: voice.say(_(text)),
        speed=user.motion.speed,
        surroundings=feed.newest if feed else None,
        pathfinder=ways,
    )
    size = size_of(options.size) if options.size else None
    profile = load_profile(options.user)
    keeper = Keeper(profile)
    try:
        tasks = [load_task(name) for name in tasks_of(profile)]
        folder = options.store.parent if options.store else data_folder()
        kept = Kept(user, folder, options.record_input)
        known = levels(options.store or default_store(), user.name)
        app = App(session, user, tasks, scene, RobotModel(config), clock, voice, size, kept, known)
        app.keep_with(keeper)
        if options.fit:
            app.measure()
        if options.play is None:
            app.run()
            return 0
        from armctl.cli.player import Player  # only a demo needs what it draws films with

        player = Player(app, session, user, scene, options.play, options.seed, _tell)
        return _play(app, player, clock)
    finally:
        keeper.close()
        voice.close()
        ways.close()
        if feed:
            feed.close()


def _play(app: App, player: Player, clock: SystemClock) -> int:
    """Let the scripted person work the screen at its usual pace until the job is over."""
    deadline = clock.now()
    over = False
    while app.frame() and not over:
        over = player.after_frame(clock.now())
        deadline = max(deadline + FRAME, clock.now())
        clock.sleep_until(deadline)
    # Writing film and verdict takes a second or two: meanwhile the screen lives on, so that nobody takes it for dead.
    with ThreadPoolExecutor(1) as worker:
        verdict = worker.submit(player.finish)
        while not verdict.done() and app.frame():
            clock.sleep_until(clock.now() + FRAME)
        app.close()
        return 0 if verdict.result().passed else 1


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="armctl.cli.ui_process", description=__doc__)
    parser.add_argument("--arm", required=True, help="name of the arm's configuration, or a .toml file")
    parser.add_argument("--name", required=True, help="name of the arm for the records")
    parser.add_argument("--scene", required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--size", default="", help="window size; the whole screen when left out")
    parser.add_argument("--store", type=Path, help="where to keep records")
    parser.add_argument("--scene-socket", type=Path, help="where an emulator reports its scene")
    parser.add_argument("--play", type=Path, help="folder of a scripted person's job")
    parser.add_argument("--fit", action="store_true", help="only measure the person, then end")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--record-input", action="store_true", help="keep every input event in a file")
    for name in ("--link-fd", "--alive-fd", "--guard-fd", "--guard-alive-fd"):
        parser.add_argument(name, type=int, required=True)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
