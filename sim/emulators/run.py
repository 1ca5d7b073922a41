"""The emulated arm as a program of its own: servos on a pseudo-terminal, a plant behind them, in real time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from armctl.clock import Clock
from armctl.config.arm import ArmConfig
from armctl.hal.scene import SceneState
from sim.emulators.motors import STEP
from sim.emulators.prompt import Prompt, TypedLines, attend
from sim.emulators.pty import PtyServer
from sim.emulators.registry import Emulator, emulator_of
from sim.plant import Plant

REPORT_PERIOD: Final = 1 / 30
"""Time between two reports of the scene [s]."""


def run_emulator(
    config: ArmConfig,
    plant: Plant,
    link: Path | None,
    clock: Clock,
    report: Callable[[SceneState], None],
    stop: Callable[[], bool],
    ready: Callable[[str], None] = lambda path: None,
    *,
    paced: bool = False,
    typed: TypedLines | None = None,
    tell: Callable[[str], None] = lambda answer: None,
) -> None:
    """Serve the servos of ``config`` until told to stop; the plant is closed at the end.

    Args:
        config: The arm.
        plant: What its motors move.
        link: Where to put a symbolic link to the terminal; None for none.
        clock: Real time.
        report: Called some 30 times a second with the scene.
        stop: Asked every few milliseconds; True ends it.
        ready: Called once with the path of the terminal, when it can be opened.
        paced: Bytes take as long as on a line of the arm's speed.
        typed: Commands that somebody types; None where nobody does.
        tell: Called with the answer to each.

    Raises:
        SetupError: The link cannot be made, or the arm's protocol has no emulated device.
    """
    emulator = emulator_of(config.driver)(plant, config, clock, paced=paced)
    server: PtyServer | None = None
    try:
        server = PtyServer(emulator, clock, link)
        ready(server.path)
        prompt = Prompt(emulator, server)

        def ended() -> bool:
            if typed is not None:
                attend(prompt, typed, tell)
            return prompt.ended or stop()

        _serve(emulator, server, clock, report, ended)
    finally:
        if server is not None:
            server.close()
        plant.close()


def _serve(
    emulator: Emulator,
    server: PtyServer,
    clock: Clock,
    report: Callable[[SceneState], None],
    stop: Callable[[], bool],
) -> None:
    next_step = next_report = clock.now()
    while not stop():
        now = clock.now()
        if now >= next_step:
            emulator.advance()
            next_step = clock.now() + STEP
        if now >= next_report:
            report(emulator.scene())
            next_report = now + REPORT_PERIOD
        server.serve(max(0.0, next_step - clock.now()))
