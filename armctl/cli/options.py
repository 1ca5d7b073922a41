"""What several commands take, so that it is called and explained alike everywhere; and how examples are shown."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

DEFAULT_ARM: Final = "so101-sim"
DEFAULT_SCENE: Final = "kitchen_table"
"""The scene of the first arm armctl knew; every other arm has one of its own, see `armctl.cli.choice.scenes_for`."""
DEFAULT_USER: Final = "guest"

ArmOption = Annotated[
    str,
    typer.Option(
        "--arm",
        metavar="ARM",
        help="Which arm: so101 is the real one, so101-sim simulated, so101-ideal exact, so101-emulated its real driver "
        "on emulated servos. armctl arms lists all; a .toml file will do, too.",
    ),
]
PortOption = Annotated[
    str, typer.Option("--port", metavar="PORT", help="Serial port of a real arm; looked for when left out.")
]
SceneOption = Annotated[
    str, typer.Option("--scene", metavar="SCENE", help="Name of a scene, or a .toml file; else the arm's own.")
]
UserOption = Annotated[str, typer.Option("--user", metavar="USER", help="Name of a person's profile, or a .toml file.")]
SizeOption = Annotated[
    str, typer.Option(metavar="WxH", help="Window size [px], 800x480 or larger; empty for the whole screen.")
]
StoreOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="The store; ~/.local/share/armctl/evidence.sqlite when left out."),
]
ServoArm = Annotated[str, typer.Option("--arm", metavar="ARM", help="Which arm: says which kind of servo it is.")]
Beforehand = Annotated[bool, typer.Option("--yes", help="Somebody holds the arm: it may go limp.")]


def examples(*lines: str) -> str:
    """Return what stands below a command's options; the mark keeps lines as they are."""
    return "\n".join(("\b", "Examples:", *(f"  armctl {line}" for line in lines)))
